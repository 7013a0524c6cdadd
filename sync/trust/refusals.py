"""Why a genuine signature is not enough."""

from __future__ import annotations

from borderdesk.words import say
from sync.wire.refusals import MANIFEST, Refused, WrongRecipient


class RolledBack(Refused):
    """The manifest is older than one this desk has already believed."""

    def __init__(self, sequence: int, held: int) -> None:
        super().__init__(
            say(
                "An old manifest (number {sequence}) was offered in place of number {held}, which is already here.",
                sequence=sequence,
                held=held,
            )
        )


class Forked(Refused):
    """Two different manifests carry the same number, or one does not continue the other."""

    def __init__(self, sequence: int) -> None:
        super().__init__(
            say("The manifest number {sequence} contradicts the one this desk already holds.", sequence=sequence)
        )


class ListRolledBack(Refused):
    """A newer manifest offers an older, or another, edition of a list."""

    def __init__(self, name: str, edition: int, held: int) -> None:
        super().__init__(
            say(
                "The manifest offers edition {edition} of {name} against edition {held}, which is already known.",
                name=name,
                edition=edition,
                held=held,
            )
        )


class WrongScope(WrongRecipient):
    """The manifest is for desks with other entitlements."""

    def __init__(self, scope: str, ours: str) -> None:
        super().__init__(MANIFEST, scope, ours)


class OldAssignment(Refused):
    """A grant for a scope that the desk belonged to before was offered again."""

    def __init__(self, scope: str) -> None:
        super().__init__(say("An old key grant would put this desk into the scope {scope} again.", scope=scope))


class RootNotSigned(Refused):
    """Too few of the keys that a root must be signed by have signed it."""

    def __init__(self, version: int) -> None:
        super().__init__(
            say(
                "Root {version} of the bureau's keys is not signed by enough of its holders.",
                version=version,
            )
        )


class RootOutOfOrder(Refused):
    """A root was left out, or an old one offered again."""

    def __init__(self, version: int, held: int) -> None:
        super().__init__(
            say("Root {version} was offered where the one after {held} was due.", version=version, held=held)
        )


class PublishingKeyStolen(Refused):
    """The separately held key confirms another manifest under a number than the one this desk believed."""

    def __init__(self, sequence: int) -> None:
        super().__init__(
            say("Manifest number {sequence} was not the bureau's: its checkpoint names another.", sequence=sequence),
            safe=say("Nothing more is believed from that key; the lists already held stay in use."),
            todo=say("Call the bureau at once by telephone: somebody else may be publishing in its name."),
        )
