"""The reporting service's manifest."""

from pathlib import Path
from typing import Final

from libs.common.http import change_feed_api, change_log_api, listener_api, me_api
from libs.common.pages.index import Front
from libs.common.pages.sessions import session
from libs.common.persistence.db import tables
from libs.common.persistence.references import OnRecord
from libs.common.persistence.visibility import visible_by
from libs.common.runtime.manifest import Service
from libs.common.security import Grants
from services.reporting import access
from services.reporting.api import routes
from services.reporting.case_extract import api as case_extract_api
from services.reporting.comparing import api as comparing_api
from services.reporting.editions import access as editions_access
from services.reporting.editions import api as editions_api
from services.reporting.editions import public_api, review_api
from services.reporting.editions import reads as editions_reads
from services.reporting.exceptions import access as exceptions_access
from services.reporting.exceptions import api as exceptions_api
from services.reporting.exceptions import reads as exceptions_reads
from services.reporting.facts import metadata as facts
from services.reporting.facts import subscriptions, team
from services.reporting.lineage import api as lineage_api
from services.reporting.pages import drafts, extracts
from services.reporting.pages.routes import pages
from services.reporting.plans import access as plans_access
from services.reporting.plans import api as plans_api
from services.reporting.plans import reads as plans_reads
from services.reporting.problems import FAULTS, PROBLEMS
from services.reporting.published import access as published_access
from services.reporting.published import api as published_api
from services.reporting.published import reads as published_reads
from services.reporting.tables import metadata as records

# A rebuild makes only the facts again: editions stay, and nobody is signed out by it.
metadata = tables()
for table in (*facts.sorted_tables, *records.sorted_tables, session):
    table.to_metadata(metadata)

GRANTS: Final[Grants] = {
    **listener_api.GRANTS,
    **change_log_api.GRANTS,
    **change_feed_api.GRANTS,
    **me_api.GRANTS,
    **access.GRANTS,
    **editions_access.GRANTS,
    **plans_access.GRANTS,
    **published_access.GRANTS,
    **exceptions_access.GRANTS,
}

READS: Final = (editions_reads, plans_reads, published_reads, exceptions_reads)
"""What is listed, found and shown of each thing."""

SERVICE = Service(
    name="reporting",
    summary="What is counted and published: the annual report, counted from events, in editions.",
    routers=(
        routes,
        lineage_api.routes,
        comparing_api.routes,
        case_extract_api.routes,
        editions_api.routes,
        review_api.routes,
        public_api.routes,
        plans_api.routes,
        published_api.routes,
        exceptions_api.routes,
        *(reads.routes for reads in READS),
        pages,
        drafts.pages,
        extracts.pages,
    ),
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    grants=GRANTS,
    visible=visible_by(
        {
            **editions_access.VISIBLE,
            **plans_access.VISIBLE,
            **published_access.VISIBLE,
            **exceptions_access.VISIBLE,
        }
    ),
    records={"edition_id": "/v1/editions/{academic_year}/{number}"},
    subscriptions=subscriptions,
    problems=PROBLEMS,
    faults=FAULTS,
    on_record=OnRecord(teams=(team.c.team_id, team.c.code)),
    front=(
        Front(
            words="Annual reports",
            about="Each year's figures and statements.",
            address="/reporting/reports",
            action="report.read",
        ),
        Front(
            words="Drafts of reports",
            about="What is reviewed before it is published.",
            address="/reporting/drafts",
            action="edition.read-draft",
        ),
        Front(
            words="Case by case",
            about="Each year's cases to take away, a row each under pseudonyms.",
            address="/reporting/case-extracts",
            action="report.extract",
        ),
    ),
)
