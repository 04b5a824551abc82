"""Teaching judgements and quality dialogues: one a teacher and one a team in a year."""

from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import select

from libs.common.contracts.assessment import EvidenceKind, Grade, KeyArea, KeyAreaStatus
from libs.common.core.errors import Conflict, NotAllowed, NotFound, Rejected, ValidationError
from libs.common.core.fields import Code, Day, Identifier, Strict, YearLabel
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import ahead, pairs, refuse_ahead, refuse_other
from libs.common.persistence.uow import UnitOfWork
from services.assessment.caseload import colleague
from services.assessment.known import KnownStaff, KnownTeam, check_known, known_staff
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement


class AlreadyJudged(Conflict):
    """A teacher's judgement for a year stands."""

    detail = "This teacher already has a judgement for this year."


class SeparationOfDuty(NotAllowed):
    """Nobody judges their own teaching."""

    detail = "Somebody else must judge your teaching."


class AlreadyHeld(Conflict):
    """A team has one dialogue about a year."""

    detail = "This team already has a dialogue about this year."


class JudgeTeaching(Strict):
    """A teacher's overall judgement for a year, and the kinds of evidence it rests on."""

    staff_id: Identifier
    academic_year: YearLabel
    judgement: Grade
    evidence: tuple[EvidenceKind, ...] = Field(max_length=4)
    judged_on: Day


class KeyAreaPart(Strict):
    """A key area, by its code, and how far it was achieved."""

    code: Code
    status: KeyAreaStatus


class HoldQualityDialogue(Strict):
    """A team's dialogue about a year, with the areas it set itself and how far they were met."""

    team_id: Identifier
    academic_year: YearLabel
    held_on: Day
    key_areas: tuple[KeyAreaPart, ...] = Field(min_length=1, max_length=20)


async def judge_teaching(
    uow: UnitOfWork, command: JudgeTeaching
) -> tuple[TeachingJudgement, CommandOutcome]:
    """Record a judgement; the same again changes nothing, another one is refused."""
    _check(uow, command)
    if command.staff_id == uow.actor.staff_id:
        raise SeparationOfDuty
    # Reach comes first: who may not see somebody does not hear whether there is somebody.
    await _check_colleague(uow, command.staff_id)
    check_known(await uow.find(KnownStaff, staff_id=command.staff_id), "member of staff")
    judgement = await uow.find(
        TeachingJudgement, staff_id=command.staff_id, academic_year=command.academic_year
    )
    if judgement is not None:
        given = command.model_dump(include={"judgement", "judged_on"})
        refuse_other(AlreadyJudged, pairs(judgement, given | {"evidence": [*command.evidence]}))
        return judgement, CommandOutcome("unchanged", judgement.id)
    judgement = uow.add(
        TeachingJudgement(
            id=uuid4(),
            staff_id=command.staff_id,
            academic_year=command.academic_year,
            judgement=command.judgement,
            evidence=[*command.evidence],
            judged_on=command.judged_on,
        )
    )
    uow.emit(judgement, judgement.judge(command.judgement, command.evidence))
    return judgement, CommandOutcome("created", judgement.id)


def _check(uow: UnitOfWork, command: JudgeTeaching) -> None:
    errors = ahead(uow, command)
    if len(set(command.evidence)) != len(command.evidence):
        errors.append(
            ValidationError("repeated", "A kind of evidence is listed twice.", "/evidence")
        )
    if errors:
        raise Rejected(errors=errors)


async def _check_colleague(uow: UnitOfWork, staff_id: UUID) -> None:
    """An area manager judges the teachers of their own teams."""
    query = select(known_staff.c.staff_id).where(
        known_staff.c.staff_id == staff_id, colleague(uow.access, known_staff.c.staff_id)
    )
    if not uow.access.everything and (await uow.connection.execute(query)).first() is None:
        raise NotFound(code="not-found", detail="There is no such member of staff.")


async def hold_quality_dialogue(
    uow: UnitOfWork, command: HoldQualityDialogue
) -> tuple[QualityDialogue, CommandOutcome]:
    """Record a dialogue; the same again changes nothing, another one is refused."""
    refuse_ahead(uow, command)
    if not uow.access.everything and command.team_id not in uow.actor.teams:
        raise NotFound(code="not-found", detail="There is no such team.")
    check_known(await uow.find(KnownTeam, team_id=command.team_id), "team")
    areas = [area.model_dump() for area in command.key_areas]
    dialogue = await uow.find(
        QualityDialogue, team_id=command.team_id, academic_year=command.academic_year
    )
    if dialogue is not None:
        given = {"held_on": command.held_on, "key_areas": areas}
        refuse_other(AlreadyHeld, pairs(dialogue, given))
        return dialogue, CommandOutcome("unchanged", dialogue.id)
    dialogue = uow.add(
        QualityDialogue(
            id=uuid4(),
            team_id=command.team_id,
            academic_year=command.academic_year,
            held_on=command.held_on,
            key_areas=areas,
        )
    )
    uow.emit(dialogue, dialogue.hold(tuple(KeyArea(**area) for area in areas)))
    return dialogue, CommandOutcome("created", dialogue.id)
