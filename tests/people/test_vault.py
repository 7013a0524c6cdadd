"""The vault: a password, this machine, and patience."""

from __future__ import annotations

import json
import resource
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk.clock import Moment
from borderdesk.people import (
    RIGHTS,
    SCOPES,
    AccountTaken,
    Cost,
    MachineSecretMissing,
    NewVault,
    NotAllowed,
    PasswordTooShort,
    Right,
    Role,
    Scope,
    ShutOutByBureau,
    SignInRefused,
    UnknownAccount,
    Vault,
    VaultUnreadable,
    WaitBeforeRetry,
    WrongPassword,
    WrongRecoveryCode,
    create_vault,
    make_machine_secret,
    read_machine_secret,
    require,
    scope_key,
)
from borderdesk.people.file import VaultNotWritten
from borderdesk.people.slots import seal_key

CHEAP = Cost(memory_kib=64, passes=1)
MACHINE = b"m" * 32
START = datetime(2026, 9, 1, 8, tzinfo=UTC)


def at(seconds: float = 0) -> Moment:
    now = START + timedelta(seconds=seconds)
    return Moment(now, now)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.json"


@pytest.fixture
def made(path: Path) -> NewVault:
    made = create_vault(path, MACHINE)
    for account, name, role in (("amina", "Amina B.", Role.OFFICER), ("sami", "Sami K.", Role.SUPERVISOR)):
        made.vault.add(made.key, account=account, name=name, role=role, password=f"{account}'s word", cost=CHEAP)
    return made


def test_the_right_password_gives_the_replica_key(made: NewVault, path: Path) -> None:
    unlocked = Vault.open(path, MACHINE).unlock("amina", "amina's word", at=at())
    assert (unlocked.key, unlocked.name, unlocked.role) == (made.key, "Amina B.", Role.OFFICER)
    assert len(made.key) == 32


def test_the_default_cost_is_64_mib_and_three_passes(path: Path) -> None:
    made = create_vault(path, MACHINE)
    made.vault.add(made.key, account="amina", name="A", role=Role.OFFICER, password="two words")
    (slot,) = json.loads(path.read_text())["slots"]
    assert (slot["memory_kib"], slot["passes"]) == (65536, 3)
    assert made.vault.unlock("amina", "two words", at=at()).key == made.key


def test_wrong_password_and_unknown_account_say_the_same(made: NewVault) -> None:
    with pytest.raises(WrongPassword) as wrong:
        made.vault.unlock("amina", "guess", at=at())
    with pytest.raises(UnknownAccount) as unknown:
        made.vault.unlock("nobody", "guess", at=at())
    assert wrong.value.sentences == unknown.value.sentences
    assert isinstance(wrong.value, SignInRefused)


def test_a_copied_file_is_useless_on_another_machine(made: NewVault, path: Path) -> None:
    with pytest.raises(WrongPassword):
        Vault.open(path, b"x" * 32).unlock("amina", "amina's word", at=at())


def test_the_key_is_in_no_file_and_no_representation(made: NewVault, path: Path) -> None:
    unlocked = made.vault.unlock("amina", "amina's word", at=at())
    for secret in (made.key.hex(), repr(made.key), made.recovery_code, "amina's word"):
        assert secret not in path.read_text()
        assert secret not in repr(unlocked) + repr(made)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["vault.json"]


@pytest.mark.parametrize(("field", "value"), [("role", "supervisor"), ("name", "Chief"), ("memory_kib", 32)])
def test_an_edited_slot_no_longer_opens(made: NewVault, path: Path, field: str, value: object) -> None:
    content = json.loads(path.read_text())
    content["slots"][0][field] = value
    path.write_text(json.dumps(content))
    with pytest.raises(WrongPassword):
        Vault.open(path, MACHINE).unlock("amina", "amina's word", at=at())


def test_waiting_grows_with_every_wrong_password_and_survives_a_restart(made: NewVault, path: Path) -> None:
    for _ in range(3):
        with pytest.raises(WrongPassword):
            Vault.open(path, MACHINE).unlock("amina", "guess", at=at(0))
    now, waits = 0.0, []
    for _ in range(10):
        with pytest.raises(WaitBeforeRetry) as told:
            Vault.open(path, MACHINE).unlock("amina", "amina's word", at=at(now))
        waits.append(told.value.seconds)
        now += told.value.seconds
        with pytest.raises(WrongPassword):
            Vault.open(path, MACHINE).unlock("amina", "guess", at=at(now))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert Vault.open(path, MACHINE).unlock("amina", "amina's word", at=at(now + 900)).key == made.key
    with pytest.raises(WrongPassword):
        made.vault.unlock("amina", "guess", at=at(now + 900))


