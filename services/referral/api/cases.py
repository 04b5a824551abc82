"""Cases, visits, reviews, risk and what the Head decides, over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel

from libs.common.core.fields import Day, Identifier
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import IfMatch, Look, Work, etag, permission, router
from services.referral.commands.cases import (
    AllocateTeacher,
    EndSupport,
    PauseSupport,
    ResumeSupport,
    StartSupport,
    allocate_teacher,
    end_support,
    pause_support,
    resume_support,
    start_support,
)
from services.referral.commands.reviews import (
    DecideContinuation,
    ReviewPlan,
    decide_continuation,
    review_plan,
)
from services.referral.commands.visits import AssessRisk, RecordVisits, assess_risk, record_visits
from services.referral.domain import Case, Review, VisitWeek
from services.referral.queries import caseload, review_of

routes = router()
CASES: list[Any] = ["cases"]


class CaseView(BaseModel):
    """A case, and what may be done with it now."""

    case_id: UUID
    child_id: UUID
    referral_id: UUID
    school_id: UUID
    plan_id: UUID
    plan_type: str
    staff_id: UUID
    team_id: UUID | None
    started_on: date
    ended_on: date | None
    end_reason: str | None
    state: str
    allowed: list[str]

    @classmethod
    def of(cls, case: Case) -> "CaseView":
        """Show a case."""
        return cls(
            case_id=case.id,
            child_id=case.child_id,
            referral_id=case.referral_id,
            school_id=case.school_id,
            plan_id=case.plan_id,
            plan_type=case.plan_type,
            staff_id=case.staff_id,
            team_id=case.team_id,
            started_on=case.started_on,
            ended_on=case.ended_on,
            end_reason=case.end_reason,
            state=case.state,
            allowed=list(case.allowed),
        )


class VisitsView(BaseModel):
    """A school week's visits."""

    case_id: UUID
    week_beginning: date
    planned: int
    attended: int
    missed: list[str]

    @classmethod
    def of(cls, week: VisitWeek) -> "VisitsView":
        """Show a week."""
        return cls(
            case_id=week.case_id,
            week_beginning=week.week_beginning,
            planned=week.planned,
            attended=week.attended,
            missed=week.missed,
        )


class ReviewView(BaseModel):
    """A review: its findings, the recommendation and the decision."""

    review_id: UUID
    case_id: UUID
    held_on: date
    due_on: date | None
    outcomes: list[dict[str, Any]]
    recommendation: str
    recommended_on: date
    report: str | None
    decision: str | None
    decided_on: date | None
    decision_reason: str | None

    @classmethod
    def of(cls, review: Review) -> "ReviewView":
        """Show a review."""
        return cls(
            review_id=review.id,
            case_id=review.case_id,
            held_on=review.held_on,
            due_on=review.due_on,
            outcomes=review.outcomes,
            recommendation=review.recommendation,
            recommended_on=review.recommended_on,
            report=review.report,
            decision=review.decision,
            decided_on=review.decided_on,
            decision_reason=review.decision_reason,
        )


class RiskView(BaseModel):
    """A judgement of risk."""

    case_id: UUID
    level: str
    assessed_on: date
    drivers: list[str]


async def _shown(work: Work, case: Case, response: Response) -> CaseView:
    etag(response, work, case)
    return CaseView.of(case)


@routes.post("/v1/cases", status_code=201, openapi_extra=permission("case.start"), tags=CASES)
async def post_case(command: StartSupport, work: Work, response: Response) -> CaseView:
    """Open a case on an agreed referral, with its teacher."""
    case, _ = await start_support(work, command)
    return await _shown(work, case, response)


@routes.get("/v1/cases", openapi_extra=permission("case.read"), tags=CASES)
async def get_cases(
    look: Look,
    as_of: Annotated[Day | None, Query()] = None,
    cursor: Cursor = None,
    limit: PageSize = PAGE_DEFAULT,
) -> Page[CaseView]:
    """List the caseload on a day (by default today), at most 200 cases at a time."""
    found = await caseload(look, as_of or look.today(), cursor, limit + 1)
    return page([CaseView.of(case) for case in found], limit, lambda one: one.case_id)


