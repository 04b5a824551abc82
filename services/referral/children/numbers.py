"""Pupil numbers of a child: one active child's each, and those that were given up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from libs.common.core.errors import ValidationError
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.codes import UpnChange
from services.referral.children.domain import Child
from services.referral.children.upn import FormerUpn, is_temporary


async def taken_faults(
    uow: UnitOfWork, upn: str | None, child: Child | None
) -> list[ValidationError]:
    """Return a fault where another active child has the number."""
    if upn is None or (child is not None and child.upn == upn):
        return []
    others = await uow.all(Child, upn=upn, unseen=True)
    if all(one is child or one.upn != upn or one.closed_on is not None for one in others):
        return []
    detail = (
        "Another child has this number. If both are rightly so recorded, say so with"
        " upn_duplicate_confirmed."
    )
    return [ValidationError("upn-taken", detail, "/upn")]


async def keep_former(uow: UnitOfWork, child: Child, told: Mapping[str, Any], day: date) -> None:
    """Keep the number that a push takes away, or the one that an older push tells of."""
    since = child.particulars_on.get("upn", day.isoformat())
    upn, now, changed_on = told.get("upn"), child.upn, date.fromisoformat(since)
    if "upn" not in told or upn == now:
        return
    if day >= changed_on and now is not None:
        await _keep(uow, child, now, (changed_on, day), _why(now, upn))
        child.upn_shared = False
    elif day < changed_on and upn is not None:
        await _keep(uow, child, upn, (day, changed_on), _why(upn, now))


async def keep_number(uow: UnitOfWork, child: Child, upn: str, day: date) -> None:
    """Keep the number of a child who has another identity from a day on."""
    since = child.particulars_on.get("upn", child.registered_on.isoformat())
    await _keep(uow, child, upn, (date.fromisoformat(since), day), "new-identity")


def _why(was: str, upn: str | None) -> UpnChange:
    if upn is None:
        return "withdrawn"
    replaced = is_temporary(was) and not is_temporary(upn)
    return "permanent-known" if replaced else "corrected"


async def _keep(
    uow: UnitOfWork, child: Child, upn: str, days: tuple[date, date], why: UpnChange
) -> None:
    since, until = days
    if await uow.find(FormerUpn, child_id=child.id, until_on=until, upn=upn) is None:
        former = FormerUpn(child_id=child.id, until_on=until, upn=upn, from_on=since, why=why)
        uow.add(former)
