"""Facts of referral: schools, teams, staff, children, referrals, cases and exclusions."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, String, Text, Uuid

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn
from services.reporting.facts.versions import CODE, fact

Rows = Iterable[dict[str, Any]]

school = fact(
    "school",
    Column("school_id", Uuid, primary_key=True),
    Column("kind", String(CODE), nullable=False),
    Column("phase", Integer, nullable=False),
    Column("establishment_type", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("opened_on", Date),
    Column("closed_on", Date),
)
learn(events.SchoolRecorded, school)

team = fact(
    "team",
    Column("team_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("area", Text),
    Column("formed_on", Date),
    Column("disbanded_on", Date),
)
learn(events.TeamFormed, team)
learn(events.TeamDisbanded, team)

staff = fact(
    "staff",
    Column("staff_id", Uuid, primary_key=True),
    Column("post", String(40)),
    Column("appointed_on", Date),
    Column("left_on", Date),
)
learn(events.StaffAppointed, staff)
learn(events.StaffLeft, staff)

# What holds from a day on holds until the day of the next.
contract = fact(
    "contract",
    Column("staff_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("fte_hundredths", Integer),
)
learn(events.StaffAppointed, contract, from_on="appointed_on")
learn(events.StaffContractChanged, contract, from_on="changed_on")

staff_team = fact(
    "staff_team",
    Column("staff_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("team_id", Uuid),
)
learn(events.StaffAppointed, staff_team, from_on="appointed_on")
learn(events.StaffContractChanged, staff_team, from_on="changed_on")

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


@fills(events.ChildrenUnmerged, merged)
def children_unmerged(_: Recorded[events.ChildrenUnmerged]) -> Rows:
    """Two records are of two children after all."""
    yield {"stands": False}


child_school = fact(
    "child_school",
    Column("child_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("school_id", Uuid, nullable=False),
)
learn(events.ChildRegistered, child_school, from_on="registered_on")
learn(events.ChildMovedSchool, child_school, from_on="moved_on")


@fills(events.SchoolMoveCorrected, child_school)
def school_move_corrected(e: Recorded[events.SchoolMoveCorrected]) -> Rows:
    """Where a child went from a day on; what was told of another day does not stand."""
    if e.event.formerly_on != e.event.moved_on:
        yield {"from_on": e.event.formerly_on, "stands": False}
    yield {"from_on": e.event.moved_on}


@fills(events.SchoolMoveVoided, child_school)
def school_move_voided(e: Recorded[events.SchoolMoveVoided]) -> Rows:
    """A move that was none."""
    yield {"from_on": e.event.moved_on, "school_id": e.event.now_school_id, "stands": False}


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


@fills(events.ChildCharacteristicsCorrected, characteristics)
def child_characteristics_corrected(e: Recorded[events.ChildCharacteristicsCorrected]) -> Rows:
    """What was so from a day on; what was told of another day does not stand."""
    needs = " ".join(e.event.needs)
    if e.event.formerly_on != e.event.effective_on:
        yield {"from_on": e.event.formerly_on, "needs": needs, "stands": False}
    yield {"from_on": e.event.effective_on, "needs": needs}


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


referral = fact(
    "referral",
    Column("referral_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("school_id", Uuid),
    Column("submitted_on", Date),
    Column("agreed_on", Date),
    Column("refused_on", Date),
    Column("reason", Text),
    Column("withdrawn_on", Date),
)
learn(events.ReferralSubmitted, referral)
learn(events.SupportAgreed, referral)
learn(events.SupportRefused, referral)

eligibility = fact(
    "eligibility",
    Column("referral_id", Uuid, primary_key=True),
    Column("checked_on", Date, primary_key=True),
    Column("rule_set", Text, nullable=False),
    Column("answer", String(CODE), nullable=False),
)
learn(events.EligibilityChecked, eligibility)

exclusion = fact(
    "exclusion",
    Column("exclusion_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("school_id", Uuid),
    Column("category", String(CODE)),
    Column("starts_on", Date),
    Column("half_days", Integer),
    Column("upheld_on", Date),
    Column("rescinded_on", Date),
    Column("ground", String(CODE)),
)
learn(events.ExclusionRecorded, exclusion)
learn(events.ExclusionUpheld, exclusion)
# It stands as one that counts no longer: it shows that exclusions were recorded.
learn(events.ExclusionRescinded, exclusion)
