//! Signing in, staying signed in, signing out.

use tauri::State;
use voiceassist_contract::ipc::{
    GetCapabilities, GetPolicy, ResumeSession, SignIn, SignOut, VerifySecondStep,
};

use crate::answer::{Answer, failure};
use crate::console::Console;

#[tauri::command]
pub(crate) async fn resume_session(
    console: State<'_, Console>,
    request: ResumeSession,
) -> Answer<ResumeSession> {
    let client = console.use_profile(request.profile_id)?;
    let resumed = client.auth().resume().await.map_err(failure);
    console.remember_dialect(request.profile_id);
    resumed
}

#[tauri::command]
pub(crate) async fn sign_in(console: State<'_, Console>, request: SignIn) -> Answer<SignIn> {
    let client = console.use_profile(request.profile_id)?;
    let signed_in = client.auth().sign_in(&request.email, &request.password, request.keep_signed_in).await;
    if matches!(signed_in, Ok(_) | Err(voiceassist_client::Error::SecondStep)) {
        console.remember_email(request.profile_id, &request.email);
    }
    console.remember_dialect(request.profile_id);
    signed_in.map_err(failure)
}

#[tauri::command]
pub(crate) async fn verify_second_step(
    console: State<'_, Console>,
    request: VerifySecondStep,
) -> Answer<VerifySecondStep> {
    let client = console.use_profile(request.profile_id)?;
    let signed_in = client.auth().verify_second_step(&request.code, request.is_backup_code).await;
    console.remember_dialect(request.profile_id);
    signed_in.map_err(failure)
}

#[tauri::command]
pub(crate) async fn sign_out(console: State<'_, Console>, request: SignOut) -> Answer<SignOut> {
    let SignOut {} = request;
    console.client()?.auth().sign_out().await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn get_policy(console: State<'_, Console>, request: GetPolicy) -> Answer<GetPolicy> {
    let GetPolicy {} = request;
    console.client()?.auth().policy().await.map_err(failure)
}

#[tauri::command]
pub(crate) async fn get_capabilities(
    console: State<'_, Console>,
    request: GetCapabilities,
) -> Answer<GetCapabilities> {
    let GetCapabilities {} = request;
    Ok(console.client()?.capabilities())
}
