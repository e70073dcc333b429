"""The form that every source is brought into before the sources are merged.

A price list is a list of entries in order of time. An entry is a dict:

    from      datetime, or None for "as far back as anyone knows"
    rates     {key: dollars per million of the unit}, see KEYS
    tiers     [(above, rates)], rates of a whole request whose prompt is larger than `above`
    windows   [(start "HH:MM", end "HH:MM", workdays only, rates)], UTC, without tiers
    src       name of the source; absent where it is the model's own
    assumed   True where the source does not vouch for the dates

Nothing here decides which source is right: that is merge.py.
"""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

MILLION = Decimal(1_000_000)
# Nano-dollars per million tokens are integers, so nine decimals are all that a rate can have.
NINE_DECIMALS = Decimal("0.000000001")

# Price keys of genai-prices -> (key in the book, how many units its price is for).
KEYS = {
    "input_mtok": ("in", 1_000_000),
    "cache_read_mtok": ("read", 1_000_000),
    "cache_write_mtok": ("write", 1_000_000),
    "cache_write_1h_mtok": ("long", 1_000_000),
    "output_mtok": ("out", 1_000_000),
    "output_reasoning_mtok": ("reasoning", 1_000_000),
    "input_audio_mtok": ("audio_input_tokens", 1_000_000),
    "cache_audio_read_mtok": ("cached_audio_input_tokens", 1_000_000),
    "output_audio_mtok": ("audio_output_tokens", 1_000_000),
    "input_image_mtok": ("image_input_tokens", 1_000_000),
    "cache_image_read_mtok": ("cached_image_input_tokens", 1_000_000),
    "output_image_mtok": ("image_output_tokens", 1_000_000),
    "input_video_mtok": ("video_input_tokens", 1_000_000),
    "output_video_mtok": ("video_output_tokens", 1_000_000),
    "web_searches_kcount": ("web_searches", 1_000),
    "storage_searches_kcount": ("storage_searches", 1_000),
    "requests_kcount": ("requests", 1_000),
    "input_mchars": ("input_characters", 1_000_000),
    "audio_hours": ("audio_seconds", 3_600),
}
# The keys that two sources both speak of, in the order in which differences are listed.
COMMON = ("in", "out", "read", "write")
ORDER = {key: number for number, (key, _) in enumerate(KEYS.values())}


def text(rate: Decimal) -> str:
    """A rate as the book writes it: plain, without trailing zeros."""
    plain = format(rate.quantize(NINE_DECIMALS).normalize(), "f")
    return "0" if plain in ("-0", "0E-9") else plain


def same(one: dict, other: dict) -> bool:
    """Whether two entries charge the same."""
    return all(one.get(key) == other.get(key) for key in ("rates", "tiers", "windows"))


def apart(one: Decimal, other: Decimal) -> bool:
    """Whether two rates differ by more than 5 %."""
    return abs(one - other) > max(abs(one), abs(other)) * Decimal("0.05")


def entry(rates: dict, tiers=(), start=None, windows=(), **more) -> dict:
    """One entry of a price list."""
    return {"from": start, "rates": dict(rates), "tiers": list(tiers), "windows": list(windows), **more}


def at(entries: list[dict], moment: datetime) -> dict | None:
    """The entry in force at a moment."""
    found = None
    for candidate in entries:
        if candidate["from"] is None or candidate["from"] <= moment:
            found = candidate
    return found


def utc(value: str) -> datetime:
    """An ISO 8601 instant or date, in UTC."""
    if len(value) == 10:
        value += "T00:00:00Z"
    return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(timezone.utc)


def scaled(rates: dict, factor: Decimal, keys=None) -> dict:
    """The same rates times a factor; only `keys` where they are given."""
    return {key: rate * factor if keys is None or key in keys else rate for key, rate in rates.items()}
