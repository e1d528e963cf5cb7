//! Replicas on one PostgreSQL server, as a clinic runs them that has more than one.

mod outage;
mod roles;
mod step_up;
mod tls;
mod writers;

use voiceassist_gateway::audit::verify::{ChainState, verify_chain};
use voiceassist_test_engines::Redis;

use crate::support::{Deployment, SharedDatabase, Storage, no_limits};

/// So many replicas on that database, with a Redis that nobody else uses.
async fn deploy(count: usize, database: &SharedDatabase) -> Deployment {
    let redis = Redis::shared().expect("Redis").create_database().expect("a database");
    Deployment::start_on(Storage::at(&database.url), count, &redis, no_limits()).await
}

/// How many events the trail has; fails the test unless they are one whole chain.
async fn count_events(deployment: &Deployment) -> i64 {
    let state = &deployment.replicas[0].state;
    match verify_chain(state.database.readers(), state.audit_key()).await.expect("verifies") {
        ChainState::Whole(events) => events,
        ChainState::Broken(fault) => panic!("the audit trail is broken: {fault:?}"),
    }
}
