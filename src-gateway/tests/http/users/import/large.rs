//! As many rows as a table may have.

use serde_json::json;

use super::{figures, import};
use crate::support::TestApp;

#[on_each_engine]
async fn ten_thousand_rows_have_a_result_each_and_the_counts_are_right() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let mut table = "email,full_name,role,is_active\n".to_owned();
    for number in 0..10_000 {
        let (role, active) = (["user", "admin"][usize::from(number % 100 == 0)], number % 10 != 0);
        table.push_str(&format!("new{number}@clinic.example,Nour Haddad {number},{role},{active}\n"));
    }
    let (rows, summary) = import(&admin, "", table.clone()).await;
    assert_eq!(rows.len(), 10_000);
    let in_order =
        rows.iter().enumerate().all(|(number, row)| row["row"] == number + 2 && row["id"].is_string());
    assert!(in_order, "every row has its result in the table's order");
    assert_eq!(figures(&summary), [10_000, 0, 0, 0]);
    let counts = admin.get("/api/users?counts=true&limit=1").await.json()["counts"].clone();
    let expected = json!({"all": 10_001, "active": 9_001, "inactive": 1_000, "administrators": 101, "locked": 0,
        "never_signed_in": 9_000, "must_change_password": 10_000});
    assert_eq!(counts, expected);
    // The chain is checked on the way.
    assert_eq!(app.audited().await.len(), 2 + 10_000);
    let (_, summary) = import(&admin, "", table).await;
    assert_eq!(figures(&summary), [0, 0, 10_000, 0]);
}
