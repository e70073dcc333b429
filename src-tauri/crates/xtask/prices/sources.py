"""Reads the three published sources into the form of rates.py. Nothing is merged here.

`base()` is genai-prices, `overlay()` model-prices, `filler()` the backup list inside litellm.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import json
from datetime import datetime, time, timezone
from decimal import Decimal

from genai_prices import types
from genai_prices.data import providers as BASE_PROVIDERS

from rates import KEYS, MILLION, entry, utc

# The providers of model-prices that genai-prices knows under another name.
OVERLAY_PROVIDERS = {"xai": "x-ai", "amazon-bedrock": "aws"}
# The providers of litellm that the book knows under another name.
FILLER_PROVIDERS = {
    "xai": "x-ai", "bedrock": "aws", "bedrock_converse": "aws", "gemini": "google", "moonshot": "moonshotai",
    "together_ai": "together", "fireworks_ai": "fireworks", "azure_ai": "azure", "dashscope": "alibaba",
    "voyage": "voyageai", "cohere_chat": "cohere", "text-completion-openai": "openai", "codestral": "mistral",
    "fireworks_ai-embedding-models": "fireworks", "meta_llama": "meta", "bigmodel": "zhipuai",
    "vertex_ai": "google", "vertex_ai-language-models": "google", "vertex_ai-anthropic_models": "google",
    "vertex_ai-embedding-models": "google",
}
# Subscriptions and local servers, whose listed prices are no prices of a call.
FILLER_SKIPPED = {"github_copilot", "chatgpt", "ollama", "lemonade", "sagemaker", "bedrock_mantle", "nvidia_nim"}
FILLER_MODES = {"chat", "responses", "completion", "embedding"}


def versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in ("genai-prices", "model-prices", "litellm")}


def _price(model_price) -> tuple[dict, list, set]:
    """A ModelPrice as rates and tiers, with the keys that the book has no unit for."""
    prices = {key: value for key, value in model_price.__dict__.items() if value is not None}
    unknown = {key for key in prices if key not in KEYS}
    starts = sorted({tier.start for value in prices.values() if isinstance(value, types.TieredPrices)
                     for tier in value.tiers})

    def charged(above: int | None) -> dict:
        rates = {}
        for source_key, value in prices.items():
            if source_key in unknown:
                continue
            key, units = KEYS[source_key]
            if isinstance(value, types.TieredPrices):
                steps = [tier.price for tier in value.tiers if above is not None and tier.start <= above]
                value = steps[-1] if steps else value.base
            rates[key] = value * MILLION / units
        return rates

    return charged(None), [(start, charged(start)) for start in starts], unknown


def _midnight(day) -> datetime:
    return datetime.combine(day, time(0), timezone.utc)


def _base_prices(model) -> tuple[list[dict], set]:
    """The dated entries of a model. Windows belong to the last date: genai-prices cannot join the two."""
    listed = model.prices if isinstance(model.prices, list) else [types.ConditionalPrice(prices=model.prices)]
    entries, windows, unknown = [], [], set()
    for conditional in listed:
        rates, tiers, more = _price(conditional.prices)
        unknown |= more
        constraint = conditional.constraint
        if isinstance(constraint, types.TimeOfDateConstraint):
            assert not tiers, f"{model.id}: a window with tiers"
            windows.append((f"{constraint.start_time:%H:%M}", f"{constraint.end_time:%H:%M}", False, rates))
        else:
            start = constraint and _midnight(constraint.start_date)
            entries.append(entry(rates, tiers, start))
    # An empty price means free where the name says so and for OpenAI's moderation; elsewhere nothing.
    free = model.id.endswith(":free") or model.id == "moderation"
    for one in entries:
        if not one["rates"] and not unknown:
            one["rates"] = {"in": Decimal(0), "out": Decimal(0)} if free else None
    entries[-1]["windows"] = windows
    # What comes first in the list applies to all earlier times as well, whatever its date.
    entries[0]["from"] = None
    assert [one["from"] for one in entries[1:]] == sorted(one["from"] for one in entries[1:]), model.id
    return entries, unknown


def _base_variants(model) -> list[dict]:
    """Partial prices by context: [{name, from, rates, tiers}]. Contexts that no fact carries are left out."""
    found = []
    for variant in model.price_variants or ():
        [(context, value)] = variant.when.items()
        if context not in ("processing", "service_tier", "speed") or value == "default":
            continue
        rates, tiers, _ = _price(variant.prices)
        start = variant.constraint and _midnight(variant.constraint.start_date)
        found.append({"name": value, "from": start, "rates": rates, "tiers": tiers})
    return found


def _texts(clause):
    """The names that a match rule is made of; regular expressions have none."""
    if isinstance(clause, types.ClauseOr):
        for part in clause.or_:
            yield from _texts(part)
    elif isinstance(clause, types.ClauseAnd):
        for part in clause.and_:
            yield from _texts(part)
    elif not isinstance(clause, types.ClauseRegex):
        yield from clause.__dict__.values()


def base() -> list[dict]:
    """genai-prices: providers with models, each with its names, entries and variants."""
    found = []
    for provider in BASE_PROVIDERS:
        models = []
        for model in provider.models:
            entries, unknown = _base_prices(model)
            # A prefix that ends in a separator is not a name.
            names = {text.lower() for text in _texts(model.match)
                     if provider.find_model(text) is model and not text.endswith(("-", "@", ":", "."))}
            models.append({"id": model.id, "names": names | {model.id.lower()}, "title": model.name,
                           "prices": entries, "variants": _base_variants(model), "unknown": unknown,
                           "undated": len(entries) == 1, "original": model})
        found.append({"id": provider.id, "models": models, "original": provider,
                      "serves": provider.fallback_model_providers or []})
    return found


def _overlay_entry(rates: dict, start) -> dict:
    multiple = rates.get("cache_write_1h_multiple")

    def charged(values: dict) -> dict:
        keys = {"in": "input", "read": "cache_read", "write": "cache_write", "out": "output"}
        found = {key: values[name] for key, name in keys.items() if values.get(name) is not None}
        # The multiple is the provider's; a model without a price of writes has no long ones either.
        if multiple is not None and "write" in found:
            found["long"] = found["in"] * multiple
        return found

    tiers = [(int(tier["above"]), charged({**rates, **{key: value for key, value in tier.items() if value is not None}}))
             for tier in rates.get("tiers") or ()]
    return entry(charged(rates), tiers, start, known=utc(rates["valid_from"]), vouched=rates["valid_from_basis"])


def overlay() -> dict:
    """model-prices: {"prices": {provider: {model: {mode: entries}}}, "schedules", "closed"}.

    An entry whose rates are None says that the model was not sold in that mode.
    """
    raw = importlib.resources.files("model_prices").joinpath("snapshot.json").read_text()
    data = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
    prices: dict = {}
    for provider, models in data["prices"].items():
        ours = prices.setdefault(OVERLAY_PROVIDERS.get(provider, provider), {})
        for model, modes in models.items():
            for mode, intervals in modes.items():
                entries = []
                for interval in intervals:
                    start = interval["start"] and utc(interval["start"])
                    stored = interval["rates"]
                    one = _overlay_entry(stored, start) if stored else {**entry({}, start=start), "rates": None}
                    entries.append(one)
                ours.setdefault(model, {})[mode] = entries
    calendar = data["schedules"]["holidays"]["cn"]
    return {"prices": prices, "schedules": data["schedules"]["schedule"], "closed": calendar["dates"]}


def _filler_name(name: str, provider: str) -> str | None:
    """The name without litellm's own provider prefix; None for regional paths and size classes."""
    first, _, rest = name.partition("/")
    if rest and first in (provider, provider.split("-")[0], "vertex_ai", "bedrock", "azure", "azure_ai"):
        name = rest
    regional = provider in ("bedrock", "bedrock_converse", "azure", "azure_ai") and "/" in name
    return None if regional or name.startswith(("fireworks-ai-", "together-ai-")) else name


