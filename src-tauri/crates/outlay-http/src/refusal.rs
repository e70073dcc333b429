//! Why the host does not do what was asked: the one place where refusals get their words and their status.
//!
//! What a command refuses arrives with its words made and only gets its status here.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outlay_app::{ApiError, Code};
use thiserror::Error;

/// Why a request is not answered.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    /// DNS rebinding, or a proxy.
    #[error("this address is not loopback's")]
    ForeignHost,
    #[error("the request comes from another site's page")]
    ForeignOrigin,
    #[error("this is not asked with that method")]
    Method,
    #[error("there is nothing at this address")]
    NoSuchRoute,
    #[error("this session has ended, or never began")]
    NoToken,
    #[error("this link does not fit the running server")]
    WrongCode,
    #[error("this link was opened before")]
    SpentCode,
    #[error("this link has expired")]
    ExpiredCode,
    #[error("the link was taken back after too many wrong tries")]
    TooManyCodes,
    #[error("the request must be `Content-Type: application/json`")]
    NotJson,
    #[error("the request is no JSON: {0}")]
    Malformed(serde_json::Error),
    #[error("the request is longer than {0} bytes")]
    TooLong(u64),
    #[error("the connection broke off before everything had arrived")]
    BrokenOff,
    #[error("the work ended without an answer")]
    Unanswered,
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// How to come in again.
const ANOTHER_LINK: &str = "Stop `outlay serve` with Ctrl-C and start it again: it prints another link.";

impl Refusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::ForeignHost | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::NoToken | Self::WrongCode | Self::SpentCode | Self::ExpiredCode => StatusCode::UNAUTHORIZED,
            Self::TooManyCodes => StatusCode::TOO_MANY_REQUESTS,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed(_) | Self::BrokenOff => StatusCode::BAD_REQUEST,
            Self::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unanswered => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Api(error) => match error.code {
                Code::Usage => StatusCode::BAD_REQUEST,
                Code::Refused | Code::Cancelled => StatusCode::CONFLICT,
                Code::NotFound | Code::NoSuchFile => StatusCode::NOT_FOUND,
                Code::UnreadableInput => StatusCode::UNPROCESSABLE_ENTITY,
                Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                Code::NoSession => StatusCode::UNAUTHORIZED,
                Code::PasswordNeeded | Code::NotAllowed => StatusCode::FORBIDDEN,
                Code::Unavailable => StatusCode::BAD_GATEWAY,
                Code::Storage => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    fn words(self) -> ApiError {
        let message = self.to_string();
        let (code, hint) = match self {
            Self::Api(error) => return error,
            Self::ForeignHost => {
                (Code::Refused, "Use http://127.0.0.1 or http://localhost, through an SSH tunnel from afar.")
            }
            Self::ForeignOrigin => (Code::Refused, "Type or paste the address that `outlay serve` printed."),
            Self::NoSuchRoute => (Code::NotFound, "Commands are asked with POST at /api/COMMAND."),
            Self::Method => (Code::Usage, "Commands are asked with POST at /api/COMMAND."),
            Self::NoToken => (Code::NoSession, "Open the link that `outlay serve` printed when it started."),
            Self::WrongCode | Self::SpentCode | Self::ExpiredCode | Self::TooManyCodes => {
                (Code::NoSession, ANOTHER_LINK)
            }
            Self::NotJson | Self::Malformed(_) => (Code::Usage, ""),
            Self::TooLong(_) => (Code::TooLarge, "Files go to /files, or are named by their path."),
            Self::BrokenOff => (Code::UnreadableInput, "Send it again. Nothing was kept."),
            Self::Unanswered => (Code::Storage, "Nothing was written. Please report this."),
        };
        ApiError { code, message, hint: hint.to_owned() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), Json(self.words())).into_response()
    }
}
