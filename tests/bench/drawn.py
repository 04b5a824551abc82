"""Events to measure with: visits of many cases, week after week, as a county's weeks go by."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from libs.common.contracts.base import Envelope
from libs.common.contracts.referral import VisitsRecorded

FIRST_MONDAY = date(2018, 9, 3)
AT_ONCE = 1_000


def visits(cases: int, weeks: int) -> list[Envelope]:
    """Return ``cases * weeks`` events: every case once in each week."""
    ids = [uuid4() for _ in range(cases)]
    return [_visit(case, week) for week in range(weeks) for case in ids]


def _visit(case: UUID, week: int) -> Envelope:
    event = VisitsRecorded(
        case_id=case,
        child_id=case,
        staff_id=case,
        week_beginning=FIRST_MONDAY + timedelta(weeks=week),
        planned=2,
        attended=2,
        missed=(),
    )
    return Envelope(
        id=uuid4(),
        source="referral",
        type=event.type(),
        subject=case,
        sequence=week + 1,
        time=datetime(2018, 9, 3, tzinfo=UTC) + timedelta(weeks=week),
        data=event.model_dump_json().encode(),
    )


def chunks(envelopes: list[Envelope]) -> Iterator[list[Envelope]]:
    """Cut into what is published at once."""
    for start in range(0, len(envelopes), AT_ONCE):
        yield envelopes[start : start + AT_ONCE]
