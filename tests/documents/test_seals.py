"""A visible digital seal is read to the last feature, and believed only under the certificate it names."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from borderdesk.dates import PartialDate
from borderdesk.documents import compose_mrz, read_mrz
from borderdesk.documents.chip import IssuerKeys, read_master_list
from borderdesk.documents.seals import Seal, SealVerdict, UnreadableSeal, read_seal, verify_seal
from borderdesk.documents.seals.c40 import decode_c40
from borderdesk.findings import Outcome, Severity
from ui.cli.desk import app

TODAY = date(2026, 11, 22)
VISA_ZONE = ("VCD<<DENT<<ARTHUR<PHILIP<<<<<<<<<<<<", "1234567XY7GBR5203116M2005250<<<<<<<<")
_LETTERS = "\x00\x00\x00 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def encode_c40(text: str) -> bytes:
    """The inverse of `decode_c40`."""
    found = bytearray()
    for at in range(0, len(text), 3):
        triple = [_LETTERS.index(each) for each in text[at : at + 3].replace("<", " ")]
        if len(triple) == 1:
            found += bytes((0xFE, ord(text[at].replace("<", " ")) + 1))
        else:
            first, second, third = (*triple, 0)[:3]
            found += (1600 * first + 40 * second + third + 1).to_bytes(2, "big")
    return bytes(found)


@given(st.text("ABCXYZ0189 ", max_size=40))
def test_c40_gives_back_every_text(text: str) -> None:
    assert decode_c40(encode_c40(text)) == text


@pytest.mark.parametrize(("data", "text"), [("EB0466A9", "XK CD"), ("EB11FE45", "XKCD"), ("DE515826", "VISA01")])
def test_the_standards_own_examples_are_read(data: str, text: str) -> None:
    assert decode_c40(bytes.fromhex(data)) == text


def published() -> dict[str, str]:
    rows = (Path(__file__).parent / "reference" / "seals" / "seals.tsv").read_text(encoding="utf-8").splitlines()
    return dict(row.split("\t") for row in rows if row and not row.startswith("#"))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "version", "state", "reference", "signed_on", "kind", "values", "octets"),
    [
        ("visa", 4, "D<<", "DETS 32", "2021-12-03", "visa",
         ("".join(VISA_ZONE)[:64], "160 days", "47110815P"), 56),
        ("residence-permit", 4, "D<<", "DETS 27", "2020-01-13", "residence permit",
         ("ATD<<RESIDORCE<<ROLAND<<<<<<<<<<<<<<6525845096USA7008038M2201018<<<<<<06", "UFO001979"), 64),
        ("address-sticker", 4, "D<<", "DETS 32", "2021-12-03", "address sticker of an identity card",
         ("T2000AK47", "05314000", "53123MUSTERMANNSTRASSE21"), 56),
        ("residence-sticker", 4, "D<<", "DETS 32", "2021-12-03", "residence sticker of a passport",
         ("PA5500K11", "03359010", "21614"), 56),
        ("emergency-travel-document", 4, "UTO", "UTTS 5B", "2023-08-21", "emergency travel document",
         ("I<GBRSUPAMANN<<MARY<<<<<<<<<<<<<<<<<6525845096USA7008038M2201018<<<<<<06",), 64),
        ("social-insurance", 3, "UTO", "DETS 00027", "2023-07-28", "social insurance card",
         ("65170839J003", "Perschweiß", "Oscar", "Jâcobénidicturius"), 64),
        ("arrival-attestation", 3, "D<<", "DETS 00027", "2020-01-13", "arrival attestation",
         ("MED<<MUSTERMANN<<ERIK<<<<<<<<<<<<<<<M0000000<4ALB0308212M1604128<<<<<<<2", "160113000085"), 64),
    ],
)  # fmt: skip
def test_published_seals_are_read(
    name: str, version: int, state: str, reference: str, signed_on: str, kind: str, values: tuple[str, ...], octets: int
) -> None:
    seal = read_seal(published()[name].encode())
    assert (seal.version, seal.issuing_state, f"{seal.signer} {seal.certificate}") == (version, state, reference)
    assert seal.signed_on is not None
    assert (seal.signed_on.isoformat(), seal.document, len(seal.signature)) == (signed_on, kind, octets)
    assert tuple(feature.value for feature in seal.features) == values
    verdict = verify_seal(seal, [], IssuerKeys(), today=TODAY)
    assert verdict.outcome is Outcome.UNPROVEN
    assert [(each.code, each.severity) for each in verdict.findings] == [("seal.signer.not_held", Severity.INFO)]


def test_a_reader_may_deliver_the_bytes_in_any_dress() -> None:
    raw = bytes.fromhex(published()["visa"])
    seal = read_seal(raw)
    for dressed in (
        raw.hex().upper().encode(),
        b" ".join(bytes(f"{byte:02x}", "ascii") for byte in raw) + b"\r\n",
        base64.b64encode(raw) + b"\n",
        base64.urlsafe_b64encode(raw).rstrip(b"="),
        raw.decode("latin-1").encode("utf-8"),
        raw + bytes(20),  # padding of the barcode
    ):
        assert read_seal(dressed).features == seal.features


class Signer:
    """A country's issuer and a seal signer TS under it, certificate number 0x32."""

    def __init__(self, curve: ec.EllipticCurve, country: str = "DE") -> None:
        self.issuer = ec.generate_private_key(ec.SECP256R1())
        self.key = ec.generate_private_key(curve)
        self.root = self._certificate(self.issuer, country, "CSCA", 1, ca=True)
        self.certificate = self._certificate(self.key, country, "TS", 0x32, ca=False)

    def _certificate(self, key: ec.EllipticCurvePrivateKey, country: str, name: str, serial: int, *, ca: bool) -> bytes:
        def named(common: str) -> x509.Name:
            parts = ((NameOID.COUNTRY_NAME, country), (NameOID.COMMON_NAME, common))
            return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])

        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named("CSCA"))
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2031, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuer.public_key()), critical=False)
            .sign(self.issuer, hashes.SHA256())
            .public_bytes(serialization.Encoding.DER)
        )

    def seal(self, zone: tuple[str, str] = VISA_ZONE, signed_on: date = date(2024, 1, 15)) -> bytes:
        """A visa's seal of type B, signed."""
        day = int(f"{signed_on.month:02d}{signed_on.day:02d}{signed_on.year}").to_bytes(3, "big")
        text = encode_c40(zone[0] + zone[1][:28])
        data = b"\xdc\x03" + encode_c40("D<<") + encode_c40("DETS0232") + day + day + b"\x5d\x01"
        data += bytes((2, len(text))) + text
        digest = hashes.SHA384() if self.key.key_size == 384 else hashes.SHA256()
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(digest)))
        size = (self.key.key_size + 7) // 8
        return data + bytes((0xFF, 2 * size)) + r.to_bytes(size, "big") + s.to_bytes(size, "big")


