//! Reading JSON without the two things that parsers disagree on: duplicate keys and endless nesting.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep a body may be nested.
const MOST_LEVELS: usize = 16;

/// Why a body was not read. `field` names a duplicate key, if it looks like a name.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The field at fault, where there is one.
    pub field: Option<String>,
    /// What is wrong, in a word.
    pub code: &'static str,
}

/// Reads `bytes` as one JSON value.
///
/// # Errors
/// If it is not JSON, not UTF-8, has a key twice in one object, or is nested too deep.
pub fn read_strictly(bytes: &[u8]) -> Result<Value, Unreadable> {
    let fault = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { levels_left: MOST_LEVELS, fault: &fault }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    value.map_err(|_| fault.into_inner().unwrap_or(Unreadable { field: None, code: "not_json" }))
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    levels_left: usize,
    fault: &'a RefCell<Option<Unreadable>>,
}

impl Strict<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.levels_left.checked_sub(1) {
            Some(levels_left) => Ok(Self { levels_left, ..self }),
            None => Err(self.fail(Unreadable { field: None, code: "too_deep" })),
        }
    }

    fn fail<E: Error>(self, fault: Unreadable) -> E {
        let code = fault.code;
        self.fault.replace(Some(fault));
        E::custom(code)
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(self.fail(Unreadable { field: printable_name(&key), code: "duplicate" }));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// The key, if it looks like a field's name; anything else could be a value in the wrong place.
fn printable_name(key: &str) -> Option<String> {
    let is_name =
        (1..=32).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_name.then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> (Option<String>, &'static str) {
        let unreadable = read_strictly(text.as_bytes()).expect_err("this is refused");
        (unreadable.field, unreadable.code)
    }

    #[test]
    fn a_key_given_twice_is_named() {
        assert_eq!(fault(r#"{"email": 1, "email": 2}"#), (Some("email".to_owned()), "duplicate"));
        assert_eq!(fault(r#"{"a": {"<b>": 1, "<b>": 2}}"#), (None, "duplicate"));
        assert_eq!(fault("{\"role\": 1, \"r\\u006fle\": 2}"), (Some("role".to_owned()), "duplicate"));
    }

    #[test]
    fn deep_nesting_is_refused_however_deep() {
        for levels in [17, 200, 20_000] {
            assert_eq!(fault(&"[".repeat(levels)).1, "too_deep");
        }
        assert!(read_strictly(format!("{}{}", "[".repeat(16), "]".repeat(16)).as_bytes()).is_ok());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "{}{}", "nope", "{\"a\": 1,}", "\u{feff}{}"] {
            assert_eq!(fault(text), (None, "not_json"), "{text:?}");
        }
        assert!(read_strictly(b"{\"a\": \"\xff\"}").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_strictly(&bytes);
        }
    }
}
