"""Merges the three sources: base over overlay over filler. See README.md for the rules in words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from rates import COMMON, apart, at, entry, same, scaled, text, utc

# How the names of a maker's models begin; a name that comes without a provider is looked up at its maker.
FAMILIES = {
    "anthropic": ["claude"], "google": ["gemini", "gemma"], "x-ai": ["grok"], "deepseek": ["deepseek"],
    "openai": ["gpt", "o1", "o3", "o4", "chatgpt", "codex", "computer-use", "text-embedding", "babbage", "davinci"],
    "mistral": ["mistral", "ministral", "magistral", "codestral", "devstral", "pixtral", "voxtral", "open-mi"],
    "moonshotai": ["kimi", "moonshot"], "cohere": ["command", "embed-", "rerank"], "meta": ["muse"], "zai": ["glm"],
    "minimax": ["minimax"], "perplexity": ["sonar"], "voyageai": ["voyage"], "alibaba": ["qwen"], "ai21": ["jamba"],
    "xiaomi": ["mimo"], "cursor": ["composer"],
}
# Other names under which exports and tools speak of a provider.
PROVIDER_NAMES = {
    "anthropic": ["claude"], "openai": ["codex"], "x-ai": ["xai"], "aws": ["bedrock", "amazon-bedrock", "amazon"],
    "google": ["gemini", "vertex", "vertex-ai", "vertex_ai", "google-ai-studio"], "azure": ["azure-openai"],
    "moonshotai": ["moonshot", "kimi"], "together": ["together-ai", "together_ai"], "zai": ["z-ai", "z.ai"],
    "alibaba": ["dashscope", "qwen"], "fireworks": ["fireworks-ai", "fireworks_ai"], "mistral": ["mistralai"],
    "github-copilot": ["copilot"], "meta": ["meta-llama"], "voyageai": ["voyage"],
}
# Cursor bills the models of others at their makers' list prices.
SERVES = {"cursor": ["anthropic", "openai", "google", "x-ai", "deepseek", "moonshotai"]}
# Modes of model-prices -> the variants that they stand for.
MODES = {"batch": "batch", "flex": "flex", "fast": "fast", "ultrafast": "ultrafast"}


def agree(one: dict | None, other: dict | None) -> bool:
    """Whether two entries charge about the same for what both speak of."""
    if not one or not other or not one["rates"] or not other["rates"]:
        return False
    shared = [key for key in COMMON if key in one["rates"] and key in other["rates"]]
    return "in" in shared and not any(apart(one["rates"][key], other["rates"][key]) for key in shared)


def differences(ours: dict, theirs: dict, source: str) -> list[str]:
    """What another source says of the same model today, where it is more than 5 % away."""
    if not ours["rates"] or not theirs["rates"]:
        return []
    shared = [key for key in COMMON if key in ours["rates"] and key in theirs["rates"]]
    wrong = [key for key in shared if apart(ours["rates"][key], theirs["rates"][key])]
    return [f"{key} {text(ours['rates'][key])}, {source}: {text(theirs['rates'][key])}" for key in wrong]


def corrects(later: dict, earlier: dict) -> bool:
    """Whether an overlay entry only corrects the one before, rather than telling of a change of price.

    models.dev is edited by hand: an entry that is replaced within days was a mistake, a zero that
    becomes a price was a gap, and so was a cache price that appears later beside the same input and
    output; one that changes beside them is a correction, too, unless a source is cited.
    """
    if not earlier["rates"] or not later["rates"]:
        return False
    if earlier["vouched"] == "models.dev commit" and later["from"] - earlier["known"] < timedelta(days=3):
        return True
    if not earlier["rates"].get("in") and earlier["vouched"] == "models.dev commit" and later["rates"].get("in"):
        return True
    unchanged = all(earlier["rates"].get(key) == later["rates"].get(key) for key in ("in", "out"))
    completed = all(later["rates"].get(key) == rate for key, rate in earlier["rates"].items())
    if earlier["tiers"] and earlier["tiers"] != later["tiers"]:
        return False
    return unchanged and (completed or later["vouched"] == "models.dev commit")


def cleaned(entries: list[dict]) -> list[dict]:
    """An overlay timeline without its corrections of itself: what was only noted later held before, too."""
    kept = list(entries[-1:])
    for earlier in reversed(entries[:-1]):
        if corrects(kept[0], earlier):
            kept[0] = {**kept[0], "from": earlier["from"], "known": earlier["known"], "vouched": earlier["vouched"]}
        else:
            kept.insert(0, earlier)
    return merged(kept)


def merged(entries: list[dict]) -> list[dict]:
    """Entries without those that repeat what the one before charges."""
    kept: list[dict] = []
    for one in entries:
        if not kept or not same(kept[-1], one) or bool(kept[-1].get("assumed")) != bool(one.get("assumed")):
            kept.append(one)
    return kept


def charged(one: dict, above: int | None) -> dict:
    """The rates of an entry for a prompt just larger than `above`."""
    steps = [rates for start, rates in one["tiers"] if above is not None and start <= above]
    return steps[-1] if steps else one["rates"]


def overlaid(standard: dict, part: dict, start) -> dict:
    """A standard entry with a variant's partial prices over it."""
    starts = sorted({above for above, _ in standard["tiers"]} | {above for above, _ in part["tiers"]})
    tiers = [(above, {**charged(standard, above), **charged(part, above)}) for above in starts]
    return entry({**standard["rates"], **part["rates"]}, tiers, start)


