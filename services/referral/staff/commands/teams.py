"""Teams under the county's own codes: formed, renamed, moved to another area, disbanded."""

from datetime import date
from uuid import UUID, uuid4

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import CareerDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Code, Needed, Strict, Text
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    left_out,
    refuse_ahead,
    refuse_other,
)
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands.members import NOT_SO
from services.referral.staff.commands.spans import keep, refuse_in_between, replace
from services.referral.staff.domain import (
    Team,
    TeamSpan,
    begun_on,
    check_ended_after,
    holding,
    standing,
)


class FirstOfTeam(Conflict):
    """A team has a name and an area from its first day on."""

    detail = "A team has a name and an area from its first day on. Correct them instead."


class RecordTeam(Strict):
    """A team under its code: formed, changed, or disbanded with a day.

    Another area needs ``effective_on``, the day from which it holds; so does another name, unless
    the name that is on record is wrong.
    """

    name: Needed[Text] = None
    area: Needed[Code] = None
    formed_on: Needed[CareerDay] = None
    disbanded_on: CareerDay | None = None
    effective_on: CareerDay | None = None


class TeamRow(RecordTeam):
    """A team as one row of an import."""

    code: Code


class CorrectTeam(Correction):
    """A team's first and last day as they should have been; without a last day it is at work."""

    formed_on: CareerDay
    disbanded_on: CareerDay | None = None


class CorrectTeamChange(Correction):
    """A team's name and area from a day on, as they should have been."""

    name: Text
    area: Code
    from_on: CareerDay


async def record_team(
    uow: UnitOfWork, code: str, command: RecordTeam
) -> tuple[Team, CommandOutcome]:
    """Record a team; the same again changes nothing, and what is left out says nothing."""
    team = await uow.find(Team, code=code)
    _check(uow, team, command)
    before = uow.emitted
    created, renamed = team is None, False
    if team is None:
        team = uow.add(_new_team(code, command))
        uow.emit(team, team.form())
    else:
        renamed = await _change(uow, team, command)
    if command.said("disbanded_on") and command.disbanded_on != team.disbanded_on:
        _disband(uow, team, command.disbanded_on)
    changed = renamed or uow.emitted > before
    return team, CommandOutcome(
        "created" if created else "updated" if changed else "unchanged", team.id
    )


def _check(uow: UnitOfWork, team: Team | None, command: RecordTeam) -> None:
    """Find days that cannot be, what a new record lacks, and a last day before the first."""
    refuse_ahead(uow, command)
    formed_on = team.formed_on if team else command.formed_on
    if formed_on is not None:
        with uow.faults:
            check_ended_after(formed_on, command.disbanded_on)
    if team is None:
        uow.faults.add(left_out(command))
        uow.faults.refuse()


def _new_team(code: str, command: RecordTeam) -> Team:
    assert command.name is not None
    assert command.area is not None
    assert command.formed_on is not None
    return Team(
        id=uuid4(), code=code, name=command.name, area=command.area, formed_on=command.formed_on
    )


def _disband(uow: UnitOfWork, team: Team, on: date | None) -> None:
    if on is not None:
        uow.emit(team, team.disband(on))
        return
    uow.explain(team, NOT_SO)
    uow.emit(team, team.correct(team.formed_on, None, NOT_SO))


async def _change(uow: UnitOfWork, team: Team, command: RecordTeam) -> bool:
    """Change name and area from a day on; say whether only a name was put right."""
    if command.formed_on is not None:
        refuse_other(AlreadyRecorded, {"formed_on": (team.formed_on, command.formed_on)})
    if command.effective_on is not None:
        await _change_from(uow, team, command, command.effective_on)
        return False
    if command.area is not None:
        refuse_other(AlreadyRecorded, {"area": (team.area, command.area)})
    if command.name in {None, team.name}:
        return False
    assert command.name is not None
    team.name = command.name
    for latest in standing(await uow.all(TeamSpan, team_id=team.id))[-1:]:
        latest.name = command.name
    return True


