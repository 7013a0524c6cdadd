"""A desk as the bureau sees one: real keys, real HTTP, a dict for a replica."""

from __future__ import annotations

import secrets
from pathlib import Path

import requests

from borderdesk.clock import Moment
from borderdesk.hits import Hit, HitAct, HitEvent, HitState, SealedItem, hit_body
from borderdesk.ids import AccountId, HitId, RecordRef, ScreeningId
from borderdesk.watchlist import Delta, Record, Snapshot
from borderdesk.watchlist.digest import digest_of
from borderdesk.words import say
from sync.trust import DeskKeys, Trust, TrustedManifest
from sync.wire import (
    DeskSealer,
    EnrolCode,
    EnrolReply,
    FileRef,
    KeyRing,
    Purpose,
    Receipt,
    check_edition,
    check_file,
    decode_edition,
    decode_enrol_reply,
    decode_receipts,
    decrypt,
    encode_enrol_request,
    encode_outbox,
    http,
)


class DeskSimulator:
    """Enrol, fetch, apply, prove the digest, report."""

    def __init__(self, url: str, ca: Path) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.verify = str(ca)
        self.session.trust_env = False
        self.keys = DeskKeys.generate(secrets.token_bytes)
        self.reply: EnrolReply | None = None
        self.believed: TrustedManifest | None = None
        self.records: dict[str, dict[str, Record]] = {}
        self.editions: dict[str, int] = {}
        self.fetched: list[FileRef] = []
        self.counter = 0

    def close(self) -> None:
        self.session.close()

    @property
    def identity(self) -> EnrolReply:
        assert self.reply is not None
        return self.reply

    def request(self, code: EnrolCode) -> bytes:
        return encode_enrol_request(self.keys.request(code.handle), code)

    def enrol(self, code: EnrolCode, request: bytes = b"") -> requests.Response:
        request = request or self.request(code)
        answer = self.session.post(self.url + http.ENROL, data=request, timeout=30)
        if answer.status_code == 200:
            self.reply = decode_enrol_reply(answer.content, code, request)
        return answer

    def ask(self, method: str, path: str, body: bytes = b"", range_: str = "", **headers: str) -> requests.Response:
        desk, time, nonce = self.identity.desk, "1700000000", secrets.token_urlsafe(http.NONCE_BYTES)
        signed = http.bytes_to_sign(method, path, desk, time, nonce, range_, body)
        sent = {
            http.DESK_HEADER: desk,
            http.TIME_HEADER: time,
            http.NONCE_HEADER: nonce,
            http.SIGNATURE_HEADER: http.as_text(self.keys.transport.sign(Purpose.HTTP, signed)),
        }
        if range_:
            sent["Range"] = range_
        return self.session.request(method, self.url + path, data=body, headers=sent | headers, timeout=60)

    def poll(self, wait: int = 10) -> bool:
        """Fetch and believe a newer manifest; False where there is none within `wait` seconds."""
        have = self.believed.manifest.sequence if self.believed else 0
        answer = self.ask("GET", f"{http.MANIFEST}?have={have}&wait={wait}")
        if answer.status_code == 204:
            return False
        assert answer.status_code == 200, answer.status_code
        self.believed = self.trust.manifest(answer.content, self.believed)
        return True

    def catch_up(self, sequence: int) -> None:
        """Poll until the manifest of that sequence is here, and take it over."""
        while not self.believed or self.believed.manifest.sequence < sequence:
            assert self.poll()
        self.apply()

    @property
    def trust(self) -> Trust:
        return Trust([self.identity.bureau_signing], self.identity.scope, self.identity.desk)

    def ring(self) -> KeyRing:
        assert self.believed is not None
        manifest = self.believed.manifest
        answer = self.ask("GET", f"{http.GRANTS}{manifest.scope}/{manifest.epoch}")
        assert answer.status_code == 200
        return self.trust.grant(answer.content).open(self.identity.desk, self.keys.sealing)

    def apply(self) -> None:
        """Bring every list to its head by the shortest way, and prove it."""
        assert self.believed is not None
        ring = self.ring()
        for name in set(self.records) - {head.edition.watchlist.name for head in self.believed.manifest.lists}:
            del self.records[name], self.editions[name]
        for head in self.believed.manifest.lists:
            name = head.edition.watchlist.name
            while self.editions.get(name, 0) != head.edition.number:
                file = _next_file(head.files, self.editions.get(name, 0))
                data = self.ask("GET", http.FILES + file.name).content
                check_file(file, data)
                found = decode_edition(decrypt(data, ring.of(name)))
                check_edition(file, head.edition, found)
                self._take_over(found)
                self.fetched.append(file)
            assert len(self.records[name]) == head.edition.rows
            assert digest_of(self.records[name].values()) == head.edition.digest

    def _take_over(self, found: Snapshot | Delta) -> None:
        name = found.edition.watchlist.name
        if isinstance(found, Snapshot):
            documents = (document for block in found.columns for document in block.documents())
            self.records[name] = {record.key: record for record in (*found.records, *documents)}
        else:
            assert found.base == self.editions[name]
            for withdrawal in found.withdrawals:
                del self.records[name][withdrawal.key]
            self.records[name].update({record.key: record for record in found.records})
        self.editions[name] = found.edition.number

    def hit(self, record: RecordRef, at: Moment, *, note: str = "") -> SealedItem:
        """Seal the report of a hit under the next counter."""
        self.counter += 1
        hit = Hit(
            id=HitId(secrets.token_hex(16)),
            screening=ScreeningId(secrets.token_hex(16)),
            post=self.identity.post,
            desk=self.identity.desk,
            record=record,
            summary=say("Passport {number} is listed as stolen.", number=record.key),
            document_state="FRA",
            document_number=record.key.rpartition("/")[2],
            traveller="MARTIN JEANNE",
            taken_up_by=AccountId("aminata"),
            taken_up_at=at,
            state=HitState.TAKEN_UP,
            pending=True,
        )
        event = HitEvent(hit.id, HitAct.TAKE_UP, hit.taken_up_by, at, note)
        return self.sealed(self.counter, "hit", hit_body(hit, event))

    def sealed(self, counter: int, kind: str, body: bytes) -> SealedItem:
        """Seal anything under any counter."""
        sealer = DeskSealer(self.identity.desk, self.keys.signing, self.identity.bureau_sealing)
        return sealer.seal(counter, kind, body)

    def send(self, *envelopes: bytes) -> tuple[bytes, ...]:
        """Upload; the signed receipts as they came."""
        answer = self.ask("POST", http.OUTBOX, encode_outbox(envelopes))
        assert answer.status_code == 200, answer.text
        return decode_receipts(answer.content)

    def receipt(self, signed: bytes) -> Receipt:
        return self.trust.receipt(signed)


def _next_file(files: tuple[FileRef, ...], held: int) -> FileRef:
    onward = [file for file in files if file.base == held and file.base]
    whole = [file for file in files if file.base == 0]
    return max(onward or whole, key=lambda file: file.edition)
