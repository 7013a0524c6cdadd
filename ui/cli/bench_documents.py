"""`borderdesk bench documents`: speed and correctness of reading, beside a textbook reader in the same run."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.documents import UnreadableMrz, read_mrz
from borderdesk.documents.mrz.plain import textbook_accepts
from borderdesk.documents.mrz.samples import DELIVERIES, Sample, misread, sound_documents
from ui.cli.bench_profiles import crossed_names, damaged_lines, hinted, look_alikes
from ui.cli.bench_references import FOLDER, references, rows, sound_rows

TODAY = date(2026, 11, 22)
_FIELDS = {"name": "names", "state": "issuing_state"}
"""What `misread` calls a field, and what findings do; a misread digit field is never read as sound."""


def documents(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
    count: Annotated[int, typer.Option(help="Sound documents to read.")] = 12_000,
    seed: Annotated[int, typer.Option(help="Seed of the made-up documents.")] = 9303,
    reference: Annotated[Path, typer.Option(help="Folder of public vectors; left out where it is not.")] = FOLDER,
) -> None:
    """Documents a second on one core, and what becomes of damaged ones."""
    found = measure(count, seed)
    if (reference / "mrz.jsonl").is_file():
        sound = sound_rows(reference)
        found |= references(reference)
        found |= look_alikes(sound, seed, count // 4)
        found |= damaged_lines(sound, seed, count // 40)
        pairs = rows(reference, "names")
        found["reference: printed names crossed"] = crossed_names(pairs, random.Random(seed), len(pairs) ** 2)
    if as_json:
        print(json.dumps(found))
        return
    for part, figures in found.items():
        print(part)
        for name, value in figures.items() if isinstance(figures, dict) else [("", figures)]:
            print(f"    {name:44} {value}")


def measure(count: int, seed: int) -> dict[str, Any]:
    """All figures, as printed."""
    rng = random.Random(seed)
    sound = list(sound_documents(rng, count, TODAY))
    damaged = [each for sample in sound[: count // 4] if (each := misread(rng, sample))]
    delivered = [
        Sample(way, sample.format, sample.lines, deliver(sample.lines))
        for way, deliver in DELIVERIES.items()
        for sample in sound[: count // 100]
    ]
    ours, baseline = _rate(sound, _ours), _rate(sound, textbook_accepts)
    return {
        "seed": seed,
        "sound": {
            "documents": len(sound),
            "per core second": round(ours),
            "right": sum(_right(sample) for sample in sound),
            "textbook: per core second": round(baseline),
            "textbook: accepted": sum(textbook_accepts(sample.text) for sample in sound),
        },
        "delivered": {
            "documents": len(delivered),
            "per core second": round(_rate(delivered, _ours)),
            "right": sum(_right(sample) for sample in delivered),
            "textbook: accepted": sum(textbook_accepts(sample.text) for sample in delivered),
        },
        "delivered, right by way": {
            way: f"{sum(_right(s) for s in delivered if s.kind == way)}/{sum(s.kind == way for s in delivered)}"
            for way in DELIVERIES
        },
        "misread": {"documents": len(damaged), "per core second": round(_rate(damaged, _ours)), **_fates(damaged)},
        "textbook on misread": dict(Counter("accepted" if textbook_accepts(s.text) else "rejected" for s in damaged)),
    }


def _rate(samples: list[Sample], read: Callable[[str], object]) -> float:
    # Processor time, not the clock on the wall: a figure of one core, whatever else the machine does.
    start = time.process_time()
    for sample in samples:
        read(sample.text)
    return len(samples) / (time.process_time() - start)


def _ours(text: str) -> object:
    return read_mrz(text, today=TODAY)


def _right(sample: Sample) -> bool:
    try:
        found = read_mrz(sample.text, today=TODAY)
    except UnreadableMrz:
        return False
    if not found.valid:
        return False
    if found.lines == sample.lines:
        return True
    # A small visa that lost its filler is a large one; the fields are what counts.
    whole = read_mrz("\n".join(sample.lines), today=TODAY)
    fields = (
        "surname",
        "given",
        "number",
        "issuing_state",
        "nationality",
        "birth_date",
        "sex",
        "expiry_date",
        "optional",
    )
    return all(getattr(found, name) == getattr(whole, name) for name in fields)


def _fates(samples: list[Sample]) -> dict[str, int]:
    fates: Counter[str] = Counter()
    for sample in samples:
        found = read_mrz(sample.text, today=TODAY)
        true = any(repair.lines == sample.lines for repair in found.repairs)
        if found.valid:
            fate = (
                "read as sound, with a hint" if hinted(found, _FIELDS.get(sample.kind, "number")) else "silently wrong"
            )
        elif not found.repairs:
            fate = "rejected"
        elif len(found.repairs) == 1:
            fate = "repaired" if true else "wrongly repaired"
        else:
            fate = "asked" if true else "asked without the truth"
        fates[f"{sample.kind}: {fate}"] += 1
    return dict(sorted(fates.items()))
