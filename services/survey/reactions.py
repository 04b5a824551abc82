"""What the survey service does when referral's events arrive.

It learns which children there are, whose caseload they are on and to which schools they go, in
which areas teams are, and by which references the county knows teams, staff and schools. When a
child has died, nobody is asked about them any more: their recipients are cancelled on drafts, on
open waves and on closed ones that may be opened again. They are asked again where it is learned
that the child did not die. A wave that was issued keeps its count, and a return to it counts
(domain brief 13.12). So are those of a person who must no longer be contacted, or who is no longer
the parent or carer of the child they would be asked about.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import (
    CaseVoided,
    ChildMovedSchool,
    ChildRecordClosed,
    ChildRegistered,
    ChildrenMerged,
    ChildrenUnmerged,
    ContractCorrected,
    ContractVoided,
    EndingCorrected,
    EndingVoided,
    PeopleMerged,
    PeopleUnmerged,
    RecipientWithdrawalVoided,
    RecipientWithdrawn,
    RelationshipCorrected,
    RelationshipEnded,
    RelationshipRecorded,
    RelationshipVoided,
    SchoolMoveCorrected,
    SchoolMoveVoided,
    SchoolRecorded,
    StaffAppointed,
    StaffContractChanged,
    StaffReferenceRecorded,
    SupportEnded,
    TeamAreaChanged,
    TeamAreaCorrected,
    TeamAreaVoided,
    TeamFormed,
)
from libs.common.messaging.subscriptions import Subscriptions
from services.survey.known import (
    CASELOAD,
    known_area,
    known_attendance,
    known_child,
    known_contract,
    known_person,
    known_relationship,
    known_school,
    known_staff,
    known_team,
)
from services.survey.waves.deceased import STILL_ASKED, follow_deaths
from services.survey.waves.domain import Recipient
from services.survey.waves.withdrawn import cancel_closed, cancel_withdrawn

subscriptions = Subscriptions("survey")
learn, fills = subscriptions.learn, subscriptions.fills

Rows = Iterable[dict[str, Any]]
BARS = frozenset({"no-contact", "no-letters"})
"""The restrictions under which nobody is sent a questionnaire."""

learn(ChildRegistered, known_child, "child_id")
learn(ChildRecordClosed, known_child)
learn(SchoolRecorded, known_school, "school_id", "urn", "kind")
learn(TeamFormed, known_team, "team_id", "code")
learn(StaffAppointed, known_staff, "staff_id", "reference")
learn(StaffReferenceRecorded, known_staff, "staff_id", "reference")
CASELOAD.listen(subscriptions)

learn(ChildrenMerged, known_child, child_id="merged_child_id", merged_into="child_id")
learn(PeopleMerged, known_person, person_id="merged_person_id", same_as="person_id")
learn(RecipientWithdrawn, known_person, "person_id", "withdrawn_on")
learn(RelationshipEnded, known_relationship)
learn(
    RelationshipVoided,
    known_relationship,
    "relationship_id",
    "child_id",
    "person_id",
    ended_on="voided_on",
)


@fills(StaffAppointed, known_contract)
def staff_appointed(e: Recorded[StaffAppointed]) -> Rows:
    """The team in which somebody begins."""
    yield {"from_on": e.event.appointed_on, "void": False}


@fills(StaffContractChanged, known_contract)
def staff_contract_changed(e: Recorded[StaffContractChanged]) -> Rows:
    """The team in which somebody is from a day on."""
    yield {"from_on": e.event.changed_on, "void": False}


@fills(ContractCorrected, known_contract)
def contract_corrected(e: Recorded[ContractCorrected]) -> Rows:
    """The team, or the day, as it was in truth."""
    return _from_another_day(e.event.from_on, e.event.formerly_on)


@fills(ContractVoided, known_contract)
def contract_voided(_: Recorded[ContractVoided]) -> Rows:
    """A change of team that there never was."""
    yield {"void": True}


@fills(TeamFormed, known_area)
def team_formed(e: Recorded[TeamFormed]) -> Rows:
    """The area in which a team begins."""
    yield {"from_on": e.event.formed_on, "void": False}


@fills(TeamAreaChanged, known_area)
def team_area_changed(e: Recorded[TeamAreaChanged]) -> Rows:
    """The area in which a team is from a day on."""
    yield {"from_on": e.event.changed_on, "void": False}


@fills(TeamAreaCorrected, known_area)
def team_area_corrected(e: Recorded[TeamAreaCorrected]) -> Rows:
    """The area, or the day, as it was in truth."""
    return _from_another_day(e.event.from_on, e.event.formerly_on)


@fills(TeamAreaVoided, known_area)
def team_area_voided(_: Recorded[TeamAreaVoided]) -> Rows:
    """A change of area that there never was."""
    yield {"void": True}


@fills(ChildRegistered, known_attendance)
def child_registered(e: Recorded[ChildRegistered]) -> Rows:
    """The school at which a child became known."""
    yield {"from_on": e.event.registered_on, "void": False}


@fills(ChildMovedSchool, known_attendance)
def child_moved_school(e: Recorded[ChildMovedSchool]) -> Rows:
    """The school to which a child goes from a day on."""
    yield {"from_on": e.event.moved_on, "void": False}


@fills(SchoolMoveCorrected, known_attendance)
def school_move_corrected(e: Recorded[SchoolMoveCorrected]) -> Rows:
    """The school, or the day, as it was in truth."""
    return _from_another_day(e.event.moved_on, e.event.formerly_on)


@fills(SchoolMoveVoided, known_attendance)
def school_move_voided(e: Recorded[SchoolMoveVoided]) -> Rows:
    """A move that there never was."""
    yield {"from_on": e.event.moved_on, "void": True}


def _from_another_day(now: date, formerly: date) -> Rows:
    """Return what holds from which day on, and from which day no longer."""
    yield {"from_on": now, "void": False}
    if formerly != now:
        yield {"from_on": formerly, "void": True}


@fills(ChildrenUnmerged, known_child)
def children_unmerged(e: Recorded[ChildrenUnmerged]) -> Rows:
    """Two records are of two children after all."""
    yield {"child_id": e.event.merged_child_id, "merged_into": None}


@fills(PeopleUnmerged, known_person)
def people_unmerged(e: Recorded[PeopleUnmerged]) -> Rows:
    """Two records are of two people after all."""
    yield {"person_id": e.event.merged_person_id, "same_as": None}


@fills(RecipientWithdrawalVoided, known_person)
def recipient_withdrawal_voided(_: Recorded[RecipientWithdrawalVoided]) -> Rows:
    """Later lists may have them; who was cancelled stays so, for their address is forgotten."""
    yield {"withdrawn_on": None}


@fills(RelationshipRecorded, known_relationship)
def relationship_told(e: Recorded[RelationshipRecorded]) -> Rows:
    """Whose parent or carer a person is, and since when they may be sent nothing."""
    yield {"barred_on": _barred_on(e.event)}


@fills(RelationshipCorrected, known_relationship)
def relationship_told_otherwise(e: Recorded[RelationshipCorrected]) -> Rows:
    """Whose parent or carer a person was all along."""
    yield {"barred_on": _barred_on(e.event)}


def _barred_on(told: RelationshipRecorded) -> date | None:
    return None if BARS.isdisjoint(told.restrictions) else told.restricted_on


@fills(RelationshipRecorded, known_person)
def former_person_told(e: Recorded[RelationshipRecorded]) -> Rows:
    """An id given out before stands for the person."""
    if e.event.former_person_id is not None:
        yield {"person_id": e.event.former_person_id, "same_as": e.event.person_id}


async def _cancel(connection: AsyncConnection, people: Iterable[UUID]) -> None:
    if about := set(people):
        await cancel_withdrawn(connection, STILL_ASKED, about)


@subscriptions.on(RecipientWithdrawn)
async def recipient_withdrawn(
    connection: AsyncConnection, recorded: Sequence[Recorded[RecipientWithdrawn]]
) -> None:
    """Cancel what would still be sent to a person who must not be contacted."""
    await _cancel(connection, (one.event.person_id for one in recorded))


@subscriptions.on(RelationshipEnded)
async def relationship_ended(
    connection: AsyncConnection, recorded: Sequence[Recorded[RelationshipEnded]]
) -> None:
    """Cancel what would still be sent about the child of a relationship that ended."""
    await _cancel(connection, (one.event.person_id for one in recorded))


@subscriptions.on(RelationshipVoided)
async def relationship_voided(
    connection: AsyncConnection, recorded: Sequence[Recorded[RelationshipVoided]]
) -> None:
    """Cancel what would still be sent about the child of a relationship that there never was."""
    await _cancel(connection, (one.event.person_id for one in recorded))


@subscriptions.on(RelationshipRecorded)
async def relationship_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[RelationshipRecorded]]
) -> None:
    """Cancel what would still be sent to a person who may have no letters about the child."""
    await _cancel(connection, (e.event.person_id for e in recorded if e.event.restrictions))


@subscriptions.on(RelationshipCorrected)
async def relationship_corrected(
    connection: AsyncConnection, recorded: Sequence[Recorded[RelationshipCorrected]]
) -> None:
    """Cancel what would still be sent by a relationship that had ended."""
    await _cancel(connection, (e.event.person_id for e in recorded if e.event.ended_on))


@subscriptions.on(ChildRecordClosed)
async def child_record_closed(
    connection: AsyncConnection, recorded: Sequence[Recorded[ChildRecordClosed]]
) -> None:
    """Cancel what would still be sent about a child under a record that is closed."""
    children = {one.event.child_id for one in recorded}
    query = select(known_relationship.c.person_id).where(
        known_relationship.c.child_id.in_(children)
    )
    await cancel_closed(connection, STILL_ASKED & Recipient.child_id.in_(children))
    await _cancel(connection, (await connection.execute(query)).scalars())


@subscriptions.on(PeopleMerged)
async def people_merged(
    connection: AsyncConnection, recorded: Sequence[Recorded[PeopleMerged]]
) -> None:
    """Cancel what would still be sent to a person whose other record must not be contacted."""
    await _cancel(connection, (one.event.person_id for one in recorded))


async def follow_ending(connection: AsyncConnection, recorded: Sequence[Recorded[Any]]) -> None:
    """Cancel what would still be sent about a child who died; ask again where that was wrong."""
    await follow_deaths(connection, {one.event.child_id for one in recorded})


for ending in (SupportEnded, EndingCorrected, EndingVoided, CaseVoided):
    subscriptions.on(ending)(follow_ending)


async def follow_merge(connection: AsyncConnection, recorded: Sequence[Recorded[Any]]) -> None:
    """A death that one record of a child tells is the child's, until they are two again."""
    told = (one.event for one in recorded)
    await follow_deaths(connection, {id_ for e in told for id_ in (e.child_id, e.merged_child_id)})


for merge in (ChildrenMerged, ChildrenUnmerged):
    subscriptions.on(merge)(follow_merge)