@pytest.fixture(scope="module")
def germany() -> Signer:
    return Signer(ec.BrainpoolP256R1())


def verify(seal: bytes | Seal, signer: Signer, *, zone: tuple[str, str] | None = None) -> SealVerdict:
    printed = read_mrz("\n".join(zone), today=TODAY) if zone else None
    read = seal if isinstance(seal, Seal) else read_seal(seal)
    return verify_seal(
        read, [b"noise", signer.certificate], read_master_list(signer.root), today=TODAY, printed=printed
    )


def codes(found: SealVerdict) -> dict[str, Severity]:
    return {each.code.removeprefix("seal."): each.severity for each in found.findings}


@pytest.mark.parametrize("curve", [ec.BrainpoolP256R1(), ec.SECP256R1(), ec.SECP384R1()])
def test_a_genuine_seal_on_its_own_document_is_fine(curve: ec.EllipticCurve) -> None:
    signer = Signer(curve)
    found = verify(signer.seal(), signer, zone=VISA_ZONE)
    assert (found.outcome, found.signature, found.document, found.chain) == (Outcome.FINE,) * 4
    assert found.findings == ()


def test_a_changed_seal_is_wrong(germany: Signer) -> None:
    data = bytearray(germany.seal())
    data[12] ^= 1  # the day of issue
    found = verify(bytes(data), germany)
    assert (found.outcome, codes(found)) == (Outcome.WRONG, {"signature": Severity.STOP})


def test_a_seal_of_another_document_is_wrong(germany: Signer) -> None:
    other = (VISA_ZONE[0].replace("ARTHUR", "ARTURO"), VISA_ZONE[1])
    found = verify(germany.seal(), germany, zone=other)
    assert (found.signature, found.document, found.outcome) == (Outcome.FINE, Outcome.WRONG, Outcome.WRONG)
    assert codes(found) == {"document": Severity.STOP}


def test_a_signer_that_is_not_held_proves_nothing(germany: Signer) -> None:
    found = verify_seal(read_seal(germany.seal()), [], IssuerKeys(), today=TODAY)
    assert (found.outcome, codes(found)) == (Outcome.UNPROVEN, {"signer.not_held": Severity.INFO})
    stranger = Signer(ec.SECP256R1(), "FR")
    found = verify(germany.seal(), stranger)
    assert codes(found) == {"signer.not_held": Severity.INFO}, "number 32 of another State's signer is another"


def test_a_seal_without_a_master_list_is_judged_by_the_certificate_the_bureau_sent(germany: Signer) -> None:
    found = verify_seal(read_seal(germany.seal()), [germany.certificate], IssuerKeys(), today=TODAY)
    assert (found.signature, found.chain, found.outcome) == (Outcome.FINE, Outcome.UNPROVEN, Outcome.FINE)
    assert codes(found) == {"issuer.not_held": Severity.INFO}


def test_a_seal_from_the_future_and_one_for_tests_ask_to_look_again(germany: Signer) -> None:
    assert codes(verify(germany.seal(signed_on=date(2027, 1, 1)), germany))["future"] is Severity.LOOK
    seal = replace(read_seal(germany.seal()), certificate="00000")
    assert codes(verify(seal, germany))["test"] is Severity.LOOK