def _filler_rates(row: dict) -> tuple[dict, list]:
    keys = {"in": "input_cost_per_token", "out": "output_cost_per_token", "read": "cache_read_input_token_cost",
            "write": "cache_creation_input_token_cost", "long": "cache_creation_input_token_cost_above_1hr"}

    def charged(suffix: str) -> dict:
        return {key: row[name + suffix] * MILLION for key, name in keys.items() if name + suffix in row}

    sizes = sorted(int(key.split("_above_")[1].split("k_")[0]) for key in row
                   if key.startswith("input_cost_per_token_above_") and key.endswith("k_tokens"))
    return charged(""), [(size * 1000, {**charged(""), **charged(f"_above_{size}k_tokens")}) for size in sizes]


def filler() -> tuple[dict, dict]:
    """litellm: ({provider: {model: entry}}, {provider: {model: {region: factor}}}); zeros are no prices there."""
    path = importlib.metadata.distribution("litellm").locate_file(
        "litellm/model_prices_and_context_window_backup.json")
    rows = json.loads(path.read_text(), parse_float=Decimal, parse_int=Decimal)
    found: dict = {}
    regions: dict = {}
    for name, row in rows.items():
        provider = row.get("litellm_provider", "")
        if row.get("mode") not in FILLER_MODES or provider in FILLER_SKIPPED or name == "sample_spec":
            continue
        plain = _filler_name(name, provider)
        rates, tiers = _filler_rates(row)
        if plain is None or not rates.get("in"):
            continue
        ours = FILLER_PROVIDERS.get(provider, provider.lower().replace("_", "-"))
        found.setdefault(ours, {}).setdefault(plain.lower(), entry(rates, tiers))
        uplift = {region: row[f"regional_processing_uplift_multiplier_{region}"] for region in ("us", "eu")
                  if f"regional_processing_uplift_multiplier_{region}" in row}
        if provider == "anthropic" and "us" in row.get("provider_specific_entry", {}):
            uplift["us"] = row["provider_specific_entry"]["us"]
        if uplift:
            regions.setdefault(ours, {})[plain.lower()] = uplift
    return found, regions
