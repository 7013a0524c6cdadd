"""`borderdesk-bureau contacts`: whom the officers call, told to every desk by signed letter."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from borderdesk.hits import Contact, ContactRole
from sync.bureau.contacts import Listed
from ui.cli.bureau_common import Json, emit, opened

app = typer.Typer(help="Whom the officers call: the bureau on duty, interpreters, support.", no_args_is_help=True)


@app.command("list")
def list_contacts(context: typer.Context, as_json: Json = False) -> None:
    """The book as desks show it."""
    with opened(context) as bureau:
        found = bureau.contacts()
    if as_json:
        emit([_plain(one) for one in found])
        return
    for one in found:
        where = one.post or "every post"
        typer.echo(
            f"{one.number} {one.contact.role.value} ({where}): {one.contact.name}, {', '.join(one.contact.ways)}"
        )
    if not found:
        typer.echo("No contacts yet; desks show none.")


@app.command()
def add(
    context: typer.Context,
    role: Annotated[ContactRole, typer.Argument(help="What they are called for.")],
    name: str,
    phone: Annotated[str, typer.Option(help="Telephone, with the code of the country.")] = "",
    mail: Annotated[str, typer.Option(help="E-mail address.")] = "",
    radio: Annotated[str, typer.Option(help="Channel and call sign.")] = "",
    hours: Annotated[str, typer.Option(help="When they can be reached.")] = "",
    languages: Annotated[str, typer.Option(help="What they speak.")] = "",
    post: Annotated[str, typer.Option(help="Only for this post; without it, for all.")] = "",
    as_json: Json = False,
) -> None:
    """Add somebody. The desks are told with their next exchange, by link or stick."""
    contact = Contact(role, *(text.strip() for text in (name, phone, mail, radio, hours, languages)))
    with opened(context) as bureau:
        made = bureau.add_contact(contact, post, by=getpass.getuser())
    if as_json:
        emit(_plain(made))
        return
    typer.echo(f"Contact {made.number} is in the book of {made.post or 'every post'}.")


@app.command()
def remove(context: typer.Context, number: int) -> None:
    """Take somebody out. The desks are told."""
    with opened(context) as bureau:
        gone = bureau.remove_contact(number, by=getpass.getuser())
    typer.echo(f"{gone.contact.name} is out of the book.")


def _plain(one: Listed) -> dict[str, object]:
    contact = one.contact
    return {
        "number": one.number,
        "post": one.post,
        "role": contact.role.value,
        "name": contact.name,
        "phone": contact.phone,
        "mail": contact.mail,
        "radio": contact.radio,
        "hours": contact.hours,
        "languages": contact.languages,
    }
