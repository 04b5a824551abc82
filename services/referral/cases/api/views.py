"""A case as it is shown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.referral import EndReason
from libs.common.core.fields import Code, of_codes, of_form
from libs.common.http.requests import etag
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed
from services.referral.cases.access import STEPS
from services.referral.cases.codes import State
from services.referral.cases.domain import Case
from services.referral.cases.holding import holders_on
from services.referral.children.queries import schools_on

CASES: list[Any] = ["cases"]


class CaseView(BaseModel):
    """A case, and what may be done with it now; teacher, team and school are those of a day."""

    case_id: UUID
    child_id: UUID
    referral_id: UUID
    school_id: UUID
    plan_id: UUID
    plan_type: Annotated[str, of_form(Code)]
    staff_id: UUID
    team_id: UUID | None
    started_on: date
    ended_on: date | None
    end_reason: Annotated[str, of_codes(EndReason)] | None
    state: Annotated[str, of_codes(State)]
    allowed: list[str]


async def views(read: ReadTransaction, cases: Sequence[Case], day: date) -> list[CaseView]:
    """Return cases as they were held on a day."""
    holders = await holders_on(read, cases, day)
    may = await allowed(read, Case, STEPS, {case.id: case.allowed for case in cases})
    schools = await schools_on(read, [case.child_id for case in cases], day)
    return [
        CaseView(
            case_id=case.id,
            child_id=case.child_id,
            referral_id=case.referral_id,
            school_id=schools[case.child_id],
            plan_id=case.plan_id,
            plan_type=case.plan_type,
            staff_id=holders[case.id].staff_id,
            team_id=holders[case.id].team_id,
            started_on=case.started_on,
            ended_on=case.ended_on,
            end_reason=case.end_reason,
            state=case.state,
            allowed=may[case.id],
        )
        for case in cases
    ]


async def shown(read: ReadTransaction, case: Case, response: Response) -> CaseView:
    """Return a case as it is held today, and set its ETag."""
    etag(response, read, case)
    [view] = await views(read, [case], read.today())
    return view
