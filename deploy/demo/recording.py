"""When the county wrote each record down: the day on which a loader says it was recorded.

The system opened with what was on paper by then. From that day on the office enters every fourth
Friday what has taken place before. Visits come as a month's return, and some records come late: a
review is typed in weeks after, a result the next term.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final

from deploy.demo.mistakes import FOUND_AFTER, Mistakes
from deploy.demo.records import County, Record
from deploy.demo.stages import stages
from libs.common.core.clock import LONDON

OPENED: Final = date(2016, 9, 2)
"""The day on which the first records were entered."""

ENTERED_AT: Final = time(16)
BETWEEN: Final = timedelta(weeks=4)
FRIDAY: Final = timedelta(days=4)

# The days of a record by kind: it is entered after the last of them.
DAYS: Final = {
    "school-extracts": ("snapshot_on",),
    "teams": ("formed_on", "disbanded_on"),
    "staff": ("appointed_on", "effective_on", "left_on"),
    "children": ("effective_on",),
    "referrals": ("submitted_on",),
    "eligibility-checks": ("checked_on",),
    "decisions": ("decided_on",),
    "cases": ("started_on",),
    "conversions": ("snapshot_on",),
    "allocations": ("allocated_on",),
    "pauses": ("paused_on", "resumed_on"),
    "merges": ("merged_on",),
    "visits": ("week_beginning",),
    "reviews": ("held_on", "recommended_on"),
    "continuations": ("decided_on",),
    "risk-assessments": ("assessed_on",),
    "exclusions": ("starts_on", "upheld_on", "rescinded_on"),
    "endings": ("ended_on",),
    "criteria": ("adopted_on", "signed_on"),
    "results": ("assessed_on",),
    "teaching-judgements": ("judged_on",),
    "dialogues": ("held_on",),
    "waves": ("issued_on",),
    "responses": ("received_at",),
    "deliveries": ("delivered_on",),
    "complaints": ("received_on",),
    "compliments": ("received_on",),
    "register-checks": ("checked_on",),
}

# What a record without a day of its own belongs to, and how much later it is entered.
AFTER: Final = {
    "corrections": ("result", 3 * BETWEEN),
    "voids": ("result", BETWEEN),
    "recipients": ("wave", timedelta()),
    "wave-issues": ("wave", timedelta()),
    "response-voids": ("response", BETWEEN),
    "ratings": ("delivery", timedelta()),
}
# What one with a day of its own waits for, where that is not known by then.
AWAITED: Final = {"continuations": "review", "exclusions": "child"}
# How each thing that others wait for or belong to is named: the kind, and its fields.
NAMED: Final = {
    "child": ("children", ("reference",)),
    "review": ("reviews", ("case", "held_on")),
    "result": ("results", ("reference",)),
    "wave": ("waves", ("reference",)),
    "response": ("responses", ("reference",)),
    "delivery": ("deliveries", ("reference",)),
}

# What makes two records tell of the same: of them the order of recording decides, so that each is
# entered on a day of its own.
SAME: Final = {
    "results": ("child", "academic_year", "term", "subject", "assessed_on"),
    "responses": ("wave", "recipient"),
}
AGAIN: Final = BETWEEN

REVIEW_LATE: Final = 2 * BETWEEN
RESULT_LATE: Final = 4 * BETWEEN
"""From one term into the next."""
EVERY_REVIEW: Final = 20
EVERY_RESULT: Final = 60


@dataclass(frozen=True)
class Entry:
    """Records of one kind that were entered together, and the instant at which they were."""

    kind: str
    records: list[Record]
    at: datetime
    puts_right: bool = False
    """Whether it corrects these records, which were mistyped at first."""


def entries(county: County, service: str, on: date | None = None) -> Iterator[Entry]:
    """Return what a service was told, in the order in which it was recorded.

    What was entered on one day follows the order of the stages, and within one its own. With ``on``
    everything was entered on that day.
    """
    recorded, mistakes = Recorded(county), Mistakes(county)
    own = [stage for stage in stages(county) if stage.service == service]
    dated = []
    for number, stage in enumerate(own):
        entered = [(on or recorded.on(stage.kind, record), record) for record in stage.records]
        dated += [(day, False, number, record) for day, record in entered]
        dated += [
            (on or day + FOUND_AFTER, True, number, record)
            for day, record in entered
            if mistakes.made_in(record)
        ]
    dated.sort(key=itemgetter(0, 1, 2))
    for (day, puts_right, number), together in groupby(dated, key=itemgetter(0, 1, 2)):
        records = [record for *_, record in together]
        yield Entry(own[number].kind, records, _at(day), puts_right)


def entered_after(day: date) -> datetime:
    """Return the instant at which the office enters what took place on a day, once it is open."""
    return _at(_entry_after(day))


def _at(day: date) -> datetime:
    return datetime.combine(day, ENTERED_AT, LONDON)


def _month_end(day: date) -> date:
    """Return the last day of the month of a school week's Friday."""
    friday = day + FRIDAY
    return (friday.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _entry_after(day: date) -> date:
    return max(OPENED, OPENED + ((day - OPENED) // BETWEEN + 1) * BETWEEN)


class Recorded:
    """On which day each of a county's records was entered."""

    def __init__(self, county: County) -> None:
        self._late = {id(record) for record in [*_late_reviews(county), *_late_results(county)]}
        records = {stage.kind: stage.records for stage in stages(county)}
        self._later = _repeated(records)
        self._first: dict[tuple[str, ...], date] = {}
        for name, (kind, key) in NAMED.items():
            for record in records[kind]:
                which = (name, *(record[part] for part in key))
                day = self._own(kind, record)
                self._first[which] = min(day, self._first.get(which, day))

    def on(self, kind: str, record: Record) -> date:
        """Return the day; what names another record is never entered before that one."""
        if kind in AFTER:
            name, later = AFTER[kind]
            return self._first[name, record[name]] + later
        own = self._own(kind, record)
        if kind not in AWAITED:
            return own
        name = AWAITED[kind]
        key = ("case", "held_on") if name == "review" else (name,)
        return max(own, self._first[name, *(record[part] for part in key)])

    def is_late(self, record: Record) -> bool:
        """Say whether the record arrived weeks or a term after what it tells."""
        return id(record) in self._late

    def _own(self, kind: str, record: Record) -> date:
        days = [date.fromisoformat(record[name][:10]) for name in DAYS[kind] if record.get(name)]
        late = RESULT_LATE if kind == "results" else REVIEW_LATE
        later = late if self.is_late(record) else self._later.get(id(record), timedelta())
        last = _month_end(max(days)) if kind == "visits" else max(days)
        return _entry_after(last) + later


def _repeated(records: Mapping[str, list[Record]]) -> dict[int, timedelta]:
    """Return how much later a record is entered that tells of the same as others before it."""
    times: Counter[tuple[str, ...]] = Counter()
    found = {}
    for kind, names in SAME.items():
        for record in records[kind]:
            same = (kind, *(record[name] for name in names))
            found[id(record)] = times[same] * AGAIN
            times[same] += 1
    return found


def _late_reviews(county: County) -> list[Record]:
    """Return some reviews, but none after which support ended: that waited for the decision."""
    ended = {ending["case"] for ending in county.endings}
    return [review for review in county.reviews if review["case"] not in ended][::EVERY_REVIEW]


def _late_results(county: County) -> list[Record]:
    """Return some results of the terms before summer, of which a window has one each."""
    return [result for result in county.results if result["term"] != "summer"][::EVERY_RESULT]
