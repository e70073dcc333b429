"""Writes the table that the book's arithmetic is tested against.

Every price in it is calculated by genai-prices' own `calc_price`. Where the book says something
else on purpose, the case is listed in explained.csv with the reason; `book_cost` only decides
whether such a case really differs. All other cases stand as genai-prices has them, unseen.
"""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal, localcontext

import genai_prices
from genai_prices.data_snapshot import get_snapshot

from rates import MILLION, at

NANOS = Decimal(1_000_000_000)
BUCKETS = ("uncached_input", "cache_read", "cache_write", "cache_write_long", "output", "reasoning")
AUDIO = ("audio_input_tokens", "cached_audio_input_tokens", "audio_output_tokens")
IMAGE = ("image_input_tokens", "cached_image_input_tokens", "image_output_tokens")
COLUMNS = ("case", "provider", "model", "at", *BUCKETS, "units", "service_tier", "batch", "speed", "nanos")
# How many models of a provider are taken; all of those that are not named here and not resellers.
SAMPLES = {"openrouter": 45, "novita": 8, "together": 8, "aws": 14, "quicksilverpro": 4, "fireworks": 6, "groq": 8}
RESELLERS = ("huggingface", "doubleword", "baseten", "modal", "avian", "ovhcloud", "cloudflare", "databricks")
FIRST, LAST = datetime(2024, 6, 1, tzinfo=timezone.utc), datetime(2027, 1, 15, tzinfo=timezone.utc)
CAP = 25
REASONS = {
    "history": "genai-prices has one undated price; model-prices knows what was charged before",
    "variant": "genai-prices charges the standard price before the day on which it first wrote the variant down",
    "hours": "genai-prices cannot join hours of the day with dates and working days; the book can",
    "long": "genai-prices has no rate for the longer cache lifetime here and charges the short one; model-prices has",
}


def shapes(rates: dict, tiers: list, dice: random.Random):
    """Token counts and units worth a case: (tokens, units)."""
    output = "out" in rates

    def tokens(uncached=0, read=0, write=0, long=0, out=0, reasoning=0):
        return dict(zip(BUCKETS, (uncached, read, write, long, out if output else 0, reasoning if output else 0)))

    def few(limit=90_000):
        return dice.randint(1, limit)

    yield tokens(few(), out=few(9_000)), {}
    yield tokens(1, out=1), {}
    yield tokens(few(9_000), read=few(20_000), out=few(9_000), reasoning=few(1)), {}
    yield tokens(few(999), few(9_000), few(9_000), few(9_000), few(9_000)), {}
    yield tokens(few(999), 0, few(30_000), 0, few(999)), {}
    if "long" in rates:
        yield tokens(few(999), few(999), 0, few(30_000), few(999)), {}
    for above, _ in tiers:
        for prompt in (above - 1, above, above + 1, above * 2):
            read, write = prompt // 3, prompt // 7
            yield tokens(prompt - read - write, read, write, 0, few()), {}
    if "web_searches" in rates:
        yield tokens(few(), out=few(9_000)), {"web_searches": few(20)}
    for names in (AUDIO, IMAGE):
        units = {name: few(900) for name in names if name in rates}
        if units:
            yield tokens(5_000, 2_000, 0, 0, 3_000), units


def usage(tokens: dict, units: dict) -> genai_prices.Usage:
    """The same counts as genai-prices wants them: totals that include their parts."""
    uncached, read, write, long, output, reasoning = (tokens[name] for name in BUCKETS)
    counts = {"input_tokens": uncached + read + write + long, "cache_read_tokens": read,
              "cache_write_tokens": write + long, "cache_write_1h_tokens": long, "output_tokens": output,
              "output_reasoning_tokens": reasoning, "web_searches": units.get("web_searches", 0)}
    for kind, (fresh, cached, out) in (("audio", AUDIO), ("image", IMAGE)):
        counts[f"cache_{kind}_read_tokens"] = units.get(cached, 0)
        counts[f"input_{kind}_tokens"] = units.get(fresh, 0) + units.get(cached, 0)
        counts[f"output_{kind}_tokens"] = units.get(out, 0)
    return genai_prices.Usage(**{name: count for name, count in counts.items() if count})


def book_cost(entries: list[dict], tokens: dict, units: dict, moment: datetime, closed: list) -> Decimal | None:
    """What the book charges, in nano-dollars; None where it has no price."""
    one = at(entries, moment)
    if not one or not one["rates"]:
        return None
    prompt = sum(tokens[name] for name in BUCKETS[:4])
    rates = ([one["rates"]] + [rates for above, rates in one["tiers"] if prompt > above])[-1]
    working = moment.weekday() < 5 and f"{moment:%Y-%m-%d}" not in closed
    for start, end, workdays, window in one["windows"]:
        clock = f"{moment:%H:%M}"
        inside = start <= clock < end if start <= end else clock >= start or clock < end
        rates = window if inside and (working or not workdays) else rates
    fallback = {"read": "in", "write": "in", "long": "write", "reasoning": "out"}

    def rate(key: str) -> Decimal:
        return rates[key] if key in rates else rate(fallback[key])

    keys = dict(zip(BUCKETS, ("in", "read", "write", "long", "out", "reasoning")))
    total = sum(count * rate(keys[name]) for name, count in tokens.items() if name != "reasoning" and count)
    total += tokens["reasoning"] * (rate("reasoning") - rate("out")) if tokens["reasoning"] else 0
    inside = {AUDIO[0]: "in", AUDIO[1]: "read", AUDIO[2]: "out", IMAGE[0]: "in", IMAGE[1]: "read", IMAGE[2]: "out"}
    total += sum(count * (rates[unit] - (rate(inside[unit]) if unit in inside else 0)) for unit, count in units.items())
    return total * NANOS / MILLION


