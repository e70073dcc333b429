//! The names of the sources, which are part of every imported row's identity.
//!
//! How each is read stands in `sources`.

use std::fmt;

use serde::Serialize;

/// What kind of export a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// OpenAI completions usage: tokens per bucket and grouping.
    OpenaiUsage,
    /// OpenAI cost: dollars per day and grouping.
    OpenaiCost,
    /// An OpenAI export, of either kind, of a range without usage.
    OpenaiEmpty,
    /// Anthropic console: tokens per day or hour.
    AnthropicTokens,
    /// Anthropic console: dollars per day and kind of token.
    AnthropicCost,
    /// OpenRouter: one row per request.
    OpenrouterLog,
    /// OpenRouter: one row per day and model.
    OpenrouterActivity,
    /// Cursor: one row per event.
    CursorUsage,
    /// Any other table, through the user's mapping.
    Mapped,
}

impl SourceKind {
    /// The name that is stored; it never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiUsage => "openai-usage-csv",
            Self::OpenaiCost => "openai-cost-csv",
            Self::OpenaiEmpty => "openai-empty-csv",
            Self::AnthropicTokens => "anthropic-tokens-csv",
            Self::AnthropicCost => "anthropic-cost-csv",
            Self::OpenrouterLog => "openrouter-log-csv",
            Self::OpenrouterActivity => "openrouter-activity-csv",
            Self::CursorUsage => "cursor-usage-csv",
            Self::Mapped => "mapped-csv",
        }
    }

    /// The kind that a stored name stands for; `None` for one that no file has, or that this program does not know.
    pub fn of_name(name: &str) -> Option<Self> {
        const ALL: [SourceKind; 9] = [
            SourceKind::OpenaiUsage,
            SourceKind::OpenaiCost,
            SourceKind::OpenaiEmpty,
            SourceKind::AnthropicTokens,
            SourceKind::AnthropicCost,
            SourceKind::OpenrouterLog,
            SourceKind::OpenrouterActivity,
            SourceKind::CursorUsage,
            SourceKind::Mapped,
        ];
        ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name for a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenaiUsage => "OpenAI's completions usage export",
            Self::OpenaiCost => "OpenAI's cost export",
            Self::OpenaiEmpty => "an OpenAI export without usage",
            Self::AnthropicTokens => "Anthropic's token export",
            Self::AnthropicCost => "Anthropic's cost export",
            Self::OpenrouterLog => "OpenRouter's log of requests",
            Self::OpenrouterActivity => "OpenRouter's activity per day",
            Self::CursorUsage => "Cursor's usage events",
            Self::Mapped => "a table with a mapping",
        }
    }

    /// Who bills it; `None` where the mapping says.
    pub const fn provider(self) -> Option<&'static str> {
        match self {
            Self::OpenaiUsage | Self::OpenaiCost | Self::OpenaiEmpty => Some("openai"),
            Self::AnthropicTokens | Self::AnthropicCost => Some("anthropic"),
            Self::OpenrouterLog | Self::OpenrouterActivity => Some("openrouter"),
            Self::CursorUsage => Some("cursor"),
            Self::Mapped => None,
        }
    }

    /// Whether a row of it may stand for many calls.
    pub(crate) const fn is_aggregate(self) -> bool {
        !matches!(self, Self::OpenrouterLog | Self::CursorUsage | Self::Mapped)
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for SourceKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