async def _change_from(uow: UnitOfWork, team: Team, command: RecordTeam, day: date) -> None:
    team.check_at_work(day, "/effective_on")
    spans = await spans_of(uow, team)
    was = holding(spans, day)
    assert was is not None
    said = command.model_dump(include={"name", "area"}, exclude_unset=True)
    if was.from_on == day:
        refuse_other(AlreadyRecorded, {n: (getattr(was, n), value) for n, value in said.items()})
        return
    new = TeamSpan(team_id=team.id, from_on=day, **({"name": was.name, "area": was.area} | said))
    _now(team, [*spans, keep(uow, await _all(uow, team), new)])
    uow.emit(team, team.change_area(new.area, day))


async def spans_of(uow: UnitOfWork, team: Team) -> list[TeamSpan]:
    """Return a team's names and areas over time; of one that never changed, keep the first now."""
    spans = standing(await _all(uow, team))
    return spans or [uow.add(_first(team))]


async def _all(uow: UnitOfWork, team: Team) -> list[TeamSpan]:
    return await uow.all(TeamSpan, team_id=team.id)


def _first(team: Team) -> TeamSpan:
    return TeamSpan(team_id=team.id, from_on=team.formed_on, name=team.name, area=team.area)


def _now(team: Team, spans: list[TeamSpan]) -> None:
    latest = standing(spans)[-1]
    team.name, team.area = latest.name, latest.area


async def correct_team(uow: UnitOfWork, id_: UUID, command: CorrectTeam, version: int) -> Team:
    """Put a team's first and last day right; its first name and area begin with it.

    Left out, the last day is none: the team is at work.
    """
    refuse_ahead(uow, command)
    team = await uow.get(Team, id_, version=version)
    was = team.formed_on
    if (was, team.disbanded_on) == (command.formed_on, command.disbanded_on):
        return team
    spans = await spans_of(uow, team)
    refuse_in_between(spans, was, command.formed_on, "/formed_on")
    uow.explain(team, command.reason, command.note)
    uow.emit(team, team.correct(command.formed_on, command.disbanded_on, command.reason))
    if command.formed_on != was:
        first = begun_on(spans, was)
        new = TeamSpan(team_id=team.id, from_on=command.formed_on, name=first.name, area=first.area)
        await _put(uow, team, first, new, command)
    return team


async def correct_team_change(
    uow: UnitOfWork, id_: UUID, from_on: date, command: CorrectTeamChange, version: int
) -> Team:
    """Put right what a team was called from a day on, its area then, or the day."""
    refuse_ahead(uow, command)
    team = await uow.get(Team, id_, version=version)
    old = begun_on(await spans_of(uow, team), from_on)
    if command.from_on != from_on and from_on == team.formed_on:
        first = "A team's first name and area begin with it. Correct the day it was formed."
        uow.faults.add([ValidationError("first-of-team", first, "/from_on")])
    team.check_at_work(command.from_on, "/from_on")
    new = TeamSpan(team_id=team.id, from_on=command.from_on, name=command.name, area=command.area)
    if (old.from_on, old.name, old.area) != (new.from_on, new.name, new.area):
        await _put(uow, team, old, new, command)
    return team


async def _put(uow: UnitOfWork, team: Team, old: TeamSpan, new: TeamSpan, why: Correction) -> None:
    formerly_on = old.from_on
    put = replace(uow, await _all(uow, team), old, new, (why.reason, why.note))
    _now(team, await _all(uow, team))
    uow.explain(team, why.reason, why.note)
    uow.emit(team, team.correct_area(put.area, put.from_on, formerly_on, why.reason))


async def void_team_change(
    uow: UnitOfWork, id_: UUID, from_on: date, command: Withdrawal, version: int
) -> Team:
    """Void a change of name or area: what was before it goes on."""
    team = await uow.get(Team, id_, version=version)
    old = begun_on(await spans_of(uow, team), from_on)
    if from_on == team.formed_on:
        raise FirstOfTeam
    old.void = True
    uow.explain(old, command.reason, command.note)
    _now(team, await _all(uow, team))
    uow.explain(team, command.reason, command.note)
    uow.emit(team, team.void_area(from_on, command.reason))
    return team
