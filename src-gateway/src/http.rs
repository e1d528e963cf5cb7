//! What every route shares of HTTP: request ids, callers' addresses, problem bodies, time-outs, reading bodies, query
//! parameters, path ids and versions.

pub mod body;
pub mod compression;
pub mod cors;
pub mod csv;
pub mod download;
pub mod fields;
pub mod forwarded;
pub mod framing;
pub mod headers;
pub mod json_text;
pub mod layers;
pub mod load;
pub mod parameters;
pub mod request_info;
pub mod request_log;
pub mod strict_json;
pub mod values;
