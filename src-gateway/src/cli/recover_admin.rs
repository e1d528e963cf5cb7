//! `voiceassist-gateway recover-admin`: the emergency access that the HIPAA asks for (45 CFR 164.312(a)(2)(ii)).
//!
//! Whoever may run it can read the database and the keys anyhow; it lets nobody in who could not get in, but
//! makes it quick, and writes it down.

use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use voiceassist_contract::Time;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::email::parse_email;
use voiceassist_contract::name::parse_full_name;
use voiceassist_contract::rule::Violation;

use super::RecoverAdminArguments;
use super::create_admin::explain;
use super::migrate::open_database;
use super::operator::Operator;
use crate::accounts::{
    NewAccount, audit_snapshot, find_by_email, find_for_update, insert_account, update_account,
};
use crate::audit::{self, Action, Actor, AuditKey, Event};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::config::secrets::{Key, load_key};
use crate::config::variables::Variables;
use crate::database::write::WriteTransaction;
use crate::delay::clear_failures;
use crate::passwords::temporary::make_temporary_password;
use crate::passwords::{self, PasswordPool};
use crate::random::{SystemRandom, new_id};
use crate::sessions::{EndReason, Which, mark_ended};
use crate::tables::users;

pub(super) async fn run(arguments: RecoverAdminArguments) -> anyhow::Result<()> {
    let variables = Variables::of_process();
    let settings = Settings::read(arguments.storage.data_dir.clone(), &variables)?;
    let audit_key = AuditKey::new(&load_key(Key::Audit, &settings, &variables, &SystemRandom)?);
    let operator = Operator::of_process(&variables);
    let database = open_database(&settings).await?;

    let password = make_temporary_password(&SystemRandom);
    let pool = PasswordPool::new(passwords::COST, Arc::new(SystemRandom))?;
    let hashed_password =
        pool.hash(&password).await.map_err(|_| anyhow::anyhow!("The password cannot be hashed."))?;

    let now = SystemClock.now();
    let transaction = database.begin_write().await?;
    let found = find_by_email(&transaction, arguments.email.trim()).await?;
    let (account, before, said) = match found {
        Some(account) => bring_back(&transaction, account, hashed_password, now).await?,
        None => create(&transaction, &arguments, hashed_password, now).await?,
    };
    let ended = mark_ended(&transaction, now, account.id, Which::All, EndReason::PasswordReset).await?;
    let mut after = audit_snapshot(&account);
    after["operating_system_user"] = operator.describe();
    after["sessions_ended"] = ended.into();
    let actor = Actor { name: Some(format!("{} on the server", operator.name())), ..Actor::default() };
    let event = Event::new(Action::AdministratorRecovered, &actor).on_account(account.id);
    let event = match before {
        Some(before) => event.changed(before, after),
        None => event.with(after),
    };
    audit::append(&transaction, &audit_key, new_id(&SystemRandom, now), now, event).await?;
    transaction.commit().await?;
    database.close().await?;

    println!("{said}");
    println!("Sessions ended: {ended}");
    println!("One-time password: {}", password.expose());
    println!("It is shown this once. At the first sign-in, a password of one's own must be chosen.");
    println!("This is in the audit trail, with the user {} of this computer.", operator.name());
    Ok(())
}

/// Makes the account an administrator that can sign in.
async fn bring_back(
    transaction: &WriteTransaction,
    account: users::Model,
    hashed_password: String,
    now: Time,
) -> anyhow::Result<(users::Model, Option<Value>, String)> {
    let before = find_for_update(transaction, account.id).await.map_err(explain)?;
    let mut after = before.clone();
    after.role = Role::Admin.as_str().to_owned();
    after.is_active = true;
    after.hashed_password = hashed_password;
    after.must_change_password = true;
    clear_failures(&mut after);
    let after = update_account(transaction, after, now).await.map_err(explain)?;
    let mut was = audit_snapshot(&before);
    was["failures"] = before.failed_sign_ins.into();
    was["locked_until"] = json!(before.locked_until);
    let said = format!("The account of {} is an active administrator now, and not locked.", after.full_name);
    Ok((after, Some(was), said))
}

async fn create(
    transaction: &WriteTransaction,
    arguments: &RecoverAdminArguments,
    hashed_password: String,
    now: Time,
) -> anyhow::Result<(users::Model, Option<Value>, String)> {
    let name = arguments.name.as_deref();
    let name =
        name.context("No account has this address. To create one, give the person's name with --name.")?;
    let refused = |argument: &'static str| {
        move |violation: Violation| anyhow::anyhow!("{argument}: {}", violation.message)
    };
    let account = NewAccount {
        id: new_id(&SystemRandom, now),
        email: parse_email(&arguments.email).map_err(refused("--email"))?,
        full_name: parse_full_name(name).map_err(refused("--name"))?,
        role: Role::Admin,
        hashed_password,
        must_change_password: true,
    };
    let account = insert_account(transaction, account, now).await.map_err(explain)?;
    let said = format!("The administrator {} was created.", account.full_name);
    Ok((account, None, said))
}
