"""A chip is believed only where signature, hashes, chain and State all hold; a missing key is never a forgery."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from asn1crypto import algos, cms, core, keys
from asn1crypto import x509 as plain_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from borderdesk.documents.chip import (
    ChipVerdict,
    UnreadableChip,
    UnreadableMasterList,
    read_master_list,
    verify_chip,
)
from borderdesk.documents.chip.chain import countries_of
from borderdesk.documents.chip.curves import _times, curve_named, ecdsa_holds
from borderdesk.documents.chip.sod import read_sod
from borderdesk.documents.mrz import read_mrz
from borderdesk.findings import Outcome, Severity
from ui.cli.desk import app

TODAY = date(2026, 11, 22)
ZONE = ("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", "C01X0006H1D<<6408125F1710319<<<<<<<<<<<<<<<0")
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issuer:
    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def name(country: str, common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, country), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def certify(key: Key, subject: x509.Name, by: Issuer | None, *, ca: bool) -> Issuer:
    signer = by.key if by else key
    issuer_name = by.certificate.subject if by else subject
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(4711 if not ca else 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2031, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return Issuer(key, certificate)


def csca(country: str = "DE", curve: ec.EllipticCurve | None = None) -> Issuer:
    key: Key = ec.generate_private_key(curve) if curve else rsa.generate_private_key(65537, 2048)
    return certify(key, name(country, "CSCA"), None, ca=True)


def signed(content_type: str, content: bytes, signer: Issuer, *, with_attributes: bool = True) -> bytes:
    """CMS signed data over `content`."""
    certificate = plain_x509.Certificate.load(signer.der)
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": [cms.ContentType(content_type)]}),
            cms.CMSAttribute(
                {"type": "message_digest", "values": [core.OctetString(hashlib.sha256(content).digest())]}
            ),
            cms.CMSAttribute(
                {
                    "type": "signing_time",
                    "values": [cms.Time({"utc_time": core.UTCTime(datetime(2024, 1, 1, tzinfo=UTC))})],
                }
            ),
        ]
    )
    data = attributes.dump() if with_attributes else content
    if isinstance(signer.key, rsa.RSAPrivateKey):
        algorithm, signature = "sha256_rsa", signer.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    else:
        algorithm, signature = "sha256_ecdsa", signer.key.sign(data, ec.ECDSA(hashes.SHA256()))
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    },
                }
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
            "signature": signature,
            **({"signed_attrs": attributes} if with_attributes else {}),
        }
    )
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v3",
                    "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
                    "encap_content_info": {"content_type": content_type, "content": core.ParsableOctetString(content)},
                    "certificates": [certificate],
                    "signer_infos": [info],
                }
            ),
        }
    ).dump()


def tlv(tag: bytes, value: bytes) -> bytes:
    length = bytes([len(value)]) if len(value) < 128 else b"\x82" + len(value).to_bytes(2, "big")
    return tag + length + value


def data_groups(zone: tuple[str, ...] = ZONE) -> dict[int, bytes]:
    return {1: tlv(b"\x61", tlv(b"\x5f\x1f", "".join(zone).encode())), 2: tlv(b"\x75", b"face")}


def security_object(signer: Issuer, groups: dict[int, bytes], **options: bool) -> bytes:
    rows = b"".join(
        tlv(b"\x30", tlv(b"\x02", bytes([number])) + tlv(b"\x04", hashlib.sha256(data).digest()))
        for number, data in groups.items()
    )
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
    content = tlv(b"\x30", tlv(b"\x02", b"\x00") + algorithm + tlv(b"\x30", rows))
    return tlv(b"\x77", signed("2.23.136.1.1.1", content, signer, **options))


def master_list(issuers: list[bytes], signer: Issuer) -> bytes:
    content = tlv(b"\x30", tlv(b"\x02", b"\x00") + tlv(b"\x31", b"".join(issuers)))
    return signed("2.23.136.1.1.2", content, signer)


@pytest.fixture(scope="module")
def germany() -> Issuer:
    return csca("DE")


@pytest.fixture(scope="module")
def signer(germany: Issuer) -> Issuer:
    return certify(ec.generate_private_key(ec.SECP256R1()), name("DE", "DS"), germany, ca=False)


def verify(sod: bytes, groups: dict[int, bytes], *issuers: Issuer) -> ChipVerdict:
    held = read_master_list(master_list([issuer.der for issuer in issuers], issuers[0]))
    return verify_chip(sod, groups, held, today=TODAY)


def codes(found: ChipVerdict) -> set[str]:
    return {finding.code.removeprefix("chip.") for finding in found.findings}


@pytest.mark.parametrize("with_attributes", [True, False])
def test_a_genuine_chip_is_fine(germany: Issuer, signer: Issuer, with_attributes: bool) -> None:
    groups = data_groups()
    found = verify(security_object(signer, groups, with_attributes=with_attributes), groups, csca("FR"), germany)
    assert found.outcome is Outcome.FINE
    assert found.groups == (("DG1", Outcome.FINE), ("DG2", Outcome.FINE))
    assert found.reading is not None
    assert found.reading.surname == "MUSTERMANN"
    assert found.findings == ()


def test_a_changed_data_group_is_wrong(germany: Issuer, signer: Issuer) -> None:
    sod = security_object(signer, data_groups())
    found = verify(sod, data_groups() | {2: tlv(b"\x75", b"other face")}, germany)
    assert found.outcome is Outcome.WRONG
    assert codes(found) == {"group.changed"}
    assert dict(found.groups)["DG1"] is Outcome.FINE


def test_a_broken_signature_is_wrong(germany: Issuer, signer: Issuer) -> None:
    groups = data_groups()
    sod = bytearray(security_object(signer, groups))
    sod[-3] ^= 1
    found = verify(bytes(sod), groups, germany)
    assert found.signature is Outcome.WRONG
    assert found.outcome is Outcome.WRONG


def test_a_changed_list_of_hashes_is_wrong(germany: Issuer, signer: Issuer) -> None:
    groups = data_groups()
    other = groups | {2: tlv(b"\x75", b"mask")}
    wanted, put = (hashlib.sha256(each[2]).digest() for each in (groups, other))
    found = verify(security_object(signer, groups).replace(wanted, put), other, germany)
    assert found.signature is Outcome.WRONG


def test_an_issuer_that_is_not_held_is_unproven_never_wrong(signer: Issuer) -> None:
    groups = data_groups()
    found = verify(security_object(signer, groups), groups, csca("FR"))
    assert found.outcome is Outcome.UNPROVEN
    assert "issuer.not_held" in codes(found)


def test_an_older_key_of_the_same_issuer_is_unproven(signer: Issuer) -> None:
    groups = data_groups()
    found = verify(security_object(signer, groups), groups, csca("DE"))
    assert (found.outcome, found.chain) == (Outcome.UNPROVEN, Outcome.UNPROVEN)


def test_a_signer_that_names_a_key_it_was_not_signed_with_is_wrong(germany: Issuer) -> None:
    forger = csca("DE")
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(germany.key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name("DE", "DS"))
        .issuer_name(germany.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2031, 1, 1, tzinfo=UTC))
        .add_extension(identifier, critical=False)
        .sign(forger.key, hashes.SHA256())
    )
    groups = data_groups()
    found = verify(security_object(Issuer(key, certificate), groups), groups, germany)
    assert found.chain is Outcome.WRONG


def test_a_signer_of_another_state_is_wrong(signer: Issuer) -> None:
    france = csca("FR")
    foreign = certify(ec.generate_private_key(ec.SECP256R1()), name("FR", "DS"), france, ca=False)
    groups = data_groups()
    found = verify(security_object(foreign, groups), groups, france)
    assert found.state is Outcome.WRONG
    assert found.outcome is Outcome.WRONG


def test_the_printed_zone_must_be_the_one_in_the_chip(germany: Issuer, signer: Issuer) -> None:
    groups = data_groups()
    held = read_master_list(master_list([germany.der], germany))
    printed = read_mrz("\n".join(ZONE).replace("ERIKA", "ERIKO"), today=TODAY)
    found = verify_chip(security_object(signer, groups), groups, held, today=TODAY, printed=printed)
    assert codes(found) == {"printed"}


def withdrawals(by: Issuer, *serials: int, begins: int = 2026, ends: int = 2027, key: Key | None = None) -> bytes:
    """A CRL of `by`, signed with its key or with another one."""
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(datetime(begins, 1, 1, tzinfo=UTC))
        .next_update(datetime(ends, 1, 1, tzinfo=UTC))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False)
    )
    for serial in serials:
        row = x509.RevokedCertificateBuilder().serial_number(serial)
        made = made.add_revoked_certificate(row.revocation_date(datetime(2026, 1, 1, tzinfo=UTC)).build())
    return made.sign(key or by.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def verify_with(germany: Issuer, signer: Issuer, *lists: bytes) -> ChipVerdict:
    groups = data_groups()
    held = read_master_list(master_list([germany.der], germany))
    return verify_chip(security_object(signer, groups), groups, held, today=TODAY, revocations=lists)


def test_a_withdrawn_signer_is_wrong(germany: Issuer, signer: Issuer) -> None:
    serial = signer.certificate.serial_number
    found = verify_with(germany, signer, withdrawals(germany, serial))
    assert codes(found) == {"signer.revoked"}
    assert (found.outcome, found.revocation) == (Outcome.WRONG, Outcome.WRONG)
    overdue = verify_with(germany, signer, withdrawals(germany, serial, begins=2024, ends=2025))
    assert overdue.revocation is Outcome.WRONG, "an old list still withdraws what it names"


def test_a_signer_that_no_list_names_is_not_withdrawn(germany: Issuer, signer: Issuer) -> None:
    found = verify_with(germany, signer, withdrawals(germany, 99))
    assert (found.outcome, found.revocation, found.findings) == (Outcome.FINE, Outcome.FINE, ())
    assert verify_with(germany, signer).revocation is Outcome.UNPROVEN
    assert verify_with(germany, signer, withdrawals(csca("FR"), 4711)).revocation is Outcome.UNPROVEN


def test_a_list_of_withdrawals_that_cannot_be_believed_is_said_and_changes_nothing(
    germany: Issuer, signer: Issuer
) -> None:
    serial = signer.certificate.serial_number
    forger = csca("DE")
    broken = bytearray(withdrawals(germany, serial))
    broken[-3] ^= 1
    for data, code in (
        (withdrawals(germany, serial, key=forger.key), "crl.signature"),
        (bytes(broken), "crl.signature"),
        (withdrawals(germany, serial, begins=2027, ends=2028), "crl.early"),
        (withdrawals(germany, 99, begins=2024, ends=2025), "crl.overdue"),
        (b"\x30\x03\x02\x01\x05", "crl.unreadable"),
        (b"", "crl.unreadable"),
    ):
        found = verify_with(germany, signer, data)
        assert codes(found) == {code}
        assert (found.outcome, found.revocation) == (Outcome.FINE, Outcome.UNPROVEN)


def test_a_newer_issuer_is_believed_through_a_link_certificate(germany: Issuer) -> None:
    newer = certify(rsa.generate_private_key(65537, 2048), name("DE", "CSCA"), germany, ca=True)
    signer = certify(ec.generate_private_key(ec.SECP256R1()), name("DE", "DS"), newer, ca=False)
    groups = data_groups()
    sod, held = security_object(signer, groups), read_master_list(master_list([germany.der], germany))
    assert verify_chip(sod, groups, held, today=TODAY).chain is Outcome.UNPROVEN
    assert verify_chip(sod, groups, held, today=TODAY, links=[newer.der]).outcome is Outcome.FINE
    own = csca("DE")
    forged = certify(own.key, name("DE", "CSCA"), own, ca=True)
    by_forger = certify(ec.generate_private_key(ec.SECP256R1()), name("DE", "DS"), forged, ca=False)
    found = verify_chip(security_object(by_forger, groups), groups, held, today=TODAY, links=[forged.der, b"no"])
    assert found.chain is Outcome.UNPROVEN


def test_certificates_out_of_force_leave_the_validity_unproven(germany: Issuer) -> None:
    old = csca("DE")
    builder = (
        x509.CertificateBuilder()
        .subject_name(name("DE", "DS"))
        .issuer_name(old.certificate.subject)
        .public_key(old.key.public_key())
        .serial_number(5)
    )
    for years, code in (((2010, 2015), "signer.validity"), ((2027, 2031), "signer.validity")):
        certificate = (
            builder.not_valid_before(datetime(years[0], 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(years[1], 1, 1, tzinfo=UTC))
            .sign(old.key, hashes.SHA256())
        )
        groups = data_groups()
        found = verify(security_object(Issuer(old.key, certificate), groups), groups, old)
        assert (found.outcome, found.validity) == (Outcome.UNPROVEN, Outcome.UNPROVEN)
        assert code in codes(found)


REFERENCE = Path(__file__).parent / "reference" / "chip"


@pytest.mark.parametrize(
    ("file", "country", "groups", "signed_on"),
    [
        ("at-2023-brainpool256-explicit", "AT", (1, 2, 3, 11, 12, 14), "2023-03-17"),
        ("de-2023-brainpool384-explicit", "DE", (1, 2, 3, 14), None),
        ("fi-2023-brainpool512-explicit", "FI", (1, 2, 3, 7, 14), None),
        ("my-2023-rsa-pss", "MY", (1, 2, 3, 11, 12, 14), "2023-01-24"),
        ("ru-2020-sha1-p256-explicit", "RU", (1, 2, 3, 13, 14), "2020-01-22"),
    ],
)
def test_real_security_objects_hold_and_are_never_called_wrong_for_want_of_a_key(
    file: str, country: str, groups: tuple[int, ...], signed_on: str | None
) -> None:
    sod = bytes.fromhex("".join((REFERENCE / f"{file}.sod.hex").read_text().split()))
    opened = read_sod(sod)
    assert opened.signer.holds is True
    assert tuple(sorted(opened.groups)) == groups
    signed_at = opened.signer.signed_at
    assert (signed_at.date().isoformat() if signed_at else None) == signed_on
    found = verify_chip(sod, {}, _HELD, today=TODAY)
    assert (found.signature, found.chain, found.outcome) == (Outcome.FINE, Outcome.UNPROVEN, Outcome.UNPROVEN)
    assert f"Country: {country}" in found.signer
    assert all(finding.severity is Severity.INFO for finding in found.findings)
    for at in (sod.index(b"\x02\x01\x02\x04") + 10, len(sod) - 5):
        broken = bytearray(sod)
        broken[at] ^= 1
        assert verify_chip(bytes(broken), {}, _HELD, today=TODAY).signature is Outcome.WRONG


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP256R1(), ec.BrainpoolP512R1()])
def test_issuers_on_every_curve_are_traced(curve: ec.EllipticCurve) -> None:
    issuer = csca("DE", curve)
    groups = data_groups()
    by = certify(ec.generate_private_key(curve), name("DE", "DS"), issuer, ca=False)
    assert verify(security_object(by, groups), groups, issuer).outcome is Outcome.FINE


@pytest.mark.parametrize(
    ("code", "letters", "agrees"),
    [
        ("D", "DE", True), ("GBR", "GB", True), ("GBD", "GB", True), ("CHN", "CN", True), ("CHN", "HK", True),
        ("RKS", "KS", True), ("UNO", "UN", True), ("EUE", "EU", True), ("FRA", "DE", False), ("QQQ", "DE", None),
        ("", "DE", None),
    ],
)  # fmt: skip
def test_signers_of_each_kind_of_issuer_are_of_its_state(code: str, letters: str, agrees: bool | None) -> None:
    fitting = countries_of(code)
    assert (letters in fitting if fitting else None) is agrees


def test_a_file_padded_by_the_reader_is_whole_and_one_under_another_name_is_unproven(
    germany: Issuer, signer: Issuer
) -> None:
    groups = data_groups()
    sod = security_object(signer, groups)
    padded = {number: data + b"\x90\x00" for number, data in groups.items()}
    assert verify(sod, padded, germany).outcome is Outcome.FINE
    swapped = verify(sod, {1: groups[2]}, germany)
    assert (swapped.hashes, swapped.outcome) == (Outcome.UNPROVEN, Outcome.UNPROVEN)
    assert "group.misnamed" in codes(swapped)


def with_explicit_curve(issuer: Issuer, base: bytes | None = None) -> bytes:
    """The same certificate with all curve parameters written out, as many States do."""
    curve = curve_named("1.2.840.10045.3.1.7")
    assert curve is not None
    certificate = plain_x509.Certificate.load(issuer.der)
    size = curve.size
    parameters = keys.SpecifiedECDomain(
        {
            "version": 1,
            "field_id": {"field_type": "prime_field", "parameters": core.Integer(curve.p)},
            "curve": {"a": curve.a.to_bytes(size, "big"), "b": curve.b.to_bytes(size, "big")},
            "base": base or b"\x04" + curve.x.to_bytes(size, "big") + curve.y.to_bytes(size, "big"),
            "order": curve.n,
            "cofactor": 1,
        }
    )
    info = certificate["tbs_certificate"]["subject_public_key_info"]
    info["algorithm"]["parameters"] = keys.ECDomainParameters(name="specified", value=parameters)
    return certificate.dump(force=True)


def test_a_curve_written_out_is_recognised_and_one_of_the_forgers_own_is_not() -> None:
    issuer = csca("DE", ec.SECP256R1())
    by = certify(ec.generate_private_key(ec.SECP384R1()), name("DE", "DS"), issuer, ca=False)
    groups = data_groups()
    sod = security_object(by, groups)
    held = read_master_list(master_list([with_explicit_curve(issuer)], issuer))
    assert verify_chip(sod, groups, held, today=TODAY).outcome is Outcome.FINE
    numbers = issuer.key.public_key().public_numbers()  # type: ignore[union-attr]
    own = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    held = read_master_list(master_list([with_explicit_curve(issuer, own)], issuer))
    found = verify_chip(sod, groups, held, today=TODAY)
    assert found.chain is Outcome.UNPROVEN
    assert "chain.key" in codes(found)


def test_signatures_on_curves_of_our_own_arithmetic_hold_and_break() -> None:
    curve = curve_named("1.3.36.3.3.2.8.1.1.5")
    assert curve is not None
    secret, nonce = 0x1234567890ABCDEF1234567890, 0xFEDCBA0987654321FEDCBA
    digest = hashlib.sha224(b"data").digest()

    def affine(factor: int) -> tuple[int, int]:
        x, y, z = _times(curve, (curve.x, curve.y, 1), factor)
        inverse = pow(z, -1, curve.p)
        return x * inverse**2 % curve.p, y * inverse**3 % curve.p

    r = affine(nonce)[0] % curve.n
    s = pow(nonce, -1, curve.n) * (int.from_bytes(digest, "big") + r * secret) % curve.n
    assert ecdsa_holds(curve, affine(secret), digest, r, s)
    assert not ecdsa_holds(curve, affine(secret), digest, r, s + 1)
    assert not ecdsa_holds(curve, affine(secret + 1), digest, r, s)
    assert not ecdsa_holds(curve, affine(secret), digest, 0, s)


def test_icaos_ldif_is_read_too(germany: Issuer, signer: Issuer) -> None:
    encoded = base64.b64encode(master_list([germany.der], germany)).decode()
    folded = "\n ".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))
    text = f"dn: cn=1,o=ml,c=DE,dc=data\nobjectClass: top\npkdMasterListContent:: {folded}\nsn: 1\n\n"
    held = read_master_list(text.encode())
    assert (held.count, held.countries()) == (1, frozenset({"DE"}))
    groups = data_groups()
    assert verify_chip(security_object(signer, groups), groups, held, today=TODAY).outcome is Outcome.FINE


def test_one_damaged_certificate_does_not_cost_the_others(germany: Issuer) -> None:
    broken = csca("FR").der.replace(b"\x06\x03\x55\x04\x06", b"\x06\x03\xd5\xd4\xd6")
    held = read_master_list(master_list([germany.der, broken], germany))
    assert held.count + held.unreadable == 2
    assert "DE" in held.countries()


def test_a_master_list_with_a_broken_signature_is_refused(germany: Issuer) -> None:
    data = bytearray(master_list([germany.der], germany))
    data[-5] ^= 1
    with pytest.raises(UnreadableMasterList):
        read_master_list(bytes(data))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_are_refused_or_never_fine(data: st.DataObject) -> None:
    sod = bytearray(_SOD)
    at = data.draw(st.integers(0, len(sod) - 1))
    sod[at] ^= data.draw(st.integers(1, 255))
    try:
        found = verify_chip(bytes(sod), data_groups(), _HELD, today=TODAY)
    except UnreadableChip:
        return
    # A byte outside what is signed (an unused field of CMS) may change without harm; hashes must still be these.
    assert found.outcome is not Outcome.FINE or found.groups == (("DG1", Outcome.FINE), ("DG2", Outcome.FINE))


_ISSUER = csca("DE", ec.SECP256R1())
_HELD = read_master_list(master_list([_ISSUER.der], _ISSUER))
_SOD = security_object(
    certify(ec.generate_private_key(ec.SECP256R1()), name("DE", "DS"), _ISSUER, ca=False), data_groups()
)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused(data: bytes) -> None:
    for start in (b"", b"\x30", b"\x77"):
        with pytest.raises(UnreadableChip):
            verify_chip(start + data, {}, _HELD, today=TODAY)
        with pytest.raises(UnreadableMasterList):
            read_master_list(start + data)


@pytest.mark.parametrize(
    ("sod", "group"),
    [
        ("EF.SOD", "EF_DG{}.bin"),
        ("sod.bin", "dg{}.bin"),
        ("EF_SOD.bin", "EF.DG{}"),
        ("EFSOD.BIN", "DG0{}.hex.bin"),
        ("Passport-SOD.der.bin", "DataGroup{}.bin"),
        ("011D.bin", "010{}.bin"),
        ("EF.011D", "EF.010{}"),
    ],
)
def test_the_command_knows_the_names_people_give(tmp_path: Path, sod: str, group: str) -> None:
    chip = tmp_path / "chip"
    chip.mkdir()
    (chip / sod).write_bytes(_SOD)
    for number, data in data_groups().items():
        (chip / group.format(number)).write_bytes(data)
    (chip / "germany.crl").write_bytes(withdrawals(_ISSUER, 99))
    other = tmp_path / "other.ml"
    other.write_bytes(master_list([csca("FR").der], _ISSUER))
    single = tmp_path / "germany.pem"
    single.write_bytes(_ISSUER.certificate.public_bytes(serialization.Encoding.PEM))
    result = CliRunner().invoke(
        app,
        f"chip verify {chip} --master-list {other} --master-list {single} --json --today 2026-11-22",
    )
    answer = json.loads(result.stdout)
    assert (answer["outcome"], answer["groups"]) == ("fine", {"DG1": "fine", "DG2": "fine"})
    assert {answer[each] for each in ("signature", "hashes", "chain", "state", "validity", "revocation")} == {"fine"}
    assert answer["master_list"] == {"issuers": 2, "unreadable": 0, "left_out": 0}


def test_the_command_compares_the_printed_zone_and_needs_no_master_list(tmp_path: Path) -> None:
    chip = tmp_path / "chip"
    chip.mkdir()
    (chip / "EF.SOD").write_bytes(_SOD)
    (chip / "DG1.bin").write_bytes(data_groups()[1])
    zone = tmp_path / "zone.txt"
    answers = []
    for text in (ZONE, (ZONE[0].replace("ERIKA", "ERIKO"), ZONE[1])):
        zone.write_text("\n".join(text), encoding="ascii")
        result = CliRunner().invoke(app, f"chip verify {chip} --mrz {zone} --json --today 2026-11-22")
        answer = json.loads(result.stdout)
        answers.append((answer["outcome"], answer["signature"], answer["chain"]))
    assert answers == [("unproven", "fine", "unproven"), ("wrong", "fine", "unproven")]


def test_single_certificates_and_the_lists_of_a_directory_are_read(germany: Issuer, signer: Issuer) -> None:
    assert read_master_list(germany.der).count == 1
    both = germany.certificate.public_bytes(serialization.Encoding.PEM) + _ISSUER.certificate.public_bytes(
        serialization.Encoding.PEM
    )
    assert read_master_list(b"# issuers of DE\n" + both).count == 2
    ldif = (
        f"dn: c=DE\ncACertificate;binary:: {base64.b64encode(germany.der).decode()}\n\n"
        f"userCertificate;binary:: {base64.b64encode(signer.der).decode()}\n\n"
        f"certificateRevocationList;binary:: {base64.b64encode(withdrawals(germany, 4711)).decode()}\n\n"
    )
    held = read_master_list(ldif.encode())
    assert (held.count, held.left_out, len(held.revocations)) == (1, 1, 1)
    groups = data_groups()
    assert "signer.revoked" in codes(verify_chip(security_object(signer, groups), groups, held, today=TODAY))