def test_somebody_elses_wrong_passwords_make_nobody_wait(made: NewVault) -> None:
    for _ in range(3):
        with pytest.raises(WrongPassword):
            made.vault.unlock("amina", "guess", at=at())
    assert made.vault.unlock("sami", "sami's word", at=at()).key == made.key


def test_guessing_accounts_has_to_wait_too(made: NewVault) -> None:
    for n in range(3):
        with pytest.raises(UnknownAccount):
            made.vault.unlock(f"nobody{n}", "guess", at=at())
    with pytest.raises(WaitBeforeRetry):
        made.vault.unlock("nobody9", "guess", at=at())


def test_a_changed_password_replaces_the_old_one(made: NewVault) -> None:
    made.vault.change_password("amina", "amina's word", "another word", at=at(), cost=CHEAP)
    assert made.vault.unlock("amina", "another word", at=at()).key == made.key
    with pytest.raises(WrongPassword):
        made.vault.unlock("amina", "amina's word", at=at())
    with pytest.raises(WrongPassword):
        made.vault.change_password("amina", "guess", "mine", at=at())


def test_a_removed_or_disabled_person_gets_no_key(made: NewVault) -> None:
    made.vault.set_disabled("amina", True)
    with pytest.raises(UnknownAccount):
        made.vault.unlock("amina", "amina's word", at=at())
    made.vault.set_disabled("amina", False)
    assert made.vault.unlock("amina", "amina's word", at=at()).key == made.key
    made.vault.remove("amina")
    with pytest.raises(UnknownAccount):
        made.vault.unlock("amina", "amina's word", at=at())
    assert [account.account for account in made.vault.people()] == ["sami"]
    for act in (lambda: made.vault.remove("amina"), lambda: made.vault.set_disabled("amina", True)):
        with pytest.raises(UnknownAccount):
            act()


def test_the_recovery_code_opens_the_vault_on_any_machine(made: NewVault, path: Path) -> None:
    typed = made.recovery_code.lower().replace("-", " ").replace("o", "0").replace("i", "1")
    assert Vault.open(path, b"y" * 32).recover(typed) == made.key
    with pytest.raises(WrongRecoveryCode):
        made.vault.recover("AAAA-" * 8)


def test_an_account_is_given_once_and_only_with_the_key(made: NewVault) -> None:
    with pytest.raises(AccountTaken, match="amina"):
        made.vault.add(made.key, account="amina", name="B", role=Role.OFFICER, password="w", cost=CHEAP)
    with pytest.raises(ValueError, match="not the replica key"):
        made.vault.add(bytes(32), account="eve", name="E", role=Role.SUPERVISOR, password="w", cost=CHEAP)
    with pytest.raises(FileExistsError):
        create_vault(made.vault._path, MACHINE)


@pytest.mark.parametrize("content", ["", "{}", '{"version": 2}', "[1]", '{"version":1,"check":"zz"}'])
def test_a_damaged_vault_is_named(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(VaultUnreadable, match=r"vault\.json cannot be used"):
        Vault.open(path, MACHINE)


def test_a_password_typed_in_another_unicode_form_is_the_same(made: NewVault) -> None:
    made.vault.add(made.key, account="jose", name="J", role=Role.AUDITOR, password="contrase\u00f1a", cost=CHEAP)
    assert made.vault.unlock("jose", "contrasen\u0303a", at=at()).role is Role.AUDITOR


def test_the_machine_secret_is_private_and_made_once(tmp_path: Path) -> None:
    secret = make_machine_secret(tmp_path / "secret")
    assert read_machine_secret(tmp_path / "secret") == secret
    assert len(secret) == 32
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        make_machine_secret(tmp_path / "secret")
    (tmp_path / "short").write_bytes(b"x")
    for name in ("short", "missing"):
        with pytest.raises(MachineSecretMissing):
            read_machine_secret(tmp_path / name)


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.OFFICER, Right.SCREEN, Right.READ_JOURNAL),
        (Role.OFFICER, Right.READ_HITS, Right.PURGE_JOURNAL),
        (Role.SUPERVISOR, Right.MANAGE_PEOPLE, None),
        (Role.TECHNICIAN, Right.MAINTAIN, Right.READ_RECORDS),
        (Role.AUDITOR, Right.READ_JOURNAL, Right.SCREEN),
    ],
)
def test_each_role_has_its_rights(role: Role, may: Right, may_not: Right | None) -> None:
    require(role, may)
    if may_not is None:
        assert RIGHTS[role] == frozenset(Right), "a supervisor is the one who may do everything"
        return
    with pytest.raises(NotAllowed, match=may_not.value):
        require(role, may_not)


