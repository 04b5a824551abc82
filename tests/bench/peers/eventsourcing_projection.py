"""Applying visits as the library eventsourcing does it: one after another, each with its tracking.

The log is the library's own, in the same database. It is validated when it is recorded, which is
not measured, and holds each aggregate to its order; nothing is compared to the letter.
"""

from datetime import timedelta
from functools import singledispatchmethod
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from sqlalchemy.engine import make_url

from tests.bench.drawn import FIRST_MONDAY
from tests.bench.measured import Cost, Stopwatch

WITHIN_SECONDS = 120.0
FACT = """
INSERT INTO fact_visit (case_id, week_beginning, child_id, staff_id, planned, attended, missed,
    event_id, sequence, known_from, stands)
VALUES (%s, %s, %s, %s, 2, 2, '', %s, %s, %s, true)
ON CONFLICT (case_id, week_beginning) DO UPDATE SET attended = excluded.attended,
    event_id = excluded.event_id, sequence = excluded.sequence, known_from = excluded.known_from
"""


class Case(Aggregate):
    """A case, of which visits are recorded week by week."""

    class VisitsRecorded(Aggregate.Event):
        """Visits of a week were recorded."""

        week_beginning: str

    @event(VisitsRecorded)
    def record_visits(self, week_beginning: str) -> None:
        """Record a week."""


class Cases(Application[UUID]):
    """Who records them."""


class View(PostgresTrackingRecorder):
    """The facts, and how far they were read."""

    def add(self, row: tuple[Any, ...], tracking: Tracking) -> None:
        """Write a fact with the place it was read at, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(FACT, row)


class Visits(Projection[View]):
    """What is made of the log."""

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Leave what is no visit aside."""

    @process_event.register
    def _(self, domain_event: Case.VisitsRecorded, tracking: Tracking) -> None:
        case, week = domain_event.originator_id, domain_event.week_beginning
        known = int(domain_event.timestamp.timestamp() * 1_000_000)
        row = (case, week, case, case, uuid4(), domain_event.originator_version, known)
        self.view.add(row, tracking)


async def one_by_one(url: str, cases: int, weeks: int) -> Cost:
    """Record these visits, and measure how they are applied."""
    env = _env(url)
    application = Cases(env)
    for _ in range(cases):
        case = Case()
        for week in range(weeks):
            case.record_visits(str(FIRST_MONDAY + timedelta(weeks=week)))
        application.save(case)
    last = application.recorder.max_notification_id()
    application.close()
    watch = Stopwatch()
    with ProjectionRunner(
        application_class=Cases, projection_class=Visits, view_class=View, env=env
    ) as runner:
        runner.wait(last, timeout=WITHIN_SECONDS)
        return watch.cost(cases * weeks)


def _env(url: str) -> dict[str, str]:
    parsed = make_url(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parsed.database or "",
        "POSTGRES_HOST": parsed.host or "",
        "POSTGRES_PORT": str(parsed.port or 5432),
        "POSTGRES_USER": parsed.username or "",
        "POSTGRES_PASSWORD": parsed.password or "",
    }
