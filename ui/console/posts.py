"""One post: its desks, its scope and policy, its place on the map; enrolling and revoking."""

from __future__ import annotations

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.posts import UnknownPost
from sync.bureau.rights import RIGHTS, Right
from sync.wire import Scope
from ui.console.board import rows_of
from ui.console.rules import numbers_of
from ui.console.web import Asked, Shown


class BadPlace(KnownError):
    """A place on the map that is none."""

    def __init__(self) -> None:
        super().__init__(
            say("This is no place on the map."),
            safe=NOTHING_CHANGED,
            todo=say("Give degrees with a point: latitude from -90 to 90, longitude from -180 to 180."),
        )


class NotTyped(KnownError):
    """Something that cannot be taken back was asked for without its name being typed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The name {name} was not typed exactly.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("This cannot be taken back, so type the name of what it concerns, then send it again."),
        )


def show(asked: Asked) -> Shown:
    """One post. Raises UnknownPost."""
    name: str = asked.request.path_params["post"]
    bureau = asked.bureau
    found = next((one for one in bureau.post_states() if one.id == name), None)
    if found is None:
        raise UnknownPost(name)
    policy, may_read = bureau.post_policy(name), Right.READ_HITS in RIGHTS[asked.session.account.role]
    desks = tuple(desk for desk in bureau.posts() if desk.post == name)
    values = {
        "post": found,
        "rows": rows_of(desks, bureau.desk_health(), bureau.policy, asked.now),
        "place": next((one for one in bureau.places() if one.post == name), None),
        "scopes": bureau.scopes(),
        "visible": {one.watchlist.name for one in bureau.lists()},
        "numbers": [one for one in numbers_of(policy) if one.name in found.own],
        "all_numbers": numbers_of(policy),
        "copies": [copy for copy in bureau.copies() if copy.post == name and copy.list],
        "hits": [one for one in bureau.hits(only_open=True) if one.hit.post == name] if may_read else [],
        "operations": [one for one in bureau.operations() if name in one.posts and one.operation.ends_at > asked.now],
    }
    return Shown("post.html", values)


def enrol(asked: Asked) -> Shown:
    """A code for one more desk, shown once. Raises BadPostName, UnknownScope."""
    post = asked.text("post")
    code = asked.bureau.enrol_code(post, Scope(asked.text("scope") or "all"), by=asked.who)
    return Shown("code.html", {"code": code, "post": post})


def into_scope(asked: Asked) -> Shown:
    """Put the post into another scope."""
    asked.bureau.put_post_into(_post(asked), asked.text("scope"), by=asked.who)
    return _back(asked)


def set_number(asked: Asked) -> Shown:
    """Set one number of the policy for this post, or take the bureau's again."""
    value = "default" if asked.text("default") else asked.text("value")
    asked.bureau.set_post_policy(_post(asked), asked.text("name"), value, by=asked.who)
    return _back(asked)


def put_on_map(asked: Asked) -> Shown:
    """Note where the post lies. Raises BadPlace."""
    try:
        latitude, longitude = float(asked.text("latitude")), float(asked.text("longitude"))
    except ValueError as error:
        raise BadPlace from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadPlace
    asked.bureau.put_on_map(_post(asked), latitude, longitude, by=asked.who)
    return _back(asked)


def revoke(asked: Asked) -> Shown:
    """Revoke a desk whose name was typed. Raises NotTyped, UnknownDeskId."""
    desk: str = asked.request.path_params["desk"]
    if asked.text("typed") != desk:
        raise NotTyped(desk)
    asked.bureau.revoke(desk, by=asked.who)
    return _back(asked)


def order(asked: Asked) -> Shown:
    """Order a desk to shut an account out, or to let it in again."""
    out = asked.text("what") == "out"
    desk: str = asked.request.path_params["desk"]
    asked.bureau.order(desk, asked.text("account"), shut_out=out, reason=asked.text("reason"), by=asked.who)
    return _back(asked)


def _post(asked: Asked) -> str:
    post: str = asked.request.path_params["post"]
    return post


def _back(asked: Asked) -> Shown:
    return Shown(elsewhere=f"/console/posts/{_post(asked)}")
