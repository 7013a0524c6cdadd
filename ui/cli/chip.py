"""`borderdesk chip`: verify what an inspection system read from a chip."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.documents.chip import ChipVerdict, UnreadableChip, read_master_list, verify_chip
from borderdesk.words import say
from ui.cli.lines import plain_finding, read_bytes
from ui.cli.mrz import plain_reading

app = typer.Typer(help="Chips of travel documents.", no_args_is_help=True)

MOST_FILE_BYTES = 4 * 1024 * 1024
"""A data group with a face is some 20 kB; the largest a chip holds is 64 kB."""

_SOD = re.compile(r"(?:^|[^a-z])sod(?:[^a-z]|$)", re.IGNORECASE)
_GROUP = re.compile(r"d(?:ata)?[ _-]?g(?:roup)?[ _.-]?0*(\d{1,2})(?!\d)", re.IGNORECASE)


@app.callback()
def topic() -> None:
    """Chips of travel documents."""


@app.command("verify")
def verify(
    directory: Annotated[Path, typer.Argument(help="Holds EF.SOD and data groups, named so (EF.SOD, DG1.bin, …).")],
    master_list: Annotated[Path, typer.Option(help="A master list: .ml or ICAO's .ldif.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
    today: Annotated[str, typer.Option(help="Read as of this day (YYYY-MM-DD).")] = "",
) -> None:
    """Verify signature, hashes, chain and State. Revocation lists (*.crl) in the directory are used too."""
    day = date.fromisoformat(today) if today else datetime.now(UTC).date()
    sod, groups, revocations = chip_files(directory)
    issuers = read_master_list(read_bytes(master_list))
    found = verify_chip(sod, groups, issuers, today=day, revocations=revocations)
    if as_json:
        held = {"issuers": issuers.count, "unreadable": issuers.unreadable}
        print(json.dumps({**plain_verdict(found), "master_list": held}, ensure_ascii=False))
        return
    print(f"{found.outcome.value}: signature {found.signature.value}, chain {found.chain.value}")
    for finding in found.findings:
        print(f"{finding.severity.value}  {finding.sentence}")


def chip_files(directory: Path) -> tuple[bytes, dict[int, bytes], list[bytes]]:
    """EF.SOD, the data groups by number, and revocation lists. Raises UnreadableChip without EF.SOD."""
    if not directory.is_dir():
        raise UnreadableChip(say("{path} is no directory.", path=str(directory)))
    sod, groups, revocations = b"", {}, []
    for path in sorted(directory.iterdir()):
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MOST_FILE_BYTES:
            continue
        if _SOD.search(path.name):
            sod = read_bytes(path)
        elif path.suffix.lower() == ".crl":
            revocations.append(read_bytes(path))
        elif (found := _GROUP.search(path.name)) and 1 <= int(found[1]) <= 16:
            groups[int(found[1])] = read_bytes(path)
    if not sod:
        raise UnreadableChip(say("There is no EF.SOD in {path}.", path=str(directory)))
    return sod, groups, revocations


def plain_verdict(found: ChipVerdict) -> dict[str, Any]:
    """What `chip verify --json` prints."""
    return {
        "outcome": found.outcome.value,
        "signature": found.signature.value,
        "chain": found.chain.value,
        "state": found.state.value,
        "groups": {name: outcome.value for name, outcome in found.groups},
        "signer": found.signer,
        "issuer": found.issuer,
        "findings": [plain_finding(finding) for finding in found.findings],
        "document": plain_reading(found.reading) if found.reading else None,
    }
