"""How drawn tables tell who held whom: teachers, schools and year groups."""

from collections.abc import Iterator

from libs.common.contracts import Event, referral
from tests.spec.drawing import day, drawn, named, some_day


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
    """child | school | year group | registered [| moved | sex]: moved is a day and a school."""
    for row in drawn(text):
        yield referral.ChildRegistered.model_validate(
            {
                "child_id": named(row["child"]),
                "school_id": named(row["school"]),
                "year_group": row["year group"],
                "sex": row.get("sex") or "F",
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
    """child | year group | from [| needs | flags]: needs and what is so, parted by spaces."""
    for row in drawn(text):
        flags = row.get("flags", "").split()
        yield referral.ChildCharacteristicsRecorded(
            child_id=named(row["child"]),
            effective_on=day(row["from"]),
            year_group=row["year group"],
            needs=tuple(row.get("needs", "SPLD").split()),
            pupil_premium="pupil-premium" in flags,
            looked_after="looked-after" in flags,
            eal="eal" in flags,
        )


def plans(text: str) -> Iterator[Event]:
    """plan | child | type | starts | ceased [| due | names]: the day of the next review.

    A plan names the service unless its last cell says "no".
    """
    for row in drawn(text):
        plan, child = named(row["plan"]), named(row["child"])
        yield referral.PlanNamed(
            plan_id=plan,
            child_id=child,
            plan_type=row["type"],
            names_service=row.get("names", "yes") == "yes",
            starts_on=day(row["starts"]),
            review_due_on=some_day(row.get("due", "")),
        )
        if row["ceased"]:
            yield referral.PlanCeased(
                plan_id=plan, child_id=child, ceased_on=day(row["ceased"]), reason="other"
            )
