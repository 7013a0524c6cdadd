"""Where the machine's secret is kept: sealed by the TPM, in the system's key store, or in a file for root alone.

The TPM seals it under a storage key that it makes from its own seed (TPM 2.0 Library, part 1, 14 and 27), so the
sealed bytes are worth nothing in another machine. The key store is the Secret Service of the session (freedesktop.org).
Both are spoken to through their own programs (tpm2-tools, secret-tool), which packages of the system keep up to date.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say

TPM_DEVICE: Final = Path("/dev/tpmrm0")
_TCTI: Final = "TPM2TOOLS_TCTI"
_SECONDS: Final = 30
_SERVICE: Final = "borderdesk"


class Binding(StrEnum):
    """What keeps the machine's secret, the strongest first."""

    TPM = "tpm"
    KEY_STORE = "keystore"
    FILE = "file"


class BindingUnavailable(KnownError):
    """This machine cannot keep a secret in this way, or no longer gives it back."""

    def __init__(self, binding: Binding, reason: str) -> None:
        super().__init__(
            say("The machine's secret cannot be kept by {binding} ({reason}).", binding=binding.value, reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Have the technician look at it; the recovery sheet opens the lists on any machine."),
        )
        self.binding = binding
        self.reason = reason


def seal(binding: Binding, secret: bytes, name: str, environment: Mapping[str, str] = os.environ) -> bytes:
    """Hand the secret over; what to keep in the file to get it back. Raises BindingUnavailable."""
    if binding is Binding.TPM:
        return _seal_by_tpm(secret, environment)
    if binding is Binding.KEY_STORE:
        _key_store(["store", f"--label=BorderDesk {name}", *_attributes(name)], secret.hex().encode(), environment)
        # A key store may say yes and keep nothing: what is not given back now would be missed too late.
        kept = json.dumps({"binding": binding.value, "name": name}).encode()
        if unseal(kept, environment) != secret:
            raise BindingUnavailable(binding, "it does not give back what it was given")
        return kept
    return secret


def unseal(kept: bytes, environment: Mapping[str, str] = os.environ) -> bytes:
    """The secret again. Raises BindingUnavailable; ValueError, KeyError for what `seal` never wrote."""
    plain = json.loads(kept)
    if Binding(plain["binding"]) is Binding.KEY_STORE:
        found = _key_store(["lookup", *_attributes(plain["name"])], b"", environment)
        return bytes.fromhex(found.decode("ascii"))
    return _unseal_by_tpm(bytes.fromhex(plain["public"]), bytes.fromhex(plain["private"]), environment)


def binding_of(kept: bytes, size: int) -> Binding:
    """How the secret in a file is kept; a bare one has exactly its `size`. Raises ValueError, KeyError."""
    return Binding.FILE if len(kept) == size else Binding(json.loads(kept)["binding"])


def forget(kept: bytes, environment: Mapping[str, str] = os.environ) -> None:
    """Take a secret out of the key store; what the TPM sealed is worth nothing without its file."""
    plain = json.loads(kept)
    if Binding(plain["binding"]) is Binding.KEY_STORE:
        _key_store(["clear", *_attributes(plain["name"])], b"", environment)


def _seal_by_tpm(secret: bytes, environment: Mapping[str, str]) -> bytes:
    if not TPM_DEVICE.exists() and _TCTI not in environment:
        raise BindingUnavailable(Binding.TPM, f"there is no {TPM_DEVICE}")
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        _primary(at, environment)
        create = ["create", "-Q", "-C", "primary", "-i", "-", "-u", "public", "-r", "private"]
        _tpm([*create, "-a", "fixedtpm|fixedparent|noda|userwithauth"], at, environment, secret)
        public, private = (at / "public").read_bytes(), (at / "private").read_bytes()
    if _unseal_by_tpm(public, private, environment) != secret:
        raise BindingUnavailable(Binding.TPM, "it does not give back what it was given")
    return json.dumps({"binding": Binding.TPM.value, "public": public.hex(), "private": private.hex()}).encode()


def _unseal_by_tpm(public: bytes, private: bytes, environment: Mapping[str, str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "public").write_bytes(public)
        (at / "private").write_bytes(private)
        _primary(at, environment)
        _tpm(["load", "-Q", "-C", "primary", "-u", "public", "-r", "private", "-c", "sealed"], at, environment)
        return _tpm(["unseal", "-c", "sealed"], at, environment)


def _primary(at: Path, environment: Mapping[str, str]) -> None:
    """The storage key of the owner hierarchy: the same in every call, because the TPM derives it from its seed."""
    _tpm(["createprimary", "-Q", "-C", "o", "-g", "sha256", "-G", "ecc", "-c", "primary"], at, environment)


def _tpm(words: list[str], at: Path, environment: Mapping[str, str], given: bytes = b"") -> bytes:
    there = {_TCTI: f"device:{TPM_DEVICE}", **environment}
    out = _run(Binding.TPM, [f"tpm2_{words[0]}", *words[1:]], given, there, at)
    # Without a resource manager the few places for objects fill up.
    _run(Binding.TPM, ["tpm2_flushcontext", "-t"], b"", there, at)
    return out


def _key_store(words: list[str], given: bytes, environment: Mapping[str, str]) -> bytes:
    if "DBUS_SESSION_BUS_ADDRESS" not in environment:
        raise BindingUnavailable(Binding.KEY_STORE, "there is no session that has one")
    return _run(Binding.KEY_STORE, ["secret-tool", *words], given, environment, None)


def _attributes(name: str) -> list[str]:
    return ["service", _SERVICE, "desk", name]


def _run(binding: Binding, words: list[str], given: bytes, environment: Mapping[str, str], at: Path | None) -> bytes:
    program = shutil.which(words[0])
    if program is None:
        raise BindingUnavailable(binding, f"{words[0]} is not installed")
    try:
        done = subprocess.run(  # noqa: S603 - programs of the system, our own arguments
            [program, *words[1:]],
            input=given,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            cwd=at,
            env=dict(environment),
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise BindingUnavailable(binding, said[-1] if said else f"{words[0]} failed") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BindingUnavailable(binding, str(error)) from error
    return done.stdout
