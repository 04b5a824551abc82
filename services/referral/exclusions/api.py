"""Exclusions over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.contracts.referral import ExclusionCategory
from libs.common.core.fields import Reference
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Key, Listing, add_reads, equal
from services.referral.cases.queries import of_cases
from services.referral.children.queries import by_child
from services.referral.exclusions.commands import (
    RecordExclusion,
    correct_exclusion,
    record_exclusion,
    void_exclusion,
)
from services.referral.exclusions.domain import Exclusion
from services.referral.schools.queries import by_school

routes = router()


class ExclusionView(BaseModel):
    """An exclusion, and whether it was upheld or rescinded; a void one was recorded by mistake."""

    exclusion_id: UUID
    reference: str
    child_id: UUID
    school_id: UUID
    category: str
    starts_on: date
    half_days: int | None
    upheld_on: date | None
    rescinded_on: date | None
    ground: str | None
    void: bool

    @classmethod
    def of(cls, exclusion: Exclusion) -> "ExclusionView":
        """Show an exclusion."""
        return cls(
            exclusion_id=exclusion.id,
            reference=exclusion.reference,
            child_id=exclusion.child_id,
            school_id=exclusion.school_id,
            category=exclusion.category,
            starts_on=exclusion.starts_on,
            half_days=exclusion.half_days,
            upheld_on=exclusion.upheld_on,
            rescinded_on=exclusion.rescinded_on,
            ground=exclusion.ground,
            void=exclusion.void,
        )


@routes.put(
    "/v1/exclusions/by-reference/{reference:path}",
    openapi_extra=permission("exclusion.write"),
    tags=["exclusions"],
)
async def put_exclusion(
    reference: Annotated[Reference, Path()],
    command: RecordExclusion,
    work: Work,
    response: Response,
) -> ExclusionView:
    """Record an exclusion under the county's reference, and whether it was upheld or rescinded."""
    exclusion, done = await record_exclusion(work, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, exclusion)
    return ExclusionView.of(exclusion)


async def _views(
    _: ReadTransaction, exclusions: Sequence[Exclusion], __: date | None
) -> list[ExclusionView]:
    return [ExclusionView.of(one) for one in exclusions]


EXCLUSIONS: Final = Listing(
    things="exclusions",
    one="exclusion",
    kind=Exclusion,
    view=ExclusionView,
    views=_views,
    permission="exclusion.read",
    tag="exclusions",
    summary="List exclusions.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Exclusion.reference, Reference)})],
    filters={
        "child": by_child(Exclusion.child_id),
        "school": by_school(Exclusion.school_id),
        "category": equal(Exclusion.category, ExclusionCategory),
        **of_cases(Exclusion.child_id),
    },
    days={"starts_on": Exclusion.starts_on},
    sorts={"starts_on": Exclusion.starts_on},
)
add_reads(routes, EXCLUSIONS)


put_right(
    routes,
    "/v1/exclusions/{exclusion_id}",
    permission("exclusion.correct"),
    ExclusionView,
    tag="exclusions",
    corrections=correct_exclusion,
    void=void_exclusion,
)