@routes.get("/v1/cases/{case_id}", openapi_extra=permission("case.read"), tags=CASES)
async def get_case(case_id: Identifier, look: Look, response: Response) -> CaseView:
    """Show a case."""
    case = await look.get(Case, case_id)
    etag(response, look, case)
    return CaseView.of(case)


@routes.post(
    "/v1/cases/{case_id}/allocations", openapi_extra=permission("case.allocate"), tags=CASES
)
async def post_allocation(
    case_id: Identifier, command: AllocateTeacher, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Allocate a teacher to a case, from a day on."""
    case, _ = await allocate_teacher(work, case_id, command, version)
    return await _shown(work, case, response)


@routes.post("/v1/cases/{case_id}/pause", openapi_extra=permission("case.pause"), tags=CASES)
async def post_pause(
    case_id: Identifier, command: PauseSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Pause support."""
    return await _shown(work, await pause_support(work, case_id, command, version), response)


@routes.post("/v1/cases/{case_id}/resumption", openapi_extra=permission("case.pause"), tags=CASES)
async def post_resumption(
    case_id: Identifier, command: ResumeSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """Resume support."""
    return await _shown(work, await resume_support(work, case_id, command, version), response)


@routes.post("/v1/cases/{case_id}/ending", openapi_extra=permission("case.end"), tags=CASES)
async def post_ending(
    case_id: Identifier, command: EndSupport, version: IfMatch, work: Work, response: Response
) -> CaseView:
    """End support."""
    case, _ = await end_support(work, case_id, command, version)
    return await _shown(work, case, response)


@routes.put(
    "/v1/cases/{case_id}/visits/{week_beginning}",
    openapi_extra=permission("visit.record"),
    tags=CASES,
)
async def put_visits(
    case_id: Identifier,
    week_beginning: Annotated[Day, Path()],
    command: RecordVisits,
    work: Work,
) -> VisitsView:
    """Record the visits of a school week. This replaces an earlier record of that week."""
    week, _ = await record_visits(work, case_id, week_beginning, command)
    return VisitsView.of(week)


@routes.post(
    "/v1/cases/{case_id}/risk-assessments",
    status_code=201,
    openapi_extra=permission("risk.assess"),
    tags=CASES,
)
async def post_risk(case_id: Identifier, command: AssessRisk, work: Work) -> RiskView:
    """Record a judgement of a child's risk of exclusion."""
    risk, _ = await assess_risk(work, case_id, command)
    return RiskView(
        case_id=risk.case_id, level=risk.level, assessed_on=risk.assessed_on, drivers=risk.drivers
    )


@routes.post(
    "/v1/cases/{case_id}/reviews",
    status_code=201,
    openapi_extra=permission("review.record"),
    tags=["reviews"],
)
async def post_review(case_id: Identifier, command: ReviewPlan, work: Work) -> ReviewView:
    """Record a plan's review meeting and the recommendation."""
    review, _ = await review_plan(work, case_id, command)
    return ReviewView.of(review)


@routes.get("/v1/reviews/{review_id}", openapi_extra=permission("review.read"), tags=["reviews"])
async def get_review(review_id: Identifier, look: Look) -> ReviewView:
    """Show a review, with the report and the decision."""
    return ReviewView.of(await review_of(look, review_id))


@routes.post(
    "/v1/reviews/{review_id}/continuation",
    openapi_extra=permission("continuation.decide"),
    tags=["reviews"],
)
async def post_continuation(
    review_id: Identifier, command: DecideContinuation, work: Work
) -> ReviewView:
    """Decide whether support continues. Only the Head of Service may."""
    review, _ = await decide_continuation(work, review_id, command)
    return ReviewView.of(review)
