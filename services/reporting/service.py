"""The reporting service's manifest."""

from pathlib import Path

from libs.common.service import Service
from services.reporting.access import GRANTS, visible
from services.reporting.api import routes
from services.reporting.facts import metadata
from services.reporting.projections import subscriptions

SERVICE = Service(
    name="reporting",
    summary="What is counted and published: the annual report, from events alone.",
    routers=(routes,),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    visible=visible,
    subscriptions=subscriptions,
    publishes=False,
)
