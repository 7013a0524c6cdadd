"""The bureau's own certificate authority. Desks learn its certificate when they are enrolled and trust no other."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_YEARS: Final = 20
_SERVER_DAYS: Final = 397
_RENEW_DAYS: Final = 30
# A desk's clock may be behind; a certificate that seems to begin tomorrow would shut it out.
_BACKDATED: Final = timedelta(days=3650)


def new_key() -> bytes:
    """A private key for P-256, as PKCS#8 PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def make_ca(key: bytes, name: str, now: datetime) -> bytes:
    """The authority's own certificate (RFC 5280), as PEM."""
    private = _load(key)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"BorderDesk {name}"[:64])])
    return (
        _begin(subject, subject, private, now, timedelta(days=365 * _CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def make_server(ca_key: bytes, ca: bytes, hosts: Sequence[str], now: datetime) -> tuple[bytes, bytes]:
    """A fresh key and a certificate of the authority for these host names and addresses, both PEM."""
    issuer = x509.load_pem_x509_certificate(ca)
    key = new_key()
    private = _load(key)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
    certificate = (
        _begin(subject, issuer.subject, private, now, timedelta(days=_SERVER_DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_load(ca_key).public_key()), critical=False)
        .sign(_load(ca_key), hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM)


def still_good(certificate: bytes, hosts: Sequence[str], now: datetime) -> bool:
    """True where a certificate names every host and has a month left."""
    found = x509.load_pem_x509_certificate(certificate)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(name.value) for name in names}
    return set(hosts) <= held and now + timedelta(days=_RENEW_DAYS) < found.not_valid_after_utc


def _begin(
    subject: x509.Name, issuer: x509.Name, private: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _load(key: bytes) -> ec.EllipticCurvePrivateKey:
    loaded = serialization.load_pem_private_key(key, None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not on P-256")
    return loaded
