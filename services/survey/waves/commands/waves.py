"""Waves: drafted, issued, closed, opened again."""

from datetime import date, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import Field, StringConstraints
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.survey import Audience
from libs.common.core.chunks import chunked
from libs.common.core.clock import AcademicYear
from libs.common.core.days import PlannedDay
from libs.common.core.errors import ValidationError
from libs.common.core.fields import (
    Code,
    Day,
    LongText,
    Reference,
    Strict,
    StrictBool,
    StrictInt64,
    form,
)
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    ahead,
    pairs,
    refuse_other,
    stands_again,
)
from libs.common.persistence.tables import change_log
from libs.common.persistence.uow import UnitOfWork
from services.survey.questionnaires.commands import tell_shipped
from services.survey.questionnaires.queries import definition_of, row_of
from services.survey.waves.codes import ReopeningReason
from services.survey.waves.deceased import cancel_deceased
from services.survey.waves.domain import Recipient, Terms, Wave
from services.survey.waves.keys import WaveId
from services.survey.waves.whose import issued_to, note_whose
from services.survey.waves.withdrawn import cancel_asked_twice, cancel_closed, cancel_withdrawn

_YEAR: Final = form(r"^[0-9]{4}-[0-9]{2}$", "an academic year as 2018-19")
YearLabel = Annotated[str, StringConstraints(pattern=_YEAR)]
GraceDays = Annotated[StrictInt64, Field(ge=0, le=100)]
ADDRESSES_KEPT: Final = timedelta(days=14)
"""How long after its close a wave can be opened again as it was: then addresses are deleted."""

OF_A_LIST: Final = ("audience", "questionnaire", "questionnaire_version")
"""What of a wave its list is for."""

Version = Annotated[StrictInt64, Field(ge=1, le=1_000)]


class DraftWave(Strict):
    """A questionnaire that is to go to an audience, about a year; no answers count after it closes.

    ``grace_days`` are days after ``closes_on`` on which answers still count. Whether it is
    ``anonymous`` never changes afterwards.
    """

    reference: Reference
    audience: Audience
    academic_year: YearLabel
    questionnaire: Code
    questionnaire_version: Version
    issued_on: Day
    closes_on: PlannedDay
    grace_days: GraceDays = 0
    anonymous: StrictBool = False


class WaveRow(Strict):
    """A wave that is issued, or closed, today."""

    wave_id: WaveId


class ReopenWave(Strict):
    """Have a wave that was closed take answers again, and why."""

    reason: ReopeningReason
    note: LongText | None = None


async def draft_wave(
    uow: UnitOfWork, command: DraftWave, *, in_file: bool = False
) -> tuple[Wave, CommandOutcome]:
    """Draft a wave; the same again changes nothing.

    One that was voided stands again, as it is told now: once somebody is listed, for the same
    audience and questionnaire.
    """
    await _check_draft(uow, command)
    wave, given = await uow.find(Wave, reference=command.reference), command.model_dump()
    if wave is None:
        return _new_wave(uow, command)
    stays = given if not wave.void else {name: given[name] for name in _staying(wave)}
    refuse_other(AlreadyRecorded, pairs(wave, stays))
    if wave.void and stands_again(wave, given, in_file=in_file):
        wave.restore(Terms(**command.model_dump(exclude={"reference", "anonymous"})))
        return wave, CommandOutcome("created", wave.id)
    return wave, CommandOutcome("unchanged", wave.id)


def _staying(wave: Wave) -> tuple[str, ...]:
    """Return what of a void wave stays if it is drafted again: who answers relies on the first."""
    return ("anonymous", *(OF_A_LIST if wave.listed else ()))


def _new_wave(uow: UnitOfWork, command: DraftWave) -> tuple[Wave, CommandOutcome]:
    wave = Wave(id=uuid4(), drafted_by=uow.actor.subject, **command.model_dump())
    return uow.add(wave), CommandOutcome("created", wave.id)


async def _check_draft(uow: UnitOfWork, command: DraftWave) -> None:
    errors = ahead(uow, command)
    try:
        AcademicYear.parse(command.academic_year)
    except ValueError:
        errors.append(
            ValidationError("wrong-form", "must be a year such as 2018-19", "/academic_year")
        )
    errors += await _of_questionnaire(uow, command)
    if command.closes_on < command.issued_on:
        errors.append(
            ValidationError(
                "before-issued", "A wave cannot close before it is issued.", "/closes_on"
            )
        )
    uow.faults.add(errors)


