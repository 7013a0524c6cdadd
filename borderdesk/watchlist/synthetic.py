"""A made-up list of stolen and lost travel documents, for demonstrations, drills and measurements.

Every number is invented; the shapes are those that the states print, so that reading, look-alikes and compression meet
what they would meet in the field. The same count and seed give the same documents on every machine and every version
of Python: only `random()` is used, whose sequence Python promises to keep, and whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from borderdesk.ids import ListName
from borderdesk.watchlist.records import DocumentStatus, ListKind, TravelDocument, Watchlist

SYNTHETIC_LIST: Final = Watchlist(
    ListName("sltd"), ListKind.DOCUMENTS, "Stolen and lost travel documents (invented)", "Synthetic data"
)
AS_OF: Final = date(2026, 11, 1)
"""No invented document was reported after this day."""

# State, weight in the list, shape of its passports, shape of its identity cards or `-`.
# In a shape: `#` a digit, `@` a letter, `*` a digit or a consonant of the German alphabet, anything else itself.
_SHAPES: Final = """
FRA 80 ##@@##### ############|ITA 85 Y@####### @@#####@@|D 70 C******** L********|GBR 75 ######### -
USA 90 ######### -|ESP 50 P@@###### @@@######|POL 35 E@####### @@@######|BEL 25 G@###### #########
NLD 25 N******#* I******#*|ROU 25 ######### @@######|RUS 40 ######### ##########|UKR 30 F@###### #########
TUR 25 U######## A##@#####|CHN 20 E######## -|IND 25 @####### -|PAK 15 @@####### #############
BGD 10 @######## -|NGA 12 A######## -|BRA 22 F@###### -|MEX 15 G######## -|ARG 10 AA@###### ########
COL 12 A@###### ##########|PER 8 ######### ########|CAN 20 H@###### -|AUS 16 P@####### -|JPN 10 T@####### -
KOR 12 M######## -|THA 10 AA####### #############|PHL 10 P#######@ -|IDN 8 C####### -|MYS 8 A######## -
SWE 15 ######## ########|CHE 13 X####### E#######|AUT 13 P@####### -|CZE 12 ######## #########
HUN 10 B@####### ######@@|PRT 10 C@###### ########|GRC 10 A@####### -|IRN 8 K######## -|IRQ 10 A######## -
SYR 9 N######## -|AFG 6 P######## -|MAR 8 @@####### @@######|DZA 7 ######### #########|EGY 6 A######## -
ZAF 7 A######## -|LBN 4 LR####### -|JOR 3 @###### -|YEM 4 ######## -|SAU 4 @####### -|ISR 3 ######## -
GEO 3 ##@@##### -|ARM 2 A@####### -|AZE 3 C######## -|KAZ 3 N######## #########|UZB 3 F@####### -
KGZ 2 PE####### -|TJK 2 @######## -|MDA 3 A@###### -|BLR 4 M@####### -|LTU 4 ######## ########
LVA 3 LV####### -|EST 2 K@####### @@#######|FIN 4 F@####### -|NOR 4 ######## -|DNK 4 ######### -|IRL 4 P@####### -
BGR 6 ######### #########|SRB 4 ######### #########|HRV 3 ######### #########|ALB 4 B@####### @########@
MKD 2 C####### -|BIH 2 @####### -|SVN 2 P@####### -|SVK 4 B@###### @@######|SEN 3 A######## -|CIV 3 ##@@##### -
GHA 3 G####### -|CMR 3 AA###### -|COD 3 OP####### -|COG 1 @@####### -|GAB 1 ##@@##### -|TCD 1 R######## -
CAF 1 O######## -|MLI 2 B@####### -|NER 2 ##PC##### -|BFA 2 A####### -|BEN 2 B@###### -|TGO 1 EB###### -
GIN 2 O######## -|GNB 1 C@###### -|GMB 1 PC###### -|SLE 1 ER###### -|LBR 1 PP####### -|MRT 1 BE###### -
KEN 3 A####### -|UGA 2 A######## -|TZA 2 TAE###### -|RWA 1 PC###### -|BDI 1 OP###### -|ETH 3 EP####### -
ERI 1 K####### -|SOM 2 P######## -|DJI 1 ##R##### -|SDN 2 P######## -|SSD 1 R######## -|LBY 3 ****#### -
TUN 3 @###### -|AGO 2 N####### -|MOZ 2 ##@@##### -|ZMB 1 ZN###### -|ZWE 2 @@###### -|BWA 1 BN####### -
NAM 1 P####### -|MDG 1 A##@##### -|LKA 3 N####### -|NPL 2 ######## -|MMR 2 M@###### -|KHM 2 N######## -
LAO 1 P####### -|VNM 5 @####### -|MNG 1 E####### -|CUB 2 @###### -|DOM 3 @@####### -|HTI 2 @@####### -
JAM 1 A####### -|TTO 1 TB###### -|VEN 4 ######### -|ECU 3 A####### ##########|BOL 2 @###### -|PRY 1 @###### -
CHL 4 F######## #########|URY 1 D###### -|GTM 2 ######### -|HND 2 F####### -|SLV 2 @######## -|NIC 1 C######## -
CRI 1 F###### -|PAN 2 PA####### -
"""
_CLASSES: Final = {
    "#": "0123456789",
    "@": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "*": "0123456789CFGHJKLMNPRTVWXYZ",
}
_PASSPORT_SHARE: Final = 0.7
_BLANK_SHARE: Final = 0.1
_BLANK_RUN: Final = (20, 400)
_BLANK_AREA: Final = 8
"""The last eighth of a shape's numbers were never issued: stolen blanks come from there, in unbroken runs."""
_KEPT_DAYS: Final = 3650
"""INTERPOL's SLTD reviews a record after ten years."""
_SLOWEST_REPORT_DAYS: Final = 60
_MASK: Final = (1 << 64) - 1


