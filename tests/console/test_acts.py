"""What is done on the console's pages: each act once as it should be, and with a mistake in it, which is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist import Action, Person
from sync.bureau import Bureau, one_time, serve_in_thread
from sync.bureau.agreements import AgreementState
from sync.bureau.categories import Category
from sync.bureau.looked import Watched
from sync.bureau.rights import BureauRole
from tests.bureau.common import SLTD, passport
from tests.console.busy import STOLEN, WANTED, busy, sought
from tests.console.conftest import PASSWORD, Office, Visitor
from tests.console.test_every_page import addresses

Form = dict[str, str]


@pytest.fixture
def day(office: Office, tmp_path: Path) -> Iterator[Office]:
    with busy(office, tmp_path) as one:
        yield one


class Desk:
    """A visitor who is signed in: sends forms with the token of their own page."""

    def __init__(self, visitor: Visitor, account: str) -> None:
        visitor.sign_in(account)
        self.visitor = visitor
        self.token = visitor.csrf()

    def does(self, path: str, **form: str) -> str:
        """Send a form that should work; the page that comes at once, or the address it leads to."""
        answer = self.visitor.post(f"/console{path}", self._with_token(form))
        assert answer.status_code in (200, 303), re.sub(r"<[^>]+>", " ", answer.text)
        return answer.text or str(answer.headers["location"])

    def errs(self, path: str, says: str, **form: str) -> None:
        """Send a form with a mistake in it: refused, with words, and nothing was done."""
        before = self.visitor.office.bureau.journal_newest()
        answer = self.visitor.post(f"/console{path}", self._with_token(form))
        assert answer.status_code == 409, (path, answer.status_code)
        assert says in answer.text, re.sub(r"<[^>]+>", " ", answer.text)
        assert self.visitor.office.bureau.journal_newest() == before

    def _with_token(self, form: Form) -> Form:
        return {name.replace("__", " "): value for name, value in form.items()} | {"csrf": self.token}

    def sees(self, path: str) -> str:
        return self.visitor.get(f"/console{path}").text


def test_a_post_is_enrolled_placed_moved_and_its_desk_revoked(visitor: Visitor) -> None:
    bureau, boun = visitor.office.bureau, Desk(visitor, "boun")
    boun.errs("/posts", "A post cannot be called Nong Haet.", post="Nong Haet", scope="all")
    assert re.search(r'class="code"[^>]*>[A-Z0-9 -]+<', boun.does("/posts", post="pakse", scope="all"))
    boun.errs("/posts/pakse/place", "This is no place on the map.", latitude="15,1", longitude="105.8")
    boun.errs("/posts/pakse/place", "This is no place on the map.", latitude="95", longitude="105.8")
    boun.does("/posts/pakse/place", latitude="15.1", longitude="105.8")
    assert "pakse" in [place.post for place in bureau.places()]
    boun.errs("/posts/pakse/policy", "it is not a number", name="idle_lock_minutes", value="five")
    boun.does("/posts/pakse/policy", name="idle_lock_minutes", value="5")
    assert bureau.post_policy("pakse").idle_lock_minutes == 5
    boun.does("/posts/pakse/policy", name="idle_lock_minutes", value="", default="yes")
    assert bureau.post_policy("pakse").idle_lock_minutes == bureau.policy.idle_lock_minutes
    boun.errs("/posts/pakse/scope", "no scope called", scope="nowhere")

    desk = "/posts/nong-haet/desks/nong-haet-1"
    boun.errs(f"{desk}/revoke", "The name nong-haet-1 was not typed exactly.", typed="nong-haet")
    boun.does(f"{desk}/account", account="aminata", reason="left the service", what="out")
    assert bureau.journal_newest()[0].who == "boun" and "aminata" in bureau.journal_newest()[0].details
    boun.does(f"{desk}/revoke", typed="nong-haet-1")
    assert [one.id for one in bureau.posts() if one.revoked_at] == ["nong-haet-1"]


def test_rules_are_set_and_what_does_not_fit_is_said(visitor: Visitor) -> None:
    bureau, boun = visitor.office.bureau, Desk(visitor, "boun")
    boun.errs("/rules/policy", "red before it is amber", name="red_after_hours", value="12")
    boun.does("/rules/policy", name="red_after_hours", value="72")
    assert bureau.policy.red_after_hours == 72
    boun.errs(
        "/rules/scopes", "This bureau has no list called nosuch.", what="add", name="north", lists="nosuch", details="*"
    )
    boun.errs("/rules/scopes", "neither a state nor a region", what="add", name="north", lists="*", details="XQ")
    boun.does("/rules/scopes", what="add", name="north", lists="sltd", details="LAO asean")
    rule = next(one for one in bureau.scopes() if one.name == "north")
    assert rule.lists == (SLTD.name,) and rule.details is not None and "VNM" in rule.details
    boun.does("/posts/nong-haet/scope", scope="north")
    boun.errs("/rules/scopes", "Posts belong to the scope north", what="remove", name="north")
    boun.errs("/rules/contacts", "", role="bureau", name="NCB duty desk")
    boun.does("/rules/contacts", role="bureau", name="NCB duty desk", phone="+856 21 000000", post="")
    boun.does("/rules/contacts/remove", number=str(bureau.contacts()[0].number))
    boun.does("/rules/four-eyes", wanted="yes")
    assert bureau.four_eyes()


def test_somebody_is_added_gets_a_new_telephone_and_leaves(visitor: Visitor) -> None:
    bureau, boun = visitor.office.bureau, Desk(visitor, "boun")
    whole = {"account": "lan", "name": "Lan", "role": "duty officer", "password": PASSWORD}
    boun.errs("/people", "at least 12 characters", **(whole | {"password": "short"}))
    boun.errs("/people", "There is no such role.", **(whole | {"role": "king"}))
    boun.errs("/people", "is no time", **(whole | {"until": "tomorrow"}))
    until = bureau.clock.wall() + timedelta(days=3)
    page = boun.does("/people", **whole, until=until.strftime("%Y-%m-%dT%H:%M"))
    assert "<svg" in page and "style=" not in page
    first = re.search(r'class="code long"[^>]*>([A-Z2-7=]+)<', page)
    assert first is not None
    made = next(one for one in bureau.people.all() if one.id == "lan")
    assert made.ends_at is not None and abs(made.ends_at - until) < timedelta(minutes=1)
    boun.errs("/people", "cannot be made so", **whole)
    second = re.search(r'class="code long"[^>]*>([A-Z2-7=]+)<', boun.does("/people/lan/code"))
    assert second is not None and second[1] != first[1] and len(second[1]) == len(one_time.as_typed(bytes(20)))
    boun.errs("/people/boun/end", "Nobody ends the account they are signed in with.", typed="boun")
    boun.errs("/people/lan/end", "was not typed exactly", typed="LAN")
    boun.does("/people/lan/end", typed="lan")
    boun.errs("/people/nobody/code", "There is no nobody at this bureau.")
    boun.errs("/people/tokens", "cannot be made so", name="customs")
    assert "bd_" in boun.does("/people/tokens", name="customs", right__screen="yes", right__lists="yes")
    boun.does("/people/tokens/customs/revoke")
    boun.errs("/people/tokens/customs/revoke", "There is no customs at this bureau.")


def test_what_is_to_be_looked_at_is_settled_once_with_words_and_is_an_alarm_no_more(
    day: Office, visitor: Visitor
) -> None:
    bureau, khamla = day.bureau, Desk(visitor, "khamla")
    page = khamla.sees("/watch")
    for what in Watched:
        keys = re.findall(rf'name="what" value="{what.value}"><input type="hidden" name="key" value="([^"]+)"', page)
        assert keys, what
        khamla.errs("/watch", "without saying what came of it", what=what.value, key=keys[0], words=" ")
        khamla.errs("/watch", "not here any more", what=what.value, key="nothing", words="seen")
        for key in keys:
            khamla.does("/watch", what=what.value, key=key, words="the desk was replaced")
        assert set(bureau.looked_at(what)) == set(keys)
    assert not {"gap", "quarantine", "unread"} & {one.kind for one in bureau.alarms()}
    assert "the desk was replaced" in khamla.sees("/watch")
    khamla.errs("/watch", "not here any more", what="anything", key="1", words="seen")


def test_an_alert_for_a_person_takes_the_right_to_publish(day: Office, visitor: Visitor) -> None:
    bureau = day.bureau
    day.person("kham", BureauRole.LISTS)
    whole = {"surname": "SAETAO", "given": "Lin", "born": "1990", "nationality": "LAO", "sex": "F", "action": "protect"}
    kham = Desk(visitor, "kham")
    for wrong in ({"surname": ""}, {"born": "01.02.1990"}, {"nationality": "QQQ"}, {"sex": "X"}, {"action": "shoot"}):
        kham.errs("/lists/wanted/person", "cannot be those of a person", **(whole | wrong))
    kham.errs("/lists/wanted/person", "it takes the right publish", **whole, flash="yes")
    kham.does("/lists/wanted/person", **whole)
    noy = Desk(visitor, "noy")
    edition = bureau.lists()[-1].edition
    address = noy.does("/lists/wanted/person", **(whole | {"surname": "SAETERN"}), flash="yes")
    record = bureau.record(WANTED.name, RecordKey(address.partition("key=")[2]))
    assert isinstance(record, Person) and record.action is Action.PROTECT and record.names[0].full == "SAETERN, Lin"
    state = bureau.lists()[-1]
    assert (state.edition, state.waiting.added) == (edition + 1, 1), "what waited for a second person waits on"
    noy.errs("/lists/wanted/review", "This is no day.", key="w1", review_on="soon")
    noy.errs("/lists/nosuch/document", "no list called", state="FRA", type="P", number="1", status="lost")
    noy.errs("/lists/hanoi-stolen/document", "belongs to a partner", state="FRA", type="P", number="1", status="lost")


def test_a_hit_is_not_answered_closed_or_forwarded_by_halves(visitor: Visitor) -> None:
    bureau, khamla = visitor.office.bureau, Desk(visitor, "khamla")
    hit = f"/hits/{bureau.hits()[0].hit.id}"
    khamla.errs(f"{hit}/answer", "says which it is", kind="confirmed", words="")
    khamla.errs(f"{hit}/answer", "says which it is", kind="closed", words="over")
    khamla.errs(f"{hit}/close", "closed with its outcome", outcome="Seized.")
    khamla.errs(f"{hit}/close", "closed with its outcome", true_hit="yes", outcome=" ")
    khamla.errs(f"{hit}/forward", "forwarded to somebody", to=" ", words="Still stolen?")
    khamla.errs(f"{hit}/owner-answer", "waits for its owner", words="yes")
    khamla.does(f"{hit}/close", true_hit="yes", outcome="Seized.")
    khamla.errs(f"{hit}/answer", "is closed", kind="confirmed", words="Seize it.")
    assert "no hit 7" in khamla.sees("/hits/7")


def test_agreements_are_offered_accepted_and_ended_on_their_page(day: Office, visitor: Visitor) -> None:
    bureau, boun = day.bureau, Desk(visitor, "boun")
    whole = {"partner": "phnom-penh", "list__sltd": "yes", "until": "2099-12-31", "hits": "yes"}
    boun.errs("/partners", "An agreement has a last day", **(whole | {"until": ""}))
    boun.errs("/partners", "would end before it begins", **(whole | {"until": "2001-01-01"}))
    boun.errs("/partners", "no list is named", partner="phnom-penh", until="2099-12-31")
    boun.errs("/partners", "records cannot do without", **whole, withheld="number")
    assert 'class="code"' in boun.does("/partners", **whole, states="fra", withheld="lost_on")
    (made,) = [one for one in bureau.agreements() if one.partner == "phnom-penh"]
    (terms,) = made.agreement.lists
    assert (terms.states, terms.withheld, made.agreement.hits) == (("FRA",), ("lost_on",), True)
    boun.errs(f"/partners/given/{made.agreement.id}/end", "with a reason", typed="phnom-penh")
    boun.errs(f"/partners/given/{made.agreement.id}/end", "not typed exactly", typed="hanoi", why="over")
    boun.does(f"/partners/given/{made.agreement.id}/end", typed="phnom-penh", why="over")
    boun.errs("/partners/hanoi/accept", "for which that could be done now")
    boun.errs("/partners/nobody/end", "no partner called", typed="nobody", why="over")
    assert "NCB Hanoi" in boun.sees("/partners")
    again = {"partner": "hanoi-again", "url": "https://127.0.0.1:9", "code": "AAAA-AAAA"}
    boun.errs("/partners/add", "This is no address of a bureau.", **(again | {"url": "http://127.0.0.1:9"}))
    boun.errs("/partners/add", "A partner cannot be called hanoi.", **(again | {"partner": "hanoi"}))
    boun.errs("/partners/add", "", **again)
    assert [one.name for one in bureau.partners()] == ["hanoi"]
    boun.does("/partners/hanoi/end", typed="hanoi", why="a new treaty")
    states = {one.partner: one.state for one in bureau.agreements() if not one.given}
    assert states == {"hanoi": AgreementState.ENDED}


def test_a_partner_is_added_by_the_code_it_says_and_its_offer_accepted(
    office: Office, visitor: Visitor, tmp_path: Path
) -> None:
    boun = Desk(visitor, "boun")
    with Bureau.create(tmp_path / "hanoi", name="NCB Hanoi", country="VNM") as hanoi:
        hanoi.import_list(STOLEN, [passport("B1234567", "VNM")])
        hanoi.publish()
        with serve_in_thread(hanoi) as server:
            until = hanoi.clock.wall() + timedelta(days=30)
            code = str(hanoi.offer_agreement("vientiane", ["stolen"], until=until, by="lan").code)
            boun.does("/partners/add", partner="hanoi", url=server.url, code=code)
            page = boun.sees("/partners")
            assert "NCB Hanoi" in page and "/console/partners/hanoi/accept" in page
            boun.does("/partners/hanoi/accept")
            assert office.bureau.running_agreement("hanoi") is not None


def test_an_operation_is_begun_ended_and_nothing_of_it_is_guessed(visitor: Visitor) -> None:
    bureau, boun = visitor.office.bureau, Desk(visitor, "boun")
    whole = {"name": "Sunbird III", "posts": "nong-haet", "from": "2020-01-01T00:00", "until": "2099-01-01T00:00"}
    boun.errs("/operations", "is no time", **(whole | {"until": ""}))
    boun.errs("/operations", "posts that this bureau knows", **(whole | {"posts": "nong-het"}))
    boun.errs("/operations", "no list called nosuch", **whole, lists="nosuch")
    boun.does("/operations", **whole)
    boun.does("/operations/1/end")
    assert not bureau.operations()[0].operation.runs(bureau.clock.wall())
    boun.errs("/operations/9/end", "There is no operation 9.")


def test_the_journal_is_filtered_and_comes_whole(visitor: Visitor) -> None:
    boun = Desk(visitor, "boun")
    boun.does("/rules/policy", name="red_after_hours", value="72")
    page = boun.sees("/journal?who=boun&kind=policy")
    assert "red_after_hours" in page and page.count("<tr>") == 2
    lines = boun.sees("/journal.jsonl").splitlines()
    assert len(lines) > 10 and any('"kind":"policy"' in line for line in lines)


def test_what_is_not_theirs_to_know_stands_on_no_page(day: Office, visitor: Visitor) -> None:
    bureau = day.bureau
    boun = Desk(visitor, "boun")
    whole = {"name": "victims", "title": "Victims of trafficking", "role__supervisor": "yes"}
    boun.errs("/rules/categories", "no category victims", **(whole | {"role__supervisor": ""}))
    boun.does("/rules/categories", **whole)
    assert bureau.categories() == (Category("victims", "Victims of trafficking", (BureauRole.SUPERVISOR,)),)
    bureau.import_list(WANTED, [sought("w1", "PHOMMACHANH, Somsak"), sought("secret-7", "XAYAVONG, Noy")])
    boun.errs("/lists/wanted/apart", "no category called", key="secret-7", category="nosuch")
    boun.does("/lists/wanted/apart", key="secret-7", category="victims")
    boun.errs("/rules/categories", "Lists carry the category victims.", name="victims", what="remove")
    boun.errs("/lists/wanted/category", "no category called", category="nosuch")
    bureau.require_four_eyes(False)
    bureau.publish()
    assert bureau.record(ListName("wanted-victims"), RecordKey("secret-7")) is not None
    pages = [path.removeprefix("/console") for path in addresses(day).values()]
    pages += ["/lists/wanted-victims", "/lists/wanted-victims?key=secret-7", "/lists/wanted?key=secret-7"]
    for account, may in (("boun", True), ("noy", False), ("khamla", False)):
        somebody = Desk(visitor, account)
        said = [
            path
            for path in [*pages, "/copies.csv"]
            if "wanted-victims" in somebody.sees(path) and "wanted-victims" not in path
        ]
        assert bool(said) == may, (account, said)
        assert ("XAYAVONG" in somebody.sees("/lists/wanted-victims?key=secret-7")) == may
    day.person("vong", BureauRole.AUDITOR)
    visitor.sign_in("vong")
    assert visitor.get("/console/journal").status_code == 200
    whole = visitor.get("/console/journal.jsonl")
    assert whole.status_code == 403 and "not yours to know" in whole.text and "secret-7" not in whole.text


def test_an_auditor_reads_of_no_traveller_on_any_page(day: Office, visitor: Visitor) -> None:
    day.person("vong", BureauRole.AUDITOR)
    visitor.sign_in("vong")
    opened = 0
    for path in [*addresses(day).values(), "/console/copies.csv", "/console/journal.jsonl"]:
        answer = visitor.get(path)
        opened += answer.status_code == 200
        assert not re.search("MARTIN|JEANNE|DUPONT", answer.text), path
    assert opened > 10
    visitor.sign_in("khamla")
    assert "MARTIN JEANNE" in visitor.get("/console/posts/nong-haet").text


def test_what_was_typed_leads_back_to_its_own_page_only(visitor: Visitor) -> None:
    boun = Desk(visitor, "boun")
    url = visitor.office.server.url
    form = {"csrf": boun.token, "name": "red_after_hours", "value": "x"}
    own = visitor.post("/console/rules/policy", form, Referer=f"{url}/console/rules")
    assert '<a href="/console/rules">' in own.text.partition('role="alert"')[2]
    other = visitor.post("/console/rules/policy", form, Referer="https://elsewhere.example/console/rules")
    assert '<a href="/console">' in other.text.partition('role="alert"')[2]
