//! Addresses as people write them, and everything that must not be one.

use proptest::prelude::*;

use super::*;

/// What an address is understood as, written as a URL; then the password, if one was in it.
#[track_caller]
fn check(text: &str, expected: &str) {
    let seen = match Address::parse(text) {
        Ok((address, None)) => address.to_string(),
        Ok((address, Some(password))) => format!("{address} with {}", password.expose()),
        Err(error) => format!("{error}"),
    };
    assert_eq!(seen, expected, "reading {text:?}");
}

#[test]
fn urls() {
    check(
        "postgres://ada@db.example.org/spend",
        "postgres://ada@db.example.org:5432/spend?sslmode=verify-full",
    );
    check("postgresql://ada@db.example.org", "postgres://ada@db.example.org:5432/ada?sslmode=verify-full");
    check(" postgres://ada@localhost:6543/spend ", "postgres://ada@localhost:6543/spend");
    check("postgres://ada@127.0.0.1/spend?sslmode=prefer", "postgres://ada@127.0.0.1:5432/spend");
    check("postgres://ada@[::1]:5433/spend", "postgres://ada@[::1]:5433/spend");
    check(
        "postgres://ada@[2001:db8::7]/spend",
        "postgres://ada@[2001:db8::7]:5432/spend?sslmode=verify-full",
    );
    check("postgres://ada@[fe80::1%25eth0]/s", "postgres://ada@[fe80::1%25eth0]:5432/s?sslmode=verify-full");
    check(
        "postgres://ada%40work@h/%2Fteam%20spend",
        "postgres://ada%40work@h:5432/%2Fteam%20spend?sslmode=verify-full",
    );
    check(
        "postgres://ada@h/s?application_name=a%26b",
        "postgres://ada@h:5432/s?sslmode=verify-full&application_name=a%26b",
    );
}

#[test]
fn tls_is_always_checked() {
    for mode in ["verify-full", "verify-ca", "require"] {
        check(&format!("postgres://ada@h/s?sslmode={mode}"), "postgres://ada@h:5432/s?sslmode=verify-full");
        check(
            &format!("postgres://ada@localhost/s?sslmode={mode}"),
            "postgres://ada@localhost:5432/s?sslmode=verify-full",
        );
    }
    for mode in ["disable", "allow", "prefer"] {
        check(
            &format!("postgres://ada@h/s?sslmode={mode}"),
            &format!("`sslmode={mode}` would let others read along on the way to h"),
        );
        check(&format!("postgres://ada@localhost/s?sslmode={mode}"), "postgres://ada@localhost:5432/s");
    }
    // No name that only looks like this machine's.
    check(
        "postgres://ada@localhost.example.org/s?sslmode=disable",
        "`sslmode=disable` would let others read along on the way to localhost.example.org",
    );
    check(
        "postgres://ada@127.0.0.1.example.org/s?sslmode=disable",
        "`sslmode=disable` would let others read along on the way to 127.0.0.1.example.org",
    );
    check(
        "postgres://ada@h/s?sslmode=verify_full",
        "`sslmode` must be verify-full (or disable, on this machine)",
    );
    check(
        "postgres://ada@h/s?sslmode=require&channel_binding=disable&sslrootcert=/etc/team.pem",
        "postgres://ada@h:5432/s?sslmode=verify-full&sslrootcert=%2Fetc%2Fteam.pem&channel_binding=disable",
    );
    check(
        "postgres://ada@h/s?sslrootcert=system&channel_binding=require",
        "postgres://ada@h:5432/s?sslmode=verify-full",
    );
    check(
        "postgres://ada@localhost/s?channel_binding=require",
        "`channel_binding=require` needs TLS, and this address has none",
    );
    check("postgres://ada@h/s?channel_binding=maybe", "`channel_binding` must be require, prefer or disable");
}

#[test]
fn keywords() {
    check(
        "host=db.example.org user=ada dbname=spend",
        "postgres://ada@db.example.org:5432/spend?sslmode=verify-full",
    );
    check(
        "host = h  user= ada\tdbname ='team \\'s\\' spend' port=6000",
        "postgres://ada@h:6000/team%20%27s%27%20spend?sslmode=verify-full",
    );
    check("host=::1 user=ada", "postgres://ada@[::1]:5432/ada");
    check(
        "host=/var/run/postgresql user=ada",
        "postgres://ada@/ada?host=%2Fvar%2Frun%2Fpostgresql&port=5432",
    );
    check("postgres://ada@/spend?host=/tmp&port=7000", "postgres://ada@/spend?host=%2Ftmp&port=7000");
    check("host=h user=ada dbname='open", "a quoted value of the address does not end");
    check("host=h user=ada\\", "a quoted value of the address does not end");
}

#[test]
fn a_password_is_taken_out() {
    check("postgres://ada:s3cret@h/s", "postgres://ada@h:5432/s?sslmode=verify-full with s3cret");
    check(
        "postgres://ada:p%40ss%2Fw%3Ard%25@h/s",
        "postgres://ada@h:5432/s?sslmode=verify-full with p@ss/w:rd%",
    );
    check("postgres://ada:a:b@h/s", "postgres://ada@h:5432/s?sslmode=verify-full with a:b");
    check("postgres://ada:@h/s", "postgres://ada@h:5432/s?sslmode=verify-full");
    check("postgres://ada@h/s?password=s3cret", "postgres://ada@h:5432/s?sslmode=verify-full with s3cret");
    check("host=h user=ada password='s3 cret'", "postgres://ada@h:5432/ada?sslmode=verify-full with s3 cret");
    check("postgres://ada:one@h/s?password=two", "the address says `password` twice");
}

