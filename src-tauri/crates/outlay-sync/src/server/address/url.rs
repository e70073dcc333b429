//! The form `postgres://user:password@host:port/database?name=value`, read and written.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::parameters::Parameters;
use super::{Address, AddressError, ChannelBinding, Encryption, Host, Trust};

/// What stands for itself in every part of a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reads what stands after the scheme.
pub(super) fn parameters(rest: &str) -> Result<Parameters, AddressError> {
    let mut parameters = Parameters::default();
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before_query.split_once('/').unwrap_or((before_query, ""));
    // A password with one of the signs that divide a URL: whatever follows would be a piece of it.
    if path.contains('@') || query.contains('@') {
        return Err(AddressError::NotEncoded);
    }
    let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    if login.contains('@') {
        return Err(AddressError::NotEncoded);
    }
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    set(&mut parameters, "user", user)?;
    set(&mut parameters, "password", password)?;
    let (host, port) = split_port(place)?;
    set(&mut parameters, "host", host)?;
    set(&mut parameters, "port", port)?;
    set(&mut parameters, "dbname", path)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or(AddressError::NotEncoded)?;
        parameters.set(&decode(name)?, decode(value)?)?;
    }
    Ok(parameters)
}

/// Host and port; an IPv6 address stands in brackets.
fn split_port(place: &str) -> Result<(&str, &str), AddressError> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(AddressError::NotEncoded)?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, port)),
            None if after.is_empty() => Ok((host, "")),
            None => Err(AddressError::NotEncoded),
        };
    }
    if place.contains(',') {
        return Err(AddressError::SeveralHosts);
    }
    Ok(place.split_once(':').unwrap_or((place, "")))
}

/// Notes a part of the URL that is there: an empty one may stand in the query instead.
fn set(parameters: &mut Parameters, name: &str, encoded: &str) -> Result<(), AddressError> {
    if encoded.is_empty() { Ok(()) } else { parameters.set(name, decode(encoded)?) }
}

fn decode(text: &str) -> Result<String, AddressError> {
    let bytes = text.as_bytes();
    let is_hex = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_hexdigit);
    let whole =
        (0..bytes.len()).all(|place| bytes[place] != b'%' || (is_hex(place + 1) && is_hex(place + 2)));
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.ok().filter(|_| whole).map(Into::into).ok_or(AddressError::NotEncoded)
}

/// Writes the address with everything that differs from what is taken anyway.
pub(super) fn write(address: &Address) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let (user, database, port) = (encoded(&address.user), encoded(&address.database), address.port);
    let mut query: Vec<(&str, String)> = Vec::new();
    let place = match &address.host {
        Host::Network(host) if host.contains(':') => format!("[{}]:{port}", host.replace('%', "%25")),
        Host::Network(host) => format!("{}:{port}", encoded(host)),
        Host::Socket(folder) => {
            query.push(("host", encoded(&folder.to_string_lossy())));
            query.push(("port", port.to_string()));
            String::new()
        }
    };
    if let Encryption::Verified { trust, channel_binding } = &address.encryption {
        query.push(("sslmode", "verify-full".into()));
        if let Trust::File(file) = trust {
            query.push(("sslrootcert", encoded(&file.to_string_lossy())));
        }
        match channel_binding {
            ChannelBinding::Require => {}
            ChannelBinding::Prefer => query.push(("channel_binding", "prefer".into())),
            ChannelBinding::Disable => query.push(("channel_binding", "disable".into())),
        }
    }
    if let Some(name) = &address.application_name {
        query.push(("application_name", encoded(name)));
    }
    let mut url = format!("postgres://{user}@{place}/{database}");
    for (number, (name, value)) in query.into_iter().enumerate() {
        let sign = if number == 0 { '?' } else { '&' };
        // Writing to a String cannot fail.
        let _ = write!(url, "{sign}{name}={value}");
    }
    url
}
