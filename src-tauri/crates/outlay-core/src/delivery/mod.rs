//! Telling of alerts outside of the ledger: by which ways, what may become of it, what goes out together, and when
//! it is tried again.
//!
//! Pure: what waits goes in, what to do comes out. The words of a mail stand in `alert::letter`; who sends and shows
//! is the host's matter.

mod outbox;
mod pace;
mod quiet;

pub use outbox::{LEASE, Parcel, Waiting, When, next_try, parcel, wakes_at};
pub use pace::{PERIOD, Showing, Shown, ToShow, showing};
pub use quiet::{Hush, Pause, QuietHours};

use crate::alert::{AlertType, Notice, Severity, is_of_default_cap};
use crate::cost_config::CostConfig;
use crate::text::words;

/// More than so many at once are told as one.
pub const DIGEST_ABOVE: usize = 3;

words! {
    /// A way on which an alert reaches a person outside of the ledger.
    pub enum Channel("channel") {
        /// E-mail.
        Mail = "mail",
        /// A notification of the desktop.
        Desktop = "desktop",
    }
}

words! {
    /// What became of a delivery.
    pub enum DeliveryState("state of a delivery") {
        /// It is to be sent.
        Waiting = "waiting",
        /// It waits for other settings: the server does not take the password.
        Held = "held",
        /// It went out.
        Sent = "sent",
        /// It was given up.
        Failed = "failed",
        /// What it was about was over before it went out.
        Over = "over",
    }
}

words! {
    /// How the way to a mail server is kept from others.
    pub enum MailSecurity("kind of security") {
        /// TLS from the first byte, on port 465.
        Tls = "tls",
        /// TLS after a plain greeting, on port 587; without it nothing is sent.
        Starttls = "starttls",
        /// None: only to this machine itself.
        None = "none",
    }
}

impl MailSecurity {
    /// The port that servers listen on for it.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

words! {
    /// From which severity on the desktop notifies.
    pub enum NotifyFrom("severity from which the desktop notifies") {
        /// Never.
        Off = "off",
        /// Of everything.
        Low = "low",
        /// From medium on.
        Medium = "medium",
        /// From high on.
        High = "high",
        /// Of what is critical.
        Critical = "critical",
    }
}

/// Whether an alert is sent by mail: if it is urgent, and its user wants such mail. The default cap, which nobody
/// confirmed, sends none.
pub fn is_mailed(notice: &Notice, config: &CostConfig) -> bool {
    config.email_on_high && notice.severity >= Severity::High && !is_of_default_cap(notice)
}

/// Whether the desktop notifies of an alert. What an import brought of long ago is never worth that.
pub fn is_notified(notice: &Notice, from: NotifyFrom) -> bool {
    let least = match from {
        NotifyFrom::Off => return false,
        NotifyFrom::Low => Severity::Low,
        NotifyFrom::Medium => Severity::Medium,
        NotifyFrom::High => Severity::High,
        NotifyFrom::Critical => Severity::Critical,
    };
    notice.severity >= least && notice.alert_type != AlertType::BackfillSummary
}