def test_a_technician_reads_neither_records_nor_hits() -> None:
    for right in (Right.SCREEN, Right.READ_RECORDS, Right.READ_HITS, Right.TAKE_UP_HITS, Right.READ_JOURNAL):
        with pytest.raises(NotAllowed):
            require(Role.TECHNICIAN, right)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_the_slot_of_somebody_who_may_not_read_lists_does_not_hold_their_key(made: NewVault, role: Role) -> None:
    made.vault.add(made.key, account="lee", name="Lee", role=role, password="lee's word", cost=CHEAP)
    unlocked = made.vault.unlock("lee", "lee's word", at=at())
    assert unlocked.key == scope_key(made.key, SCOPES[role]) != made.key
    assert unlocked.scope is not Scope.LISTS
    with pytest.raises(ValueError, match="not the replica key"):
        made.vault.add(unlocked.key, account="eve", name="Eve", role=Role.OFFICER, password="eve")
    made.vault.change_password("lee", "lee's word", "another word", at=at(), cost=CHEAP)
    assert made.vault.unlock("lee", "another word", at=at()).key == unlocked.key


def test_slots_of_an_older_program_are_narrowed_when_somebody_with_the_key_signs_in(made: NewVault, path: Path) -> None:
    made.vault.add(made.key, account="lee", name="Lee", role=Role.TECHNICIAN, password="lee's word", cost=CHEAP)
    plain = json.loads(path.read_text())
    (slot,) = [each for each in plain["slots"] if each["account"] == "lee"]
    del slot["scope"]
    slot["sealed"] = seal_key(bytes.fromhex(slot["public"]), made.key, secrets.token_bytes).hex()
    path.write_text(json.dumps(plain))
    assert made.vault.unlock("lee", "lee's word", at=at()).key == scope_key(made.key, Scope.DIAGNOSTICS)
    old = path.read_text()
    made.vault.unlock("amina", "amina's word", at=at())
    assert json.loads(path.read_text())["slots"][-1]["sealed"] not in old, "the replica key is out of the slot"
    assert made.vault.unlock("lee", "lee's word", at=at()).key == scope_key(made.key, Scope.DIAGNOSTICS)


def test_re_keying_gives_everybody_the_new_key_of_their_own_scope(made: NewVault) -> None:
    made.vault.add(made.key, account="lee", name="Lee", role=Role.AUDITOR, password="lee's word", cost=CHEAP)
    fresh = made.vault.begin_rekey(made.key)
    assert made.vault.unlock("lee", "lee's word", at=at()).next_key == scope_key(fresh, Scope.JOURNAL)
    made.vault.finish_rekey(fresh)
    assert made.vault.unlock("lee", "lee's word", at=at()).key == scope_key(fresh, Scope.JOURNAL)


def test_a_password_that_is_soon_guessed_is_not_taken(tmp_path: Path) -> None:
    made = create_vault(tmp_path / "vault.json", MACHINE)
    with pytest.raises(PasswordTooShort, match="too short"):
        made.vault.add(made.key, account="noy", name="Noy", role=Role.OFFICER, password="seven77", cost=CHEAP)
    assert made.vault.people() == ()


def test_whom_the_bureau_shut_out_stays_out_in_a_file_of_an_older_program_too(path: Path, made: NewVault) -> None:
    made.vault.obey("amina", True, 3)
    plain = json.loads(path.read_text())
    del plain["barred"]
    path.write_text(json.dumps(plain))
    with pytest.raises(ShutOutByBureau):
        made.vault.set_disabled("amina", False)
    made.vault.set_disabled("sami", True)
    made.vault.set_disabled("sami", False)


def test_a_disk_that_is_full_keeps_the_old_key_file_and_no_half_of_the_new_one(path: Path, made: NewVault) -> None:
    before = path.read_bytes()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, usual[1]))
    try:
        with pytest.raises(VaultNotWritten, match="as it was before"):
            made.vault.reset_password(made.key, "amina", "another word of hers", cost=CHEAP)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before
    made.vault.unlock("amina", "amina's word", at=at())
