//! Sentences on a screen: broken between words, cut where there is no room.

/// The text in lines that fit `width`, each indented by `indent`.
pub(crate) fn wrapped(text: &str, width: Option<u16>, indent: usize) -> String {
    let room = width.map_or(usize::MAX, |width| usize::from(width.max(40)).saturating_sub(indent));
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let margin = " ".repeat(indent);
    lines.iter().map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n")
}

/// The text, or its beginning and an ellipsis.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit() {
        assert_eq!(wrapped("one two", None, 2), "  one two");
        let text = "a sentence that is longer than forty columns are wide";
        assert_eq!(wrapped(text, Some(40), 2), "  a sentence that is longer than forty\n  columns are wide");
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("gpt-5", 5), "gpt-5");
        assert_eq!(cut("gpt-5-codex", 6), "gpt-5…");
    }
}
