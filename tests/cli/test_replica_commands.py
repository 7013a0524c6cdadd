"""`borderdesk replica` and `borderdesk journal` at a desk that is really enrolled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.people import (
    Cost,
    MachineSecretMissing,
    NotAllowed,
    Role,
    Vault,
    WrongRecoveryCode,
    read_machine_secret,
)
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent import identity as identities
from sync.agent.accounts import NoSuchAccount
from sync.agent.auditing import NotExported
from sync.agent.enrolment import enrol
from sync.bureau import Bureau
from sync.bureau.server import serve_in_thread
from ui.cli.desk import app
from ui.cli.lines import UnreadableFile
from ui.cli.replica import NothingToLookUp

PASSWORD = "three lanterns at the bridge"
LISTED = list(stolen_documents(300, 7))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A desk with one list, an officer, a supervisor, a technician and an auditor."""
    home = tmp_path_factory.mktemp("post")
    with Bureau.create(home / "bureau", name="NCB Test", country="LAO") as bureau, serve_in_thread(bureau) as server:
        bureau.import_list(SYNTHETIC_LIST, LISTED)
        bureau.publish()
        code = str(bureau.enrol_code("nong-haet"))
        enrol(home / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        with Desk(home / "desk") as desk:
            desk.sign_in("noy", PASSWORD)
            desk.exchange()
            at = desk.now()
    secret = read_machine_secret(home / "desk" / identities.MACHINE_SECRET)
    vault = Vault.open(home / "desk" / identities.VAULT, secret)
    key = vault.unlock("noy", PASSWORD, at=at).key
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN, Role.AUDITOR):
        cost = Cost(memory_kib=64, passes=1)
        vault.add(key, account=role.value, name=role.value, role=role, password=PASSWORD, cost=cost)
    yield home / "desk"


def run(folder: Path, *words: str, who: Role = Role.SUPERVISOR) -> Result:
    environment = {
        "BORDERDESK_PASSWORD": PASSWORD,
        "BORDERDESK_NEW_PASSWORD": PASSWORD,
        "BORDERDESK_DIR": str(folder),
        "BORDERDESK_ACCOUNT": who.value,
    }
    return CliRunner().invoke(app, list(words), env=environment)


def test_the_status_names_every_list_and_its_age(folder: Path) -> None:
    result = run(folder, "replica", "status", "--json")
    assert result.exception is None
    (held,) = json.loads(result.output)["lists"]
    assert (held["name"], held["rows"], held["freshness"]) == ("sltd", 300, "green")
    assert "sltd" in run(folder, "replica", "status", who=Role.TECHNICIAN).output


def test_verify_reads_every_record_again(folder: Path) -> None:
    result = run(folder, "replica", "verify", "--json")
    assert (result.exit_code, json.loads(result.output)["sltd"]) == (0, {"edition": 1, "rows": 300, "whole": True})


def test_a_listed_number_is_looked_up_and_the_look_up_journalled(folder: Path) -> None:
    asked = LISTED[0]
    result = run(folder, "replica", "look-up", asked.number, "--scope", asked.state, "--json", who=Role.OFFICER)
    first = json.loads(result.output)["documents"][0]
    assert (first["match"], first["document"]["number"]) == ("exact", asked.number)
    missed = run(folder, "replica", "look-up", "X0X0X0X0X", "--scheme", "vin").output
    assert "nothing found" in missed and "edition      1" in missed, "it says which copy found nothing"
    assert json.loads(result.output)["lists"][0]["edition"] == 1
    exported = run(folder, "journal", "export", str(folder.parent / "first.jsonl"), who=Role.AUDITOR)
    assert exported.exit_code == 0, exported.output
    assert asked.number not in (folder.parent / "first.jsonl").read_text(), "a search keeps no more than it must"
    assert '"kind":"look-up"' in (folder.parent / "first.jsonl").read_text()
    run(folder, "replica", "status")
    copied = run(folder, "journal", "export", str(folder.parent / "second.jsonl"), who=Role.AUDITOR)
    assert copied.exit_code == 0
    told = (folder.parent / "second.jsonl").read_text()
    assert '"kind":"journal export"' in told and '"who":"auditor"' in told, "what the auditor did is journalled too"


def test_a_mistake_is_answered_in_sentences(folder: Path) -> None:
    """Never by a traceback, and never by *nothing found*."""
    there, not_there = folder.parent / "there.jsonl", folder.parent / "not there.jsonl"
    there.write_bytes(b"\xff\xfe no journal")
    assert isinstance(run(folder, "replica", "look-up", "<<<").exception, NothingToLookUp)
    assert isinstance(run(folder, "journal", "verify", "--file", str(not_there)).exception, UnreadableFile)
    assert isinstance(run(folder, "journal", "verify", "--file", str(there)).exception, journal.NotAJournal)
    assert isinstance(run(folder, "journal", "export", str(there), who=Role.AUDITOR).exception, NotExported)
    assert there.read_bytes() == b"\xff\xfe no journal"


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Role.TECHNICIAN, ("replica", "look-up", "1")),
        (Role.AUDITOR, ("replica", "look-up", "1")),
        (Role.OFFICER, ("journal", "verify")),
        (Role.TECHNICIAN, ("journal", "verify")),
        (Role.OFFICER, ("journal", "purge")),
        (Role.AUDITOR, ("journal", "purge")),
        (Role.TECHNICIAN, ("replica", "verify")),
    ],
)
def test_each_role_is_kept_to_its_rights(folder: Path, who: Role, words: tuple[str, ...]) -> None:
    assert isinstance(run(folder, *words, who=who).exception, NotAllowed)


