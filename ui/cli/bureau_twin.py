"""`borderdesk-bureau twin`: lists of ours given to another bureau, and lists of another bureau taken."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from sync.bureau.agreements import Agreed
from sync.bureau.foreign import PartnerList
from sync.bureau.partners import Partner
from sync.twin import PartnerLink, enrol_at
from sync.wire import Scope
from ui.cli.bureau_common import Json, emit, iso, opened, when

app = typer.Typer(help="Other bureaus: give them lists of ours, take lists of theirs.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="Who does it; your own account if not given.")]
PartnerName = Annotated[str, typer.Argument(help="What this bureau calls the partner, such as hanoi.")]


@app.command()
def offer(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner's name here: it becomes the desk of a post called so.")],
    lists: Annotated[list[str], typer.Option("--list", help="A list to give; may be repeated.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day (UTC).")],
    state: Annotated[list[str] | None, typer.Option("--state", help="Only records of this state (ICAO).")] = None,
    withhold: Annotated[list[str] | None, typer.Option("--withhold", help="A field to leave out.")] = None,
    hits: Annotated[bool, typer.Option("--hits/--no-hits", help="Whether hits come to us by themselves.")] = True,
    words: Annotated[str, typer.Option(help="What else is agreed, in words.")] = "",
    scope: Annotated[
        str, typer.Option(help="The scope whose lists the partner is sent; without it, the offered lists and no more.")
    ] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Offer lists of ours to another bureau, and print the code with which it enrols, once, within an hour."""
    end = datetime.combine(until.date(), time.max, UTC)
    with opened(context) as bureau:
        made = bureau.offer_agreement(
            partner,
            lists,
            until=end,
            states=state or (),
            withheld=withhold or (),
            hits=hits,
            words=words,
            scope=Scope(scope) if scope else None,
            by=by or getpass.getuser(),
        )
    if as_json:
        emit({**agreed_plain(made.agreed), "code": str(made.code)})
        return
    typer.echo(str(made.code))
    typer.echo(
        f"Agreement {made.agreed.agreement.id} is offered. Say the code to {partner}; it lasts an hour.", err=True
    )


