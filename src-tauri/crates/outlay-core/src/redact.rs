//! Secrets are taken out of a text before it is cut, so that no half of a key survives the cut.
//!
//! It errs on the side of taking out too much: a summary is a reminder, not a record. What is cut or
//! stored, and whether summaries are kept at all, is decided by those who call.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

/// How much of a summary or of an error is kept, in characters.
pub const SUMMARY_LENGTH: usize = 500;

/// How much of a label is kept, in characters: names of users, keys and workspaces.
pub const LABEL_LENGTH: usize = 200;

/// The text without its secrets, and then at most `limit` characters of it; a text that is cut ends
/// in an ellipsis, which counts as one of them.
pub fn redact_and_cut(text: &str, limit: usize) -> String {
    cut(&redact(text), limit).into_owned()
}

/// Replaces every secret by [`REDACTED`], keeping the words before it that say what it was.
fn redact(text: &str) -> Cow<'_, str> {
    SECRETS.iter().fold(Cow::Borrowed(text), |text, secret| {
        let replaced = secret.replace_all(&text, |found: &Captures<'_>| {
            let before = found.name("before").map_or("", |group| group.as_str());
            let after = found.name("after").map_or("", |group| group.as_str());
            format!("{before}{REDACTED}{after}")
        });
        match replaced {
            Cow::Borrowed(_) => text,
            Cow::Owned(clean) => Cow::Owned(clean),
        }
    })
}

/// At most `limit` characters of a text; one that is cut ends in an ellipsis.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.chars().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let kept = limit.checked_sub(1).map(|kept| text.chars().take(kept).chain(['…']).collect());
    Cow::Owned(kept.unwrap_or_default())
}

/// What secrets look like; `before` and `after` are kept. Blocks and pairs come before the shapes of
/// single keys, which would leave parts of them behind.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns =
        [PRIVATE_KEY, URL_PASSWORD, AUTHORIZATION, BEARER, ASSIGNED, TOKEN, SAID, KNOWN_KEY, JWT, LONG];
    // The patterns are constants, and a test compiles every one of them.
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// A block, also one whose end is missing.
const PRIVATE_KEY: &str =
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)";

/// `postgres://user:password@host`.
const URL_PASSWORD: &str = r"(?P<before>[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?P<after>@)";