def instants(model: dict, dice: random.Random) -> list[datetime]:
    """Three random instants, and both sides of each date that the model knows."""
    span = int((LAST - FIRST).total_seconds())
    found = [FIRST + timedelta(seconds=dice.randrange(span)) for _ in range(3)]
    for one in model["prices"]:
        if one["from"]:
            found += [one["from"] - timedelta(seconds=1), one["from"], one["from"] + timedelta(hours=dice.randrange(48))]
    for one in model["prices"]:
        for start, end, *_ in one["windows"]:
            day = (one["from"] or datetime(2026, 9, 14, tzinfo=timezone.utc)) + timedelta(days=dice.randrange(2, 9))
            for clock in (start, end):
                edge = day.replace(hour=int(clock[:2]), minute=int(clock[3:]), second=0)
                found += [edge - timedelta(seconds=1), edge]
    return sorted(set(found))


def contexts(model: dict):
    """(service tier, batch, speed, context for genai-prices, first day) for standard and each variant."""
    yield "", False, "", None, None
    for variant in model["original"].price_variants or ():
        [(name, value)] = variant.when.items()
        first = variant.constraint and datetime.combine(variant.constraint.start_date, datetime.min.time(), timezone.utc)
        if name == "processing":
            yield "", True, "", variant.when, first
        elif name == "service_tier":
            yield value, False, "", variant.when, first
        elif name == "speed":
            yield "", False, value, variant.when, first


def reason(model: dict, moment: datetime, first, tokens: dict, context) -> str | None:
    """Why the book may say something else than genai-prices here."""
    if model["base_from"] and moment < model["base_from"]:
        return "history"
    if context and first and moment < first:
        return "variant"
    if any(one["windows"] for one in model["prices"]):
        return "hours"
    return "long" if model.get("filled") and tokens["cache_write_long"] else None


class Table:
    """The cases as they are found."""

    def __init__(self, closed: list[str]):
        self.closed = closed
        self.dice = random.Random(20261123)
        self.cases: list[dict] = []
        self.explained: list[dict] = []
        self.counts = dict.fromkeys(REASONS, 0)

    def add(self, provider: dict, model: dict, name: str, moment: datetime, context, tokens: dict, units: dict) -> None:
        tier, batch, speed, when, first = context
        with localcontext() as decimals:
            decimals.prec = 60
            found = genai_prices.calc_price(usage(tokens, units), name, provider_id=provider["id"],
                                            genai_request_timestamp=moment, price_context=when)
            nanos = found.total_price * NANOS
            variant = "batch" if batch else tier or speed
            entries = model["variants"].get(variant, []) if variant and variant != "default" else model["prices"]
            why = reason(model, moment, first, tokens, when)
            differs = why and book_cost(entries, tokens, units, moment, self.closed) != nanos
        assert found.model is model["original"], name
        if differs and self.counts[why] >= CAP:
            return
        case = f"{len(self.cases) + 1:05}"
        written = ";".join(f"{unit}={count}" for unit, count in units.items())
        self.cases.append({"case": case, "provider": provider["id"], "model": name, "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                           **tokens, "units": written, "service_tier": tier, "batch": str(batch).lower(),
                           "speed": speed, "nanos": format(nanos.normalize(), "f")})
        if differs:
            self.counts[why] += 1
            self.explained.append({"case": case, "reason": REASONS[why]})

    def add_model(self, provider: dict, model: dict) -> None:
        names = [name for name in sorted(model["names"] | {model["id"]}) if resolves(provider["id"], name, model)]
        rates = model["prices"][-1]["rates"] or {}
        if not names or "in" not in rates or "requests" in rates:
            return
        for context in contexts(model):
            moments = instants(model, self.dice)
            if context[4]:
                moments += [context[4] - timedelta(seconds=1), context[4], context[4] + timedelta(days=self.dice.randrange(90))]
            for moment in moments:
                one = at(model["prices"], moment)
                every = list(shapes(one["rates"], one["tiers"], self.dice))
                for tokens, units in every if one["tiers"] else self.dice.sample(every, min(4, len(every))):
                    # The standard price of a unit is not the variant's, and both sides leave it at that.
                    if not (context[3] and units):
                        self.add(provider, model, self.dice.choice(names), moment, context, tokens, units)


def resolves(provider: str, name: str, model: dict) -> bool:
    try:
        return get_snapshot().find_provider_model(name, None, provider, None)[1] is model["original"]
    except LookupError:
        return False


def table(merge) -> tuple[list[dict], list[dict]]:
    """All cases and those that are explained."""
    found = Table(merge.overlay["closed"])
    for provider in sorted(merge.providers.values(), key=lambda one: one["id"]):
        models = [model for model in provider["models"] if model["original"]]
        limit = 1 if provider["id"].startswith(RESELLERS) else SAMPLES.get(provider["id"], len(models))
        for model in found.dice.sample(models, min(limit, len(models))):
            found.add_model(provider, model)
    return found.cases, found.explained


def write(folder, cases: list[dict], explained: list[dict]) -> None:
    for name, columns, rows in (("oracle.csv", COLUMNS, cases), ("explained.csv", ("case", "reason"), explained)):
        with open(folder / name, "w", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
