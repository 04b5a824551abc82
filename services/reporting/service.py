"""The reporting service's manifest."""

from pathlib import Path

from libs.common.pages.index import Front
from libs.common.pages.sessions import session
from libs.common.persistence.db import tables
from libs.common.runtime.service import Service
from services.reporting.access import GRANTS, visible
from services.reporting.api import pages, routes
from services.reporting.facts import metadata as facts
from services.reporting.facts import subscriptions
from services.reporting.problems import PROBLEMS

# A rebuild makes only the facts again: nobody is signed out by it.
metadata = tables()
for table in (*facts.sorted_tables, session):
    table.to_metadata(metadata)

SERVICE = Service(
    name="reporting",
    summary="What is counted and published: the annual report, from events alone.",
    routers=(routes, pages),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    visible=visible,
    subscriptions=subscriptions,
    publishes=False,
    problems=PROBLEMS,
    front=(
        Front(
            words="Annual reports",
            about="Each year's figures and statements, exact, for the Head of Service.",
            address="/reporting/reports",
            action="report.read-exact",
        ),
    ),
)
