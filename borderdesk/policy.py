"""Numbers that are policy, in one declared place, each with its unit and its reason.

These are the defaults of a fresh desk. The bureau's signed policy overrides them (`sync`); nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from borderdesk.ids import ListName


class ScreeningPurpose(StrEnum):
    """What a screening is for."""

    CHECK = "check"  # a traveller stands at the desk
    RECHECK = "recheck"  # a traveller of the last days, beside a new edition
    BATCH = "batch"  # a passenger list


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which score a candidate of one list is shown, for one purpose or for all (None)."""

    list: ListName
    score: float
    purpose: ScreeningPurpose | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What the bureau may decide for its desks."""

    amber_after_hours: int = 24
    """Hours after which a list's copy is shown amber: MIND was refreshed every 24 to 48 hours."""

    red_after_hours: int = 48
    """Hours after which it is shown red: the limit for offline copies in Regulation (EU) 2018/1862, art. 56.
    Stale data warns; it never hides an answer."""

    look_again_score: float = 0.82
    """Score (0 to 1) from which a person candidate is put before the officer: measured where one ordinary traveller in
    a hundred raises an alert against 23,000 listed persons, two a day at a lane of two hundred."""

    thresholds: tuple[Threshold, ...] = ()
    """Other scores for single lists, or for lists and purposes; `borderdesk names tune` shows what they would do."""

    candidates_shown: int = 10
    """At most so many candidates per screening, best first."""

    recheck_days: int = 7
    """Days for which travellers are screened again when an edition arrives."""

    clearance_days: int = 180
    """Days a clearance may last at most. Frequent crossers renew theirs twice a year, and lists change."""

    clearance_review_days: int = 7
    """Days an officer's clearance holds while no supervisor has reviewed it: a week has a supervisor on every rota."""

    idle_lock_minutes: int = 10
    """Minutes without a key or scan after which the desk locks."""

    urgent_reply_minutes: int = 10
    """Minutes within which the bureau is to answer about a person who may be arrested or is in danger. No rule of
    INTERPOL's sets a limit; NCIC asks ten minutes of an urgent hit confirmation."""

    routine_reply_minutes: int = 60
    """Minutes within which the bureau is to answer about anything else: NCIC's hour for routine confirmations."""

    late_reply_hours: int = 12
    """Hours after which a hit without an answer goes to the supervisor: SIRENE's limit for answers."""

    valid_after_leaving_months: int = 3
    """Months a document must outlast the intended departure: Schengen Borders Code, art. 6(1)(a)(i)."""

    issued_within_years: int = 10
    """Years within which a document must have been issued: Schengen Borders Code, art. 6(1)(a)(ii)."""

    journal_years: int = 3
    """Years for which search logs are kept: Regulation (EU) 2018/1862, art. 12."""

    slow_below_bytes_per_second: int = 4000
    """A link slower than this (32 kbit/s) is shown as slow: a day's changes take more than ten seconds."""

    piece_seconds: float = 3.2
    """Seconds one piece of a download should take, so that something urgent never waits longer for its turn. Longer
    ones cost fewer bytes and delay an alert twice as much: at 9.6 kbit/s 4 would be the end of its ten seconds."""

    lease_days: int = 0
    """Days a desk may be used without a word of the bureau; 0 for any: stale data warns, it does not lock."""

    cap_bytes_per_second: int = 0
    """What a desk takes of the link at most, 0 for all of it: the post's other work may share the line."""

    bulk_from_hour: int = 0
    """Hour of the day (UTC) from which whole lists and photos may be fetched, where the line is metered by day."""

    bulk_until_hour: int = 24
    """Hour of the day (UTC) until which they may. The same hour as *from* means never by link: by stick then."""

    metered_bytes_per_day: int = 0
    """Bytes a day beyond which only alerts, hits and people are exchanged; 0 where the line is not metered."""

    post_shelf_megabytes: int = 1024
    """Megabytes of published files (10^6 bytes) a desk keeps for the other desks of its post, where it serves them:
    100 million documents in full, and their deltas."""

    stick_above_megabytes: int = 50
    """Megabytes (10^6 bytes) still to come by link from which a desk proposes a stick: at 256 kbit/s half an hour, at
    9.6 kbit/s half a day."""

    numbers_first_rows: int = 250_000
    """Rows of a list of documents from which a desk that holds nothing of it gets the numbers first, and answers
    *listed* from them until the rest is here: they are 400 kB, six minutes at 9.6 kbit/s. 0 for never."""

    post_relay_megabytes: int = 64
    """Megabytes of sealed uploads a desk keeps for the other desks of its post: fifty thousand hits, or 500
    photos. Beyond that they keep their own."""

    hit_photo_kilobytes: int = 100
    """Kilobytes (10^3 bytes) of one photo that goes with a hit: a document's page is legible in it, and it takes two
    minutes at 9.6 kbit/s, behind everything else."""

    retry_first_seconds: int = 5
    """The wait after a broken exchange; it doubles with every further one, and is drawn between half and whole."""

    retry_longest_seconds: int = 300
    """The longest such wait: a link that comes back is used within five minutes, and the retries never end."""

    health_report_hours: int = 24
    """Hours between two health reports and two batches of statistics of a desk."""

    sign_in_free_tries: int = 3
    """Wrong passwords in a row that cost no waiting: fingers slip."""

    sign_in_first_wait_seconds: int = 5
    """The wait after them; it doubles with every further wrong password."""

    sign_in_longest_wait_seconds: int = 900
    """The longest wait: a guesser gets under a hundred tries a day, and an officer is never shut out for a shift."""

    refresher_days: int = 90
    """Days after an officer's last drill or exercise from which another one is proposed: real hits come a few times a
    year, and what was not done for a quarter is looked up again."""

    refresher_below_score: int = 70
    """Score of 100 below which another one is proposed at once: an act that was only safe, or half of the steps."""

    drill_prompt_seconds: int = 60
    """Seconds from the verdict to the first act that still count as prompt; five times as many count for nothing."""

    drill_longest_days: int = 31
    """Days a surprise drill may run at most: its slip of paper is then worth nothing to a finder."""

    def score_for(self, list_name: ListName, purpose: ScreeningPurpose) -> float:
        """From which score a candidate of this list is shown for this purpose. The most special threshold counts."""
        for wanted in (purpose, None):
            for threshold in self.thresholds:
                if threshold.list == list_name and threshold.purpose is wanted:
                    return threshold.score
        return self.look_again_score

    @property
    def lowest_score(self) -> float:
        """The lowest score that any list asks for."""
        return min([self.look_again_score, *(threshold.score for threshold in self.thresholds)])


DEFAULT = Policy()
