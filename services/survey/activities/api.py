"""Activities with children over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import Reference, YearLabel, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Read, Work, permission, router
from libs.common.reading import with_steps
from services.survey.activities.access import STEPS
from services.survey.activities.codes import Agreement, Assent, Method
from services.survey.activities.commands import (
    RecordActivity,
    correct_activity,
    record_activity,
    void_activity,
)
from services.survey.activities.domain import Activity
from services.survey.activities.queries import held_in

routes = router()


class ActivityView(BaseModel):
    """An activity with a child: what was seen in words, and no answer to any question."""

    activity_id: UUID
    reference: Annotated[str, of_form(Reference)]
    child_id: UUID
    held_on: date
    method: Annotated[str, of_codes(Method)]
    assent: Annotated[str, of_codes(Assent)]
    agreement: Annotated[str, of_codes(Agreement)]
    notes: str | None
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, activity: Activity, may: list[str]) -> "ActivityView":
        """Show an activity, and what the caller may do with it."""
        return cls(
            activity_id=activity.id,
            reference=activity.reference,
            child_id=activity.child_id,
            held_on=activity.held_on,
            method=activity.method,
            assent=activity.assent,
            agreement=activity.agreement,
            notes=activity.notes,
            void=activity.void,
            allowed=may,
        )


ACTIVITY: Final = with_steps(ActivityView, Activity, STEPS)


class MethodView(BaseModel):
    """How many activities by a method were asked about, and ``held`` with the child's assent."""

    method: Annotated[str, of_codes(Method)]
    asked: int
    held: int


@routes.post(
    "/v1/activities",
    openapi_extra=permission("activity.record"),
    tags=["activities"],
    status_code=201,
)
async def post_activity(command: RecordActivity, work: Work, response: Response) -> ActivityView:
    """Record how a child was heard other than by a questionnaire."""
    activity, done = await record_activity(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await ACTIVITY.shown(work, activity, response)


put_right(
    routes,
    "/v1/activities/{activity_id}",
    permission("activity.correct"),
    ACTIVITY.shown,
    tag="activities",
    corrections=correct_activity,
    void=void_activity,
)


@routes.get(
    "/v1/years/{academic_year}/methods",
    openapi_extra=permission("activity.read"),
    tags=["activities"],
)
async def get_activities_by_method(
    academic_year: Annotated[YearLabel, Path(examples=["2018-19"])], read: Read
) -> list[MethodView]:
    """Count the activities of a year by method, of the children whom the caller reaches."""
    year = AcademicYear.parse(academic_year)
    return [MethodView.model_validate(one._asdict()) for one in await held_in(read, year)]
