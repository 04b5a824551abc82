"""How drawn tables tell who held whom: teachers, schools and year groups."""

from collections.abc import Iterator

from libs.common.contracts import Event, referral
from tests.spec.drawing import day, drawn, named


def allocations(text: str) -> Iterator[Event]:
    """child | teacher | from: the teacher of the child's case from a day on."""
    for row in drawn(text):
        yield referral.TeacherAllocated(
            case_id=named("case " + row.get("case", row["child"])),
            child_id=named(row["child"]),
            staff_id=named(row["teacher"]),
            team_id=None,
            allocated_on=day(row["from"]),
        )


def schools(text: str) -> Iterator[Event]:
    """school | kind."""
    for row in drawn(text):
        yield referral.SchoolRecorded.model_validate(
            {
                "school_id": named(row["school"]),
                "urn": 100_000,
                "la_code": 830,
                "establishment_type": "01",
                "phase": 2,
                "status": 1,
                "kind": row["kind"],
                "opened_on": None,
                "closed_on": None,
                "snapshot_on": day("2018-09-01"),
            }
        )


def children(text: str) -> Iterator[Event]:
    """child | school | year group | registered [| moved]: a day moved to the school named after."""
    for row in drawn(text):
        yield referral.ChildRegistered.model_validate(
            {
                "child_id": named(row["child"]),
                "school_id": named(row["school"]),
                "year_group": row["year group"],
                "sex": "F",
                "registered_on": day(row["registered"]),
            }
        )
        if row.get("moved"):
            moved, school = row["moved"].split()
            yield referral.ChildMovedSchool(
                child_id=named(row["child"]),
                from_school_id=named(row["school"]),
                school_id=named(school),
                moved_on=day(moved),
            )


def characteristics(text: str) -> Iterator[Event]:
    """child | year group | from."""
    for row in drawn(text):
        yield referral.ChildCharacteristicsRecorded(
            child_id=named(row["child"]),
            effective_on=day(row["from"]),
            year_group=row["year group"],
            needs=("SPLD",),
            pupil_premium=False,
            looked_after=False,
            eal=False,
        )
