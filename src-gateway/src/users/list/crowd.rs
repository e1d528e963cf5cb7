//! A database with accounts in all kinds of states, for the tests of this folder.

use chrono::{DateTime, Duration};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, QueryOrder};
use tempfile::TempDir;
use voiceassist_contract::accounts::Role;
use voiceassist_contract::{Id, Time};

use crate::accounts::{NewAccount, new_row};
use crate::database::Database;
use crate::database::place::DatabasePlace;
use crate::random::{SeededRandom, new_id, number_below};
use crate::tables::users::{ActiveModel, Column, Entity, Model};

/// Names that collide, that differ only in case or accents, and with signs that mean something elsewhere.
const NAMES: [&str; 10] = [
    "Ana Ruiz",
    "ANA RUIZ",
    "Marta Lindqvist",
    "O'Brien \"Bo\" \\ 100%",
    "李 小龙",
    "فاطمة السيد",
    "Zoë",
    "ßtraße",
    "Tomás\u{200d}Weber",
    "Marta Ana",
];

/// The database, and what is in it.
pub(super) struct Crowd {
    /// The database.
    pub(super) database: Database,
    /// The time of the tests.
    pub(super) now: Time,
    _folder: TempDir,
}

impl Crowd {
    /// So many accounts in an SQLite file, different for each seed.
    pub(super) async fn on_sqlite(number: u32, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = DatabasePlace::Sqlite(folder.path().join("a.sqlite"));
        Self::fill(&place, folder, number, seed).await
    }

    /// The same accounts on each engine that tests can have here.
    pub(super) async fn on_every_engine(number: u32, seed: u64) -> Vec<Self> {
        let mut crowds = vec![Self::on_sqlite(number, seed).await];
        if let Some(url) = postgres_url() {
            let folder = tempfile::tempdir().expect("a folder");
            let place = DatabasePlace::parse(&url.into()).expect("an address");
            crowds.push(Self::fill(&place, folder, number, seed).await);
        }
        crowds
    }

    async fn fill(place: &DatabasePlace, folder: TempDir, number: u32, seed: u64) -> Self {
        let database = Database::open(place, 2).await.expect("opens");
        database.migrate().await.expect("migrates");
        let now = DateTime::from_timestamp(1_790_000_000, 0).expect("in range");
        let random = SeededRandom::new(seed);
        let transaction = database.begin_write().await.expect("begins");
        for number in 0..number {
            let row = invent(&random, number, now);
            let insert = Entity::insert(ActiveModel::from(row).reset_all());
            insert.exec_without_returning(&transaction).await.expect("inserts");
        }
        transaction.commit().await.expect("commits");
        Self { database, now, _folder: folder }
    }

    /// Which engine it is.
    pub(super) fn backend(&self) -> DbBackend {
        self.database.readers().get_database_backend()
    }

    /// All accounts.
    pub(super) async fn rows(&self) -> Vec<Model> {
        Entity::find().order_by_asc(Column::Id).all(self.database.readers()).await.expect("reads")
    }
}

#[cfg(target_os = "linux")]
fn postgres_url() -> Option<String> {
    let server = voiceassist_test_engines::Postgres::shared().expect("PostgreSQL runs");
    Some(server.create_database().expect("a database is made"))
}

#[cfg(not(target_os = "linux"))]
fn postgres_url() -> Option<String> {
    None
}

fn invent(random: &SeededRandom, number: u32, now: Time) -> Model {
    let below = |bound| number_below(random, bound);
    let at = |milliseconds: u32| now - Duration::milliseconds(i64::from(milliseconds));
    let id: Id = new_id(random, at(below(3) * 250));
    let account = NewAccount {
        id,
        email: format!("Person{}.{number}@Clinic.example", below(40)),
        full_name: NAMES[below(10) as usize].to_owned(),
        role: if below(4) == 0 { Role::Admin } else { Role::User },
        hashed_password: "!".to_owned(),
        must_change_password: below(5) == 0,
    };
    let mut row = new_row(account, at(below(4) * 250));
    row.is_active = below(3) != 0;
    if below(2) == 0 {
        let last_login = at(below(7) * 1_000);
        row.last_login = Some(last_login);
        row.last_login_key = last_login.timestamp_millis();
    }
    if below(3) == 0 {
        row.failed_sign_ins = 5;
        row.last_failure_at = Some(at(below(2_000)));
        row.last_failure_address = Some("127.0.0.1".to_owned()).filter(|_| below(2) == 0);
        row.locked_until = Some(now + Duration::milliseconds(i64::from(below(3)) * 500 - 500));
    }
    row
}
