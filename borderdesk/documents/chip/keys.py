"""Public keys out of certificates, and whether a signature holds under them.

The key is taken from its numbers, not from the certificate as a whole: a sixth of the issuers' certificates are refused
by strict readers for their form, though the key itself is sound.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import MappingProxyType

from asn1crypto import algos, keys, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from borderdesk.documents.chip.curves import Curve, curve_named, curve_with, decode_point, ecdsa_holds

HASHES: MappingProxyType[str, hashes.HashAlgorithm] = MappingProxyType({
    "sha1": hashes.SHA1(),  # noqa: S303 - issuers signed with it until 2010 and those documents are still carried
    "sha224": hashes.SHA224(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
})  # fmt: skip
_IN_CRYPTOGRAPHY: MappingProxyType[str, ec.EllipticCurve] = MappingProxyType({
    "secp224r1": ec.SECP224R1(), "secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(), "brainpoolP256r1": ec.BrainpoolP256R1(), "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
})  # fmt: skip


class UnsupportedKey(Exception):
    """The key or the algorithm is none that this program can judge. Never leaves this room."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key (`modulus`, `exponent`) or a point on a known curve."""

    modulus: int = 0
    exponent: int = 0
    curve: Curve | None = None
    point: tuple[int, int] = (0, 0)


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The key of a certificate. Raises UnsupportedKey; a curve with any parameter of its own is not supported."""
    info = certificate["tbs_certificate"]["subject_public_key_info"]
    algorithm = info["algorithm"]["algorithm"].native
    if algorithm in ("rsa", "rsassa_pss"):
        numbers = keys.RSAPublicKey.load(bytes(info["public_key"].contents[1:]))
        return PublicKey(numbers["modulus"].native, numbers["public_exponent"].native)
    if algorithm != "ec":
        raise UnsupportedKey(algorithm)
    curve = _curve(info["algorithm"]["parameters"])
    point = decode_point(curve, bytes(info["public_key"].contents[1:]))
    if point is None:
        raise UnsupportedKey("point")
    return PublicKey(curve=curve, point=point)


def _curve(parameters: keys.ECDomainParameters) -> Curve:
    found: Curve | None = None
    if parameters.name == "named":
        found = curve_named(parameters.chosen.dotted)
    elif parameters.name == "specified":
        given = parameters.chosen
        field = given["field_id"]
        if field["field_type"].native == "prime_field":
            cofactor = given["cofactor"].native
            found = curve_with(
                field["parameters"].parsed.native
                if hasattr(field["parameters"], "parsed")
                else field["parameters"].native,
                int.from_bytes(given["curve"]["a"].native, "big"),
                int.from_bytes(given["curve"]["b"].native, "big"),
                bytes(given["base"].native),
                given["order"].native,
                cofactor,
            )
    if found is None:
        raise UnsupportedKey("curve")
    return found


def holds(
    key: PublicKey, algorithm: algos.SignedDigestAlgorithm, digest_name: str, data: bytes, signature: bytes
) -> bool:
    """Whether `signature` over `data` holds. `digest_name` serves where the algorithm does not name its own hash.

    Raises UnsupportedKey.
    """
    name = algorithm["algorithm"].native
    hash_name = digest_name
    if name not in ("rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "rsaes_pkcs1v15", "rsa"):
        hash_name = algorithm.hash_algo
    if name == "rsassa_pss":
        hash_name = algorithm["parameters"]["hash_algorithm"]["algorithm"].native
    if hash_name not in HASHES:
        raise UnsupportedKey(hash_name)
    if key.curve is not None:
        return _ecdsa(key, hash_name, data, signature)
    return _rsa(key, algorithm, name == "rsassa_pss", hash_name, data, signature)


def _ecdsa(key: PublicKey, hash_name: str, data: bytes, signature: bytes) -> bool:
    try:
        r, s = utils.decode_dss_signature(signature)
    except ValueError:
        return False
    return _ecdsa_numbers(key, hash_name, data, r, s)


def raw_ecdsa_holds(key: PublicKey, data: bytes, signature: bytes) -> bool:
    """Whether a raw ECDSA signature (r and s, one behind the other) holds; the curve's order decides which hash.

    ICAO Doc 9303-13, 2.4. Raises UnsupportedKey for a key that is no point on a known curve.
    """
    if key.curve is None:
        raise UnsupportedKey("no elliptic curve")
    half = len(signature) // 2
    bits = key.curve.n.bit_length()
    name = next((each for size, each in ((224, "sha224"), (256, "sha256"), (384, "sha384")) if bits <= size), "sha512")
    return _ecdsa_numbers(
        key, name, data, int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    )


def _ecdsa_numbers(key: PublicKey, hash_name: str, data: bytes, r: int, s: int) -> bool:
    if key.curve is None:
        raise UnsupportedKey("curve")
    known = _IN_CRYPTOGRAPHY.get(key.curve.name)
    if known is None:
        return ecdsa_holds(key.curve, key.point, hashlib.new(hash_name, data).digest(), r, s)
    try:
        ec.EllipticCurvePublicNumbers(*key.point, known).public_key().verify(
            utils.encode_dss_signature(r, s), data, ec.ECDSA(HASHES[hash_name])
        )
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError) as error:
        raise UnsupportedKey("curve") from error
    return True


def _rsa(
    key: PublicKey, algorithm: algos.SignedDigestAlgorithm, pss: bool, hash_name: str, data: bytes, signature: bytes
) -> bool:
    try:
        public = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
        if pss:
            parameters = algorithm["parameters"]
            mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
            if mask not in HASHES:
                raise UnsupportedKey(mask)
            salt = parameters["salt_length"].native
            public.verify(signature, data, padding.PSS(padding.MGF1(HASHES[mask]), salt), HASHES[hash_name])
        else:
            public.verify(signature, data, padding.PKCS1v15(), HASHES[hash_name])
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError) as error:
        raise UnsupportedKey("rsa") from error
    return True


def signed_by(certificate: x509.Certificate, key: PublicKey) -> bool:
    """Whether a certificate was signed with this key. Raises UnsupportedKey."""
    algorithm = certificate["signature_algorithm"]
    return holds(key, algorithm, "sha256", certificate["tbs_certificate"].dump(), certificate["signature_value"].native)
