"""What a new book says otherwise than the one before it, for the people who use its models.

Only models that both have: a model that is new changes nothing that was known. Rates are compared on every day on
which either book has a price that begins; a day on which the same differs as on the day before is not told again.
"""

from __future__ import annotations

import json


def rates_at(entries: list[dict], day: str | None) -> dict | None:
    """The rates in force; without a day the oldest."""
    found = None
    for one in entries:
        begins = one.get("from")
        if begins is None or (day is not None and begins <= day):
            found = one["rates"]
    return found


def models(book: dict) -> dict[tuple[str, str], dict]:
    return {(provider["id"], model["id"]): model for provider in book["providers"] for model in provider["models"]}


def lists(model: dict) -> dict[str, list[dict]]:
    return {"": model["prices"]} | model.get("variants", {})


def differences(old: list[dict], new: list[dict]):
    """(day, old rates, new rates), of units that differ."""
    days = sorted({one.get("from") for one in old + new} - {None})
    before = None
    for day in [None, *days]:
        one, other = rates_at(old, day), rates_at(new, day)
        units = sorted(unit for unit in {**(one or {}), **(other or {})} if (one or {}).get(unit) != (other or {}).get(unit))
        told = tuple(None if rates is None else {unit: rates[unit] for unit in units if unit in rates} for rates in (one, other))
        if told != before and (units or (one is None) != (other is None)):
            yield day, *told
        before = told


def between(old: dict, new: dict) -> list[dict]:
    """All changes from one book to the next, by model."""
    found = []
    known = models(old)
    for (provider, name), model in sorted(models(new).items()):
        if (provider, name) not in known:
            continue
        before, after = lists(known[provider, name]), lists(model)
        for variant in sorted(set(before) & set(after)):
            for day, one, other in differences(before[variant], after[variant]):
                found.append({"since": old["version"], "version": new["version"], "provider": provider, "model": name,
                              "variant": variant, "from": day, "old": one, "new": other})
    return found


def write(path, old: dict, new: dict) -> int:
    """Adds the changes of a new version to the file; the same version again replaces its own."""
    told = [one for one in json.loads(path.read_text()) if one["version"] != new["version"]] if path.exists() else []
    added = between(old, new) if old["version"] != new["version"] else []
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in told + added)
    path.write_text(f"[{lines}]\n")
    return len(added)
