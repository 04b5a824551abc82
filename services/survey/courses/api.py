"""The list of course, network and bespoke codes over HTTP."""

from typing import Annotated

from fastapi import Path

from libs.common.core.errors import NotFound
from libs.common.core.fields import Code
from libs.common.http.requests import Read, permission, router
from services.survey.courses.codes import CourseKind
from services.survey.courses.domain import Course, courses

routes = router()


@routes.get("/v1/courses", openapi_extra=permission("course.read"), tags=["deliveries"])
async def get_courses(read: Read) -> list[Course]:  # noqa: ARG001 - every route looks
    """Show every code under which a delivery may be recorded, with the days it is valid."""
    return list(courses())


@routes.get(
    "/v1/courses/{kind}/{code}", openapi_extra=permission("course.read"), tags=["deliveries"]
)
async def get_course(
    kind: Annotated[CourseKind, Path()],
    code: Annotated[Code, Path()],
    read: Read,  # noqa: ARG001 - every route looks
) -> Course:
    """Show one code of the list."""
    for one in courses():
        if (one.kind, one.code) == (kind, code):
            return one
    raise NotFound(code="not-found", detail="There is no such code.")
