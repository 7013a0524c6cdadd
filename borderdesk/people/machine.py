"""What only this machine has: a copied vault and a guessed password are not enough without it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from borderdesk.errors import KnownError
from borderdesk.people import bindings
from borderdesk.people.bindings import Binding, BindingUnavailable
from borderdesk.people.slots import Entropy
from borderdesk.words import say

SECRET_BYTES: Final = 32
_NAME_BYTES: Final = 8


class MachineSecretMissing(KnownError):
    """The machine's secret is not there, or is not one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("This machine's own secret {path} is missing or damaged.", path=str(path)),
            safe=say("The lists are unchanged, but no password can open them on this machine."),
            todo=say("Restore the file, or use the recovery sheet to enrol people again."),
        )


class MachineSecret(bytes):
    """The secret's 32 bytes, and what keeps them. `passed_over` says why nothing stronger does."""

    binding: Binding
    passed_over: tuple[str, ...]

    def __new__(cls, secret: bytes, binding: Binding, passed_over: tuple[str, ...] = ()) -> MachineSecret:
        """Of exactly SECRET_BYTES."""
        made = super().__new__(cls, secret)
        made.binding, made.passed_over = binding, passed_over
        return made

    def __repr__(self) -> str:
        """Without the secret."""
        return f"MachineSecret({self.binding.value!r})"


def make_machine_secret(
    path: Path,
    entropy: Entropy = secrets.token_bytes,
    *,
    binding: Binding | None = None,
    environment: Mapping[str, str] = os.environ,
) -> MachineSecret:
    """Make the secret at enrolment: kept by `binding`, or by the strongest that this machine has.

    Whatever was passed over is in the answer with its reason, so that it can be shown. The file at `path` holds what is
    needed to get the secret back and can be read by its owner only.
    Raises FileExistsError if there is one; BindingUnavailable where the binding asked for cannot keep it.
    """
    if path.exists():
        raise FileExistsError(path)
    secret, name = entropy(SECRET_BYTES), entropy(_NAME_BYTES).hex()
    passed_over: list[str] = []
    for each in Binding if binding is None else (binding,):
        try:
            kept = bindings.seal(each, secret, name, environment)
        except BindingUnavailable as error:
            if binding is not None:
                raise
            passed_over.append(f"{each.value}: {error.reason}")
            continue
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(kept)
            file.flush()
            os.fsync(file.fileno())
        return MachineSecret(secret, each, tuple(passed_over))
    raise AssertionError("a file can always be tried")


def read_machine_secret(path: Path, environment: Mapping[str, str] = os.environ) -> MachineSecret:
    """The secret. Raises MachineSecretMissing; BindingUnavailable where TPM or key store do not give it back."""
    try:
        kept = path.read_bytes()
        binding = bindings.binding_of(kept, SECRET_BYTES)
        secret = kept if binding is Binding.FILE else bindings.unseal(kept, environment)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MachineSecretMissing(path) from error
    if len(secret) != SECRET_BYTES:
        raise MachineSecretMissing(path)
    return MachineSecret(secret, binding)


def forget_machine_secret(path: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Take the secret out of the key store, where it is kept there; the caller destroys the file.

    Raises nothing: a key store that does not answer keeps a secret that opens nothing once the vault is destroyed.
    """
    try:
        kept = path.read_bytes()
        if bindings.binding_of(kept, SECRET_BYTES) is not Binding.FILE:
            bindings.forget(kept, environment)
    except (OSError, ValueError, KeyError, TypeError, BindingUnavailable):
        return
