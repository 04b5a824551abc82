"""An issued wave is put right or withdrawn, with what that means for its responses."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Day, StrictInt64
from libs.common.persistence.recorded import ahead
from libs.common.persistence.uow import UnitOfWork
from services.survey.responses.commands.standing import stand_anew_in
from services.survey.responses.domain import Response
from services.survey.responses.pool import in_pool
from services.survey.waves.commands import GraceDays
from services.survey.waves.domain import Run, Wave

Issued = Annotated[StrictInt64, Field(ge=1, le=1_000_000)]


class CorrectWave(Correction):
    """To how many a wave went and how long it runs, and why that is corrected.

    Its audience, year and questionnaire are what its answers were given to: where these are wrong,
    it is voided and drafted again.
    """

    issued: Issued
    issued_on: Day
    closes_on: PlannedDay
    grace_days: GraceDays


class WaveHasResponses(Conflict):
    """A wave to which somebody answered was sent."""

    detail = "There are responses to this wave that stand. Void these first."


async def correct_wave(uow: UnitOfWork, wave_id: UUID, command: CorrectWave, version: int) -> Wave:
    """Correct to how many an issued wave went, and how long it runs.

    Another last day decides again which responses count.
    """
    errors = ahead(uow, command)
    if command.closes_on < command.issued_on:
        detail = "A wave cannot close before it is issued."
        errors.append(ValidationError("before-issued", detail, "/closes_on"))
    uow.faults.add(errors)
    wave = await uow.get(Wave, wave_id, version=version, lock="update")
    run = Run(command.issued, command.issued_on, command.closes_on, command.grace_days)
    if wave.void or run != wave.run:
        uow.emit(wave, wave.correct(run, command.reason))
        uow.explain(wave, command.reason, command.note)
        await stand_anew_in(uow, wave)
    return wave


async def void_wave(uow: UnitOfWork, wave_id: UUID, command: Withdrawal, version: int) -> Wave:
    """Void a wave to which no response stands, so that it counts as never sent."""
    wave = await uow.get(Wave, wave_id, version=version, lock="update")
    responses = await uow.all(Response, wave_id=wave.id, unseen=True)
    if await in_pool(uow, wave.id):
        raise WaveHasResponses(detail="There are answers to this wave that wait to be mixed.")
    if any(one.void_reason is None for one in responses):
        raise WaveHasResponses
    uow.emit(wave, wave.withdraw(command.reason))
    uow.explain(wave, command.reason, command.note)
    return wave
