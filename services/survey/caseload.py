"""Whose cases and whose children a caller reaches (domain brief 10)."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from libs.common.persistence.uow import ReadTransaction
from libs.common.persistence.visibility import Conditions
from services.survey.known import CASELOAD, KnownCase, known_case, known_holder

records_of, on_caseload = CASELOAD.records_of, CASELOAD.reached

VISIBLE: Final[Conditions] = {KnownCase: lambda access: CASELOAD.held(access, known_case)}


async def teacher_on(read: ReadTransaction, child_id: UUID, day: date) -> UUID | None:
    """Return who led a child's case on a day, in whichever record; None where nobody is known."""
    case, holder = known_case.c, known_holder.c
    theirs = or_(case.child_id == child_id, case.child_id.in_(records_of(child_id)))
    query = (
        select(holder.staff_id)
        .join(known_case, case.case_id == holder.case_id)
        .where(theirs, ~case.void, or_(case.ended_on.is_(None), case.ended_on >= day))
        .where(~holder.void, holder.from_on <= day)
        .order_by(holder.from_on.desc())
        .limit(1)
    )
    return (await read.connection.execute(query)).scalar_one_or_none()
