//! `/docs`: the page for people, which needs nothing from anywhere else.

use http::Method;

use crate::support::TestApp;

const PARTS: [(&str, &str); 4] = [
    ("/docs", "text/html"),
    ("/docs/docs.css", "text/css"),
    ("/docs/docs.js", "text/javascript"),
    ("/docs/schema.js", "text/javascript"),
];

#[on_each_engine]
async fn the_page_may_run_its_own_script_and_ask_its_own_gateway_and_nothing_else() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/docs").await.assert_status(200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    // With that policy nothing inside the page itself would run or be used.
    assert!(!page.body.contains("<style") && !page.body.contains("style=") && !page.body.contains("onclick"));
    assert_eq!(
        page.body.matches("<script").count(),
        page.body.matches("<script type=\"module\" src=").count()
    );
}

#[on_each_engine]
async fn every_part_is_there_for_everybody_and_names_no_other_place() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    for (path, kind) in PARTS {
        let part = nobody.get(path).await.assert_status(200);
        assert_eq!(part.header("content-type"), Some(format!("{kind}; charset=utf-8").as_str()));
        assert!(!part.body.contains("://"), "{path} names another place");
        let tag = part.header("etag").expect("a tag").to_owned();
        let again = nobody.request(Method::GET, path).header("if-none-match", format!("\"x\", {tag}"));
        assert_eq!(nobody.send(again).await.assert_status(304).body, "");
    }
}

#[on_each_engine]
async fn what_the_page_asks_for_is_among_its_parts() {
    let app = TestApp::start().await;
    let mut asked_for = 0;
    for (path, _) in PARTS {
        let body = app.anonymous().get(path).await.body;
        let quoted = body.split('"').filter(|text| text.ends_with(".js") || text.ends_with(".css"));
        for name in quoted {
            let whole = format!("/docs/{}", name.trim_start_matches("./").trim_start_matches("docs/"));
            assert!(PARTS.iter().any(|(part, _)| *part == whole), "{path} asks for {name}");
            asked_for += 1;
        }
    }
    assert_eq!(asked_for, PARTS.len() - 1);
}