/// `Authorization: Basic dXNlcjpwYXNz`.
const AUTHORIZATION: &str = r#"(?ix)
    (?P<before>\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:(?:basic|bearer|token|digest)\s+)?)
    [^\s"'\\,;]+"#;

const BEARER: &str = r"(?i)(?P<before>\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}";

/// `password = hunter2`, `"api_key": "..."`, also where quotes are escaped.
const ASSIGNED: &str = r#"(?ix)
    (?P<before>[a-z0-9_.-]*
        (?:passw(?:or)?d|passphrase|passcode|pwd|secret|credential|api[_\ -]?key|access[_\ -]?key|private[_\ -]?key|account[_\ -]?key|client[_\ -]?key)
        s?[a-z0-9_-]*\\*["']?\s*(?:=>|:=|=|:)\s*)
    (?:\\*"(?:\\.|[^"\\])*"? | \\*'(?:\\.|[^'\\])*'? | [^\s,;&"'}\])]+)"#;

/// A token needs a value that looks like one: `max_tokens: 500` is no secret.
const TOKEN: &str =
    r#"(?i)(?P<before>\b(?:[a-z0-9]+[_-])*token\\*["']?\s*[:=]\s*\\*["']?)[A-Za-z0-9._~+/=-]{12,}"#;

/// `the password is hunter2`.
const SAID: &str =
    r"(?i)(?P<before>\b(?:password|passphrase|passcode|api key|secret key)\s+(?:is|was)\s*:?\s+)\S+";

/// Keys that say by their first letters whose they are. Those that a word could begin with stand
/// alone; the others are known also where they are glued to something.
const KNOWN_KEY: &str = r"(?x)
    (?:
        \bsk-[A-Za-z0-9_-]{8,} | sk-(?:ant|proj|or|svcacct|admin)-[A-Za-z0-9_-]{8,} | sk-[A-Za-z0-9]{20,}
      | [rsp]k_(?:live|test)_[A-Za-z0-9]{6,}
      | (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{8,}
      | gh[pousr]_[A-Za-z0-9]{8,} | github_pat_[A-Za-z0-9_]{8,} | glpat-[A-Za-z0-9_-]{8,}
      | xox[a-z]-[A-Za-z0-9-]{8,} | xapp-[A-Za-z0-9-]{8,}
      | AIza[A-Za-z0-9_-]{16,} | ya29\.[A-Za-z0-9_-]{8,}
      | \b(?:hf|gsk|npm|r8|pplx|whsec|dop_v1|shpat|nvapi|tgp_v1)[_-][A-Za-z0-9_-]{16,}
      | \bxai-[A-Za-z0-9]{16,} | \bpypi-[A-Za-z0-9_-]{16,} | \bSG\.[A-Za-z0-9_.-]{16,}
    )";

const JWT: &str = r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}";

/// Long hexadecimal or base64 within a few words of one that speaks of keys.
const LONG: &str = r"(?i)(?P<before>\b\w*(?:key|secret|token|password|credential|signature|auth)\w*\W{1,5}(?:\w{1,20}\W{1,5}){0,3})[A-Za-z0-9+/_=-]{24,}";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redact_and_cut(text, 1000), expected, "redacting {text}");
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(SECRETS.len(), 10);
    }

    #[test]
    fn keys_are_known_by_their_shape() {
        check("use sk-proj-Abc123_def456-Ghi789 now", "use [redacted] now");
        check("sk-ant-api03-AAAABBBBCCCC", "[redacted]");
        check("id AKIAIOSFODNN7EXAMPLE.", "id [redacted].");
        check("ghp_0123456789abcdefABCDEF0123456789abcd", "[redacted]");
        check("xoxb-1234567890-abcdef", "[redacted]");
        check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!", "[redacted]!");
        check("AIzaSyA1234567890abcdefghijklmnop", "[redacted]");
    }

    #[test]
    fn blocks_and_headers_go() {
        check(
            "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb",
            "a\n[redacted]\nb",
        );
        check("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz", "[redacted]");
        check("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted]");
        check("-H 'x-api-key: abc' -d x", "-H 'x-api-key: [redacted]' -d x");
        check("send Bearer abcdef.123456", "send Bearer [redacted]");
        check("postgres://ada:hunter2@db/x", "postgres://ada:[redacted]@db/x");
    }

    #[test]
    fn values_of_secret_names_go() {
        check("password=hunter2 rest", "password=[redacted] rest");
        check("DB_PASSWORD: 'two words', next", "DB_PASSWORD: [redacted], next");
        check(r#"{"api_key": "a\"b", "model": "m"}"#, r#"{"api_key": [redacted], "model": "m"}"#);
        check(r#"{\"password\":\"hunter2\"}"#, r#"{\"password\":[redacted]"#);
        check("my password is hunter2", "my password is [redacted]");
        check("access_token=abcdef0123456789", "access_token=[redacted]");
        check("the signing key was 0123456789abcdef0123456789abcdef", "the signing key was [redacted]");
        check("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPx", "AWS_SECRET_ACCESS_KEY=[redacted]");
    }

    #[test]
    fn ordinary_words_stay() {
        let texts = [
            "max_tokens: 500, prompt tokens: 1200",
            "The key is to ask early; keyboard shortcuts help.",
            "commit 0123456789abcdef0123456789abcdef01234567 fixes it",
            "see https://example.org/a?b=c and user@example.org",
            "Use scikit (sk-learn) on this task-based data and risk-management-oriented desk-work",
        ];
        for text in texts {
            check(text, text);
        }
    }

    #[test]
    fn a_key_across_the_cut_does_not_leak() {
        let text = format!("{}sk-ant-api03-SECRETSECRETSECRET and more", "x".repeat(90));
        for limit in 0..130 {
            let cut = redact_and_cut(&text, limit);
            assert!(!cut.contains("sk-") && !cut.contains("SEC"), "at {limit}: {cut}");
        }
    }

    #[test]
    fn the_cut_is_at_a_character() {
        assert_eq!(redact_and_cut("größer", 6), "größer");
        assert_eq!(redact_and_cut("größere", 6), "größe…");
        assert_eq!(redact_and_cut("größere", 1), "…");
        assert_eq!(redact_and_cut("größere", 0), "");
    }

    proptest! {
        #[test]
        fn a_cut_text_keeps_to_its_limit(text in "\\PC{0,60}", limit in 0..40_usize) {
            prop_assert!(redact_and_cut(&text, limit).chars().count() <= limit);
        }

        #[test]
        fn no_key_survives(before in "[a-zA-Z ,.:\n]{0,30} ", key in "sk-[a-zA-Z0-9]{20,60}", after in "( [a-z ]{0,30})?") {
            let clean = redact_and_cut(&format!("{before}{key}{after}"), 200);
            prop_assert!(!clean.contains(&key[3..]));
        }
    }
}