def test_the_journal_is_whole_signed_and_verifiable_outside(folder: Path) -> None:
    report = json.loads(run(folder, "journal", "verify", "--json", who=Role.AUDITOR).output)
    assert (report["whole"], report["signatures_checked"], report["segments"] > 0) == (True, True, True)
    file = folder.parent / "journal.jsonl"
    assert run(folder, "journal", "export", str(file), who=Role.AUDITOR).exit_code == 0
    with Desk(folder) as desk:
        desk.sign_in("noy", PASSWORD)
        secret = identities.recall(
            desk.unlocked_store().reader, identities.read_link(desk.folder).content
        ).signing.secret
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()
    outside = run(folder, "journal", "verify", "--file", str(file), "--public-key", public)
    assert (outside.exit_code, "signatures checked" in outside.output) == (0, True)
    file.write_text(file.read_text().replace("noy", "eve", 1))
    assert run(folder, "journal", "verify", "--file", str(file)).exit_code == 3
    assert "0 entries deleted" in run(folder, "journal", "purge").output


def test_people_are_added_shut_out_and_removed_and_everything_rekeyed(folder: Path) -> None:
    before = len(json.loads(run(folder, "people", "list", "--json").output))
    assert run(folder, "people", "add", "lee", "--name", "Lee", "--role", "auditor").exit_code == 0
    assert isinstance(run(folder, "people", "add", "eve", "--name", "Eve", who=Role.OFFICER).exception, NotAllowed)
    assert run(folder, "people", "shut-out", "lee").exit_code == 0
    assert "shut out" in run(folder, "people", "list").output
    assert run(folder, "people", "remove", "lee").exit_code == 0
    assert isinstance(run(folder, "people", "remove", "lee").exception, NoSuchAccount)
    assert run(folder, "people", "password").exit_code == 0
    run(folder, "replica", "status")  # whoever opens the lists brings the auditor's copy up to date
    exported = folder.parent / "people.jsonl"
    assert run(folder, "journal", "export", str(exported), who=Role.AUDITOR).exit_code == 0
    kinds = [json.loads(line).get("kind") for line in exported.read_text().splitlines()]
    about = {
        kind: kinds.count(kind) for kind in ("person added", "person shut out", "person removed", "password changed")
    }
    assert about == dict.fromkeys(about, 1), "every act has its entry, and what was refused has none"
    result = run(folder, "people", "rekey")
    assert (result.exit_code, result.exception) == (0, None)
    assert len(json.loads(run(folder, "people", "list", "--json").output)) == before
    assert json.loads(run(folder, "replica", "verify", "--json").output)["sltd"]["whole"]
    report = json.loads(run(folder, "journal", "verify", "--json", who=Role.AUDITOR).output)
    assert report["whole"]


def test_the_recovery_code_makes_a_new_supervisor(tmp_path: Path) -> None:
    with (
        Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau,
        serve_in_thread(bureau) as server,
    ):
        code = str(bureau.enrol_code("nong-haet"))
        made = enrol(tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password="forgotten")
    environment = {"BORDERDESK_NEW_PASSWORD": PASSWORD, "BORDERDESK_DIR": str(tmp_path / "desk")}
    words = ["people", "recover", "supervisor", "--name", "S."]
    wrong = CliRunner().invoke(app, words, env={**environment, "BORDERDESK_RECOVERY_CODE": "AAAA"})
    assert isinstance(wrong.exception, WrongRecoveryCode)
    right = CliRunner().invoke(app, words, env={**environment, "BORDERDESK_RECOVERY_CODE": made.recovery_code})
    assert right.exit_code == 0, right.output
    assert run(tmp_path / "desk", "journal", "verify").exit_code == 0
    (tmp_path / "desk" / "machine.secret").unlink()  # as after a new mainboard
    assert isinstance(run(tmp_path / "desk", "people", "list").exception, MachineSecretMissing)
    again = {**environment, "BORDERDESK_RECOVERY_CODE": made.recovery_code}
    assert CliRunner().invoke(app, [*words, "--new-machine-secret"], env=again).exit_code == 0
    (left,) = json.loads(run(tmp_path / "desk", "people", "list", "--json").output)
    assert left["account"] == "supervisor", "slots that nothing opens any more are gone"
    assert run(tmp_path / "desk", "journal", "verify").exit_code == 0
