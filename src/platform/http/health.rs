//! Health: whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;

use crate::platform::app::App;

/// `GET /health/live`: the process answers.
pub async fn live() -> &'static str {
    "OK"
}

/// `GET /health/ready`: the store can be read and written and the server is not stopping; 503 otherwise.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.stopping.is_cancelled() || app.read().is_err() || app.store.failure().is_some() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready");
    }
    (StatusCode::OK, "OK")
}
