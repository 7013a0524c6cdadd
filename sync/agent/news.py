"""What is new at the other side: the page, judged; roots and grants that lead to it; letters.

Nothing is kept here that was not believed first. What was refused is in the tally, and the last good page stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from borderdesk.errors import TamperingError
from borderdesk.policy import Policy
from borderdesk.words import say
from sync.agent.entitled import shares_changed
from sync.agent.repairs import Repairs
from sync.agent.shelf import Shelf, shelve
from sync.agent.spool import Spool
from sync.agent.staged import name_of
from sync.agent.state import Way
from sync.agent.tally import Tally
from sync.carriers import Carrier, Impostor, NotThere, StickCarrier
from sync.trust import Trust, TrustedManifest, TrustedTime
from sync.trust.refusals import WrongScope
from sync.trust.root import MOST_ROOTS
from sync.wire import Manifest
from sync.wire.policy import changed
from sync.wire.refusals import GRANT, MANIFEST, BadSignature, Refused, WrongRecipient

_T = TypeVar("_T")


class News:
    """Asks one carrier what is new, and judges it. Owned by the exchange of that carrier."""

    def __init__(
        self,
        carrier: Carrier,
        spool: Spool,
        trust: Trust,
        time: TrustedTime,
        enrolled: Policy,
        way: Way,
        shelf: Shelf | None,
    ) -> None:
        """`enrolled` is the policy that holds where no manifest says otherwise."""
        self._carrier = carrier
        self._spool = spool
        self._trust = trust
        self._time = time
        self._enrolled = enrolled
        self._way_there = way
        self._shelf = shelf
        self._held: TrustedManifest | None = None
        self._spoiled: list[TamperingError] = []

    def held_manifest(self) -> TrustedManifest | None:
        """The newest manifest that was believed."""
        signed = self._spool.manifest()
        if signed is None:
            return None
        if self._held is None or self._held.signed != signed:
            try:
                self._held = self._trust.manifest(signed, None)
            except Refused as error:
                # Spoiled on the disk. The replica still refuses older editions of every list.
                self._spool.forget_manifest()
                self._spoiled.append(error)
                return None
        return self._held

    def policy(self) -> Policy:
        """The bureau's policy as last heard."""
        held = self.held_manifest()
        return self._enrolled if held is None else self.policy_of(held.manifest)

    def policy_of(self, manifest: Manifest) -> Policy:
        """The bureau's policy as a page says it."""
        return self._enrolled if manifest.policy is None else changed(manifest.policy, MANIFEST)

    def take_spoiled(self) -> list[TamperingError]:
        """What was found spoiled on the disk since this was asked last."""
        spoiled, self._spoiled = self._spoiled, []
        return spoiled

    def learn(self, tally: Tally, patience: float) -> TrustedManifest | None:
        """The newest manifest that can be believed, waiting up to `patience` seconds for a newer one."""
        held = self.held_manifest()
        have = held.manifest.sequence if held else 0
        try:
            signed = self._carrier.manifest(have, patience, self._spool.letters_held(), self._trust.scope)
            if signed is None and self._way_there is Way.STICK:
                tally.lines.append(say("There is nothing for this desk from the bureau on the stick."))
                if isinstance(self._carrier, StickCarrier) and self._carrier.is_for_others():
                    tally.lines.append(
                        say("The stick was filled for other desks, maybe by another bureau: ask whose it is.")
                    )
            elif signed is None and self._way_there is Way.POST:
                tally.lines.append(say("The other desk of the post knows nothing newer."))
            new = held if signed is None else self.believe(tally, lambda: self._judge(tally, signed))
        except Impostor:
            raise
        except TamperingError as error:
            if isinstance(error, WrongScope) and self._way_there is Way.POST:
                # The post's desks are put into another scope one after the other.
                tally.lines.append(say("The other desk of the post follows another scope."))
            else:
                tally.refuse(error)
            return self.held_manifest()
        if new is not None and signed is not None and (held is None or new.hash != held.hash):
            if held is None or new.manifest.scope == held.manifest.scope:
                self._spool.keep_manifest(signed)
                self._spool.forget_held(shares_changed(held, new))
            self._spool.keep_page_hash(new.manifest.sequence, new.hash)
            files = [file for head in new.manifest.lists for file in head.files]
            shelve(self._shelf, tally, lambda shelf: shelf.keep_page(signed, files))
            self._time.observe(new.manifest.issued)
            tally.new_manifest = True
        if new is not None and new.manifest.root > self._trust.root_version:
            self._follow_roots(tally)
        if new is not None:
            current, mended = self._spool.held(), Repairs(self._spool).wanted()
            running = new.manifest.running(self._time.moment().trusted)
            behind = [
                head
                for head in running
                if current.get(name_of(head), 0) != head.edition.number or name_of(head) in mended
            ]
            self._spool.keep_only(file for head in behind for file in head.files)
        return new

    def _judge(self, tally: Tally, signed: bytes) -> TrustedManifest:
        held = self.held_manifest()
        try:
            new = self._trust.manifest(signed, held)
        except WrongScope as error:
            new = self._move(tally, signed, held, error)
        self._trust.check_checkpoint(new.manifest, self._spool.page_hash)
        return new

    def _move(self, tally: Tally, signed: bytes, held: TrustedManifest | None, error: WrongScope) -> TrustedManifest:
        """Follow the page of another scope, where the bureau's grant says that this desk belongs to it now."""
        page = self._trust.any_scope(signed)
        try:
            grant = self._carrier.grant(page.scope, page.epoch)
        except NotThere:
            raise error from None
        if self._trust.grant(grant).scope != page.scope:
            raise error
        before = self._trust.scope, self._trust.assigned
        self._trust.move(grant)
        try:
            new = self._trust.manifest(signed, held)
        except TamperingError:
            self._trust.scope, self._trust.assigned = before
            raise
        gone = shares_changed(held, new)
        self._spool.move(grant, signed, [name for name in self._spool.held() if name not in gone])
        self._spool.keep_grant(page.scope, page.epoch, grant)
        tally.lines.append(say("The bureau has put this desk into the scope {scope}.", scope=page.scope))
        return new

    def believe(self, tally: Tally, judge: Callable[[], _T]) -> _T:
        """Believe something; where its signature is not known, the bureau may have exchanged its keys meanwhile."""
        try:
            return judge()
        except BadSignature:
            if not self._follow_roots(tally):
                raise
            return judge()

    def _follow_roots(self, tally: Tally) -> bool:
        """The roots of trust that came after the one followed. True where there was one. Asked once an exchange."""
        if self._trust.root is None or tally.roots_asked:
            return False
        tally.roots_asked = True
        before = self._trust.root_version
        while self._trust.root_version - before < MOST_ROOTS:
            try:
                data = self._carrier.root(self._trust.root_version + 1)
            except NotThere:
                break
            changed = self._trust.follow(data)
            version = self._trust.root_version
            self._spool.keep_root(version, data)
            shelve(self._shelf, tally, lambda shelf: shelf.keep_root(version, data))  # noqa: B023 - called at once
            if changed:
                self._spool.forget_manifest()
        if self._trust.root_version == before:
            return False
        tally.lines.append(say("The bureau's root of trust is now number {version}.", version=self._trust.root_version))
        return True

    def take_letters(self, tally: Tally) -> bool:
        """Letters that the other side has mentioned and that are not here. They stay sealed until somebody signs in.

        True where one came.
        """
        held = self._spool.letters_held()
        new = 0
        # One that is mentioned and not given is asked for again with the next exchange, not with every piece.
        while self._carrier.newest_letter > max(held, tally.letters_asked):
            before, mentioned = held, self._carrier.newest_letter
            for signed in self._carrier.letters(held):
                try:
                    letter = self.believe(tally, lambda signed=signed: self._trust.letter(signed))  # type: ignore[misc]
                    new += self._spool.keep_letter(letter.number, signed)
                except TamperingError as error:
                    tally.refuse(error)
            held = self._spool.letters_held()
            if held == before or self._way_there is Way.STICK:
                tally.letters_asked = mentioned
        if new:
            tally.lines.append(say("Letters from the bureau: {count}.", count=new))
        return bool(new)

    def take_grant(self, manifest: Manifest) -> None:
        """The keys of the page's epoch, where they are not here yet."""
        if self._spool.grant(manifest.scope, manifest.epoch) is None:
            signed = self._carrier.grant(manifest.scope, manifest.epoch)
            grant = self._trust.grant(signed)
            asked = (manifest.scope, manifest.epoch)
            if (grant.scope, grant.epoch) != asked:
                raise WrongRecipient(GRANT, f"{grant.scope} {grant.epoch}", f"{manifest.scope} {manifest.epoch}")
            self._spool.keep_grant(grant.scope, grant.epoch, signed)
            if grant.assigned > self._trust.assigned:
                self._trust.move(signed)
            if grant.assigned:
                self._spool.keep_assignment(signed)
