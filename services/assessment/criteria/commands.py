"""Progress criteria: proposed by the Head of Service or the Link Adviser, signed by the other."""

from collections.abc import Iterator, Sequence
from typing import Annotated, get_args
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.contracts.assessment import Grade, ProgressGrade
from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Conflict, ValidationError
from libs.common.core.fields import Code, Day, Strict, StrictInt64, YearLabel
from libs.common.persistence.recorded import ahead, refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from libs.common.security import Role
from services.assessment.criteria.domain import CriteriaSet
from services.assessment.schemes.domain import schemes

# From the best on (domain brief 5.4 and 5.6).
GRADES: tuple[str, ...] = get_args(ProgressGrade)[::-1]
OUTCOMES: tuple[str, ...] = get_args(Grade)

SIGNATORIES = (Role.HEAD_OF_SERVICE, Role.LINK_ADVISER)


class GainPart(Strict):
    """The least gain in tenths, on a scale, from which a grade is given."""

    scale: Code
    grade: ProgressGrade
    at_least_tenths: Annotated[StrictInt64, Field(ge=-1000, le=1000)]


class SharesPart(Strict):
    """The least shares, in whole per cent of judged pupils, for an outcome."""

    outcome: Grade
    expected_or_better: StrictInt64
    good_or_better: StrictInt64


class ProposeCriteria(Strict):
    """Thresholds for a year: gains in tenths by scale, and shares in whole per cent."""

    academic_year: YearLabel
    version: Annotated[StrictInt64, Field(ge=1, le=1000)]
    progress: tuple[GainPart, ...] = Field(min_length=1, max_length=50)
    cohort: tuple[SharesPart, ...] = Field(min_length=1, max_length=10)
    minimum_months: Annotated[StrictInt64, Field(ge=0, le=24)]
    minimum_terms_on_caseload: Annotated[StrictInt64, Field(ge=0, le=3)]
    minimum_judged: Annotated[StrictInt64, Field(ge=0, le=1000)]
    adopted_on: Day


class SignCriteria(Strict):
    """The other signature, on a day."""

    signed_on: Day


async def propose_criteria(uow: UnitOfWork, command: ProposeCriteria) -> CriteriaSet:
    """Propose criteria for a year under a new version, or one that was withdrawn."""
    _check(uow, command)
    year, version = command.academic_year, command.version
    content = command.model_dump(exclude={"academic_year", "version", "progress", "cohort"}) | {
        "progress": [one.model_dump() for one in command.progress],
        "cohort": [one.model_dump() for one in command.cohort],
        "proposed_by": uow.actor.subject,
        "proposer_role": _role(uow),
    }
    criteria = await uow.find(CriteriaSet, academic_year=year, version=version)
    if criteria is None:
        return uow.add(CriteriaSet(id=uuid4(), academic_year=year, version=version, **content))
    if not criteria.void:
        raise Conflict(
            code="already-proposed",
            detail="There are already criteria in this version for this year.",
            errors=[ValidationError("already-proposed", "is there for this year", "/version")],
        )
    criteria.void = False
    for name, value in content.items():
        setattr(criteria, name, value)
    return criteria


async def void_criteria(
    uow: UnitOfWork, id_: UUID, command: Withdrawal, version: int
) -> CriteriaSet:
    """Withdraw criteria that are only proposed. Those that both signed stay."""
    criteria = await uow.get(CriteriaSet, id_, version=version)
    criteria.withdraw()
    uow.explain(criteria, command.reason, command.note)
    return criteria


def _check(uow: UnitOfWork, command: ProposeCriteria) -> None:
    errors = [*ahead(uow, command), *_unknown_scales(command)]
    errors += [*_of_progress(command), *_of_cohort(command)]
    uow.faults.add(errors)


def _of_progress(command: ProposeCriteria) -> Iterator[ValidationError]:
    for scale in sorted({one.scale for one in command.progress}):
        mine = [one for one in command.progress if one.scale == scale]
        gains = [one.at_least_tenths for one in mine]
        if gains != sorted(set(gains), reverse=True):
            yield ValidationError(
                "not-falling", "Thresholds must fall from the best grade down.", "/progress"
            )
        if not _in_order([one.grade for one in mine], GRADES):
            yield ValidationError(
                "not-best-first", "List the grades from the best down, each once.", "/progress"
            )


def _of_cohort(command: ProposeCriteria) -> Iterator[ValidationError]:
    shares = (
        [one.expected_or_better for one in command.cohort],
        [one.good_or_better for one in command.cohort],
    )
    if any(not 0 <= share <= 100 for kind in shares for share in kind):
        yield ValidationError("not-a-share", "Shares are whole per cents from 0 to 100.", "/cohort")
    if any(kind != sorted(kind, reverse=True) for kind in shares):
        yield ValidationError(
            "not-falling", "A share must not rise from an outcome to the next.", "/cohort"
        )
    if not _in_order([one.outcome for one in command.cohort], OUTCOMES):
        yield ValidationError(
            "not-best-first", "List the outcomes from the best down, each once.", "/cohort"
        )


def _in_order(names: Sequence[str], order: Sequence[str]) -> bool:
    return [*names] == [name for name in order if name in names]


def _unknown_scales(command: ProposeCriteria) -> list[ValidationError]:
    """Find thresholds that no result could ever be held against."""
    known = {scale.scale for scheme in schemes() for scale in scheme.scales}
    return [
        ValidationError("unknown-scale", "No scheme has this scale.", f"/progress/{place}/scale")
        for place, one in enumerate(command.progress)
        if one.scale not in known
    ]


async def sign_criteria(
    uow: UnitOfWork, id_: UUID, command: SignCriteria, version: int
) -> CriteriaSet:
    """Sign what the other proposed: with that the criteria are adopted."""
    refuse_ahead(uow, command)
    criteria = await uow.get(CriteriaSet, id_, version=version)
    uow.emit(criteria, criteria.sign(uow.actor.subject, _role(uow), command.signed_on))
    return criteria


def _role(uow: UnitOfWork) -> str:
    return next(role for role in SIGNATORIES if role in uow.actor.roles)
