//! The newer public table, with columns that this gateway does not know, and a trigger.

use serde_json::json;

use super::{HASH, create, list, migrate};
use crate::postgres::SharedDatabase;
use crate::support::PASSWORD;

fn found_newer_clinic() -> SharedDatabase {
    let database = SharedDatabase::create();
    database.run(&format!(
        "CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
         CREATE TABLE users (
             id uuid PRIMARY KEY, email varchar(255) UNIQUE NOT NULL, full_name varchar(255),
             hashed_password varchar(255), is_active boolean, is_admin boolean,
             admin_role varchar(20) NOT NULL, created_at timestamptz, updated_at timestamptz,
             last_login timestamptz, password_changed_at timestamp, nextcloud_user_id varchar(255) UNIQUE,
             totp_secret varchar(255), totp_enabled boolean NOT NULL, totp_backup_codes text,
             totp_verified_at timestamptz, role varchar(20), version integer,
             login_count integer NOT NULL, preferences jsonb NOT NULL, tags text[] NOT NULL,
             organization uuid REFERENCES organizations (id), invited_by uuid REFERENCES users (id));
         CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN NEW.updated_at = now(); RETURN NEW; END';
         CREATE TRIGGER touch_users BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
         INSERT INTO users (id, email, full_name, hashed_password, is_active, is_admin, admin_role, created_at,
                            updated_at, nextcloud_user_id, totp_secret, totp_enabled, version, login_count,
                            preferences, tags) VALUES
             ('00000000-0000-4000-8000-000000000001', 'ana@clinic.example', 'Ana Ruiz', '{hash}', true, true,
              'admin', '2025-12-01T10:00:00+01:00', '2025-12-02T00:00:00Z', 'ana', 'JBSWY3DP', true, 7, 12,
              '{{\"theme\": \"dark\"}}', '{{a,b}}'),
             ('00000000-0000-4000-8000-000000000002', 'ben@clinic.example', '', NULL, true, NULL,
              'user', NULL, NULL, 'Twice', NULL, false, NULL, 0, '{{}}', '{{}}'),
             ('00000000-0000-4000-8000-000000000003', 'vic@clinic.example', 'Vic Adler', '{hash}', true, true,
              'viewer', now(), now(), ' twice ', NULL, false, NULL, 0, '{{}}', '{{}}'),
             ('00000000-0000-4000-8000-000000000004', 'old@clinic.example', 'Old Hash', 'argon2$x', NULL, false,
              'user', now(), now(), '../admin', NULL, false, NULL, 0, '{{}}', '{{}}');",
        hash = *HASH
    ));
    database
}

#[test]
fn unknown_columns_stay_nobody_gains_rights_and_new_accounts_fit_in() {
    let database = found_newer_clinic();
    let (clinic, adopted) = migrate(&database);
    let said = adopted.assert_done().said;
    for sentence in [
        "Adopted 4 accounts, 1 of them active administrators.",
        "1 accounts have no password",
        "1 accounts have a password that is not bcrypt's",
        "1 accounts had two-step sign-in. This version does not ask for it",
        "1 accounts could look at what administrators see",
        "1 accounts are linked with the accounts in Nextcloud that they had.",
        "3 accounts are not, because others name the same one",
        "Renamed to old_…, because this gateway has columns of that name: role, version.",
        "admin_role, totp_enabled, login_count, preferences, tags.",
    ] {
        assert!(said.contains(sentence), "{sentence:?} in {said}");
    }

    let touched = "SELECT updated_at = '2025-12-02T00:00:00Z' FROM users WHERE email = 'ana@clinic.example'";
    assert_eq!(database.run(touched), "t", "the other gateway's trigger did not run");

    let gateway = clinic.serve();
    let token = gateway.sign_in("ana@clinic.example", PASSWORD);
    let roles: Vec<_> = list(&gateway, &token)
        .iter()
        .map(|account| (account["full_name"].clone(), account["role"].clone(), account["is_active"].clone()))
        .collect();
    assert_eq!(
        roles,
        [
            (json!("Ana Ruiz"), json!("admin"), json!(true)),
            (json!("ben@clinic.example"), json!("user"), json!(true)),
            (json!("Old Hash"), json!("user"), json!(false)),
            (json!("Vic Adler"), json!("user"), json!(true)),
        ]
    );
    let kept =
        "SELECT old_version, login_count, preferences->>'theme', tags[2], totp_secret, nextcloud_user_id
                  FROM users WHERE email = 'ana@clinic.example'";
    assert_eq!(database.run(kept), "7|12|dark|b|JBSWY3DP|ana");
    let (_, ana) = gateway.call("GET", "/api/users/00000000-0000-4000-8000-000000000001", &token, None);
    assert_eq!(ana["created_at"], "2025-12-01T09:00:00Z");

    let links = "SELECT account_id, state, nextcloud_id, nextcloud_key, attempts FROM nextcloud_links";
    assert_eq!(database.run(links), "00000000-0000-4000-8000-000000000001|linked|ana|ana|0");

    for number in 0..3 {
        let (status, made) = create(&gateway, &token, &format!("new{number}@clinic.example"));
        assert_eq!(status, 201, "{made}");
    }
    let made = "SELECT DISTINCT admin_role, totp_enabled, login_count, preferences, tags FROM users
                 WHERE email LIKE 'new%'";
    assert_eq!(database.run(made), "|f|0|{}|{}");
    clinic.run(&["audit", "verify"]).assert_done();
}

#[test]
fn where_nobody_can_administer_the_way_back_is_said() {
    let database = found_newer_clinic();
    database.run("UPDATE users SET is_admin = false, admin_role = 'user'");
    let (clinic, adopted) = migrate(&database);
    assert!(adopted.assert_done().said.contains("Nobody can administer: run recover-admin."));
    let recovered = clinic.run(&["recover-admin", "--email", "ana@clinic.example"]).assert_done();
    clinic.serve().sign_in("ana@clinic.example", &recovered.after("One-time password: "));
}
