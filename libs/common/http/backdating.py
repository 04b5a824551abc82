"""When the county recorded what a request tells, where who loads past records says so."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from starlette.requests import Request

from libs.common.core.clock import RECORDED_AT, local_day
from libs.common.core.errors import BadRequest, NotAllowed
from libs.common.persistence.uow import RequestContext

_FORM: Final = (
    f"{RECORDED_AT} is one past instant with its offset from UTC, such as"
    " 2018-09-07T16:00:00+01:00."
)


def recorded_as_told(
    context: RequestContext, request: Request, now: datetime, *, taken: bool
) -> RequestContext:
    """Return the context of a request that was recorded when its header says, if it has one.

    It is refused where the setting BACKDATING does not have it ``taken``, to whom does not reach
    the whole county, and where it is no instant before ``now``. Only what is recorded bears that
    instant: tokens, keys of commands and the audit go by the machine's own clock.
    """
    told = request.headers.getlist(RECORDED_AT)
    if not told:
        return context
    if not taken:
        raise BadRequest(
            code="recorded-at-not-taken",
            detail=f"Nobody says here when something was recorded. Send no {RECORDED_AT}.",
        )
    if not context.access.everything:
        raise NotAllowed
    at = _read(told, now)
    access = replace(context.access, today=local_day(at))
    return replace(context, access=access, recorded_at=at)


def _read(told: list[str], now: datetime) -> datetime:
    refusal = BadRequest(code="recorded-at-not-valid", detail=_FORM)
    try:
        [text] = told
        at = datetime.fromisoformat(text)
        local_day(at)
    except (ValueError, OverflowError):
        raise refusal from None
    if at > now:
        raise refusal
    return at
