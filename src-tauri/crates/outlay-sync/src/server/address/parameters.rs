//! What both forms of an address come to: parameters by name, each at most once, made into an [`Address`].

use std::path::PathBuf;

use super::{Address, AddressError, ChannelBinding, Encryption, Host, Trust};
use crate::server::password::Password;

/// Where PostgreSQL listens if nobody says otherwise.
pub(super) const DEFAULT_PORT: u16 = 5432;

/// The parameters of an address, not yet looked at.
#[derive(Default)]
pub(super) struct Parameters {
    known: [Option<Password>; NAMES.len()],
    /// A name that is not known. It may be a piece of a password that was not quoted.
    unknown: Option<String>,
}

/// The names that mean something.
const NAMES: [&str; 9] = [
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "channel_binding",
    "application_name",
];

/// What libpq knows besides: such a name is certainly no piece of a password.
const ELSEWHERE: &str = " hostaddr passfile require_auth connect_timeout client_encoding options \
    fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout \
    replication gssencmode sslnegotiation requiressl sslcompression sslcert sslkey sslpassword sslcertmode sslcrl \
    sslcrldir sslsni requirepeer ssl_min_protocol_version ssl_max_protocol_version krbsrvname gsslib \
    gssdelegation service target_session_attrs load_balance_hosts pgbouncer uselibpqcompat pool_timeout schema \
    connection_limit statement_cache_size ";

impl Parameters {
    /// Notes a parameter. Every value is held as a password is, because nobody knows yet which is one.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<(), AddressError> {
        let value = Password::new(value);
        // Two names that a URL may use for the same.
        let name = if name == "database" { "dbname" } else { name };
        match NAMES.iter().position(|known| *known == name) {
            None => {
                self.unknown.get_or_insert_with(|| name.to_owned());
            }
            Some(place) if self.known[place].is_some() => {
                return Err(AddressError::Twice { name: NAMES[place] });
            }
            Some(place) => self.known[place] = Some(value),
        }
        Ok(())
    }

    pub(super) fn into_address(mut self) -> Result<(Address, Option<Password>), AddressError> {
        let password = self.known[4].take().filter(|password| !password.expose().is_empty());
        if let Some(name) = self.unknown {
            let harmless = password.is_none() || ELSEWHERE.contains(&format!(" {name} "));
            return Err(if harmless {
                AddressError::UnknownParameter { name }
            } else {
                AddressError::UnknownPart
            });
        }
        let mut values = self.known.into_iter().zip(NAMES).map(|(value, name)| readable(value, name));
        let mut next = || values.next().unwrap_or(Ok(None));
        let host = host(next()?.ok_or(AddressError::Missing { what: "host" })?)?;
        let port = next()?.map_or(Ok(DEFAULT_PORT), |port| read_port(&port))?;
        let database = next()?;
        let user = next()?.ok_or(AddressError::Missing { what: "user" })?;
        next()?;
        let (mode, roots, binding) = (next()?, next()?, next()?);
        let encryption = encryption(&host, mode.as_deref(), roots.as_deref(), binding.as_deref())?;
        let database = database.unwrap_or_else(|| user.clone());
        let application_name = next()?;
        Ok((Address { host, port, database, user, encryption, application_name }, password))
    }
}

/// The text of a parameter; an empty one says nothing.
fn readable(value: Option<Password>, name: &'static str) -> Result<Option<String>, AddressError> {
    let Some(value) = value.filter(|value| !value.expose().is_empty()) else { return Ok(None) };
    if value.expose().chars().any(char::is_control) {
        return Err(AddressError::ControlCharacter { what: name });
    }
    Ok(Some(value.expose().to_owned()))
}

fn host(name: String) -> Result<Host, AddressError> {
    if name.starts_with('/') {
        return Ok(Host::Socket(PathBuf::from(name)));
    }
    if name.contains(',') {
        return Err(AddressError::SeveralHosts);
    }
    let is_name = |letter: char| !letter.is_whitespace() && !"/?#@\\'\"".contains(letter);
    if !name.chars().all(is_name) {
        return Err(AddressError::NotEncoded);
    }
    Ok(Host::Network(name))
}

fn read_port(port: &str) -> Result<u16, AddressError> {
    let expected = AddressError::UnknownValue { name: "port", expected: "a number from 1 to 65535" };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|port| digits && *port > 0).ok_or(expected)
}

/// `require`, `verify-ca` and `verify-full` are one here: TLS whose certificate and name are checked.
fn encryption(
    host: &Host,
    mode: Option<&str>,
    roots: Option<&str>,
    binding: Option<&str>,
) -> Result<Encryption, AddressError> {
    let wants_tls = match mode {
        None => !host.is_this_machine(),
        Some("verify-full" | "verify-ca" | "require") => true,
        Some("disable" | "allow" | "prefer") if host.is_this_machine() => false,
        Some(mode @ ("disable" | "allow" | "prefer")) => {
            return Err(AddressError::Unencrypted { mode: mode.to_owned(), host: host.to_string() });
        }
        Some(_) => {
            let expected = "verify-full (or disable, on this machine)";
            return Err(AddressError::UnknownValue { name: "sslmode", expected });
        }
    };
    let channel_binding = read_binding(binding)?;
    if !wants_tls || matches!(host, Host::Socket(_)) {
        // To a socket nobody can listen, and no name could be checked.
        return match channel_binding {
            Some(ChannelBinding::Require) => Err(AddressError::BindingWithoutTls),
            _ => Ok(Encryption::None),
        };
    }
    let trust = match roots {
        None | Some("system") => Trust::System,
        Some(file) => Trust::File(PathBuf::from(file)),
    };
    Ok(Encryption::Verified { trust, channel_binding: channel_binding.unwrap_or(ChannelBinding::Require) })
}

fn read_binding(text: Option<&str>) -> Result<Option<ChannelBinding>, AddressError> {
    Ok(Some(match text {
        None => return Ok(None),
        Some("require") => ChannelBinding::Require,
        Some("prefer") => ChannelBinding::Prefer,
        Some("disable") => ChannelBinding::Disable,
        Some(_) => {
            let expected = "require, prefer or disable";
            return Err(AddressError::UnknownValue { name: "channel_binding", expected });
        }
    }))
}
