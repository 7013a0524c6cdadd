"""`borderdesk-bureau root` and `checkpoint`: the keys above the keys, drafted here and signed without a network."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.bureau import ALL
from sync.trust.offline import holders_of, new_holder_key, open_holder_key, page_of, public_key, sign_root
from sync.wire import Purpose, Scope, SignedBytes, SigningKey
from ui.cli.bureau_common import Json, emit, iso, opened, when

app = typer.Typer(help="The root of trust: who holds it, which keys it names.", no_args_is_help=True)
checkpoints = typer.Typer(help="Checkpoints: a second key confirms what was published.", no_args_is_help=True)

PASSPHRASE = "BORDERDESK_HOLDER_PASSPHRASE"  # noqa: S105 - a variable's name

_File = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)]
_New = Annotated[Path, typer.Option("--out", help="Where to write it.")]
_Key = Annotated[Path, typer.Option("--key", help="The holder's key file.", exists=True, dir_okay=False)]


class NoPassphrase(KnownError):
    """A passphrase is needed, and there is nobody to ask."""

    def __init__(self) -> None:
        super().__init__(
            say("A passphrase is needed, and there is no terminal to ask for it."),
            safe=NOTHING_CHANGED,
            todo=say("Run the command in a terminal, or put the passphrase into {name}.", name=PASSPHRASE),
        )


class FileInTheWay(KnownError):
    """A file would be overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("There is a file {path} already.", path=str(path)),
            safe=NOTHING_CHANGED,
            todo=say("Name another file with --out."),
        )


@app.command()
def key(out: _New) -> None:
    """Make a holder's key on a machine without a network: OUT stays there, OUT.pub goes to the bureau."""
    public = out.with_name(out.name + ".pub")
    for path in (out, public):
        if path.exists():
            raise FileInTheWay(path)
    private, shown = new_holder_key(_passphrase(new=True))
    out.touch(mode=0o600)
    out.write_bytes(private)
    public.write_bytes(shown)
    typer.echo(f"Keep {out} and its passphrase apart, in two safes. Take {public} to the bureau.")


@app.command()
def draft(
    context: typer.Context,
    out: _New,
    holder: Annotated[list[Path] | None, typer.Option(help="A holder's .pub; again for each.", exists=True)] = None,
    threshold: Annotated[int, typer.Option(help="How many of them must sign.", min=1)] = 2,
    checkpoint: Annotated[list[Path] | None, typer.Option(help="The checkpoint key's .pub.", exists=True)] = None,
    exchange_key: Annotated[bool, typer.Option(help="Name a new publishing key instead of today's.")] = False,
    days: Annotated[int, typer.Option(help="Days until it should be renewed.", min=1)] = 365,
) -> None:
    """Draft the next root. Without --holder the holders stay as they are."""
    if out.exists():
        raise FileInTheWay(out)
    with opened(context) as bureau:
        before = bureau.roots.newest_bytes()
        keys = [public_key(path.read_bytes()) for path in holder or ()] or list(holders_of(before) if before else ())
        if not 1 <= threshold <= len(keys):
            raise typer.BadParameter(f"{threshold} of {len(keys)} holders cannot sign", param_hint="--threshold")
        data = bureau.draft_root(
            keys,
            threshold,
            checkpoints=[public_key(path.read_bytes()) for path in checkpoint or ()],
            exchange_key=exchange_key,
            valid_for=timedelta(days=days),
        )
    out.write_bytes(data)
    typer.echo(
        f"Root {page_of(data).version} is drafted. Have {threshold} holders sign it: borderdesk-bureau root sign"
    )


@app.command()
def sign(
    root: _File,
    key: _Key,
    before: Annotated[Path | None, typer.Option(help="The root it follows, for its holders.", exists=True)] = None,
) -> None:
    """Sign a drafted root, on a machine without a network."""
    data = root.read_bytes()
    signer = open_holder_key(key.read_bytes(), _passphrase(new=False))
    signed = sign_root(data, signer, before.read_bytes() if before else b"")
    root.write_bytes(signed)
    page = page_of(signed)
    typer.echo(f"Root {page.version} now carries {len(page.signed_by)} signatures; {page.threshold} are needed.")