@app.command()
def add(
    context: typer.Context,
    partner: PartnerName,
    url: Annotated[str, typer.Option(help="The other bureau's address, such as https://bureau.example:8443.")],
    code: Annotated[str, typer.Option(prompt="Code", help="The code it gave.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Become a desk of another bureau, and show what it offers. Nothing is taken before `twin accept`."""
    with opened(context) as bureau:
        enrol_at(bureau, partner, url=url, code=code, by=by or getpass.getuser())
        with PartnerLink(bureau, partner) as link:
            link.exchange()
        found = [one for one in bureau.agreements() if one.partner == partner and not one.given]
        name = bureau.partner(partner).bureau
    if as_json:
        emit({"partner": partner, "bureau": name, "agreements": [agreed_plain(one) for one in found]})
        return
    typer.echo(f"{partner} is {name}.")
    for one in found:
        _show(one)
    typer.echo(f"Take it with: borderdesk-bureau twin accept {partner}" if found else "It has offered nothing yet.")


@app.command()
def accept(context: typer.Context, partner: PartnerName, by: By = "", as_json: Json = False) -> None:
    """Accept a partner's newest offer; its lists come with the next fetch."""
    with opened(context) as bureau:
        done = bureau.accept_agreement(partner, by=by or getpass.getuser())
    if as_json:
        emit(agreed_plain(done))
        return
    typer.echo(f"Agreement {done.agreement.id} with {partner} is accepted.")


@app.command()
def fetch(
    context: typer.Context,
    partner: PartnerName,
    stick: Annotated[Path | None, typer.Option(help="By this stick instead of the link.", file_okay=False)] = None,
    publish: Annotated[bool, typer.Option("--publish/--draft", help="Publish it, where nothing else waits.")] = True,
    as_json: Json = False,
) -> None:
    """Exchange with a partner now: its lists into the draft, hits and answers both ways. `serve` does so by itself."""
    with opened(context) as bureau:
        with PartnerLink(bureau, partner) as link:
            report = link.carry(stick) if stick else link.exchange()
        done = bureau.publish_foreign() if publish else None
        found = bureau.partner_lists(partner)
    if as_json:
        said = [str(line) for line in report.lines]
        emit({"reached": report.reached, "refused": report.refused, "sent": report.uploaded, "lines": said,
              "published": done is not None, "lists": [list_plain(one) for one in found]})  # fmt: skip
    else:
        for line in report.lines:
            typer.echo(str(line))
        for one in found:
            typer.echo(_list_line(one))
        typer.echo("Published." if done else "Nothing was published.")
    if not report.reached or report.refused:
        raise typer.Exit(1)


@app.command()
def show(context: typer.Context, as_json: Json = False) -> None:
    """Partners, their lists as they are here, and every agreement of both sides."""
    with opened(context) as bureau:
        partners, lists, agreed = bureau.partners(), bureau.partner_lists(), bureau.agreements()
    if as_json:
        emit(
            {
                "partners": [_partner_plain(one) for one in partners],
                "lists": [list_plain(one) for one in lists],
                "agreements": [agreed_plain(one) for one in agreed],
            }
        )
        return
    for partner in partners:
        ended = f"; ended {when(partner.ended_at)}" if partner.ended_at else ""
        typer.echo(f"{partner.name}: {partner.bureau}, {partner.link.url}; heard {when(partner.heard_at)}{ended}")
        for one in lists:
            if one.partner == partner.name:
                typer.echo("  " + _list_line(one))
    for each in agreed:
        _show(each)


@app.command()
def end(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="The partner's name; or an agreement's id, for lists of ours.")],
    why: Annotated[str, typer.Option(help="Why; the other side reads it.")],
    by: By = "",
) -> None:
    """End what is agreed: a partner's lists are withdrawn here, or a partner gets nothing of ours any more."""
    who = by or getpass.getuser()
    with opened(context) as bureau:
        given = any(one.agreement.id == which and one.given for one in bureau.agreements())
        if given:
            bureau.end_given(which, why=why, by=who)
            typer.echo("Ended: the partner is told, and is answered no more.")
            return
        concerned = bureau.end_partner(which, why=why, by=who)
        published = bureau.publish_foreign() is not None
    typer.echo(f"Ended; withdrawn: {', '.join(concerned) or 'nothing'}.")
    typer.echo("It is published." if published or not concerned else "Publish it with: borderdesk-bureau publish")


def _show(one: Agreed) -> None:
    agreement = one.agreement
    what = "given to" if one.given else "taken from"
    typer.echo(f"agreement {agreement.id} {what} {one.partner}: {one.state.value}, until {when(agreement.ends)}")
    for each in agreement.lists:
        states = f"; records of {', '.join(each.states)} only" if each.states else ""
        without = f"; without {', '.join(each.withheld)}" if each.withheld else ""
        typer.echo(f"  {each.list} ({each.kind.value}){states}{without}")
    typer.echo("  hits go to the owner by themselves" if agreement.hits else "  hits go to the owner on request")
    if agreement.words:
        typer.echo(f"  {agreement.words}")
    if one.ended_at:
        typer.echo(f"  ended {when(one.ended_at)} by {one.ended_by}: {one.why}")


def _list_line(one: PartnerList) -> str:
    own = f"in {one.own}" if one.own else "nothing of it is taken"
    held_back = f", {one.held_back} of them not agreed" if one.held_back else ""
    return f"{one.name}: edition {one.edition}, {one.rows} rows{held_back}, {own}"


def list_plain(one: PartnerList) -> dict[str, object]:
    """A partner's list for a program."""
    return {
        "partner": one.partner,
        "list": one.name,
        "own": one.own,
        "edition": one.edition,
        "rows": one.rows,
        "held_back": one.held_back,
    }


def _partner_plain(one: Partner) -> dict[str, object]:
    return {
        "partner": one.name,
        "bureau": one.bureau,
        "url": one.link.url,
        "desk": one.link.reply.desk,
        "heard_at": iso(one.heard_at),
        "ended_at": iso(one.ended_at),
    }


def agreed_plain(one: Agreed) -> dict[str, object]:
    """An agreement for a program."""
    agreement = one.agreement
    return {
        "agreement": agreement.id,
        "given": one.given,
        "partner": one.partner,
        "owner": agreement.owner,
        "state": one.state.value,
        "hash": agreement.hash.hex(),
        "begins": iso(agreement.begins),
        "ends": iso(agreement.ends),
        "hits": agreement.hits,
        "words": agreement.words,
        "lists": [
            {"list": each.list, "kind": each.kind.value, "states": list(each.states), "withheld": list(each.withheld)}
            for each in agreement.lists
        ],
        "accepted_by": one.accepted_by,
        "ended_by": one.ended_by,
        "ended_at": iso(one.ended_at),
        "why": one.why,
    }
