//! `/openapi.json`: the document says all that the router does, and the copy in the repository is the same.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::Value;
use voiceassist_contract::problem::ProblemCode;
use voiceassist_gateway::openapi::{describe, print};
use voiceassist_gateway::router::collect_routes;

use crate::support::TestApp;

/// Where the copy is.
const COPY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

/// Every operation: path, method, and what is said of it.
fn operations() -> Vec<(&'static str, &'static str, &'static Value)> {
    let paths = describe()["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&'static String, &'static Value)| {
        let operations = item.as_object().expect("operations").iter();
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_copy_in_the_repository_is_the_document() {
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(COPY, print()).expect("the copy can be written");
    }
    let copy = std::fs::read_to_string(COPY).expect("openapi.json is there");
    let is_same = copy == print();
    assert!(
        is_same,
        "the document changed: look at it, then take it over with UPDATE_OPENAPI=1 (CONTRIBUTING.md)"
    );
}

#[on_each_engine]
async fn it_is_served_to_everybody_and_not_twice_to_whoever_has_it() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let answer = nobody.get("/openapi.json").await.assert_status(200);
    assert_eq!(answer.json(), *describe());
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    let tag = answer.header("etag").expect("a tag").to_owned();
    let again = nobody.request(Method::GET, "/openapi.json").header("if-none-match", &tag);
    let answer = nobody.send(again).await.assert_status(304);
    assert_eq!((answer.body.as_str(), answer.header("etag")), ("", Some(tag.as_str())));
    let other = nobody.request(Method::GET, "/openapi.json").header("if-none-match", "\"other\"");
    nobody.send(other).await.assert_status(200);
}

/// The paths that the router knows. The framework lists them nowhere but in what it shows to programmers.
fn routed_paths() -> BTreeSet<String> {
    let (router, _) = collect_routes(None).split_for_parts();
    let shown = format!("{router:?}");
    let paths = shown.split('"').filter(|part| part.starts_with('/'));
    // These two stand for everything that is no route.
    paths.filter(|path| *path != "/" && !path.contains("axum_fallback")).map(str::to_owned).collect()
}

#[test]
fn every_route_of_the_router_is_described() {
    let described: BTreeSet<String> = operations().iter().map(|(path, ..)| (*path).to_owned()).collect();
    assert!(described.len() > 20);
    assert_eq!(routed_paths(), described);
}

#[on_each_engine]
async fn a_route_takes_the_methods_that_are_described_and_no_other() {
    let app = TestApp::start().await;
    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, method, _) in operations() {
        methods.entry(path).or_default().insert(method);
    }
    for (path, described) in methods {
        let path = path.replace("{id}", "0190b2f0-0000-7000-8000-000000000001");
        let path = path.replace("{sid}", "0190b2f0-0000-7000-8000-000000000002");
        for method in ["get", "post", "put", "delete", "patch", "trace"] {
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let nobody = app.anonymous();
            let answer = nobody.send(nobody.request(verb, &path)).await;
            assert_eq!(
                answer.status != 405,
                described.contains(method),
                "{method} {path}: {}",
                answer.status
            );
        }
    }
}

#[test]
fn every_operation_is_explained_and_has_examples() {
    let mut ids = BTreeSet::new();
    let tags: BTreeSet<&str> =
        describe()["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    for (path, method, operation) in operations() {
        let what = format!("{method} {path}");
        for name in ["summary", "description", "operationId"] {
            assert!(operation[name].as_str().is_some_and(|text| text.len() > 2), "{what} has no {name}");
        }
        assert!(ids.insert(operation["operationId"].as_str()), "{what} has the id of another");
        assert!(operation["tags"][0].as_str().is_some_and(|tag| tags.contains(tag)), "{what} has no group");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{what}: {} is not explained", parameter["name"]);
        }
        let request = operation["requestBody"]["content"].as_object();
        for (kind, media) in request.into_iter().flatten() {
            assert!(has_example(media), "{what} has no example of {kind}");
        }
        for (status, response) in operation["responses"].as_object().expect("responses") {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{what} {status}");
            let content = response["content"].as_object();
            for (kind, media) in content.into_iter().flatten().filter(|(kind, _)| kind.ends_with("json")) {
                let is_whole = path == "/openapi.json" || has_example(media);
                assert!(is_whole, "{what} has no example of {status} {kind}");
            }
        }
    }
}

fn has_example(media: &Value) -> bool {
    let has_own = media.get("example").is_some() || media.get("examples").is_some();
    let mut schema = &media["schema"];
    let choices = [&schema["oneOf"], &schema["anyOf"]].into_iter().find_map(Value::as_array);
    schema =
        choices.and_then(|choices| choices.iter().find(|one| one.get("$ref").is_some())).unwrap_or(schema);
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            describe().pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere");
        let is_choice = |schema: &Value| {
            schema["oneOf"]
                .as_array()
                .is_some_and(|choices| choices.iter().all(|one| one.get("$ref").is_some()))
        };
        return target.get("example").is_some() || target.get("examples").is_some() || is_choice(target);
    }
    has_own || schema.get("example").is_some()
}

#[test]
fn every_problem_code_is_an_answer_of_some_operation() {
    let text = serde_json::to_string(&describe()["paths"]).expect("prints");
    for code in ProblemCode::ALL {
        // The one that is not an operation's, because there is none.
        let is_described =
            *code == ProblemCode::MethodNotAllowed || text.contains(&format!("\"{}\"", code.as_str()));
        assert!(is_described, "{} is in no operation", code.as_str());
    }
}

#[test]
fn whoever_must_be_signed_in_is_told_so_in_both_ways() {
    for (path, method, operation) in operations() {
        let needs_token = operation["security"].as_array().is_some_and(|ways| !ways.is_empty());
        let says_so = operation["responses"]["401"].to_string().contains("token_missing");
        assert_eq!(needs_token, says_so, "{method} {path}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn look(value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    assert!(describe().pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                }
                members.values().for_each(look);
            }
            Value::Array(items) => items.iter().for_each(look),
            _ => {}
        }
    }
    look(describe());
}
