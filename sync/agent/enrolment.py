"""Turning a machine into a desk: keys made here, an answer that only the right bureau can give, a first account."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from borderdesk import journal
from borderdesk.clock import Clock, Moment, SystemClock
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.people import Binding, MachineSecret, Role, create_vault, make_machine_secret
from borderdesk.store import open_store
from borderdesk.words import say
from sync.agent import identity as identities
from sync.agent.desk import MIGRATIONS
from sync.carriers import https
from sync.trust import DeskKeys, LinkIdentity
from sync.wire import EnrolCode, decode_enrol_reply, encode_enrol_request


class AlreadyEnrolled(KnownError):
    """The folder is in use."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            say("There is something in {folder} already.", folder=str(folder)),
            safe=say("Nothing was changed; a desk that is enrolled there stays as it is."),
            todo=say("Choose an empty folder, or have the bureau revoke the old desk and remove its folder first."),
        )


class NoCode(KnownError):
    """What was typed cannot be an enrolment code."""

    def __init__(self) -> None:
        super().__init__(
            say("This is not an enrolment code: it has sixteen letters and digits."),
            safe=NOTHING_CHANGED,
            todo=say("Type the code again as the bureau gave it; blanks and hyphens do not matter."),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Enrolled:
    """What enrolment gave. `recovery_code` opens the lists when every password is lost: printed once, kept nowhere."""

    link: LinkIdentity
    recovery_code: str
    machine_secret: MachineSecret


def enrol(
    folder: Path,
    *,
    url: str,
    code: str,
    account: str,
    name: str,
    password: str,
    clock: Clock | None = None,
    binding: Binding | None = None,
) -> Enrolled:
    """Enrol this machine with the bureau at `url` and make `account` its first supervisor.

    Everything is made in a folder beside the final one, which appears whole or not at all. A code works once: after a
    failure the bureau gives another. `binding` is what keeps the machine's secret; else the strongest there is.

    Raises BindingUnavailable, AlreadyEnrolled, NoCode, LinkDown, WrongCode, and the refusals of the wire.
    """
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyEnrolled(folder)
    try:
        parsed = EnrolCode.parse(code)
    except ValueError as error:
        raise NoCode from error
    keys = DeskKeys.generate(secrets.token_bytes)
    request = encode_enrol_request(keys.request(parsed.handle), parsed)
    reply = decode_enrol_reply(https.enrol(url.rstrip("/"), request), parsed, request)
    link = LinkIdentity(reply, url.rstrip("/"), keys.transport)

    making = folder.with_name(folder.name + ".enrolling")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    wall = (clock or SystemClock()).wall()
    at = Moment(trusted=wall, wall=wall)
    machine_secret = make_machine_secret(making / identities.MACHINE_SECRET, binding=binding)
    made = create_vault(making / identities.VAULT, machine_secret)
    made.vault.add(made.key, account=account, name=name, role=Role.SUPERVISOR, password=password)
    with open_store(making / identities.STORE, made.key, MIGRATIONS) as store, store.transaction() as db:
        identities.keep(db, link.encode(), keys)
        journal.append(
            db,
            kind="enrolment",
            who=account,
            at=at,
            details={
                "bureau": reply.bureau,
                "desk": reply.desk,
                "url": url,
                "machine secret": machine_secret.binding.value,
                "passed over": list(machine_secret.passed_over),
            },
        )
    identities.write_private(making / identities.LINK, link.encode())
    if folder.exists():
        folder.rmdir()
    making.replace(folder)
    _sync_folder(folder.parent)
    return Enrolled(link, made.recovery_code, machine_secret)


def _sync_folder(folder: Path) -> None:
    """A rename is only on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