async def _of_questionnaire(uow: UnitOfWork, command: DraftWave) -> list[ValidationError]:
    named = command.questionnaire, command.questionnaire_version
    found = await definition_of(uow.connection, *named)
    if found is None:
        detail = "There is no such questionnaire in this version."
        return [ValidationError("unknown-questionnaire", detail, "/questionnaire")]
    faults = []
    if found.audience != command.audience:
        detail = "The questionnaire is for another audience."
        faults.append(ValidationError("another-audience", detail, "/audience"))
    row = await row_of(uow, *named)
    if row is not None and row.state == "retired":
        detail = "This version is retired: send a later one."
        faults.append(ValidationError("retired", detail, "/questionnaire_version"))
    return faults


async def issue_wave(uow: UnitOfWork, wave_id: UUID, version: int | None = None) -> Wave:
    """Issue a draft to everybody on its list."""
    wave = await uow.get(Wave, wave_id, version=version)
    await _cancel_who_is_not_asked(uow, wave)
    await cancel_asked_twice(uow.connection, wave.id, wave.issued_on)
    await tell_shipped(uow, wave.terms.audience)
    await _settle_who_is_sent_one(uow, wave)
    await note_whose(uow.connection, wave)
    uow.emit(wave, wave.issue(await issued_to(uow.connection, wave.id)))
    return wave


async def _cancel_who_is_not_asked(uow: UnitOfWork, wave: Wave) -> None:
    of_wave = Recipient.wave_id == wave.id
    await cancel_deceased(uow.connection, of_wave)
    await cancel_withdrawn(uow.connection, of_wave)
    await cancel_closed(uow.connection, of_wave)


async def _settle_who_is_sent_one(uow: UnitOfWork, wave: Wave) -> None:
    """Note who is sent one: who was cancelled by the day of issue is not."""
    of_wave = Recipient.wave_id == wave.id
    sent = or_(Recipient.cancelled_on.is_(None), Recipient.cancelled_on > wave.issued_on)
    await uow.connection.execute(update(Recipient).where(of_wave).values(sent=sent))


async def close_wave(uow: UnitOfWork, wave_id: UUID, version: int | None = None) -> Wave:
    """Close a wave today."""
    wave = await uow.get(Wave, wave_id, version=version)
    uow.emit(wave, wave.close(uow.today()))
    return wave


async def issue_in_file(uow: UnitOfWork, row: WaveRow) -> CommandOutcome:
    """Issue a wave as a row says; one that was issued stays as it is."""
    wave = await uow.get(Wave, row.wave_id)
    if wave.state != "draft":
        return CommandOutcome("unchanged", wave.id)
    return CommandOutcome("updated", (await issue_wave(uow, wave.id)).id)


async def close_in_file(uow: UnitOfWork, row: WaveRow) -> CommandOutcome:
    """Close a wave today as a row says; one that was closed stays as it is."""
    wave = await uow.get(Wave, row.wave_id)
    if wave.state == "closed":
        return CommandOutcome("unchanged", wave.id)
    return CommandOutcome("updated", (await close_wave(uow, wave.id)).id)


async def reopen_wave(uow: UnitOfWork, wave_id: UUID, command: ReopenWave, version: int) -> Wave:
    """Have a closed wave take answers again; of who died meanwhile nothing more is asked."""
    wave = await uow.get(Wave, wave_id, version=version)
    uow.emit(wave, wave.reopen(command.reason))
    uow.explain(wave, command.reason, command.note)
    await _cancel_who_is_not_asked(uow, wave)
    return wave


async def forget_addresses(connection: AsyncConnection, today: date) -> None:
    """Delete the addresses of waves that were closed long enough ago, or are void.

    With them goes what the change log says of addresses.
    """
    done = select(Wave.id).where(or_(Wave.void, Wave.closed_on < today - ADDRESSES_KEPT))
    theirs = Recipient.wave_id.in_(done)
    await connection.execute(
        update(Recipient).where(theirs, Recipient.address.is_not(None)).values(address=None)
    )
    logged = (change_log.c.table == Recipient.__tablename__) & (change_log.c.field == "address")
    rows = (await connection.execute(select(change_log.c.row).where(logged).distinct())).scalars()
    for ids in chunked([UUID(row) for row in rows]):
        query = select(Recipient.id).where(theirs, Recipient.id.in_(ids))
        gone = map(str, (await connection.execute(query)).scalars())
        await connection.execute(delete(change_log).where(logged, change_log.c.row.in_([*gone])))
