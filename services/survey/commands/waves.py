"""Waves: drafted under a reference, issued to their recipients, closed."""

from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field, StringConstraints
from sqlalchemy import func, or_, select, update

from libs.common.contracts.survey import Audience
from libs.common.core.clock import AcademicYear
from libs.common.core.errors import Fault, Rejected
from libs.common.core.fields import Code, Day, Reference, Strict, StrictInt64
from libs.common.imports import Done
from libs.common.persistence.recorded import AlreadyRecorded, pairs, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.survey.commands.known import cancel_deceased
from services.survey.domain import Recipient, Wave
from services.survey.questionnaires import questionnaire_of

YearLabel = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")]
GraceDays = Annotated[StrictInt64, Field(ge=0, le=100)]
Version = Annotated[StrictInt64, Field(ge=1, le=1_000)]


class DraftWave(Strict):
    """A questionnaire that is to go to an audience, about a year; no answers count after it closes.

    ``grace_days`` are days after ``closes_on`` on which answers still count.
    """

    reference: Reference
    audience: Audience
    academic_year: YearLabel
    questionnaire: Code
    questionnaire_version: Version
    issued_on: Day
    closes_on: Day
    grace_days: GraceDays = 0


async def draft_wave(uow: UnitOfWork, command: DraftWave) -> tuple[Wave, Done]:
    """Draft a wave; the same again changes nothing."""
    _check(command)
    wave = await uow.find(Wave, reference=command.reference)
    if wave is None:
        return _new_wave(uow, command)
    refuse_other(AlreadyRecorded, pairs(wave, command.model_dump()))
    return wave, Done("unchanged", wave.id)


def _new_wave(uow: UnitOfWork, command: DraftWave) -> tuple[Wave, Done]:
    wave = Wave(id=uuid4(), drafted_by=uow.actor.subject, **command.model_dump())
    return uow.add(wave), Done("created", wave.id)


def _check(command: DraftWave) -> None:
    faults = []
    try:
        AcademicYear.parse(command.academic_year)
    except ValueError:
        faults.append(Fault("wrong-form", "must be a year as 2018-19", "/academic_year"))
    found = questionnaire_of(command.questionnaire, command.questionnaire_version)
    if found is None:
        faults.append(
            Fault("unknown-questionnaire", "There is none in this version.", "/questionnaire")
        )
    elif found.audience != command.audience:
        faults.append(
            Fault("another-audience", "The questionnaire is for another audience.", "/audience")
        )
    if command.closes_on < command.issued_on:
        faults.append(Fault("before-issued", "A wave closes after its issue.", "/closes_on"))
    if faults:
        raise Rejected(faults=faults)


async def issue_wave(uow: UnitOfWork, wave_id: UUID, version: int) -> Wave:
    """Issue a draft to everybody on its list."""
    wave = await uow.get(Wave, wave_id, version=version)
    await cancel_deceased(uow, wave)
    uow.emit(wave, wave.issue(await _to_be_issued(uow, wave)))
    return wave


async def _to_be_issued(uow: UnitOfWork, wave: Wave) -> int:
    """Return how many are sent one: who was cancelled by the day of issue is not."""
    sent = or_(Recipient.cancelled_on.is_(None), Recipient.cancelled_on > wave.issued_on)
    query = select(func.count()).where(Recipient.wave_id == wave.id, sent)
    return (await uow.connection.execute(query)).scalar_one()


async def close_wave(uow: UnitOfWork, wave_id: UUID, version: int) -> Wave:
    """Close a wave today, and forget where its questionnaires went."""
    wave = await uow.get(Wave, wave_id, version=version)
    uow.emit(wave, wave.close(uow.today()))
    await uow.connection.execute(
        update(Recipient)
        .where(Recipient.wave_id == wave.id, Recipient.address.is_not(None))
        .values(address=None)
    )
    return wave
