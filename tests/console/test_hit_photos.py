"""What a person at the bureau sees of the photos of a hit, whoever sent them."""

from __future__ import annotations

from borderdesk.clock import Moment, SystemClock
from borderdesk.hits import HitPhoto
from borderdesk.hits.photos import PHOTO_KIND, parts_name, photo_body
from borderdesk.ids import AccountId, HitId
from sync.wire.reports import parts
from tests.bureau.simulator import DeskSimulator
from tests.console.conftest import Visitor

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
NOTE = "<script>data page</script>"


def photo_of(hit: HitId) -> tuple[str, list[bytes]]:
    """Its SHA-256, and the bodies it travels in."""
    now = SystemClock().wall()
    photo = HitPhoto(hit, JPEG, AccountId("noy"), Moment(now, now), NOTE)
    body = photo_body(photo)
    return photo.sha256, list(parts(parts_name(hit, body), body))


def send(desk: DeskSimulator, bodies: list[bytes], first: int = 2) -> None:
    desk.send(*(desk.sealed(at, PHOTO_KIND, body).envelope for at, body in enumerate(bodies, start=first)))


def test_a_photo_is_shown_once_it_is_whole_and_said_to_be_coming_before(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    desk = visitor.office.desks[0]
    hit = next(one.hit for one in visitor.office.bureau.hits() if one.hit.desk == desk.identity.desk)
    name, bodies = photo_of(hit.id)
    page, address = f"/console/hits/{hit.id}", f"/console/hits/{hit.id}/photos/{name}"
    send(desk, bodies[1:], first=3)
    assert "Still coming. Parts of the photo that are here: 2/3" in visitor.get(page).text
    assert visitor.get(address).status_code == 403
    send(desk, bodies[:1])
    shown = visitor.get(page).text
    assert f'<img src="{address}"' in shown and "Still coming" not in shown
    assert "&lt;script&gt;data page" in shown and NOTE not in shown
    answer = visitor.get(address)
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_another_desk_puts_no_photo_to_a_hit_that_is_not_its_own(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    own, other = visitor.office.desks
    hit = next(one.hit for one in visitor.office.bureau.hits() if one.hit.desk == own.identity.desk)
    send(other, photo_of(hit.id)[1])
    assert visitor.office.bureau.photos(hit.id) == ()
    assert "<img" not in visitor.get(f"/console/hits/{hit.id}").text


def test_parts_that_do_not_give_what_their_name_says_are_no_photo(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    desk = visitor.office.desks[0]
    hit = next(one.hit for one in visitor.office.bureau.hits() if one.hit.desk == desk.identity.desk)
    name = parts_name(hit.id, b"something else")
    send(desk, [*parts(name, b"no photo at all")], first=10)
    send(desk, [*parts(parts_name(hit.id, b"no photo at all"), b"no photo at all")], first=20)
    assert [one.photo for one in visitor.office.bureau.photos(hit.id)] == [None, None]
    assert not any(one.is_coming for one in visitor.office.bureau.photos(hit.id))
    assert visitor.get(f"/console/hits/{hit.id}").text.count("What the desk sent is no photo.") == 2
