//! Reading fields one by one and collecting everything that is wrong with them, so that a person
//! hears of all mistakes at once. No value is ever repeated.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use voiceassist_contract::auth::MOST_TOKEN_BYTES;
use voiceassist_contract::password::MOST_TRIED_BYTES;
use voiceassist_contract::problem::FieldError;
use voiceassist_contract::rule::Violation;
use voiceassist_contract::{Id, Secret, email, name};

use crate::http::values::parse_id;
use crate::problem::{Answer, ApiError, field_error};

const REQUIRED: Violation = Violation::new("required", "This is needed.");
const WRONG_TYPE_TEXT: Violation = Violation::new("wrong_type", "This must be a text.");
const WRONG_TYPE_BOOL: Violation = Violation::new("wrong_type", "This must be true or false.");
const WRONG_TYPE_LIST: Violation = Violation::new("wrong_type", "This must be a list of ids.");
const WRONG_TYPE_OBJECT: Violation = Violation::new("wrong_type", "This must be an object.");
const TOO_MANY: Violation = Violation::new("too_many", "This has too many entries.");
const TOO_LONG: Violation = Violation::new("too_long", "This is too long.");
const NOT_A_CHOICE: Violation = Violation::new("not_a_choice", "This is none of the possible values.");

/// The members of a body, or the parameters of a query.
///
/// A reading method gives an empty value for a field that it refuses; [`Fields::finish`] then stops
/// the handler, so the empty value is never used.
#[derive(Debug)]
pub struct Fields {
    members: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Reads a body's members.
    pub fn of_body(members: Map<String, Value>) -> Self {
        Self { members, errors: Vec::new() }
    }

