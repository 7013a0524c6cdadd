"""`borderdesk chip`: verify what an inspection system read from a chip."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from borderdesk.documents import read_mrz
from borderdesk.documents.chip import (
    ChipVerdict,
    IssuerKeys,
    UnreadableChip,
    certificates_in,
    read_master_list,
    verify_chip,
)
from borderdesk.documents.seals import SealVerdict, read_seal, verify_seal
from borderdesk.words import say
from ui.cli.lines import day_of, plain_finding, read_bytes, read_text
from ui.cli.mrz import plain_reading

app = typer.Typer(help="Chips of travel documents.", no_args_is_help=True)

QUESTIONS = ("signature", "hashes", "chain", "state", "validity", "revocation")
"""What is answered one by one, each fine, unproven or wrong."""

MOST_FILE_BYTES = 4 * 1024 * 1024
"""A data group with a face is some 20 kB; the largest a chip holds is 64 kB."""

_SOD = re.compile(r"(?:^|[^a-z]|ef)sod(?:[^a-z]|$)|^(?:ef[_. -]?)?0?11d(?:[^0-9a-z]|$)", re.IGNORECASE)
_GROUP = re.compile(r"d(?:ata)?[ _-]?g(?:roup)?[ _.-]?0*(\d{1,2})(?!\d)", re.IGNORECASE)
_SHORT_NAME = re.compile(r"^(?:ef[_. -]?)?0?1(?P<group>0[1-9a-f]|10)(?:[^0-9a-z]|$)", re.IGNORECASE)
"""Files called by their identifiers (ICAO Doc 9303-10, 3.11): 0101 to 0110 are the groups, 011D is EF.SOD."""

_CERTIFICATES = frozenset({".cer", ".crt", ".der", ".pem"})


@app.callback()
def topic() -> None:
    """Chips of travel documents."""


@app.command("verify")
def verify(
    directory: Annotated[Path, typer.Argument(help="Holds EF.SOD and data groups, named so (EF.SOD, DG1.bin, …).")],
    master_list: Annotated[
        list[Path] | None,
        typer.Option(help="A master list (.ml, ICAO's .ldif) or issuer certificate (.cer, .pem); several."),
    ] = None,
    mrz: Annotated[Path | None, typer.Option(help="The printed zone as text, to compare with the chip's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
    today: Annotated[str, typer.Option(help="Read as of this day (YYYY-MM-DD).")] = "",
) -> None:
    """Verify signature, hashes, chain, State, validity. Revocation lists (*.crl) and link certificates (*.cer) in the
    directory are used too. Without a master list the chain stays unproven."""
    day = day_of(today)
    files = chip_files(directory)
    issuers = issuer_keys(master_list or [])
    found = verify_chip(
        files.sod,
        files.groups,
        issuers,
        today=day,
        printed=read_mrz(read_text(mrz), today=day) if mrz else None,
        revocations=files.revocations,
        links=files.certificates,
    )
    if as_json:
        held = {"issuers": issuers.count, "unreadable": issuers.unreadable, "left_out": issuers.left_out}
        print(json.dumps({**plain_verdict(found), "master_list": held}, ensure_ascii=False))
        return
    print(found.outcome.value)
    for name in QUESTIONS:
        print(f"  {name:11} {getattr(found, name).value}")
    for finding in found.findings:
        print(f"{finding.severity.value}  {finding.sentence}")


@app.command("seal")
def seal(
    file: Annotated[Path, typer.Argument(help="The barcode's bytes, or these as hexadecimal or base64; - for input.")],
    certificates: Annotated[Path, typer.Option(help="A directory of signers' certificates, as the bureau sent them.")],
    master_list: Annotated[
        list[Path] | None, typer.Option(help="A master list or issuer certificate, to trace the signer; several.")
    ] = None,
    mrz: Annotated[Path | None, typer.Option(help="The printed zone as text, to compare with the seal's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
    today: Annotated[str, typer.Option(help="Read as of this day (YYYY-MM-DD).")] = "",
) -> None:
    """Read and verify a visible digital seal (visa, emergency travel document, sticker)."""
    day = day_of(today)
    read = read_seal(read_bytes(file))
    beside = files_beside(certificates)
    found = verify_seal(
        read,
        beside.certificates,
        issuer_keys(master_list or []),
        today=day,
        printed=read_mrz(read_text(mrz), today=day) if mrz else None,
        revocations=beside.revocations,
    )
    if as_json:
        print(json.dumps(plain_seal(found), ensure_ascii=False))
        return
    print(f"{found.outcome.value}: {read.document or 'seal'} of {read.issuing_state.replace('<', '')}")
    for feature in read.features:
        print(f"  {feature.name or feature.tag}: {feature.value}")
    for finding in found.findings:
        print(f"{finding.severity.value}  {finding.sentence}")


def issuer_keys(paths: list[Path]) -> IssuerKeys:
    """The issuer keys of all these files together. Raises UnreadableMasterList, UnreadableFile."""
    issuers = IssuerKeys()
    for path in paths:
        issuers.add_all(read_master_list(read_bytes(path)))
    return issuers


@dataclass(frozen=True, slots=True)
class ChipFiles:
    """What a directory holds of one chip: EF.SOD, groups by number, revocation lists, certificates beside them."""

    sod: bytes
    groups: dict[int, bytes]
    revocations: list[bytes]
    certificates: list[bytes]


def chip_files(directory: Path) -> ChipFiles:
    """The files of a chip, by the names people give them. Raises UnreadableChip without EF.SOD."""
    found = files_beside(directory)
    if not found.sod:
        raise UnreadableChip(say("There is no EF.SOD in {path}.", path=str(directory)))
    return found


def files_beside(directory: Path) -> ChipFiles:
    """Everything in a directory that its name explains. Raises UnreadableChip for what is no directory."""
    if not directory.is_dir():
        raise UnreadableChip(say("{path} is no directory.", path=str(directory)))
    found = ChipFiles(b"", {}, [], [])
    sod = b""
    for path in sorted(directory.iterdir()):
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MOST_FILE_BYTES:
            continue
        if path.suffix.lower() == ".crl":
            found.revocations.append(read_bytes(path))
        elif path.suffix.lower() in _CERTIFICATES:
            found.certificates.extend(certificates_in(read_bytes(path)))
        elif _SOD.search(path.name):
            sod = read_bytes(path)
        elif number := _group_number(path.name):
            found.groups[number] = read_bytes(path)
    return replace(found, sod=sod)


def _group_number(name: str) -> int:
    if found := _GROUP.search(name):
        number = int(found[1])
    elif found := _SHORT_NAME.match(name):
        number = int(found["group"], 16)
    else:
        number = 0
    return number if 1 <= number <= 16 else 0


def plain_verdict(found: ChipVerdict) -> dict[str, Any]:
    """What `chip verify --json` prints."""
    return {
        "outcome": found.outcome.value,
        **{name: getattr(found, name).value for name in QUESTIONS},
        "groups": {name: outcome.value for name, outcome in found.groups},
        "signer": found.signer,
        "issuer": found.issuer,
        "findings": [plain_finding(finding) for finding in found.findings],
        "document": plain_reading(found.reading) if found.reading else None,
    }


def plain_seal(found: SealVerdict) -> dict[str, Any]:
    """What `chip seal --json` prints."""
    read = found.seal
    questions = ("signature", "document", "chain", "validity", "revocation")
    return {
        "outcome": found.outcome.value,
        **{name: getattr(found, name).value for name in questions},
        "version": read.version,
        "issuing_state": read.issuing_state.replace("<", ""),
        "signer": read.signer,
        "certificate": read.certificate,
        "issued_on": read.issued_on.isoformat() if read.issued_on else None,
        "signed_on": read.signed_on.isoformat() if read.signed_on else None,
        "category": read.category,
        "definition": read.definition,
        "document_kind": read.document,
        "features": [
            {"tag": each.tag, "name": each.name, "value": each.value, "lines": list(each.lines)}
            for each in read.features
        ],
        "signer_certificate": found.signer,
        "issuer_certificate": found.issuer,
        "findings": [plain_finding(finding) for finding in found.findings],
    }
