//! Names from a catalogue as SQL writes them.

/// A name between quotes, whatever is in it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table's name with its schema.
pub(super) fn table(schema: &str, name: &str) -> String {
    format!("{}.{}", quoted(schema), quoted(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a quoted name as PostgreSQL does; `None` if it ends early or goes on behind its end.
    fn unquoted(text: &str) -> Option<String> {
        let mut rest = text.strip_prefix('"')?.chars().peekable();
        let mut name = String::new();
        while let Some(character) = rest.next() {
            match character {
                '"' if rest.peek() == Some(&'"') => {
                    rest.next();
                    name.push('"');
                }
                '"' => return rest.next().is_none().then_some(name),
                character => name.push(character),
            }
        }
        None
    }

    proptest! {
        #[test]
        fn a_quoted_name_is_one_name_and_the_same(name in any::<String>(), odd in "[\"'\\\\; .$-]{0,8}") {
            for name in [format!("{name}{odd}"), format!("{odd}{name}")] {
                prop_assert_eq!(unquoted(&quoted(&name)), Some(name));
            }
        }
    }
}
