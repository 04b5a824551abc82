"""Teaching judgements and quality dialogues: one a teacher and one a team in a year."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import select

from libs.common.contracts.assessment import EvidenceKind, Grade, KeyArea, KeyAreaStatus
from libs.common.core.clock import AcademicYear
from libs.common.core.corrections import Correction, Withdrawal
from libs.common.core.errors import Conflict, NotAllowed, NotFound, Rejected, ValidationError
from libs.common.core.fields import Code, Day, Strict, YearLabel
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    ahead,
    pairs,
    refuse_ahead,
    refuse_other,
    stands_again,
)
from libs.common.persistence.uow import UnitOfWork
from services.assessment.caseload import colleague
from services.assessment.keys import StaffId, TeamId
from services.assessment.known import KnownStaff, KnownTeam, check_known, known_staff
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement


class AlreadyJudged(Conflict):
    """A teacher's judgement for a year stands."""

    at = "academic_year"
    detail = "This teacher already has a judgement for this year."


class SeparationOfDuty(NotAllowed):
    """Nobody judges their own teaching."""

    detail = "Somebody else must judge your teaching."


class AlreadyHeld(Conflict):
    """A team has one dialogue about a year."""

    at = "academic_year"
    detail = "This team already has a dialogue about this year."


class Judged(Strict):
    """An overall judgement, and the kinds of evidence it rests on."""

    judgement: Grade
    evidence: tuple[EvidenceKind, ...] = Field(max_length=4)
    judged_on: Day


class JudgeTeaching(Judged):
    """A teacher's overall judgement for a year."""

    staff_id: StaffId
    academic_year: YearLabel


class CorrectJudgement(Judged, Correction):
    """All that a judgement was in truth, and why it is corrected."""


class KeyAreaPart(Strict):
    """A key area, by its code, and how far it was achieved."""

    code: Code
    status: KeyAreaStatus


class Held(Strict):
    """When a dialogue was held, the areas a team set itself and how far they were met."""

    held_on: Day
    key_areas: tuple[KeyAreaPart, ...] = Field(min_length=1, max_length=20)

    @property
    def areas(self) -> tuple[KeyArea, ...]:
        """The key areas as they are published."""
        return tuple(KeyArea(**area.model_dump()) for area in self.key_areas)


class HoldQualityDialogue(Held):
    """A team's dialogue about a year."""

    team_id: TeamId
    academic_year: YearLabel


class CorrectDialogue(Held, Correction):
    """All that a dialogue was in truth, and why it is corrected."""


async def judge_teaching(
    uow: UnitOfWork, command: JudgeTeaching, *, in_file: bool = False
) -> tuple[TeachingJudgement, CommandOutcome]:
    """Record a judgement; the same again changes nothing, another one is refused."""
    _check(uow, command)
    _check_others(uow, command.staff_id)
    # Reach comes first: who may not see somebody does not hear whether there is somebody.
    await _check_colleague(uow, command.staff_id)
    member = await uow.find(KnownStaff, staff_id=command.staff_id)
    check_known(member, "member of staff", "staff_id")
    year = command.academic_year
    judgement = await uow.find(TeachingJudgement, staff_id=command.staff_id, academic_year=year)
    given = command.model_dump(include={"judgement", "judged_on"})
    given |= {"evidence": [*command.evidence]}
    if judgement is None:
        _check_in_post(member, year)
        judgement = uow.add(
            TeachingJudgement(id=uuid4(), staff_id=command.staff_id, academic_year=year, **given)
        )
        uow.emit(judgement, judgement.judge(command.judgement, command.evidence))
    elif judgement.void and stands_again(judgement, given, in_file=in_file):
        _check_in_post(member, year)
        content = command.judgement, command.evidence, command.judged_on
        uow.emit(judgement, judgement.restore(*content))
    else:
        refuse_other(AlreadyJudged, pairs(judgement, given))
        return judgement, CommandOutcome("unchanged", judgement.id)
    return judgement, CommandOutcome("created", judgement.id)


async def correct_judgement(
    uow: UnitOfWork, judgement_id: UUID, command: CorrectJudgement, version: int
) -> TeachingJudgement:
    """Correct a teacher's judgement: the whole of it is told again, with the reason."""
    _check(uow, command)
    judgement = await uow.get(TeachingJudgement, judgement_id, version=version)
    _check_others(uow, judgement.staff_id)
    content = command.judgement, command.evidence, command.judged_on
    given = command.judgement, [*command.evidence], command.judged_on
    is_ = judgement.judgement, judgement.evidence, judgement.judged_on
    if judgement.void or is_ != given:
        uow.emit(judgement, judgement.correct(*content, command.reason))
        uow.explain(judgement, command.reason, command.note)
    return judgement


