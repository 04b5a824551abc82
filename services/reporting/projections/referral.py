"""Facts from referral's events: teams, staff, cases, visits, reviews, risk and exclusions."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import referral as events
from libs.common.contracts.base import Recorded
from libs.common.persistence.db import upsert
from services.reporting import facts
from services.reporting.projections.subscribed import subscriptions


@subscriptions.on(events.TeamFormed)
async def team_formed(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.TeamFormed]]
) -> None:
    """A team, from its first day."""
    rows = [{"team_id": e.event.team_id, "formed_on": e.event.formed_on} for e in recorded]
    await upsert(connection, facts.team, rows)


@subscriptions.on(events.TeamDisbanded)
async def team_disbanded(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.TeamDisbanded]]
) -> None:
    """A team's last day."""
    rows = [{"team_id": e.event.team_id, "disbanded_on": e.event.disbanded_on} for e in recorded]
    await upsert(connection, facts.team, rows)


@subscriptions.on(events.StaffAppointed)
async def staff_appointed(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.StaffAppointed]]
) -> None:
    """A member of staff, and the contract they begin with."""
    staff = [
        {
            "staff_id": e.event.staff_id,
            "post": e.event.post,
            "appointed_on": e.event.appointed_on,
        }
        for e in recorded
    ]
    contracts = [
        {
            "staff_id": e.event.staff_id,
            "from_on": e.event.appointed_on,
            "fte_hundredths": e.event.fte_hundredths,
        }
        for e in recorded
    ]
    await upsert(connection, facts.staff, staff)
    await upsert(connection, facts.contract, contracts)


@subscriptions.on(events.StaffContractChanged)
async def staff_contract_changed(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.StaffContractChanged]]
) -> None:
    """A contract that holds from a day on."""
    rows = [
        {
            "staff_id": e.event.staff_id,
            "from_on": e.event.changed_on,
            "fte_hundredths": e.event.fte_hundredths,
        }
        for e in recorded
    ]
    await upsert(connection, facts.contract, rows)


@subscriptions.on(events.StaffLeft)
async def staff_left(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.StaffLeft]]
) -> None:
    """A member of staff's last day."""
    rows = [{"staff_id": e.event.staff_id, "left_on": e.event.left_on} for e in recorded]
    await upsert(connection, facts.staff, rows)


@subscriptions.on(events.SupportStarted)
async def support_started(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.SupportStarted]]
) -> None:
    """A case, from its first day."""
    rows = [
        {
            "case_id": e.event.case_id,
            "child_id": e.event.child_id,
            "plan_type": e.event.plan_type,
            "started_on": e.event.started_on,
        }
        for e in recorded
    ]
    await upsert(connection, facts.case, rows)


@subscriptions.on(events.SupportEnded)
async def support_ended(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.SupportEnded]]
) -> None:
    """A case's last day, and why it ended."""
    rows = [
        {
            "case_id": e.event.case_id,
            "child_id": e.event.child_id,
            "ended_on": e.event.ended_on,
            "end_reason": e.event.reason,
        }
        for e in recorded
    ]
    await upsert(connection, facts.case, rows)


@subscriptions.on(events.VisitsRecorded)
async def visits_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.VisitsRecorded]]
) -> None:
    """What took place in a case's school week."""
    rows = [
        {
            "case_id": e.event.case_id,
            "week_beginning": e.event.week_beginning,
            "planned": e.event.planned,
            "attended": e.event.attended,
        }
        for e in recorded
    ]
    await upsert(connection, facts.visit, rows)


@subscriptions.on(events.PlanReviewed)
async def plan_reviewed(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.PlanReviewed]]
) -> None:
    """A review, its outcomes and the recommendation."""
    rows = [
        {
            "review_id": e.event.review_id,
            "case_id": e.event.case_id,
            "plan_type": e.event.plan_type,
            "due_on": e.event.due_on,
            "held_on": e.event.held_on,
            **e.event.outcomes.model_dump(),
            "recommendation": e.event.recommendation,
        }
        for e in recorded
    ]
    await upsert(connection, facts.review, rows)


@subscriptions.on(events.ContinuationDecided)
async def continuation_decided(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ContinuationDecided]]
) -> None:
    """What the Head of Service decided after a review."""
    rows = [
        {
            "review_id": e.event.review_id,
            "decision": e.event.decision,
            "differs": e.event.differs_from_recommendation,
            "decided_on": e.event.decided_on,
        }
        for e in recorded
    ]
    await upsert(connection, facts.continuation, rows)


@subscriptions.on(events.RiskAssessed)
async def risk_assessed(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.RiskAssessed]]
) -> None:
    """A level of risk, which holds until the case's next."""
    rows = [
        {
            "case_id": e.event.case_id,
            "assessed_on": e.event.assessed_on,
            "child_id": e.event.child_id,
            "level": e.event.level,
        }
        for e in recorded
    ]
    await upsert(connection, facts.risk, rows)


@subscriptions.on(events.ExclusionRecorded)
async def exclusion_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ExclusionRecorded]]
) -> None:
    """An exclusion, not upheld yet."""
    rows = [
        {
            "exclusion_id": e.event.exclusion_id,
            "child_id": e.event.child_id,
            "category": e.event.category,
            "starts_on": e.event.starts_on,
        }
        for e in recorded
    ]
    await upsert(connection, facts.exclusion, rows)


@subscriptions.on(events.ExclusionUpheld)
async def exclusion_upheld(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ExclusionUpheld]]
) -> None:
    """An exclusion that was upheld."""
    rows = [
        {
            "exclusion_id": e.event.exclusion_id,
            "child_id": e.event.child_id,
            "upheld_on": e.event.upheld_on,
        }
        for e in recorded
    ]
    await upsert(connection, facts.exclusion, rows)


@subscriptions.on(events.ExclusionRescinded)
async def exclusion_rescinded(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ExclusionRescinded]]
) -> None:
    """An exclusion that no longer counts."""
    rows = [
        {
            "exclusion_id": e.event.exclusion_id,
            "child_id": e.event.child_id,
            "rescinded_on": e.event.rescinded_on,
        }
        for e in recorded
    ]
    await upsert(connection, facts.exclusion, rows)
