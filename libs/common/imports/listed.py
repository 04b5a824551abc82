"""Imports as they are shown and listed: how far each is, and by what they are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import RowMapping, Select, select

from libs.common.core.clock import midnight
from libs.common.core.fields import Code, Day
from libs.common.imports.jobs import State
from libs.common.imports.kinds import Atomic, Mode
from libs.common.imports.tables import import_job
from libs.common.reading.filters import IDS


class ImportView(BaseModel):
    """An import: how far it is, and how many rows had which outcome until now.

    ``rows`` is how many there are in all, known once the first are carried out. ``problem`` says
    why an import failed: of a file that cannot be read to its end, where.
    """

    import_id: UUID
    kind: str
    mode: Mode
    atomic: Atomic
    state: State
    posted_at: datetime
    ended_at: datetime | None
    rows: int | None
    created: int
    updated: int
    unchanged: int
    superseded: int
    skipped: int
    refused: int
    problem: dict[str, Any] | None

    @classmethod
    def of(cls, job: RowMapping) -> "ImportView":
        """Show an import."""
        same = cls.model_fields.keys() - {"import_id"}
        return cls(import_id=job["id"], **{name: job[name] for name in same})


class ListedImport(ImportView):
    """An import as it is listed; ``etag`` is its version."""

    etag: str

    @classmethod
    def shown(cls, job: RowMapping) -> "ListedImport":
        """Show an import with its version."""
        return cls(**dict(ImportView.of(job)), etag=f'"{job["version"]}"')


Sort = Literal["posted_at", "-posted_at"]
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class ListAsked:
    """Which imports are listed, and in which order; as lists of other things are asked for."""

    ids: Sequence[UUID] | None
    kind: str | None
    state: State | None
    posted_on_from: date | None
    posted_on_until: date | None
    sort: Sort

    def of(self, query: Select[Any], cursor: UUID | None) -> Select[Any]:
        """Return the query for these, from where the page begins on."""
        job = import_job.c
        for name in ("kind", "state"):
            if (wanted := getattr(self, name)) is not None:
                query = query.where(job[name] == wanted)
        if self.ids is not None:
            query = query.where(job.id.in_(self.ids))
        if self.posted_on_from is not None:
            query = query.where(job.posted_at >= midnight(self.posted_on_from))
        if self.posted_on_until is not None:
            query = query.where(job.posted_at < midnight(self.posted_on_until + DAY))
        is_latest_first = self.sort == "-posted_at"
        if cursor is not None:
            last = select(job.number).where(job.id == cursor).scalar_subquery()
            query = query.where(job.number < last if is_latest_first else job.number > last)
        return query.order_by(job.number.desc() if is_latest_first else job.number)


async def list_asked(
    ids: Annotated[IDS | None, Query()] = None,
    kind: Annotated[Code | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
    posted_on_from: Annotated[Day | None, Query()] = None,
    posted_on_until: Annotated[Day | None, Query()] = None,
    sort: Annotated[Sort, Query()] = "-posted_at",
) -> ListAsked:
    """Return which imports a request asks for."""
    return ListAsked(ids, kind, state, posted_on_from, posted_on_until, sort)
