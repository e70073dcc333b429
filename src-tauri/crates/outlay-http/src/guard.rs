//! Who may ask: plain functions over the headers of a request, and the headers of every answer.
//!
//! A page of any site may make a browser send requests to loopback. Three things keep it out: the name
//! it used to get here (a foreign name that resolves to 127.0.0.1 is DNS rebinding), where the request
//! comes from, and the token, which no foreign page can read. No answer ever allows another origin.

use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, ORIGIN,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};

use crate::refusal::Refusal;

/// What a page of ours needs, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// Whether a request may come in at all, token or not.
///
/// The names of loopback pass with any port, since the far end of an SSH tunnel has a port of its own; what DNS
/// can be made to lie about are other names. The origin must then be exactly that name and port.
///
/// # Errors
/// It used another name, comes from another origin, or is no plain GET, HEAD or POST.
pub(crate) fn admit(method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    let host = only(headers, &HOST).filter(|host| is_loopback(host)).ok_or(Refusal::ForeignHost)?;
    let is_own = |origin: &str| {
        origin.strip_prefix("http://").is_some_and(|authority| authority.eq_ignore_ascii_case(host))
    };
    if headers.contains_key(ORIGIN) && !only(headers, &ORIGIN).is_some_and(is_own) {
        return Err(Refusal::ForeignOrigin);
    }
    // Browsers say this of themselves; who is no browser says nothing. Another port here is another site's page.
    let site = HeaderName::from_static("sec-fetch-site");
    let is_direct = |site: &str| matches!(site, "same-origin" | "none");
    if headers.contains_key(&site) && !only(headers, &site).is_some_and(is_direct) {
        return Err(Refusal::ForeignOrigin);
    }
    if ![Method::GET, Method::HEAD, Method::POST].contains(method) {
        return Err(Refusal::Method);
    }
    Ok(())
}

/// Whether a request brings the token, as `Authorization: Bearer`. Nowhere else is it looked for.
///
/// # Errors
/// It does not.
pub(crate) fn authorise(headers: &HeaderMap, token: &str) -> Result<(), Refusal> {
    let given = only(headers, &AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    given.filter(|given| same(given, token)).map(drop).ok_or(Refusal::NoToken)
}

/// Whether a body is said to be JSON, which no form of a foreign page can say.
///
/// # Errors
/// It is not.
pub(crate) fn demand_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = only(headers, &CONTENT_TYPE).and_then(|value| value.split(';').next());
    kind.filter(|kind| kind.trim().eq_ignore_ascii_case("application/json")).map(drop).ok_or(Refusal::NotJson)
}

/// Compares secrets in a time that says nothing about them: hashes of BLAKE3 compare in constant time.
pub(crate) fn same(given: &str, secret: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(secret.as_bytes())
}

/// Puts what every answer says about itself on it.
pub(crate) fn seal(headers: &mut HeaderMap) {
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    let opener_policy = HeaderName::from_static("cross-origin-opener-policy");
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (resource_policy, "same-origin"),
        (opener_policy, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The value of a header that stands there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok()
}

fn is_loopback(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        // The colons inside of `[::1]` part no port from it.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && !port.starts_with('+');
    port.is_none_or(is_port)
        && ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[track_caller]
    fn check_host(host: &'static str, admitted: bool) {
        let outcome = admit(&Method::GET, &headers(&[("host", host)]));
        assert_eq!(outcome.is_ok(), admitted, "Host: {host}");
    }

    #[test]
    fn only_names_of_loopback_get_in() {
        for host in ["127.0.0.1:7000", "localhost:7000", "[::1]:7000", "LOCALHOST", "127.0.0.1", "[::1]"] {
            check_host(host, true);
        }
        for host in [
            "",
            "rebound.example:7000",
            "localhost.rebound.example:7000",
            "127.0.0.1.nip.example",
            "0.0.0.0:7000",
            "127.0.0.2:7000",
            "::1",
            "localhost:",
            "localhost:99999",
            "localhost:+80",
            "user@localhost:7000",
            "localhost:7000/",
            "localhost.:7000",
            "10.0.0.5:7000",
        ] {
            check_host(host, false);
        }
        assert!(admit(&Method::GET, &HeaderMap::new()).is_err(), "HTTP/1.0 without a Host");
        assert!(admit(&Method::GET, &headers(&[("host", "localhost"), ("host", "localhost")])).is_err());
    }

    #[track_caller]
    fn check_from(name: &'static str, value: &'static str, admitted: bool) {
        let outcome = admit(&Method::POST, &headers(&[("host", "localhost:7000"), (name, value)]));
        assert_eq!(outcome.is_ok(), admitted, "{name}: {value}");
    }

    #[test]
    fn only_our_own_page_gets_in() {
        check_from("origin", "http://localhost:7000", true);
        for origin in [
            "http://localhost:7001",
            "http://127.0.0.1:7000",
            "https://localhost:7000",
            "null",
            "",
            "http://localhost",
            "http://shop.example",
            "http://localhost:7000/",
            "http://localhost:7000, null",
        ] {
            check_from("origin", origin, false);
        }
        check_from("sec-fetch-site", "same-origin", true);
        check_from("sec-fetch-site", "none", true);
        check_from("sec-fetch-site", "same-site", false);
        check_from("sec-fetch-site", "cross-site", false);
    }

    #[test]
    fn only_plain_methods_get_in() {
        let host = headers(&[("host", "localhost")]);
        for method in
            [Method::OPTIONS, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::CONNECT]
        {
            assert!(admit(&method, &host).is_err(), "{method}");
        }
    }

    #[track_caller]
    fn check_token(given: &'static str, known: bool) {
        assert_eq!(authorise(&headers(&[("authorization", given)]), "c0ffee").is_ok(), known, "{given:?}");
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        check_token("Bearer c0ffee", true);
        for given in [
            "Bearer c0ffe",
            "Bearer c0ffee0",
            "Bearer ",
            "Bearer",
            "c0ffee",
            "Basic c0ffee",
            "bearer C0FFEE",
            "",
        ] {
            check_token(given, false);
        }
        assert!(authorise(&HeaderMap::new(), "c0ffee").is_err());
    }

    #[test]
    fn only_json_is_json() {
        let says = |kind| demand_json(&headers(&[("content-type", kind)])).is_ok();
        assert!(says("application/json") && says("application/json; charset=utf-8"));
        assert!(
            !says("text/plain")
                && !says("application/x-www-form-urlencoded")
                && !says("text/plain; application/json")
        );
        assert!(demand_json(&HeaderMap::new()).is_err());
    }
}