#[test]
fn what_is_no_address() {
    for text in ["", "db.example.org", "mysql://ada@h/s", "ada@h", "https://h/?a=b"] {
        check(text, "this is no address of a PostgreSQL server");
    }
    check("postgres://h/s", "the address names no user");
    check("postgres://ada@/s", "the address names no host");
    check("postgres://ada@h:0/s", "`port` must be a number from 1 to 65535");
    check("postgres://ada@h:+5/s", "`port` must be a number from 1 to 65535");
    check("postgres://ada@h:99999/s", "`port` must be a number from 1 to 65535");
    check("postgres://ada@h1,h2/s", "the address names several servers");
    check("host=h1,h2 user=ada", "the address names several servers");
    check(
        "postgres://ada@h/s?connect_timeout=10",
        "the address has a parameter `connect_timeout` that Outlay does not know",
    );
    check(
        "postgres://ada:pw@h/s?connect_timeout=10",
        "the address has a parameter `connect_timeout` that Outlay does not know",
    );
    check("postgres://ada@h/s?host=i", "the address says `host` twice");
    check("postgres://ada@[::1/s", "the address cannot be taken apart");
    check("postgres://ada@h/%zz", "the address cannot be taken apart");
    check("postgres://ada@h/%ff", "the address cannot be taken apart");
    check("postgres://a%00b@h/s", "the user has a character that cannot be in it");
}

/// Passwords with every sign that takes an address apart, in both forms, written as careless people do.
#[test]
fn no_error_shows_a_piece_of_a_password() {
    for sign in ["/", "?", "@", "%", "#", ":", "&", "=", " ", "'", "\\", "[", ",", "%zz", "\n", "?x=", " x="]
    {
        let password = format!("canary{sign}yranac");
        for text in [
            format!("postgres://ada:{password}@h/s"),
            format!("postgres://ada:{password}").replace('@', "%40"),
            format!("postgres://ada@h/s?password={password}"),
            format!("host=h password={password} user=ada"),
            format!("user=ada host=h password='{password}"),
        ] {
            let said = match Address::parse(&text) {
                Ok((address, password)) => format!("{address} {address:?} {password:?}"),
                Err(error) => format!("{error} {error:?} {}", error.hint()),
            };
            assert!(!said.contains("canary") && !said.contains("yranac"), "{text:?} shows it: {said}");
        }
    }
}

fn address() -> impl Strategy<Value = Address> {
    let host = prop_oneof![
        "[a-zA-Z0-9][a-zA-Z0-9.-]{0,20}".prop_map(Host::Network),
        any::<std::net::IpAddr>().prop_map(|address| Host::Network(address.to_string())),
        "/[^\\pC]{0,20}".prop_map(|folder| Host::Socket(PathBuf::from(folder))),
        Just(Host::Network("localhost".into())),
    ];
    let trust = prop_oneof![
        Just(Trust::System),
        "[^\\pC]{1,20}"
            .prop_filter("a word of its own", |file| file != "system")
            .prop_map(|file| Trust::File(PathBuf::from(file))),
    ];
    let channel_binding = prop_oneof![
        Just(ChannelBinding::Require),
        Just(ChannelBinding::Prefer),
        Just(ChannelBinding::Disable)
    ];
    let tls = (trust, channel_binding)
        .prop_map(|(trust, channel_binding)| Encryption::Verified { trust, channel_binding });
    (
        host,
        1_u16..,
        "[^\\pC]{1,20}",
        "[^\\pC]{1,20}",
        proptest::option::of("[^\\pC]{1,20}"),
        tls,
        any::<bool>(),
    )
        .prop_map(|(host, port, database, user, application_name, tls, plain)| {
            let local = host.is_this_machine() && (plain || matches!(host, Host::Socket(_)));
            let encryption = if local { Encryption::None } else { tls };
            Address { host, port, database, user, encryption, application_name }
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(address in address(), password in "[^\\pC]{1,20}") {
        prop_assert_eq!(Address::parse(&address.to_string()), Ok((address.clone(), None)));
        let encoded = percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC);
        let with_password = address.to_string().replacen('@', &format!(":{encoded}@"), 1);
        prop_assert_eq!(Address::parse(&with_password), Ok((address, Some(Password::new(password)))));
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC*") {
        let _ = Address::parse(&text);
        let _ = Address::parse(&format!("postgres://{text}"));
        let _ = Address::parse(&format!("user={text}"));
    }

    #[test]
    fn what_has_no_tls_stays_here(text in "postgres://a@[a-z0-9.:\\[\\]]{1,20}/s(\\?sslmode=(disable|prefer|allow))?") {
        if let Ok((address, _)) = Address::parse(&text) {
            prop_assert!(address.encryption != Encryption::None || address.host.is_this_machine());
        }
    }
}
