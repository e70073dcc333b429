//! The form `host=db.example.org user=ada dbname='team spend'`, as libpq reads it: values in single quotes or
//! without spaces, a backslash before what stands for itself.

use std::iter::Peekable;
use std::str::Chars;

use super::AddressError;
use super::parameters::Parameters;

/// Reads the whole list.
pub(super) fn parameters(text: &str) -> Result<Parameters, AddressError> {
    let mut parameters = Parameters::default();
    let mut letters = text.chars().peekable();
    loop {
        skip_spaces(&mut letters);
        if letters.peek().is_none() {
            return Ok(parameters);
        }
        let name = name(&mut letters)?;
        let value = value(&mut letters)?;
        parameters.set(&name, value)?;
    }
}

fn skip_spaces(letters: &mut Peekable<Chars<'_>>) {
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
}

/// The name up to its equals sign. A word without one is not shown: it can be a password's second half.
fn name(letters: &mut Peekable<Chars<'_>>) -> Result<String, AddressError> {
    let mut name = String::new();
    while let Some(letter) = letters.next_if(|letter| *letter != '=' && !letter.is_whitespace()) {
        name.push(letter);
    }
    skip_spaces(letters);
    match letters.next() {
        Some('=') if !name.is_empty() => Ok(name),
        _ => Err(AddressError::UnknownPart),
    }
}

fn value(letters: &mut Peekable<Chars<'_>>) -> Result<String, AddressError> {
    skip_spaces(letters);
    let quoted = letters.next_if_eq(&'\'').is_some();
    let mut value = String::new();
    loop {
        match letters.next() {
            Some('\'') if quoted => return Ok(value),
            Some('\\') => value.push(letters.next().ok_or(AddressError::OpenQuote)?),
            Some(letter) if !quoted && letter.is_whitespace() => return Ok(value),
            Some(letter) => value.push(letter),
            None if quoted => return Err(AddressError::OpenQuote),
            None => return Ok(value),
        }
    }
}
