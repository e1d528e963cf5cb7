//! `voiceassist-gateway health`.

use std::process::Stdio;

use crate::support::Clinic;

#[test]
fn a_running_gateway_says_that_it_is_healthy_and_ready() {
    let clinic = Clinic::found();
    let gateway = clinic.serve();
    let url = format!("http://{}", gateway.address());
    let healthy = clinic.run(&["health", "--url", &url]).assert_done();
    assert!(healthy.said.starts_with("healthy: version "), "{}", healthy.said);
    let ready = clinic.run(&["health", "--ready", "--url", &url]).assert_done();
    assert!(ready.said.contains("postgres: yes The database answers."), "{}", ready.said);
}

#[test]
fn where_it_listens_is_known_from_the_gateways_own_setting() {
    let clinic = Clinic::found();
    let gateway = clinic.serve();
    let mut program = clinic.program();
    program.env("LISTEN_ADDRESS", gateway.address()).arg("health").stdout(Stdio::null());
    assert!(program.status().expect("the program runs").success());
}

#[test]
fn a_gateway_that_has_ended_is_not_healthy() {
    let clinic = Clinic::found();
    let gateway = clinic.serve();
    let url = format!("http://{}", gateway.address());
    drop(gateway);
    clinic.run(&["health", "--url", &url]).assert_refused("No gateway answers at http://127.0.0.1:");
    clinic.run(&["health", "--url", "127.0.0.1:8000"]).assert_refused("--url must be an http://");
}