async def void_judgement(
    uow: UnitOfWork, judgement_id: UUID, command: Withdrawal, version: int
) -> TeachingJudgement:
    """Void a teacher's judgement, so that it no longer counts."""
    judgement = await uow.get(TeachingJudgement, judgement_id, version=version)
    _check_others(uow, judgement.staff_id)
    uow.emit(judgement, judgement.withdraw(command.reason))
    uow.explain(judgement, command.reason, command.note)
    return judgement


def _check_others(uow: UnitOfWork, staff_id: UUID) -> None:
    if staff_id == uow.actor.staff_id:
        raise SeparationOfDuty


def _check_in_post(member: KnownStaff | None, academic_year: str) -> None:
    """Refuse a year on no day of which they were in post (domain brief 13.13)."""
    year = AcademicYear.parse(academic_year)
    began, ended = member and member.appointed_on, member and member.left_on
    if (began or date.min) > year.last_day:
        detail = "They were appointed after that academic year had ended."
    elif (ended or date.max) < year.first_day:
        detail = "They had left before that academic year began."
    else:
        return
    raise Rejected(errors=[ValidationError("not-in-post", detail, "/academic_year")])


def _check(uow: UnitOfWork, command: Judged) -> None:
    errors = ahead(uow, command)
    if len(set(command.evidence)) != len(command.evidence):
        errors.append(
            ValidationError("repeated", "A kind of evidence is listed twice.", "/evidence")
        )
    uow.faults.add(errors)


async def _check_colleague(uow: UnitOfWork, staff_id: UUID) -> None:
    """An area manager judges the teachers of their own teams."""
    query = select(known_staff.c.staff_id).where(
        known_staff.c.staff_id == staff_id, colleague(uow.access, known_staff.c.staff_id)
    )
    if not uow.access.everything and (await uow.connection.execute(query)).first() is None:
        raise NotFound(code="not-found", detail="There is no such member of staff.")


async def hold_quality_dialogue(
    uow: UnitOfWork, command: HoldQualityDialogue, *, in_file: bool = False
) -> tuple[QualityDialogue, CommandOutcome]:
    """Record a dialogue; the same again changes nothing, another one is refused."""
    refuse_ahead(uow, command)
    if not uow.access.everything and command.team_id not in uow.actor.teams:
        raise NotFound(code="not-found", detail="There is no such team.")
    check_known(await uow.find(KnownTeam, team_id=command.team_id), "team", "team_id")
    dialogue = await uow.find(
        QualityDialogue, team_id=command.team_id, academic_year=command.academic_year
    )
    areas = [area.model_dump() for area in command.key_areas]
    given: dict[str, Any] = {"held_on": command.held_on, "key_areas": areas}
    if dialogue is None:
        which = command.model_dump(include={"team_id", "academic_year"})
        dialogue = uow.add(QualityDialogue(id=uuid4(), **which, **given))
        uow.emit(dialogue, dialogue.hold(command.areas))
    elif dialogue.void and stands_again(dialogue, given, in_file=in_file):
        uow.emit(dialogue, dialogue.restore(command.held_on, command.areas))
    else:
        refuse_other(AlreadyHeld, pairs(dialogue, given))
        return dialogue, CommandOutcome("unchanged", dialogue.id)
    return dialogue, CommandOutcome("created", dialogue.id)


async def correct_dialogue(
    uow: UnitOfWork, dialogue_id: UUID, command: CorrectDialogue, version: int
) -> QualityDialogue:
    """Correct a team's dialogue: the whole of it is told again, with the reason."""
    refuse_ahead(uow, command)
    dialogue = await uow.get(QualityDialogue, dialogue_id, version=version)
    areas = [area.model_dump() for area in command.key_areas]
    if dialogue.void or (dialogue.held_on, dialogue.key_areas) != (command.held_on, areas):
        content = command.held_on, command.areas, command.reason
        uow.emit(dialogue, dialogue.correct(*content))
        uow.explain(dialogue, command.reason, command.note)
    return dialogue


async def void_dialogue(
    uow: UnitOfWork, dialogue_id: UUID, command: Withdrawal, version: int
) -> QualityDialogue:
    """Void a team's dialogue, so that it no longer counts."""
    dialogue = await uow.get(QualityDialogue, dialogue_id, version=version)
    uow.emit(dialogue, dialogue.withdraw(command.reason))
    uow.explain(dialogue, command.reason, command.note)
    return dialogue
