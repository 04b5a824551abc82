"""The list of course, network and bespoke codes over HTTP."""

from libs.common.http.requests import Read, permission, router
from services.survey.courses.domain import Course, courses

routes = router()


@routes.get("/v1/courses", openapi_extra=permission("course.read"), tags=["deliveries"])
async def get_courses(read: Read) -> list[Course]:  # noqa: ARG001 - every route looks
    """Show every code under which a delivery may be recorded, with the days it is valid."""
    return list(courses())
