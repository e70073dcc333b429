"""Writes Outlay's price book and the table that its arithmetic is tested against. See README.md."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from blake3 import blake3

import changes
import oracle
import sources
from merge import Merge
from rates import NINE_DECIMALS, ORDER, text, utc

# The day on which the sources were read. A second book of one day takes a letter ("2026-11-23b").
VERSION = "2026-11-23"

ROOT = Path(__file__).resolve().parents[4]
BOOK = ROOT / "src-tauri/crates/outlay-core/src/price/book.json"
CHANGES = BOOK.with_name("changes.json")
FIXTURES = ROOT / "tests/fixtures/prices"


def stamp(moment: datetime | None) -> str | None:
    """An instant as the book writes it: the day alone where it is midnight UTC."""
    if moment is None:
        return None
    return f"{moment:%Y-%m-%d}" if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


class Writer:
    """Turns the merged book into JSON, and notes every rate that had to be rounded."""

    def __init__(self, notes: list[str]):
        self.notes = notes

    def rates(self, where: str, rates: dict | None) -> dict | None:
        if rates is None:
            return None
        for key, rate in rates.items():
            if rate != rate.quantize(NINE_DECIMALS):
                self.notes.append(f"{where}: {key} {rate:.18f} rounded".replace("000000 rounded", " rounded"))
        return {key: text(rates[key]) for key in sorted(rates, key=ORDER.__getitem__)}

    def entry(self, where: str, one: dict) -> dict:
        written = {"from": stamp(one["from"])} if one["from"] else {}
        written["rates"] = self.rates(where, one["rates"])
        if one["tiers"]:
            written["tiers"] = [[above, self.rates(where, rates)] for above, rates in one["tiers"]]
        if one["windows"]:
            written["windows"] = [[start, end, workdays, self.rates(where, rates)]
                                  for start, end, workdays, rates in one["windows"]]
        return written | {key: one[key] for key in ("src", "assumed") if one.get(key)}

    def model(self, provider: str, model: dict) -> str:
        where = f"{provider}/{model['id']}"
        line = {"id": model["id"]}
        names = sorted(model["names"] - {model["id"]})
        optional = {"names": names, "src": model["src"], "differs": "; ".join(model["differs"]),
                    "filled": model.get("filled"), "region": {key: text(rate) for key, rate in model["region"].items()}}
        line |= {key: value for key, value in optional.items() if value}
        line["prices"] = [self.entry(where, one) for one in model["prices"]]
        if model["variants"]:
            line["variants"] = {name: [self.entry(f"{where}+{name}", one) for one in entries]
                                for name, entries in sorted(model["variants"].items())}
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def render(merge: Merge, version: str, closed: list[str]) -> str:
    """The whole book: a header, then one line per model."""
    writer = Writer(merge.notes)
    blocks = []
    for provider in sorted(merge.providers.values(), key=lambda one: one["id"]):
        models = sorted(provider["models"], key=lambda one: one["id"])
        lines = ",\n".join(writer.model(provider["id"], model) for model in models)
        head = {"id": provider["id"]} | {key: provider[key] for key in ("names", "serves", "families") if provider[key]}
        if models:
            blocks.append(json.dumps(head, separators=(",", ":"))[:-1] + ',"models":[\n' + lines + "\n]}")
    body = '"providers":[\n' + ",\n".join(blocks) + "\n]}\n"
    header = {"version": version, "digest": blake3(body.encode()).hexdigest(), "sources": list(merge.sources.values()),
              "closed": closed, "notes": sorted(set(merge.notes))}
    lines = [f"{json.dumps(key)}:{json.dumps(value, indent=0 if key == 'notes' else None)}" for key, value in header.items()]
    return "{" + ",\n".join(lines) + ",\n" + body


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default=VERSION, help="the book's version: the day on which the sources were read")
    arguments = parser.parse_args()
    filler, regions = sources.filler()
    overlay = sources.overlay()
    merge = Merge(sources.base(), overlay, filler, regions, sources.versions(), utc(arguments.version[:10]))
    BOOK.parent.mkdir(parents=True, exist_ok=True)
    book = render(merge, arguments.version, overlay["closed"])
    told = changes.write(CHANGES, json.loads(BOOK.read_text()), json.loads(book)) if BOOK.exists() else 0
    BOOK.write_text(book)
    cases, explained = oracle.table(merge)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    oracle.write(FIXTURES, cases, explained)
    models = sum(len(provider["models"]) for provider in merge.providers.values())
    print(f"{models} models of {len(merge.providers)} providers, {len(cases)} oracle cases, {len(explained)} explained, {told} rates changed")


if __name__ == "__main__":
    main()
