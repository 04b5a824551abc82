"""Of which team, area and kind of school those are whom a wave asks, as they were on a day.

It is noted when the wave is issued and never moves: whoever changes team or school afterwards was
asked as one of the team and school of that day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.survey import IssuedTo
from services.survey.caseload import records_of
from services.survey.known import (
    known_area,
    known_attendance,
    known_case,
    known_contract,
    known_holder,
    known_school,
)
from services.survey.waves.domain import WHOSE, Recipient, Wave


async def note_whose(connection: AsyncConnection, wave: Wave) -> None:
    """Note of a wave's recipients whose they are on its day of issue, where it tells that.

    What is not known of them stays empty, of an agency all of it.
    """
    theirs, on = update(Recipient).where(Recipient.wave_id == wave.id), wave.issued_on
    await connection.execute(theirs.values(dict.fromkeys(WHOSE)))
    if wave.tells_whose:
        held = {"team_id": _team(on), "school_kind": _school_kind(on)}
        await connection.execute(theirs.values(held))
        await connection.execute(theirs.values(area=_area(on)))


async def issued_to(connection: AsyncConnection, wave_id: UUID) -> Sequence[IssuedTo]:
    """Return how many of each team, area and kind of school a wave is sent to."""
    whose = [getattr(Recipient, name) for name in WHOSE]
    query = select(*whose, func.count().label("issued"))
    sent = query.where(Recipient.wave_id == wave_id, Recipient.sent)
    rows = (await connection.execute(sent.group_by(*whose))).mappings()
    return sorted((IssuedTo(**row) for row in rows), key=str)


def _team(on: date) -> ScalarSelect[Any]:
    """Ask for the team in which the teacher of the child's case was."""
    contract = known_contract.alias()
    mine = (contract.c.staff_id == _teacher(on), ~contract.c.void, contract.c.from_on <= on)
    query = select(contract.c.team_id).where(*mine).order_by(contract.c.from_on.desc()).limit(1)
    return query.scalar_subquery()


def _teacher(on: date) -> ScalarSelect[Any]:
    """Ask for who led the child's case; of several cases, the one taken on last."""
    case, holder = known_case.alias(), known_holder.alias()
    return (
        select(holder.c.staff_id)
        .join(case, case.c.case_id == holder.c.case_id)
        .where(
            _of_child(case.c.child_id),
            ~case.c.void,
            or_(case.c.ended_on.is_(None), case.c.ended_on >= on),
            ~holder.c.void,
            holder.c.from_on <= on,
        )
        .order_by(holder.c.from_on.desc(), holder.c.case_id)
        .limit(1)
        .correlate(Recipient)  # which is two selects away
        .scalar_subquery()
    )


def _area(on: date) -> ScalarSelect[Any]:
    """Ask for the area in which that team was."""
    area = known_area.alias()
    mine = (area.c.team_id == Recipient.team_id, ~area.c.void, area.c.from_on <= on)
    query = select(area.c.area).where(*mine).order_by(area.c.from_on.desc()).limit(1)
    return query.scalar_subquery()


def _school_kind(on: date) -> ScalarSelect[Any]:
    """Ask for the kind of the school that is asked, or to which the child went."""
    went, school = known_attendance.alias(), known_school.alias()
    theirs = (_of_child(went.c.child_id), ~went.c.void, went.c.from_on <= on)
    last_first = (went.c.from_on.desc(), went.c.child_id)
    latest = select(went.c.school_id).where(*theirs).order_by(*last_first).limit(1)
    attended = latest.correlate(Recipient).scalar_subquery()
    which = func.coalesce(Recipient.school_id, attended)
    return select(school.c.kind).where(school.c.school_id == which).scalar_subquery()


def _of_child(child_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a row is of the child asked about, in whichever record."""
    return or_(child_id == Recipient.child_id, child_id.in_(records_of(Recipient.child_id)))