class _Series:
    """The documents of one kind that one state prints. `issued` and `blanks` count what was taken so far."""

    def __init__(self, state: str, type_: str, shape: str, key: int) -> None:
        self.state = state
        self.type = type_
        self.key = key
        self.issued = 0
        self.blanks = 0
        self._alphabets = [_CLASSES.get(character, character) for character in reversed(shape)]
        self._space = 1
        for alphabet in self._alphabets:
            self._space *= len(alphabet)
        self._blank_start = self._space - self._space // _BLANK_AREA
        self._half = ((self._blank_start - 1).bit_length() + 1) // 2

    def next_issued(self) -> str:
        """A number not given before, at a place that looks random."""
        place = self._shuffled(self.issued)
        self.issued += 1
        return self._written(place)

    def next_blank(self) -> str:
        """The number after the last blank."""
        place = self._blank_start + self.blanks
        self.blanks += 1
        return self._written(place)

    def skip_blanks(self, count: int) -> None:
        """Leave a gap between two thefts."""
        self.blanks += count

    @property
    def exhausted(self) -> bool:
        """True where the shape has no room for many more."""
        return self.issued * 2 > self._blank_start or self.blanks * 2 > self._space // _BLANK_AREA

    def _shuffled(self, index: int) -> int:
        # A Feistel network is a permutation whatever its round function does; walking until the value is in range
        # keeps it one. So numbers never repeat and nothing has to be remembered, however long the list.
        half, mask = self._half, (1 << self._half) - 1
        while True:
            left, right = index >> half, index & mask
            for turn in (1, 2, 3):
                mixed = ((right + self.key * turn) * 0x9E3779B97F4A7C15) & _MASK
                left, right = right, left ^ ((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9 >> 32) & mask
            index = left << half | right
            if index < self._blank_start:
                return index

    def _written(self, place: int) -> str:
        characters = []
        for alphabet in self._alphabets:
            place, digit = divmod(place, len(alphabet))
            characters.append(alphabet[digit])
        return "".join(reversed(characters))


def stolen_documents(count: int, seed: int) -> Iterator[TravelDocument]:
    """Yield `count` invented documents, no two with one key, in no order.

    A tenth are stolen blanks in unbroken runs; the rest were lost, stolen, revoked or declared invalid in the ten years
    before `AS_OF`, recent ones more often.
    """
    rng = Random(seed)
    pairs = _series(rng)
    left = count
    while left > 0:
        series = _pick(pairs, rng.random())
        if series.exhausted:
            continue
        if rng.random() < _BLANK_SHARE / (_BLANK_SHARE + (1 - _BLANK_SHARE) * sum(_BLANK_RUN) / 2):
            run = min(left, _BLANK_RUN[0] + int(rng.random() * (_BLANK_RUN[1] - _BLANK_RUN[0])))
            stolen, reported = _days(rng)
            series.skip_blanks(1 + int(rng.random() * 5000))
            for _ in range(run):
                number = series.next_blank()
                yield TravelDocument(series.state, series.type, number, DocumentStatus.STOLEN_BLANK, stolen, reported)
            left -= run
        else:
            yield _document(series, rng)
            left -= 1


def _document(series: _Series, rng: Random) -> TravelDocument:
    lost, reported = _days(rng)
    share = rng.random()
    if share < 0.66:
        return TravelDocument(series.state, series.type, series.next_issued(), DocumentStatus.LOST, lost, reported)
    if share < 0.93:
        return TravelDocument(series.state, series.type, series.next_issued(), DocumentStatus.STOLEN, lost, reported)
    status = DocumentStatus.REVOKED if share < 0.98 else DocumentStatus.INVALID
    return TravelDocument(series.state, series.type, series.next_issued(), status, None, reported)


def _days(rng: Random) -> tuple[date, date]:
    """When it was lost, and when that was reported: mostly the next days, sometimes weeks later."""
    age, lag = rng.random(), rng.random()
    reported = AS_OF - timedelta(days=int(_KEPT_DAYS * age * age))
    return reported - timedelta(days=int(_SLOWEST_REPORT_DAYS * lag * lag * lag * lag)), reported


def _series(rng: Random) -> list[tuple[float, _Series]]:
    """Every series with the upper end of its share of 1, in rising order."""
    rows = [row.split() for line in _SHAPES.split("\n") for row in line.split("|") if row.strip()]
    total = sum(int(weight) for _, weight, _, _ in rows)
    pairs: list[tuple[float, _Series]] = []
    reached = 0.0
    for state, weight, passport, card in rows:
        share = int(weight) / total
        split = share * _PASSPORT_SHARE if card != "-" else share
        pairs.append((reached + split, _Series(state, "P", passport, int(rng.random() * (1 << 53)))))
        if card != "-":
            pairs.append((reached + share, _Series(state, "I", card, int(rng.random() * (1 << 53)))))
        reached += share
    return pairs


def _pick(pairs: list[tuple[float, _Series]], at: float) -> _Series:
    low, high = 0, len(pairs) - 1
    while low < high:
        middle = (low + high) // 2
        if at < pairs[middle][0]:
            high = middle
        else:
            low = middle + 1
    return pairs[low][1]
