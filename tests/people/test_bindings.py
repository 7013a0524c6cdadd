"""What keeps the machine's secret: a TPM, the system's key store, or a file, and nothing weaker in silence."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from borderdesk.people import (
    Binding,
    BindingUnavailable,
    MachineSecret,
    MachineSecretMissing,
    Vault,
    VaultUnreadable,
    create_vault,
    make_machine_secret,
    read_machine_secret,
)

NEEDED = ("swtpm", "tpm2_createprimary", "tpm2_create", "tpm2_load", "tpm2_unseal", "tpm2_flushcontext")
MISSING = [name for name in NEEDED if shutil.which(name) is None]
BARE = {"PATH": os.environ["PATH"]}

with_tpm = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (swtpm, tpm2-tools)")


def free_ports() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class SoftwareTpm:
    """A TPM 2.0 in a process of its own."""

    def __init__(self, state: Path) -> None:
        state.mkdir()
        port = free_ports()
        words = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "not-need-init,startup-clear"]
        words += ["--server", f"type=tcp,port={port}", "--ctrl", f"type=tcp,port={port + 1}"]
        words += ["--daemon", "--pid", f"file={state}/pid"]
        subprocess.run(words, check=True)
        self._pid = state / "pid"
        self.environment = {**BARE, "TPM2TOOLS_TCTI": f"swtpm:host=127.0.0.1,port={port}"}

    def close(self) -> None:
        os.kill(int(self._pid.read_text()), 15)


@pytest.fixture
def tpm(tmp_path: Path) -> Iterator[SoftwareTpm]:
    tpm = SoftwareTpm(tmp_path / "tpm")
    yield tpm
    tpm.close()


@with_tpm
def test_a_tpm_is_taken_before_anything_else_and_gives_the_secret_back(tpm: SoftwareTpm, tmp_path: Path) -> None:
    path = tmp_path / "machine.secret"
    made = make_machine_secret(path, environment=tpm.environment)
    assert (made.binding, made.passed_over, len(made)) == (Binding.TPM, (), 32)
    assert made not in path.read_bytes() and made.hex() not in path.read_text()
    assert read_machine_secret(path, tpm.environment) == made


@with_tpm
def test_what_one_tpm_sealed_another_does_not_open(tpm: SoftwareTpm, tmp_path: Path) -> None:
    path = tmp_path / "machine.secret"
    make_machine_secret(path, environment=tpm.environment)
    other = SoftwareTpm(tmp_path / "other")
    try:
        with pytest.raises(BindingUnavailable):
            read_machine_secret(path, other.environment)
    finally:
        other.close()
    with pytest.raises(BindingUnavailable):
        read_machine_secret(path, BARE)


def test_without_tpm_and_key_store_a_file_keeps_it_and_the_vault_says_why(tmp_path: Path) -> None:
    secret = make_machine_secret(tmp_path / "machine.secret", environment=BARE)
    assert secret.binding is Binding.FILE
    assert [reason.split(":")[0] for reason in secret.passed_over] == ["tpm", "keystore"]
    vault = create_vault(tmp_path / "vault.json", secret).vault
    assert vault.binding() == ("file", secret.passed_over)
    assert (tmp_path / "machine.secret").stat().st_mode & 0o777 == 0o600


def test_what_was_asked_for_and_is_not_there_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    for binding in (Binding.TPM, Binding.KEY_STORE):
        with pytest.raises(BindingUnavailable, match=binding.value):
            make_machine_secret(tmp_path / "machine.secret", binding=binding, environment=BARE)
    assert list(tmp_path.iterdir()) == []


def test_a_vault_refuses_a_secret_that_is_suddenly_kept_otherwise(tmp_path: Path) -> None:
    create_vault(tmp_path / "vault.json", MachineSecret(bytes(32), Binding.TPM))
    with pytest.raises(VaultUnreadable, match="bound by tpm"):
        Vault.open(tmp_path / "vault.json", MachineSecret(bytes(32), Binding.FILE))


@pytest.mark.parametrize("spoiled", ["", "{", '{"binding": "tpm"}', '{"binding": "moon"}', "[]"])
def test_a_spoiled_file_is_said_to_be_so(tmp_path: Path, spoiled: str) -> None:
    (tmp_path / "machine.secret").write_text(spoiled)
    with pytest.raises(MachineSecretMissing):
        read_machine_secret(tmp_path / "machine.secret", BARE)


KEY_STORE = ("dbus-run-session", "gnome-keyring-daemon", "secret-tool")
NO_KEY_STORE = [name for name in KEY_STORE if shutil.which(name) is None]


@pytest.mark.skipif(bool(NO_KEY_STORE), reason=f"not installed: {', '.join(NO_KEY_STORE)}")
def test_the_key_store_of_a_session_keeps_it_where_there_is_no_tpm(tmp_path: Path) -> None:
    script = (
        "import json, os, pathlib, sys\n"
        "from borderdesk.people import bindings, make_machine_secret, read_machine_secret\n"
        "bindings.TPM_DEVICE = pathlib.Path('/nowhere')\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "made = make_machine_secret(path)\n"
        "print(json.dumps([made.binding.value, read_machine_secret(path) == made, made.hex() in path.read_text()]))\n"
    )
    unlock = 'printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"'
    words = ["dbus-run-session", "--", "sh", "-c", unlock, "sh", sys.executable, "-c", script]
    environment = {
        **BARE,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    done = subprocess.run([*words, tmp_path / "machine.secret"], env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout) == ["keystore", True, False]
