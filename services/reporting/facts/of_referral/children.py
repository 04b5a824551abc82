"""Facts of children: which records are of one, their schools, plans and what is so of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Date, String, Text, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn, moves, withdraws
from services.reporting.facts.versions import CODE, fact

Rows = Iterable[dict[str, Any]]

child = fact(
    "child",
    Column("child_id", Uuid, primary_key=True),
    Column("sex", String(CODE), nullable=False),
    Column("year_group", Text, nullable=False),
    Column("registered_on", Date, nullable=False),
)
learn(events.ChildRegistered, child)

# Who looks for a child finds the one of these that stays: see `AnyYear.known`.
merged = fact(
    "merged",
    Column("merged_child_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
)
learn(events.ChildrenMerged, merged)
withdraws(events.ChildrenUnmerged, merged)


child_school = fact(
    "child_school",
    Column("child_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("school_id", Uuid, nullable=False),
)
learn(events.ChildRegistered, child_school, from_on="registered_on")
learn(events.ChildMovedSchool, child_school, from_on="moved_on")
moves(events.SchoolMoveCorrected, child_school, from_on="moved_on")
withdraws(events.SchoolMoveVoided, child_school, from_on="moved_on", school_id="now_school_id")


NOTHING = {
    "year_group": "",
    "needs": "",
    "pupil_premium": False,
    "looked_after": False,
    "eal": False,
}
"""What a fact's row has that does not stand and was never told."""

characteristics = fact(
    "characteristics",
    Column("child_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("year_group", Text, nullable=False),
    Column("needs", Text, nullable=False),  # their codes in rank order, parted by spaces
    Column("pupil_premium", Boolean, nullable=False),
    Column("looked_after", Boolean, nullable=False),
    Column("eal", Boolean, nullable=False),
)


@fills(events.ChildCharacteristicsRecorded, characteristics)
def child_characteristics_recorded(e: Recorded[events.ChildCharacteristicsRecorded]) -> Rows:
    """A child's year group, needs and flags from a day on."""
    yield {"from_on": e.event.effective_on, "needs": " ".join(e.event.needs)}


moves(events.ChildCharacteristicsCorrected, characteristics, from_on="effective_on", needs="needs")


@fills(events.ChildCharacteristicsVoided, characteristics)
def child_characteristics_voided(e: Recorded[events.ChildCharacteristicsVoided]) -> Rows:
    """What was told of a day does not stand."""
    yield {"from_on": e.event.effective_on, **NOTHING, "stands": False}


plan = fact(
    "plan",
    Column("plan_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("plan_type", String(40)),
    Column("names_service", Boolean),
    Column("starts_on", Date),
    Column("review_due_on", Date),
    Column("ceased_on", Date),
    Column("reason", Text),
)
learn(events.PlanNamed, plan)
learn(events.PlanCeased, plan)
learn(
    events.PlanCorrected,
    plan,
    "plan_id",
    "child_id",
    "plan_type",
    "names_service",
    "starts_on",
    "review_due_on",
    "ceased_on",
    reason="cease_reason",
)


@fills(events.PlanReinstated, plan)
def plan_reinstated(_: Recorded[events.PlanReinstated]) -> Rows:
    """A plan that goes on."""
    yield {"ceased_on": None, "reason": None}


@fills(events.PlanVoided, plan)
def plan_voided(_: Recorded[events.PlanVoided]) -> Rows:
    """A plan that never was."""
    yield {"reason": None, "stands": False}