def written_out(signer: Signer, **changes: object) -> bytes:
    """A VDS-NC, signed in canonical form; `changes` are made to the message behind the signature."""
    message = {
        "uvci": "U32870",
        "pid": {"n": "SMITH BILL É", "i": "A1234567Z", "dob": "1990-01-02"},
        "ve": [{"nam": "x"}],
    }
    data = {"msg": message, "hdr": {"v": 1, "t": "icao.vacc", "is": "DEU"}}
    canonical = (
        '{"hdr":{"is":"DEU","t":"icao.vacc","v":1},"msg":{"pid":{"dob":"1990-01-02","i":"A1234567Z","n":"SMITH BILL É"}'
        ',"uvci":"U32870","ve":[{"nam":"x"}]}}'
    )
    r, s = utils.decode_dss_signature(signer.key.sign(canonical.encode(), ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    message.update(changes)  # type: ignore[arg-type]
    packed = {"alg": "ES256", "cer": _url64(signer.certificate), "sigvl": _url64(raw)}
    return json.dumps({"data": data, "sig": packed}, indent=1).encode()


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_seal_in_json_is_believed_once_its_own_certificate_is_traced() -> None:
    seal = read_seal(written_out(_SIGNER))
    assert {each.name: each.value for each in seal.features}["pid.n"] == "SMITH BILL É"
    held = read_master_list(_SIGNER.root)
    assert verify_seal(seal, [], held, today=TODAY).outcome is Outcome.FINE
    unknown = verify_seal(seal, [], IssuerKeys(), today=TODAY)
    assert (unknown.signature, unknown.outcome) == (Outcome.FINE, Outcome.UNPROVEN), "anybody can enclose a certificate"
    changed = verify_seal(read_seal(written_out(_SIGNER, uvci="U32871")), [], held, today=TODAY)
    assert (changed.outcome, codes(changed)) == (Outcome.WRONG, {"signature": Severity.STOP})


@pytest.mark.parametrize(("number", "outcome"), [("A1234567Z", Outcome.FINE), ("B1234567Z", Outcome.WRONG)])
def test_a_seal_in_json_belongs_to_the_document_it_names(number: str, outcome: Outcome) -> None:
    lines = compose_mrz(
        "TD3", document_code="P", issuing_state="D", surname="SMITH", given="BILL", number=number, nationality="D",
        birth_date=PartialDate(1990, 1, 2), sex="M", expiry_date=PartialDate(2030, 1, 1),
    )  # fmt: skip
    printed = read_mrz("\n".join(lines), today=TODAY)
    found = verify_seal(
        read_seal(written_out(_SIGNER)), [], read_master_list(_SIGNER.root), today=TODAY, printed=printed
    )
    assert (found.document, found.outcome) == (outcome, outcome)


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"data": 1}', '{"data": {"hdr": {"v": 1.5}}}', "[" * 5000, '{"a":' * 3000, '{"data":[]}']
)
def test_json_that_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSeal):
        read_seal(text.encode())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_seals_are_refused_or_never_fine(data: st.DataObject) -> None:
    seal = bytearray(_SEAL)
    for _ in range(data.draw(st.integers(1, 3))):
        seal[data.draw(st.integers(0, len(seal) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = verify(bytes(seal), _SIGNER)
    except UnreadableSeal as error:
        assert len(error.sentences) == 3
        return
    assert found.outcome is not Outcome.FINE or seal == _SEAL


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.binary(max_size=80).map(lambda tail: b"\xdc\x03" + tail)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_seal(data)
    except UnreadableSeal as error:
        assert len(error.sentences) == 3


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(UnreadableSeal):
        read_seal(b"\xdc" + bytes(20_000))


_SIGNER = Signer(ec.SECP256R1())
_SEAL = _SIGNER.seal()


def test_the_command_reads_and_verifies(tmp_path: Path) -> None:
    signers = tmp_path / "signers"
    signers.mkdir()
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(_SIGNER.certificate) + b"-----END CERTIFICATE-----\n"
    (signers / "ts.pem").write_bytes(pem)
    (tmp_path / "seal.hex").write_text(_SEAL.hex(), encoding="ascii")
    (tmp_path / "root.cer").write_bytes(_SIGNER.root)
    (tmp_path / "zone.txt").write_text("\n".join(VISA_ZONE), encoding="ascii")
    result = CliRunner().invoke(
        app,
        f"chip seal {tmp_path}/seal.hex --certificates {signers} --master-list {tmp_path}/root.cer"
        f" --mrz {tmp_path}/zone.txt --today 2026-11-22 --json",
    )
    answer = json.loads(result.stdout)
    assert (answer["outcome"], answer["signature"], answer["document"], answer["chain"]) == ("fine",) * 4
    assert answer["features"][0]["lines"] == [VISA_ZONE[0], VISA_ZONE[1][:28]]
