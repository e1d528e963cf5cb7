//! `voiceassist-gateway create-admin`.

use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use voiceassist_contract::Secret;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::email::parse_email;
use voiceassist_contract::name::parse_full_name;
use voiceassist_contract::password::assess_password;
use voiceassist_contract::problem::ProblemCode;
use voiceassist_contract::rule::Violation;

use super::CreateAdminArguments;
use super::migrate::open_database;
use crate::accounts::{NewAccount, audit_snapshot, find_by_email, insert_account};
use crate::audit::{self, Action, Actor, AuditKey, Event};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::config::secrets::{Key, load_key};
use crate::config::variables::Variables;
use crate::database::Database;
use crate::passwords::{self, PasswordPool};
use crate::problem::ApiError;
use crate::random::{SystemRandom, new_id};

pub(super) async fn run(arguments: CreateAdminArguments) -> anyhow::Result<()> {
    let variables = Variables::of_process();
    let settings = Settings::read(arguments.storage.data_dir, &variables)?;
    let audit_key = AuditKey::new(&load_key(Key::Audit, &settings, &variables, &SystemRandom)?);
    let email = parse_email(&arguments.email).map_err(|violation| refused("--email", &violation))?;
    let full_name = parse_full_name(&arguments.name).map_err(|violation| refused("--name", &violation))?;

    let database = open_database(&settings).await?;
    let taken = find_by_email(database.readers(), &email).await.context("The database cannot be read.")?;
    ensure!(taken.is_none(), "Another account has this e-mail address.");

    let password = read_password()?;
    require_policy(&password, &full_name, &email)?;
    let pool = PasswordPool::new(passwords::COST, Arc::new(SystemRandom))?;
    let hashed_password =
        pool.hash(&password).await.map_err(|_| anyhow::anyhow!("The password cannot be hashed."))?;

    let account = NewAccount {
        id: new_id(&SystemRandom, SystemClock.now()),
        email,
        full_name,
        role: Role::Admin,
        hashed_password,
        must_change_password: arguments.must_change,
    };
    insert(&database, &audit_key, account).await?;
    database.close().await?;
    println!("The administrator can sign in now.");
    Ok(())
}

async fn insert(database: &Database, key: &AuditKey, account: NewAccount) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let transaction = database.begin_write().await?;
    let user = insert_account(&transaction, account, now).await.map_err(explain)?;
    let actor = Actor { name: Some("create-admin on the server".to_owned()), ..Actor::default() };
    let event = Event::new(Action::AccountCreated, &actor).on_account(user.id).with(audit_snapshot(&user));
    audit::append(&transaction, key, new_id(&SystemRandom, now), now, event).await?;
    transaction.commit().await?;
    Ok(())
}

/// Asked twice on a terminal; else one line, so that another program can give it.
fn read_password() -> anyhow::Result<Secret> {
    if std::io::stdin().is_terminal() {
        let password = Secret::new(rpassword::prompt_password("Password: ")?);
        let again = Secret::new(rpassword::prompt_password("The same again: ")?);
        ensure!(password == again, "The two passwords differ.");
        return Ok(password);
    }
    let mut line = zeroize::Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut line).context("Standard input holds no readable line.")?;
    let password = line.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "Give the password as one line on standard input.");
    Ok(Secret::new(password))
}

fn require_policy(password: &Secret, full_name: &str, email: &str) -> anyhow::Result<()> {
    let assessment = assess_password(password.expose(), full_name, email);
    let broken: Vec<&str> =
        assessment.rules.iter().filter(|result| !result.met).map(|result| result.rule.message()).collect();
    if !broken.is_empty() {
        bail!("This password is not taken. {}", broken.join(" "));
    }
    Ok(())
}

fn refused(argument: &str, violation: &Violation) -> anyhow::Error {
    anyhow::anyhow!("{argument}: {}", violation.message)
}

pub(super) fn explain(error: ApiError) -> anyhow::Error {
    match error.code() {
        ProblemCode::EmailTaken => anyhow::anyhow!("Another account has this e-mail address."),
        code => anyhow::anyhow!("{}.", code.title()),
    }
}
