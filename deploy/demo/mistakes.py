"""What the county entered wrongly, and how it was put right.

A county's records say what is true. Some of them were typed wrongly at first: that is what the
services were told, and some weeks later the correction. Whatever is counted must come out as if
nobody had ever made a mistake.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from deploy.demo.records import County, Record
from deploy.demo.stages import stages

FOUND_AFTER: Final = timedelta(weeks=12)
"""How long after its entry a mistake was put right."""


DOUBLED: Final = "2018-19"
"""The year whose results of a child with two records were entered under the second."""


@dataclass(frozen=True)
class Slip:
    """How records of one kind were mistyped, and where and with what they are corrected."""

    every: int
    """One in so many of those that ``wrong`` can mistype."""
    wrong: Callable[[Record], Record]
    """What was typed in place of what is true; nothing for a record that is not mistyped."""
    address: str
    """Of the record, with the names of ids and fields in it."""
    tells: tuple[str, ...]
    """The fields that a correction tells, those among them that the record has."""
    renamed: Mapping[str, str] = field(default_factory=dict)


def _other_level(risk: Record) -> Record:
    return {"level": "none" if risk["level"] == "monitor" else "monitor"}


def _half_days_unknown(exclusion: Record) -> Record:
    return {"half_days": None} if exclusion.get("half_days") else {}


def _one_for_ten(rating: Record) -> Record:
    return {"content": 1} if rating.get("content") == 10 else {}


def _a_delegate_more(delivery: Record) -> Record:
    return {"delegates": delivery["delegates"] + 1} if delivery.get("delegates") else {}


def _other_grade(judgement: Record) -> Record:
    return {"judgement": "good" if judgement["judgement"] == "outstanding" else "outstanding"}


def _other_reason(ending: Record) -> Record:
    wrong = {"reason": "other", "although_named": "other"}
    return wrong if ending["reason"] != "other" else {}


CASE: Final = "/referral/v1/cases/{case}"
SLIPS: Final[Mapping[str, Slip]] = {
    "visits": Slip(
        4_000,
        lambda _: {"planned": 1, "attended": 0, "missed": ["child-absent"]},
        f"{CASE}/visits/{{week_beginning}}",
        ("week_beginning", "planned", "attended", "missed"),
    ),
    "risk-assessments": Slip(
        60,
        _other_level,
        f"{CASE}/risk-assessments/{{assessed_on}}",
        ("level", "assessed_on", "drivers"),
    ),
    "endings": Slip(
        12,
        _other_reason,
        f"{CASE}/ending",
        ("ended_on", "reason", "although_named"),
        {"reason": "end_reason"},
    ),
    "exclusions": Slip(
        1,
        _half_days_unknown,
        "/referral/v1/exclusions/{exclusion}",
        ("school", "category", "starts_on", "half_days", "upheld_on", "rescinded_on", "ground"),
        {"school": "school_id"},
    ),
    "teaching-judgements": Slip(
        12,
        _other_grade,
        "/assessment/v1/teaching-judgements/{teaching}",
        ("judgement", "evidence", "judged_on"),
    ),
    "deliveries": Slip(
        4,
        _a_delegate_more,
        "/survey/v1/deliveries/{delivery}",
        ("kind", "course", "delivered_on", "delegates"),
    ),
    "ratings": Slip(9, _one_for_ten, "/survey/v1/ratings/{rating}", ("content", "methods")),
}


class Mistakes:
    """The records of a county that were mistyped, or entered of a child's second record."""

    def __init__(self, county: County) -> None:
        """Choose them: the same ones each time."""
        self._wrong = {
            id(record): wrong
            for stage in stages(county)
            if stage.kind in SLIPS
            for record, wrong in _chosen(SLIPS[stage.kind], stage.records)
        }
        doubles = {double["child"]: double["reference"] for double in county.doubles}
        self._of_double = {
            id(result): {"child": doubles[result["child"]]}
            for result in county.results
            if result["child"] in doubles and result["academic_year"] == DOUBLED
        }

    def typed(self, record: Record) -> Record:
        """Return what was typed of a record at first."""
        return record | self._wrong.get(id(record), {}) | self._of_double.get(id(record), {})

    def made_in(self, record: Record) -> bool:
        """Say whether a record was mistyped."""
        return id(record) in self._wrong


def _chosen(slip: Slip, records: list[Record]) -> Iterator[tuple[Record, Record]]:
    mistyped = [(record, slip.wrong(record)) for record in records]
    could = [(record, wrong) for record, wrong in mistyped if wrong and record | wrong != record]
    yield from could[slip.every // 2 :: slip.every]
