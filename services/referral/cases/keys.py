"""The county's own keys of a case and of a review: they have none but their child's and a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel

from libs.common.core.errors import DomainError, NotFound
from libs.common.core.fields import Day, Identifier
from libs.common.persistence.own_keys import Named, OwnKey, load, under
from libs.common.persistence.uow import ReadTransaction
from services.referral.cases.domain import Case, Review
from services.referral.children.domain import Child
from services.referral.children.keys import ChildKey


@dataclass(frozen=True)
class CaseOn(Named):
    """The child's case of the day in the field ``on``, or of one of so many days more."""

    on: str = ""
    days_more: int = 0

    async def load(self, reading: ReadTransaction, rows: Sequence[tuple[Any, BaseModel]]) -> None:
        """Load the children, and their cases."""
        await _load_cases(reading, [key for key, _ in rows])

    async def ids(self, reading: ReadTransaction, key: Any, row: BaseModel) -> Sequence[UUID]:
        """Return the cases of a child that are open on a day of these."""
        first = getattr(row, self.on)
        last = first + timedelta(days=self.days_more)
        return [one.id for one in await _cases(reading, key) if _open(one, first, last)]

    def unknown(self, _: ReadTransaction) -> DomainError:
        """Return the refusal of a child without a case that day."""
        detail = f"No case of a child of this key is open on the day in `{self.on}`."
        return NotFound(code="not-found", detail=detail)


def _open(case: Case, first: date, last: date) -> bool:
    return case.started_on <= last and (case.ended_on is None or case.ended_on >= first)


async def _load_cases(reading: ReadTransaction, keys: Sequence[ChildKey]) -> None:
    await load(reading, keys)
    children = [one for key in keys for one in await under(reading, key)]
    stays = [(one.merged_into or one.id,) for one in children]
    await reading.rows.load(Child, ("merged_into",), stays, None)
    records = [record for key in keys for record in await _records(reading, key)]
    await reading.rows.load(Case, ("child_id",), [(one,) for one in records], None)


async def _records(reading: ReadTransaction, key: ChildKey) -> list[UUID]:
    """Return the ids of all records of a child: those that were merged are one."""
    stays = {one.merged_into or one.id for one in await under(reading, key)}
    merged = [one for id_ in stays for one in await reading.all(Child, merged_into=id_)]
    return sorted(stays | {one.id for one in merged})


async def _cases(reading: ReadTransaction, child: ChildKey) -> list[Case]:
    """Return the cases of a child that the caller may see and that stand."""
    records = await _records(reading, child)
    cases = [case for id_ in records for case in await reading.all(Case, child_id=id_)]
    return [case for case in cases if not case.void]


class CaseKey(OwnKey):
    """A case by its child and a day on which it was open."""

    of = Case
    what = "case"

    child: ChildKey
    on: Day


@dataclass(frozen=True)
class NamedCase(Named):
    """A case: the child's of a day, for what names no day of its own."""

    async def load(self, reading: ReadTransaction, rows: Sequence[tuple[Any, BaseModel]]) -> None:
        """Load the children, and their cases."""
        await _load_cases(reading, [key.child for key, _ in rows])

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return the cases of a child that are open on the day."""
        cases = await _cases(reading, key.child)
        return [one.id for one in cases if _open(one, key.on, key.on)]


CaseId = Annotated[Identifier, NamedCase("case", CaseKey)]


class ReviewKey(OwnKey):
    """A review by its child and the day on which it was held."""

    of = Review
    what = "review"

    child: ChildKey
    held_on: Day


@dataclass(frozen=True)
class NamedReview(Named):
    """A review: of one of the child's cases, on a day."""

    async def load(self, reading: ReadTransaction, rows: Sequence[tuple[Any, BaseModel]]) -> None:
        """Load the children, their cases, and the reviews of the days."""
        await _load_cases(reading, [key.child for key, _ in rows])
        days = [
            (case.id, key.held_on) for key, _ in rows for case in await _cases(reading, key.child)
        ]
        await reading.rows.load(Review, ("case_id", "held_on"), days, None)

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return the reviews of a child that were held on a day and stand."""
        reviews = [
            review
            for case in await _cases(reading, key.child)
            for review in await reading.all(Review, case_id=case.id, held_on=key.held_on)
        ]
        return [one.id for one in reviews if not one.void]


ReviewId = Annotated[Identifier, NamedReview("review", ReviewKey)]
