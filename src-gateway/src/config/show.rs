//! Shows the settings at the start, without secrets.

use std::fmt;

use voiceassist_contract::auth::Registration;

use super::{Environment, Settings};

impl fmt::Display for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            environment,
            data_directory,
            database,
            database_connections,
            policy,
            allowances,
            proxies,
            origins,
            log: _,
            redis,
            qdrant,
            nextcloud,
            metrics,
            transport,
        } = self;
        let environment = match environment {
            Environment::Development => "development",
            Environment::Production => "production",
        };
        let registration = if policy.registration == Registration::Open { "open" } else { "closed" };
        writeln!(formatter, "  environment        {environment}")?;
        writeln!(formatter, "  data directory     {}", data_directory.display())?;
        writeln!(formatter, "  database           {database}, {database_connections} connections")?;
        writeln!(formatter, "  registration       {registration}")?;
        writeln!(formatter, "  access token       {} minutes", policy.access_life.num_minutes())?;
        writeln!(formatter, "  refresh token      {} days", policy.refresh_life.num_days())?;
        writeln!(formatter, "  session            {} days", policy.session_life.num_days())?;
        write!(
            formatter,
            "  limits per address {} registrations an hour, {} sign-ins and {} refreshes a minute",
            allowances.register.requests, allowances.login.requests, allowances.refresh.requests
        )?;
        let mut show = |name: &str, value: Option<String>| match value {
            Some(value) => write!(formatter, "\n  {name:<18} {value}"),
            None => Ok(()),
        };
        show("Redis", redis.as_ref().map(ToString::to_string))?;
        show("Qdrant", qdrant.as_ref().map(ToString::to_string))?;
        show("Nextcloud", nextcloud.as_ref().map(ToString::to_string))?;
        show("encryption", transport.describe())?;
        show("metrics", metrics.map(|address| format!("http://{address}/metrics")))?;
        if !proxies.networks.is_empty() {
            let networks: Vec<String> = proxies.networks.iter().map(ToString::to_string).collect();
            show("trusted proxies", Some(networks.join(", ")))?;
        }
        if !origins.is_empty() {
            show("web pages of", Some(origins.to_string()))?;
        }
        Ok(())
    }
}
