"""How what holds from a day on is kept: a day is told once, and moves only by a correction."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from libs.common.core.errors import Rejected, ValidationError
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.domain import StaffContract, TeamManager, TeamSpan, standing

S = TypeVar("S", StaffContract, TeamSpan, TeamManager)


def keep(uow: UnitOfWork, spans: Sequence[S], new: S) -> S:
    """Keep what holds from a day on; where a void one had the day, it stands again as this."""
    for span in spans:
        if span.from_on == new.from_on:
            _take(span, new)
            return span
    return uow.add(new)


def replace(uow: UnitOfWork, spans: Sequence[S], old: S, new: S, why: tuple[str, str | None]) -> S:
    """Put one in the place of another, on its day or on another that is free."""
    if new.from_on != old.from_on:
        if any(span.from_on == new.from_on for span in standing(spans)):
            detail = "Something else holds from that day on. Correct or void that first."
            raise AlreadyRecorded(errors=[ValidationError("differs", detail, "/from_on")])
        old.void = True
        uow.explain(old, *why)
    kept = keep(uow, spans, new)
    uow.explain(kept, *why)
    return kept


def refuse_in_between(spans: Sequence[S], first: date, moved: date, pointer: str) -> None:
    """Refuse to move the first day past the day of what came after it."""
    later = [span.from_on for span in standing(spans) if span.from_on != first]
    if any(day <= moved for day in later):
        detail = "Something else holds from that day or an earlier one. Correct that first."
        raise Rejected(errors=[ValidationError("not-the-first", detail, pointer)])


def _take(span: S, new: S) -> None:
    for name in new.__mapper__.column_attrs.keys():  # noqa: SIM118 - it is no mapping
        setattr(span, name, getattr(new, name))
