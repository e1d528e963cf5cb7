//! `{success, data, error, …}`: some failures come with status 200 and `success: false`.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::transport::Answer;

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct Succeeded<T> {
    data: T,
}

#[derive(Deserialize)]
struct Outcome {
    success: bool,
}

/// What the envelope holds.
///
/// # Errors
/// The envelope's own refusal, whatever the status says.
pub(crate) fn read_envelope<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    if !answer.parse::<Outcome>()?.success {
        return Err(answer.refusal());
    }
    Ok(answer.parse::<Succeeded<T>>()?.data)
}
