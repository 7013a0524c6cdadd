"""Bytes ↔ objects: manifest, edition files, envelopes, receipts, enrolment. Pure: no file, no network, no clock.

A manifest and the edition files it names, from the bureau to the desk:

    payload = Manifest(...).encode()
    signed = SignedBytes.sign(Purpose.MANIFEST, payload, [bureau.signing]).encode()      # travels
    file = encrypt(encode_delta(delta), epoch_key, file_id)                              # travels
    ...
    found = decode_edition(decrypt(file, epoch_key))     # after sync.trust believed the manifest and check_file passed

An upload, the other way:

    item = DeskSealer(desk, keys.signing, bureau_public).seal(counter, "hit", body)
    opened = open_envelope(item.envelope, key_of_desk, bureau.sealing)
    receipt = SignedBytes.sign(Purpose.RECEIPT, Receipt(...).encode(), [bureau.signing]).encode()
"""

from sync.wire.checkpoints import Checkpoint
from sync.wire.chunks import decrypt, encrypt
from sync.wire.editions import check_edition, check_file, decode_edition, encode_delta, encode_snapshot
from sync.wire.enrolment import (
    EnrolCode,
    EnrolReply,
    EnrolRequest,
    decode_enrol_reply,
    decode_enrol_request,
    encode_enrol_reply,
    encode_enrol_request,
    enrol_handle,
)
from sync.wire.grants import KeyGrant, KeyRing
from sync.wire.letters import Letter, decode_letters, encode_letters
from sync.wire.manifest import FileRef, FileRole, ListHead, Manifest, Scope, payload_hash
from sync.wire.merging import merge, rungs
from sync.wire.revocation import Revocation
from sync.wire.sealing import SealingPrivateKey, SealingPublicKey
from sync.wire.signed import KeyId, Purpose, SecondSigningKey, SignedBytes, SigningKey, VerifyingKey, key_ring
from sync.wire.uploads import (
    DeskSealer,
    Envelope,
    OpenedEnvelope,
    Receipt,
    decode_outbox,
    decode_receipts,
    encode_outbox,
    encode_receipts,
    open_envelope,
)

__all__ = [
    "Checkpoint",
    "DeskSealer",
    "EnrolCode",
    "EnrolReply",
    "EnrolRequest",
    "Envelope",
    "FileRef",
    "FileRole",
    "KeyGrant",
    "KeyId",
    "KeyRing",
    "Letter",
    "ListHead",
    "Manifest",
    "OpenedEnvelope",
    "Purpose",
    "Receipt",
    "Revocation",
    "Scope",
    "SealingPrivateKey",
    "SealingPublicKey",
    "SecondSigningKey",
    "SignedBytes",
    "SigningKey",
    "VerifyingKey",
    "check_edition",
    "check_file",
    "decode_edition",
    "decode_enrol_reply",
    "decode_enrol_request",
    "decode_letters",
    "decode_outbox",
    "decode_receipts",
    "decrypt",
    "encode_delta",
    "encode_enrol_reply",
    "encode_enrol_request",
    "encode_letters",
    "encode_outbox",
    "encode_receipts",
    "encode_snapshot",
    "encrypt",
    "enrol_handle",
    "key_ring",
    "merge",
    "open_envelope",
    "payload_hash",
    "rungs",
]