    /// Reads a query's parameters; one that is given twice is refused.
    pub fn of_query(query: Option<&str>) -> Self {
        let mut fields = Self::of_body(Map::new());
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if fields.members.contains_key(name.as_ref()) {
                // Only names that somebody asks for are repeated in an answer; see `take`.
                fields.members.insert(name.into_owned(), Value::Array(Vec::new()));
            } else {
                fields.members.insert(name.into_owned(), Value::String(value.into_owned()));
            }
        }
        fields
    }

    /// An e-mail address that must be there.
    pub fn email(&mut self, field: &str) -> String {
        self.optional_email(field).unwrap_or_else(|| self.missing(field))
    }

    /// An e-mail address, if it is there.
    pub fn optional_email(&mut self, field: &str) -> Option<String> {
        let typed = self.take_text(field)?;
        Some(email::parse_email(&typed).unwrap_or_else(|violation| self.refused(field, &violation)))
    }

    /// A full name that must be there.
    pub fn full_name(&mut self, field: &str) -> String {
        self.optional_full_name(field).unwrap_or_else(|| self.missing(field))
    }

    /// A full name, if it is there.
    pub fn optional_full_name(&mut self, field: &str) -> Option<String> {
        let typed = self.take_text(field)?;
        Some(name::parse_full_name(&typed).unwrap_or_else(|violation| self.refused(field, &violation)))
    }

    /// A password that must be there. Whether it is a good one is not asked here.
    pub fn password(&mut self, field: &str) -> Secret {
        self.optional_password(field).unwrap_or_else(|| self.missing(field))
    }

    /// A password, if it is there.
    pub fn optional_password(&mut self, field: &str) -> Option<Secret> {
        self.take_secret(field, MOST_TRIED_BYTES)
    }

    /// A token that must be there.
    pub fn token(&mut self, field: &str) -> Secret {
        self.optional_token(field).unwrap_or_else(|| self.missing(field))
    }

    /// A token, if it is there.
    pub fn optional_token(&mut self, field: &str) -> Option<Secret> {
        self.take_secret(field, MOST_TOKEN_BYTES)
    }

    /// Yes or no, if it is there; in a query `true` or `false`.
    pub fn optional_bool(&mut self, field: &str) -> Option<bool> {
        match self.take(field)? {
            Value::Bool(value) => Some(value),
            Value::String(word) if word == "true" => Some(true),
            Value::String(word) if word == "false" => Some(false),
            _ => Some(self.refused(field, &WRONG_TYPE_BOOL)),
        }
    }

    /// A word from a list, such as a role, if it is there.
    pub fn optional_choice<T: DeserializeOwned + Default>(&mut self, field: &str) -> Option<T> {
        let word = self.take_text(field)?;
        Some(
            serde_json::from_value(Value::String(word))
                .unwrap_or_else(|_| self.refused(field, &NOT_A_CHOICE)),
        )
    }

    /// Any text of at most `most_bytes`, if it is there; what it may hold is for the caller to say.
    pub fn optional_text(&mut self, field: &str, most_bytes: usize) -> Option<String> {
        let text = self.take_text(field)?;
        Some(if text.len() > most_bytes { self.refused(field, &TOO_LONG) } else { text })
    }

    /// A text that `parse` understands, if it is there.
    pub fn optional_parsed<T: Default>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        let text = self.take_text(field)?;
        Some(parse(&text).unwrap_or_else(|violation| self.refused(field, &violation)))
    }

    /// One to `most` ids, if they are there. One that is given twice counts once.
    pub fn optional_ids(&mut self, field: &str, most: usize) -> Option<Vec<Id>> {
        let Value::Array(items) = self.take(field)? else {
            return Some(self.refused(field, &WRONG_TYPE_LIST));
        };
        if items.is_empty() {
            return Some(self.refused(field, &REQUIRED));
        }
        if items.len() > most {
            return Some(self.refused(field, &TOO_MANY));
        }
        let mut known = HashSet::new();
        let mut ids = Vec::with_capacity(items.len());
        for item in &items {
            match item.as_str().ok_or(WRONG_TYPE_LIST).and_then(parse_id) {
                Ok(id) if known.insert(id) => ids.push(id),
                Ok(_) => {}
                Err(violation) => return Some(self.refused(field, &violation)),
            }
        }
        Some(ids)
    }

    /// An object's members as `read` reads them, if it is there. What is wrong with one of them is said at
    /// `field.member`.
    pub fn optional_object<T: Default>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let Value::Object(members) = self.take(field)? else {
            return Some(self.refused(field, &WRONG_TYPE_OBJECT));
        };
        let mut inner = Self::of_body(members);
        let value = read(&mut inner);
        let errors = inner.errors.into_iter();
        self.errors
            .extend(errors.map(|error| FieldError { field: format!("{field}.{}", error.field), ..error }));
        Some(value)
    }

    /// Refuses a field that must be there and is not; one that has been refused already is not called missing too.
    pub fn require<T: Default>(&mut self, field: &str, value: Option<T>) -> T {
        value.unwrap_or_else(|| self.missing(field))
    }

    /// Refuses a field for a reason that only the caller knows.
    pub fn refuse(&mut self, field: &str, violation: &Violation) {
        self.errors.push(field_error(field, violation));
    }

    /// Whether anything has been refused so far.
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// `invalid_input` with every refused field.
    pub fn finish(self) -> Answer<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(self.errors)) }
    }

    /// The member, if it is there and not null.
    fn take(&mut self, field: &str) -> Option<Value> {
        self.members.remove(field).filter(|value| !value.is_null())
    }

    fn take_text(&mut self, field: &str) -> Option<String> {
        match self.take(field)? {
            Value::String(text) => Some(text),
            _ => {
                // `missing` looks whether the field has been refused, so it is not called missing too.
                self.refuse(field, &WRONG_TYPE_TEXT);
                None
            }
        }
    }

    fn take_secret(&mut self, field: &str, most_bytes: usize) -> Option<Secret> {
        let secret = Secret::new(self.take_text(field)?);
        if secret.is_empty() {
            return Some(self.refused(field, &REQUIRED));
        }
        if secret.expose().len() > most_bytes {
            return Some(self.refused(field, &TOO_LONG));
        }
        Some(secret)
    }

    fn missing<T: Default>(&mut self, field: &str) -> T {
        if self.errors.iter().any(|error| error.field == field) {
            return T::default();
        }
        self.refused(field, &REQUIRED)
    }

    fn refused<T: Default>(&mut self, field: &str, violation: &Violation) -> T {
        self.refuse(field, violation);
        T::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use voiceassist_contract::accounts::Role;
    use voiceassist_contract::problem::ProblemCode;

    fn fields(body: Value) -> Fields {
        let Value::Object(members) = body else { panic!("a body is an object") };
        Fields::of_body(members)
    }

    fn errors(fields: Fields) -> Vec<(String, String)> {
        fields.errors.iter().map(|error| (error.field.clone(), error.code.clone())).collect()
    }

    #[test]
    fn every_wrong_field_is_named_once_with_its_code() {
        let mut fields = fields(json!({
            "email": 7, "password": "", "role": "emperor", "is_active": "yes", "full_name": null
        }));
        fields.email("email");
        fields.full_name("full_name");
        fields.password("password");
        fields.optional_choice::<Role>("role");
        fields.optional_bool("is_active");
        let expected = [
            ("email", "wrong_type"),
            ("full_name", "required"),
            ("password", "required"),
            ("role", "not_a_choice"),
            ("is_active", "wrong_type"),
        ];
        assert_eq!(errors(fields), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    }

    #[test]
    fn null_means_left_out_and_unknown_members_are_ignored() {
        let mut fields = fields(json!({"full_name": null, "is_admin": true}));
        assert_eq!(fields.optional_full_name("full_name"), None);
        assert!(fields.finish().is_ok());
    }

    #[test]
    fn a_query_parameter_given_twice_is_refused_by_name() {
        let mut query = Fields::of_query(Some("role=user&role=admin&count=false"));
        query.optional_choice::<Role>("role");
        assert_eq!(query.optional_bool("count"), Some(false));
        assert_eq!(errors(query), [("role".to_owned(), "wrong_type".to_owned())]);
    }

    #[test]
    fn an_answer_never_repeats_what_was_typed() {
        let mut fields = fields(json!({"email": "hunter2 hunter2", "password": "x".repeat(2_000)}));
        fields.email("email");
        fields.password("password");
        let error = fields.finish().expect_err("both are refused");
        assert_eq!(error.code(), ProblemCode::InvalidInput);
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
