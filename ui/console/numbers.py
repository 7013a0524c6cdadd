"""The names of the policy's numbers."""

from __future__ import annotations

from typing import Final

from borderdesk.words import Sentence, say

POLICY: Final[dict[str, Sentence]] = {
    "amber_after_hours": say("Hours until a copy is shown amber"),
    "red_after_hours": say("Hours until a copy is shown red"),
    "look_again_score": say("Score from which a person is shown (0 to 1)"),
    "candidates_shown": say("Candidates shown at most"),
    "recheck_days": say("Days for which travellers are compared again"),
    "clearance_days": say("Days a clearance lasts at most"),
    "clearance_review_days": say("Days a clearance lasts without a review"),
    "idle_lock_minutes": say("Minutes until an idle desk locks"),
    "urgent_reply_minutes": say("Minutes to answer an urgent hit"),
    "routine_reply_minutes": say("Minutes to answer any other hit"),
    "late_reply_hours": say("Hours until a hit is the supervisor's"),
    "valid_after_leaving_months": say("Months a document outlasts the stay"),
    "issued_within_years": say("Years since a document was issued, at most"),
    "journal_years": say("Years that journals are kept"),
    "lease_days": say("Days a desk works without the bureau's word (0: any)"),
    "cap_bytes_per_second": say("Bytes a second a desk takes of the link (0: all)"),
    "bulk_from_hour": say("Whole lists and photos from (hour, UTC)"),
    "bulk_until_hour": say("Whole lists and photos until (hour, UTC)"),
    "metered_bytes_per_day": say("Bytes a day before only urgent things go (0: not metered)"),
    "stick_above_megabytes": say("Megabytes from which a stick is proposed"),
    "hit_photo_kilobytes": say("Kilobytes of a photo that goes with a hit"),
    "health_report_hours": say("Hours between reports of a desk's health"),
    "sign_in_free_tries": say("Wrong passwords before waiting begins"),
    "refresher_days": say("Days until practice is proposed again"),
    "drill_longest_days": say("Days a drill runs at most"),
    "slow_below_bytes_per_second": say("Bytes a second below which a link is shown as slow"),
    "piece_seconds": say("Seconds that one piece of a download takes"),
    "post_shelf_megabytes": say("Megabytes of files a desk keeps for the others of its post"),
    "numbers_first_rows": say("Documents from which a new desk gets the numbers first (0: never)"),
    "post_relay_megabytes": say("Megabytes of reports a desk keeps for the others of its post"),
    "retry_first_seconds": say("Seconds until a broken exchange is tried again"),
    "retry_longest_seconds": say("Seconds between such tries at most"),
    "sign_in_first_wait_seconds": say("Seconds to wait after too many wrong passwords"),
    "sign_in_longest_wait_seconds": say("Seconds to wait at most after wrong passwords"),
    "refresher_below_score": say("Score of 100 below which practice is proposed at once"),
    "drill_prompt_seconds": say("Seconds to the first act that still count as prompt"),
}
"""What every number of the policy is called."""
