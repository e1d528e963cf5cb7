//! Rows whose address an account has already.

use serde_json::{Value, json};

use super::{accounts, figures, import};
use crate::support::TestApp;
use crate::users::path_of;

#[on_each_engine]
async fn accounts_that_there_are_stay_as_they_are_unless_it_is_asked_for() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.administrator().await, app.staff().await);
    let capitals = ana.email.to_uppercase();
    let table =
        format!("email,full_name,role,is_active\n{capitals},Ana Ruiz,,\n{},Ana Ruiz-Gil,admin,\n", ana.email);
    let first_row = table.lines().take(2).collect::<Vec<_>>().join("\n");
    let second_row = [table.lines().next().expect("a row"), table.lines().nth(2).expect("a row")].join("\n");
    let (rows, summary) = import(&admin, "", first_row).await;
    assert_eq!(rows[0], json!({"row": 2, "outcome": "unchanged", "id": ana.id}));
    assert_eq!(figures(&summary), [0, 0, 1, 0]);
    let (rows, _) = import(&admin, "existing=keep", second_row.clone()).await;
    assert_eq!(rows[0], json!({"row": 2, "outcome": "unchanged", "id": ana.id, "differs": true}));
    assert_eq!(admin.get(&path_of(&ana)).await.json()["version"], 1);

    let (rows, summary) = import(&admin, "existing=update", second_row.clone()).await;
    assert_eq!(rows[0], json!({"row": 2, "outcome": "updated", "id": ana.id}));
    assert_eq!(figures(&summary), [0, 1, 0, 0]);
    let after = admin.get(&path_of(&ana)).await.json();
    assert_eq!((&after["full_name"], &after["role"]), (&json!("Ana Ruiz-Gil"), &json!("admin")));
    assert_eq!((&after["version"], &after["email"]), (&json!(2), &json!(ana.email)));
    ana.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    let trail = app.audited().await;
    assert_eq!(trail[trail.len() - 2..], ["account_updated", "session_ended"]);

    let (_, summary) = import(&admin, "existing=update", second_row).await;
    assert_eq!(figures(&summary), [0, 0, 1, 0], "a second time changes nothing");
}

#[on_each_engine]
async fn nobody_takes_the_own_rights_away_with_a_table_and_the_other_rows_are_done() {
    let app = TestApp::start().await;
    let (admin, other) = (app.administrator().await, app.administrator().await);
    for own in ["user,true", "admin,false"] {
        let table = format!(
            "email,full_name,role,is_active\n{},Tomás Weber,{own}\n{},Tomás Weber,admin,false\n",
            admin.email, other.email
        );
        let (rows, _) = import(&admin, "existing=update", table).await;
        assert_eq!((&rows[0]["outcome"], &rows[0]["code"]), (&json!("refused"), &json!("own_account")));
        assert_ne!(rows[1]["outcome"], "refused", "{rows:?}");
    }
    other.get("/api/auth/me").await.assert_status(401).assert_problem("session_ended");
    let active: Vec<Value> =
        accounts(&admin).await.into_iter().filter(|person| person["is_active"] == true).collect();
    assert_eq!(active.len(), 1);
}
