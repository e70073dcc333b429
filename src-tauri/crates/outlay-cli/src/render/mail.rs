//! Mail about alerts: how it is set up, what went out, what became of each alert.

use outlay_app::delivery::{Deliveries, Delivery};
use outlay_app::mail::{MailSent, MailSettings, MailTried};
use outlay_app::secrets::PasswordState;
use outlay_app::{Channel, DeliveryState};
use owo_colors::OwoColorize as _;

use super::amount::count;
use super::days::utc;
use super::table::{Side, pairs, table};

/// The server, the addresses, and what waits.
pub(crate) fn settings(settings: &MailSettings) -> String {
    let Some(server) = &settings.server else {
        return "Mail is not set up, so none is sent".to_owned();
    };
    let password = match settings.password {
        PasswordState::NotNeeded => "none is asked for",
        PasswordState::Keychain => "in the keychain",
        PasswordState::Environment => "in OUTLAY_SMTP_PASSWORD",
        PasswordState::PasswordFile => "in the file of PostgreSQL's programs",
        PasswordState::Missing => "missing",
        PasswordState::Unavailable => "missing: the keychain cannot be asked",
    };
    let mut fields = vec![
        ("server", format!("{}, port {}, {}", server.host, server.port, server.security)),
        ("user name", server.user_name.clone().unwrap_or_else(|| "none".to_owned())),
        ("password", password.to_owned()),
        ("from", server.from.clone()),
        ("to", server.to.clone()),
        ("waiting", count(settings.waiting.0)),
    ];
    if settings.held.0 > 0 {
        fields.push(("held", format!("{}, until other settings are there", count(settings.held.0))));
    }
    let fields = pairs(&fields, None);
    format!("{}\n{fields}", "Mail".bold())
}

/// What was tried, a line for each mail.
pub(crate) fn sent(sent: &MailSent) -> String {
    if sent.mails.is_empty() {
        return "Nothing waits".to_owned();
    }
    let line = |mail: &MailTried| {
        let state = match mail.state {
            DeliveryState::Sent => "sent",
            DeliveryState::Failed => "given up",
            _ => "not sent",
        };
        format!("{state}: {} ({})", mail.subject, mail.reply)
    };
    sent.mails.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What became of each alert, the newest first.
pub(crate) fn deliveries(deliveries: &Deliveries, width: Option<u16>) -> String {
    if deliveries.deliveries.is_empty() {
        return "No alert was worth a mail or a notification so far".to_owned();
    }
    let header = [
        ("Since", Side::Whole),
        ("By", Side::Whole),
        ("State", Side::Left),
        ("Alert", Side::Left),
        ("Answer", Side::Left),
    ];
    table(&header, deliveries.deliveries.iter().map(row).collect(), width)
}

fn row(delivery: &Delivery) -> Vec<String> {
    let state = match (delivery.state, delivery.next_try) {
        (DeliveryState::Waiting, Some(at)) if delivery.attempts.0 > 0 => format!("again at {}", utc(at)),
        (DeliveryState::Waiting, _) => "waits".to_owned(),
        (DeliveryState::Held, _) => "waits for other settings".to_owned(),
        (DeliveryState::Sent, _) if delivery.channel == Channel::Desktop => "shown".to_owned(),
        (DeliveryState::Sent, _) => "sent".to_owned(),
        (DeliveryState::Failed, _) => "given up".to_owned(),
        (DeliveryState::Over, _) => "over before it was sent".to_owned(),
    };
    let reply = delivery.reply.clone().unwrap_or_default();
    vec![utc(delivery.queued_at), delivery.channel.to_string(), state, delivery.alert.clone(), reply]
}