@app.command()
def adopt(context: typer.Context, root: _File) -> None:
    """Put a signed root in force: desks follow it from the next publication on."""
    with opened(context) as bureau:
        version = bureau.adopt_root(root.read_bytes())
    typer.echo(f"Root {version} is in force; desks hear of it with the next publication at the latest.")


@app.command()
def show(
    context: typer.Context,
    root: Annotated[Path | None, typer.Argument(help="A drafted or signed root; else the one in force.")] = None,
    as_json: Json = False,
) -> None:
    """Say what stands in a root."""
    if root is not None:
        data = root.read_bytes()
    else:
        with opened(context) as bureau:
            data = bureau.roots.newest_bytes()
    if not data:
        typer.echo("null" if as_json else "This bureau has no root of trust yet; desks pin its publishing key.")
        return
    page = page_of(data)
    if as_json:
        emit(
            {
                "version": page.version,
                "expires": iso(page.expires),
                "holders": page.holders,
                "threshold": page.threshold,
                "publishing": page.publishing,
                "checkpoints": page.checkpoints,
                "signed_by": page.signed_by,
            }
        )
        return
    typer.echo(f"Root {page.version}, to be renewed by {when(page.expires)}")
    typer.echo(f"  {page.threshold} of {len(page.holders)} holders must sign: {', '.join(page.holders)}")
    typer.echo(f"  publishing: {', '.join(page.publishing)}")
    typer.echo(f"  checkpoints: {', '.join(page.checkpoints) or 'none'}")
    typer.echo(f"  signed by: {', '.join(page.signed_by) or 'nobody yet'}")


@app.command()
def second(context: typer.Context) -> None:
    """Sign manifests with ML-DSA-65 too, against quantum computers; desks enrolled from now on insist on it."""
    with opened(context) as bureau:
        begun = bureau.sign_twice()
    typer.echo("Manifests carry a second signature from the next one on." if begun else "They carry one already.")


@checkpoints.command("draft")
def draft_checkpoint(
    context: typer.Context,
    out: _New,
    scope: Annotated[str, typer.Option(help="Of which scope.")] = ALL,
) -> None:
    """Write down what the holder of the checkpoint key is to compare and sign."""
    if out.exists():
        raise FileInTheWay(out)
    with opened(context) as bureau:
        found = bureau.checkpoint_to_sign(Scope(scope))
    if found is None:
        raise typer.BadParameter("nothing has been published for it yet", param_hint="--scope")
    out.write_bytes(found.encode())
    typer.echo(f"Manifest {found.sequence} of {found.scope}: {found.hash.hex()}")


@checkpoints.command("sign")
def sign_checkpoint(checkpoint: _File, key: _Key) -> None:
    """Sign a checkpoint, on the machine of its holder."""
    holder = open_holder_key(key.read_bytes(), _passphrase(new=False))
    signing = SigningKey(holder.private_bytes_raw())
    payload = checkpoint.read_bytes()
    checkpoint.write_bytes(SignedBytes.sign(Purpose.CHECKPOINT, payload, [signing]).encode())
    typer.echo("Signed. Take it back to the bureau: borderdesk-bureau checkpoint add")


@checkpoints.command("add")
def add_checkpoint(context: typer.Context, checkpoint: _File) -> None:
    """Keep a signed checkpoint; the next manifest brings it to every desk."""
    with opened(context) as bureau:
        found = bureau.add_checkpoint(checkpoint.read_bytes())
    typer.echo(f"Manifest {found.sequence} of {found.scope} is confirmed; the next publication says so.")


def _passphrase(*, new: bool) -> str:
    """Asked for in the terminal, or taken from the environment. Raises NoPassphrase where there is neither."""
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NoPassphrase
    asked: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return asked