def before(moment: datetime | None, entries: list[dict]) -> list[dict]:
    return [one for one in entries if moment and (one["from"] is None or one["from"] < moment)]


class Merge:
    """The book as it grows: base first, then what the others add."""

    def __init__(self, base: list, overlay: dict, filler: dict, regions: dict, versions: dict, today: datetime):
        self.today, self.overlay, self.regions = today, overlay, regions
        self.sources = {name: f"{name} {version}" for name, version in versions.items()}
        self.notes: list[str] = []
        self.providers: dict[str, dict] = {}
        for provider in base:
            self._add_base(provider, filler.get(provider["id"], {}))
        for provider, models in overlay["prices"].items():
            self._add_overlay(provider, models)
        for provider, models in filler.items():
            self._add_filler(provider, models)
        for provider in self.providers.values():
            self._add_titles(provider)

    def _provider(self, name: str) -> dict:
        fresh = {"id": name, "names": PROVIDER_NAMES.get(name, []), "serves": SERVES.get(name, []),
                 "families": FAMILIES.get(name, []), "models": [], "by_name": {}, "original": None}
        return self.providers.setdefault(name, fresh)

    def _put(self, provider: dict, model: dict) -> None:
        provider["models"].append(model)
        for name in model["names"]:
            provider["by_name"].setdefault(name, model)

    # --- base -----------------------------------------------------------------------------------

    def _add_base(self, source: dict, filler: dict) -> None:
        provider = self._provider(source["id"])
        provider["original"] = source["original"]
        provider["serves"] = source["serves"] or provider["serves"]
        modes_of = {name.lower(): modes for name, modes in self.overlay["prices"].get(source["id"], {}).items()}
        for model in source["models"]:
            # A model whose price is left empty is not known; its maker or another source may know it.
            if not any(one["rates"] for one in model["prices"]):
                self.notes.append(f"{source['id']}/{model['id']}: listed without a price")
                continue
            found = [name for name in [model["id"].lower(), *sorted(model["names"])] if name in modes_of]
            modes = {mode: cleaned(one) for mode, one in modes_of[found[0]].items()} if found else {}
            self._put(provider, self._base_model(source["id"], model, modes, filler))

    def _base_model(self, provider: str, model: dict, modes: dict, filler: dict) -> dict:
        prices, standard = model["prices"], modes.get("standard", [])
        built = {"id": model["id"], "names": set(model["names"]), "title": model["title"], "original": model["original"],
                 "base_from": None, "differs": self._differs(model, standard, filler), "src": None}
        if model["unknown"]:
            self.notes.append(f"{provider}/{model['id']}: no unit for {', '.join(sorted(model['unknown']))}")
        if model["undated"] and prices[0]["windows"] and standard and not agree(prices[0], at(standard, self.today)):
            prices = self._scheduled(provider, model["id"], self._marked(standard))
            built["base_from"] = self.today + timedelta(days=36500)
        elif model["undated"] and len(standard) > 1 and agree(prices[0], at(standard, self.today)):
            now = {**prices[0], "from": standard[-1]["from"]}
            other = {key: rate for key, rate in now["rates"].items() if key not in standard[-1]["rates"]}
            past = [{**one, "rates": {**other, **one["rates"]}, "tiers": [(a, {**other, **r}) for a, r in one["tiers"]]}
                    if one["rates"] else one for one in standard[:-1]]
            joined = merged([*self._marked(past), now])
            prices = joined if len(joined) > 1 else prices
            built["base_from"] = prices[-1]["from"]
        if provider == "deepseek":
            prices = self._peaks(prices)
        built["prices"] = prices
        built["variants"] = self._variants(provider, model, prices, modes)
        built["region"] = next((self.regions[provider][name] for name in sorted(model["names"])
                                if name in self.regions.get(provider, {})), {})
        self._fill_long(provider, built, standard)
        return built

    def _marked(self, entries: list[dict]) -> list[dict]:
        return [{**one, "src": "model-prices"} for one in entries]

    def _differs(self, model: dict, standard: list, filler: dict) -> list[str]:
        ours = at(model["prices"], self.today)
        others = [(at(standard, self.today), self.sources["model-prices"])] if standard else []
        others += [(filler[name], self.sources["litellm"]) for name in [model["id"].lower()] if name in filler]
        return [line for theirs, source in others if theirs for line in differences(ours, theirs, source)]

    def _fill_long(self, provider: str, built: dict, standard: list) -> None:
        """The price of a longer cache lifetime, where only the overlay knows it."""
        multiples = {one["rates"]["long"] / one["rates"]["in"] for one in standard
                     if one["rates"] and one["rates"].get("in") and "long" in one["rates"]}
        everything = [*built["prices"], *(one for entries in built["variants"].values() for one in entries)]
        rated = [rates for one in everything if one["rates"] for rates in (one["rates"], *(r for _, r in one["tiers"]))]
        if len(multiples) != 1 or any("long" in rates for one in built["prices"] if one["rates"]
                                      for rates in [one["rates"]]):
            return
        [multiple] = multiples
        touched = [rates for rates in rated if "write" in rates and "in" in rates]
        for rates in touched:
            rates["long"] = rates["in"] * multiple
        if touched:
            built["filled"] = f"long cache writes: {self.sources['model-prices']}"

    # --- time of day ----------------------------------------------------------------------------

    def _schedule(self, provider: str, key: str) -> list[dict]:
        return [one for one in self.overlay["schedules"] if one["provider"] == provider and key in one]

    def _peaks(self, prices: list[dict]) -> list[dict]:
        """Peak windows as the base has them, from the day on which they exist and on working days only."""
        [schedule] = self._schedule("deepseek", "peak_hours_utc")
        first, factor = utc(schedule["valid_from"]), schedule["peak_multiplier"]
        hours = [tuple(window) for window in schedule["peak_hours_utc"]]
        if not any((start, end) in hours for start, end, *_ in prices[-1]["windows"]):
            return prices
        changed = []
        for one in prices:
            started = one["from"] is None and len(prices) == 1 or one["from"] and one["from"] >= first
            windows = [(start, end, True, scaled(one["rates"], factor)) for start, end in hours] if started else []
            if one["windows"]:
                assert [w[3] for w in windows] == [w[3] for w in one["windows"]], "the base's peak is another multiple"
            changed.append({**one, "windows": windows})
        return changed

    def _scheduled(self, provider: str, model: str, prices: list[dict]) -> list[dict]:
        """An overlay timeline with the overlay's discounts for hours of the day."""
        for schedule in self._schedule(provider, "off_peak_hours_utc"):
            factor = schedule["off_peak_multiplier"].get(model)
            if factor is None:
                continue
            first = utc(schedule["valid_from"])
            last = utc(schedule["valid_until"]) if "valid_until" in schedule else None
            cut = sorted({moment for moment in (first, last) if moment})
            starts = [{**at(prices, moment), "from": moment} for moment in cut]
            prices = sorted([*prices, *starts], key=lambda one: one["from"] or datetime.min.replace(tzinfo=timezone.utc))
            prices = [{**one, "windows": [(*window, False, scaled(one["rates"], factor))
                                          for window in schedule["off_peak_hours_utc"]]}
                      if one["from"] and one["from"] >= first and (last is None or one["from"] < last) else one
                      for one in prices]
        return merged(prices)

    # --- variants -------------------------------------------------------------------------------

    def _variants(self, provider: str, model: dict, prices: list, modes: dict) -> dict:
        names = sorted({part["name"] for part in model["variants"]})
        found = {}
        for name in names:
            parts = [part for part in model["variants"] if part["name"] == name]
            mode = "fast" if name == "priority" and provider == "openai" else name
            found[name] = self._variant(prices, parts, modes.get(mode, []), modes.get("standard", []))
        if agree(at(prices, self.today), at(modes.get("standard", []), self.today)):
            for mode, name in MODES.items():
                if mode in modes and name not in found:
                    found[name] = self._trimmed(self._marked(self._with_units(modes[mode], prices, {}, {})))
        return {name: entries for name, entries in found.items() if entries}

    def _with_units(self, entries: list[dict], prices: list[dict], now: dict, known: dict) -> list[dict]:
        """Overlay entries of a variant with the units (searches, audio) that the overlay does not speak of.

        They cost what the variant is `known` to charge, as long as the standard price of them is that of
        `now`; else what the standard entry of their time charges.
        """
        full = []
        for one in entries:
            standard = at(prices, one["from"]) if one["from"] else prices[0]
            units = {key: known[key] if key in known and now.get(key) == rate else rate
                     for key, rate in (standard["rates"] or {}).items() if key not in (*COMMON, "long", "reasoning")}
            rates = one["rates"] and {**units, **one["rates"]}
            full.append({**one, "rates": rates, "tiers": [(a, {**units, **r}) for a, r in one["tiers"]]})
        return full

    def _trimmed(self, entries: list[dict]) -> list[dict]:
        while entries and entries[0]["rates"] is None:
            entries = entries[1:]
        return entries

    def _variant(self, prices: list, parts: list, mode: list, standard: list) -> list[dict]:
        starts = [part["from"] for part in parts]
        first = None if None in starts else min(starts)
        moments = {first} | {start for start in starts} | {one["from"] for one in prices
                                                           if one["from"] and (first is None or one["from"] > first)}
        known = []
        for moment in sorted(moments, key=lambda m: m or datetime.min.replace(tzinfo=timezone.utc)):
            one = at(prices, moment) if moment else prices[0]
            for part in reversed([p for p in parts if p["from"] is None or moment and p["from"] <= moment]):
                one = overlaid(one, part, moment)
            assert not one["windows"], "a variant with windows"
            known.append(one)
        return merged([*self._variant_past(prices, known, first, mode, standard), *known])

    def _variant_past(self, prices: list, known: list, first, mode: list, standard: list) -> list[dict]:
        """What a variant cost before the day on which the base began to write it down."""
        if first is None:
            return []
        past = before(first, mode)
        mirrored = all(agree(at(prices, one["from"]) if one["from"] else prices[0],
                             at(standard, one["from"]) if one["from"] else standard[0])
                       for one in past if one["rates"]) if standard else False
        theirs = at(mode, first)
        tiers = theirs and [above for above, _ in theirs["tiers"]] == [above for above, _ in known[0]["tiers"]]
        past = self._trimmed(past) if mirrored and tiers and agree(known[0], theirs) else []
        if not past:
            return self._assumed(prices, known[0], first, first)
        now = at(prices, first)["rates"]
        # Dated by the day on which somebody first saw it: it may well have been sold before.
        seen = past[0]["from"] if past[0]["from"] == past[0].get("known") else None
        earlier = self._assumed(prices, known[0], first, seen) if seen else []
        return earlier + self._marked(self._with_units(past, prices, now, known[0]["rates"]))

    def _assumed(self, prices: list, known: dict, first, until) -> list[dict]:
        """The variant before `until`: the standard price of the day times the factor of `first`."""
        now = at(prices, first)
        keys = [key for key, rate in known["rates"].items() if rate != now["rates"].get(key)]
        factors = {known["rates"][key] / now["rates"][key] for key in keys if now["rates"].get(key)}
        uniform = len(factors) == 1 and all(now["rates"].get(key) for key in keys)
        found = []
        for one in before(until, prices):
            if same(one, now):
                found.append({**known, "from": one["from"], "assumed": True})
            elif uniform and one["rates"]:
                [factor] = factors
                tiers = [(above, scaled(rates, factor, keys)) for above, rates in one["tiers"]]
                found.append(entry(scaled(one["rates"], factor, keys), tiers, one["from"], assumed=True))
            else:
                found.append({**entry({}, start=one["from"]), "rates": None})
        return self._trimmed(found)

    # --- overlay and filler ---------------------------------------------------------------------

    def _known(self, provider: dict, name: str, theirs: dict) -> bool:
        """Whether a name is there already, or is only another name of a model that is."""
        served = [self.providers[other] for other in provider["serves"]]
        if any(name in other["by_name"] for other in (provider, *served)):
            return True
        match = provider["original"] and provider["original"].find_model(name)
        ours = next((model for model in provider["models"] if match and model["original"] is match), None)
        if ours and agree(at(ours["prices"], self.today), theirs):
            ours["names"].add(name)
            provider["by_name"][name] = ours
            return True
        return False

    def _add_overlay(self, name: str, models: dict) -> None:
        provider = self._provider(name)
        for model, modes in models.items():
            standard = cleaned(modes["standard"])
            if self._known(provider, model.lower(), at(standard, self.today)):
                continue
            prices = self._trimmed(self._scheduled(name, model, standard))
            variants = {variant: self._trimmed(cleaned(modes[mode])) for mode, variant in MODES.items() if mode in modes}
            self._put(provider, {"id": model, "names": {model.lower()}, "title": None, "original": None,
                                 "differs": [], "src": "model-prices", "prices": prices, "base_from": None,
                                 "variants": {key: one for key, one in variants.items() if one}, "region": {}})

    def _add_filler(self, name: str, models: dict) -> None:
        provider = self._provider(name)
        for model, one in sorted(models.items()):
            if not self._known(provider, model, one):
                region = self.regions.get(name, {}).get(model, {})
                self._put(provider, {"id": model, "names": {model}, "title": None, "original": None, "differs": [],
                                     "src": "litellm", "prices": [one], "variants": {}, "region": region,
                                     "base_from": None})

    def _add_titles(self, provider: dict) -> None:
        """The display names of a maker's models, where one means one model only."""
        titles: dict[str, list] = {}
        for model in provider["models"]:
            words = (model["title"] or "").lower().split() if provider["families"] else []
            if words:
                titles.setdefault("-".join(words), []).append(model)
            # Cursor writes "claude-4.5-sonnet" for what is called "Claude Sonnet 4.5".
            if len(words) == 3 and words[0] == "claude":
                titles.setdefault(f"claude-{words[2]}-{words[1]}", []).append(model)
        for title, models in titles.items():
            if len(models) == 1 and title not in provider["by_name"]:
                models[0]["names"].add(title)
                provider["by_name"][title] = models[0]
