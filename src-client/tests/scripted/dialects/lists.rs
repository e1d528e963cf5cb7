//! Lists that are searched, sorted and counted here: whole, without repeats, and bounded.

use std::collections::HashSet;
use std::time::Duration;

use voiceassist_contract::accounts::{AccountQuery, Order, Role, SortKey, StatusFilter};
use voiceassist_contract::ipc::LoadingState;
use voiceassist_scripted_gateways::{Kind, Mishap};

use super::{DEPLOYED, Scene, search};

/// Every page of a query, once loading is over.
async fn all_of(scene: &Scene, query: &AccountQuery) -> Vec<String> {
    let mut query = AccountQuery { limit: Some(200), ..query.clone() };
    let mut first = scene.client.users().list(&query).await.expect("a page");
    for _ in 0..200 {
        if first.loading.is_none() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        first = scene.client.users().list(&query).await.expect("a page");
    }
    assert_eq!(first.loading, None, "loaded in time");
    let mut page = first.page;
    let mut names = Vec::new();
    loop {
        names.extend(page.items.iter().map(|account| account.user.full_name.clone()));
        query.cursor = page.next_cursor.take();
        if query.cursor.is_none() {
            return names;
        }
        page = scene.client.users().list(&query).await.expect("a page").page;
    }
}

#[tokio::test]
async fn pages_that_repeat_and_skip_accounts_become_a_list_without_either() {
    for (kind, _) in DEPLOYED {
        let scene = Scene::signed_in(kind).await;
        scene.gateway.add_many(1300);
        scene.gateway.move_accounts_between_pages();
        let names = all_of(&scene, &AccountQuery::default()).await;
        let different: HashSet<&String> = names.iter().collect();
        assert_eq!((names.len(), different.len()), (1301, 1301), "{kind:?}");
        assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{kind:?}");
        let requests = scene.lines().len();
        assert!(requests <= 45, "bounded on {kind:?}: {requests}");
        all_of(&scene, &search("person 0001")).await;
        assert_eq!(scene.lines().len(), 0, "a search of what was just loaded asks nobody on {kind:?}");
    }
}

#[tokio::test]
async fn filters_counts_and_orders_are_those_of_this_projects_gateway() {
    let scene = Scene::signed_in(Kind::November2025).await;
    scene.gateway.add_many(20);
    let third = scene.gateway.person_with("person00003@clinic.example").expect("there").id;
    scene.gateway.change(third, |person| person.is_active = false);
    let of_status = |status| AccountQuery { status: Some(status), ..AccountQuery::default() };
    assert_eq!(all_of(&scene, &of_status(StatusFilter::Inactive)).await, ["Person 00003"]);
    assert_eq!(all_of(&scene, &of_status(StatusFilter::NeverSignedIn)).await.len(), 19);
    assert_eq!(all_of(&scene, &of_status(StatusFilter::Locked)).await, Vec::<String>::new());
    let administrators = AccountQuery { role: Some(Role::Admin), ..AccountQuery::default() };
    assert_eq!(all_of(&scene, &administrators).await, ["Ana Ruiz"]);
    let by_id = scene.client.users().list(&search(&third.to_string()[..13])).await.expect("a page").page;
    assert_eq!(by_id.items[0].user.id, third);
    let counts = by_id.counts.expect("counts");
    assert_eq!((by_id.total, counts.all, counts.inactive, counts.active), (Some(1), 1, 1, 0));
    let backwards = AccountQuery { sort: SortKey::Email, order: Order::Desc, ..AccountQuery::default() };
    assert_eq!(all_of(&scene, &backwards).await[0], "Person 00019");
    let by_status = AccountQuery { sort: SortKey::Status, order: Order::Desc, ..AccountQuery::default() };
    assert_eq!(
        all_of(&scene, &by_status).await[0],
        "Person 00003",
        "inactive ones come last, so first backwards"
    );
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let scene = Scene::signed_in(Kind::November2025).await;
    scene.gateway.add_many(20);
    let query = AccountQuery { limit: Some(5), ..AccountQuery::default() };
    let cursor = scene.client.users().list(&query).await.expect("a page").page.next_cursor;
    for (broken, code) in [
        (AccountQuery { cursor: cursor.clone(), role: Some(Role::User), ..query.clone() }, "other_list"),
        (AccountQuery { cursor: Some("nonsense".into()), ..query.clone() }, "not_a_cursor"),
        (AccountQuery { limit: Some(0), ..query.clone() }, "out_of_range"),
    ] {
        let failure = scene.client.users().list(&broken).await.expect_err("refused").to_failure();
        assert_eq!(failure.fields[0].code, code);
    }
}

#[tokio::test]
async fn what_was_loaded_is_shown_with_how_far_it_has_come_when_loading_breaks_off() {
    let scene = Scene::signed_in(Kind::December2025).await;
    scene.gateway.add_many(350);
    let further = "GET /api/admin/panel/users?limit=100&offset=200";
    // Reading is tried once more by itself, so it takes two.
    scene.gateway.once(further, Mishap::Reset);
    scene.gateway.once(further, Mishap::Reset);
    let query = AccountQuery { limit: Some(200), ..AccountQuery::default() };
    let listed = scene.client.users().list(&query).await.expect("a page");
    let loading = listed.loading.expect("not everything");
    assert_eq!((loading.loaded, loading.expected), (200, Some(351)));
    assert_eq!(loading.state, LoadingState::BrokenOff);
    assert_eq!((listed.page.items.len(), listed.page.total), (200, Some(200)), "what is there is readable");
    let listed = scene.client.users().list(&query).await.expect("a page");
    assert_eq!((listed.loading, listed.page.total), (None, Some(351)), "the next request goes on");
}

#[tokio::test]
async fn a_list_that_cannot_be_loaded_at_all_is_an_error() {
    let scene = Scene::signed_in(Kind::November2025).await;
    for _ in 0..2 {
        scene.gateway.once("GET /api/users/?", Mishap::Reset);
    }
    let failure =
        scene.client.users().list(&AccountQuery::default()).await.expect_err("nothing").to_failure();
    assert!(failure.is_about_the_connection(), "{failure:?}");
    scene.client.users().list(&AccountQuery::default()).await.expect("the next one works");
}

#[tokio::test]
async fn another_person_sees_nothing_of_what_was_loaded_before() {
    let scene = Scene::signed_in(Kind::November2025).await;
    scene.client.users().list(&AccountQuery::default()).await.expect("a list");
    scene.gateway.add(
        "Bea",
        "bea@clinic.example",
        "another long password",
        voiceassist_scripted_gateways::Role::User,
    );
    scene
        .client
        .auth()
        .sign_in("bea@clinic.example", &"another long password".into(), false)
        .await
        .expect("in");
    let failure =
        scene.client.users().list(&AccountQuery::default()).await.expect_err("no right").to_failure();
    assert_eq!(failure.code.map(|code| code.as_str()), Some("not_administrator"));
    scene.client.auth().sign_out().await.expect("out");
    assert!(scene.client.users().list(&AccountQuery::default()).await.is_err(), "nobody is signed in");
}
