"""The checks of the registers over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.survey import Register
from libs.common.core.fields import of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, permission, router
from libs.common.reading import with_steps
from services.survey.feedback.access import CHECK_STEPS
from services.survey.feedback.commands import (
    CheckRegister,
    check_register,
    void_register_check,
)
from services.survey.feedback.commands.checks import Month
from services.survey.feedback.domain import RegisterCheck

routes = router()


class RegisterCheckView(BaseModel):
    """A month of a register that somebody confirmed as complete."""

    check_id: UUID
    kind: Annotated[str, of_codes(Register)]
    month: Annotated[str, of_form(Month)]
    checked_on: date
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, check: RegisterCheck, may: list[str]) -> "RegisterCheckView":
        """Show a check, and what the caller may do with it."""
        return cls(
            check_id=check.id,
            kind=check.kind,
            month=check.month,
            checked_on=check.checked_on,
            void=check.void,
            allowed=may,
        )


CHECK: Final = with_steps(RegisterCheckView, RegisterCheck, CHECK_STEPS)


@routes.post(
    "/v1/register-checks",
    openapi_extra=permission("register.check"),
    tags=["feedback"],
    status_code=201,
)
async def post_register_check(
    command: CheckRegister, work: Work, response: Response
) -> RegisterCheckView:
    """Confirm that a register is complete for a month."""
    check, done = await check_register(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await CHECK.shown(work, check, response)


put_right(
    routes,
    "/v1/register-checks/{check_id}",
    permission("register.check"),
    CHECK.shown,
    tag="feedback",
    void=void_register_check,
)
