//! Reads where web pages come from that may call the gateway.

use super::{Environment, Reader};
use crate::http::cors::Origins;

/// Where the pages of VoiceAssist are while somebody works on them.
const IN_DEVELOPMENT: &str = "http://localhost:3000, http://localhost:3001, http://localhost:8080";

impl Reader<'_> {
    pub(super) fn origins(&mut self, environment: Environment) -> Origins {
        let usual = match environment {
            Environment::Development => IN_DEVELOPMENT,
            Environment::Production => "",
        };
        let listed = Origins::parse(self.variables.text("CORS_ORIGINS").unwrap_or(usual));
        self.keep(listed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Settings;
    use crate::config::variables::Variables;

    fn read(variables: &[(&str, &str)]) -> Result<String, String> {
        Settings::read(Some("data".into()), &Variables::of(variables))
            .map(|settings| settings.origins.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn development_lets_its_own_pages_in_and_production_nobody_who_is_not_listed() {
        let usual = "http://localhost:3000, http://localhost:3001, http://localhost:8080";
        assert_eq!(read(&[]).as_deref(), Ok(usual));
        assert_eq!(read(&[("ENVIRONMENT", "production")]).as_deref(), Ok(""));
        let listed = ("CORS_ORIGINS", "https://app.clinic.example");
        assert_eq!(read(&[listed]).as_deref(), Ok("https://app.clinic.example"));
        assert_eq!(
            read(&[("ENVIRONMENT", "production"), listed]).as_deref(),
            Ok("https://app.clinic.example")
        );
        assert!(read(&[("CORS_ORIGINS", "*")]).expect_err("refused").contains("CORS_ORIGINS must list"));
    }
}
