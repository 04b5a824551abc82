"""The case extract over HTTP, for who may see every case."""

from typing import Annotated, Any, Final

from fastapi import Path, Request

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import YearLabel
from libs.common.core.private import key_for
from libs.common.http.requests import Read, permission, router
from services.reporting.api import FILES, KnownAt, taken
from services.reporting.case_extract.queries import case_extract
from services.reporting.case_extract.rows import CaseExtract, CaseRow
from services.reporting.holding import hold
from services.reporting.outlets.files import Table, wanted
from services.reporting.queries import check_asked, year_as_known
from services.reporting.readers import Reader

routes = router()

Year = Annotated[YearLabel, Path(examples=["2018-19"])]

NOTES: Final = {
    "What it is": "One row a referral and the case that came of it, of those that were under way on"
    " a day of the year, under pseudonyms. What took place after the year is not in it.",
    "Whose data it is": "Each row is of one child: it is personal data, for those who may see every"
    " case. It is not for publication.",
}


@routes.get(
    "/v1/case-extracts/{year}",
    openapi_extra=permission("report.extract", long=True),
    response_model=CaseExtract,
    responses=FILES,
    tags=["reports"],
)
async def get_case_extract(
    year: Year, read: Read, request: Request, known_at: KnownAt = None
) -> Any:
    """Show a year's cases, one row each: the first day of each stage, outcome, characteristics.

    Case and child are pseudonyms by a key of this installation and the year, which lead to no id
    and to no other year's extract. With `Accept: application/jsonl` it is a file of JSON lines.
    """
    found = await extracted(year, read, request, known_at)
    end = wanted(request.headers.get("accept", ""))
    return await taken(request, table_of_cases(found), end) if end else found


async def extracted(
    year: Year, read: Read, request: Request, known_at: KnownAt = None
) -> CaseExtract:
    """Return a year's cases, one row each, and have the audit say that they were taken."""
    check_asked(Reader(today=read.today(), exact=True), known_at)
    await hold(read.connection)
    of = await year_as_known(read.connection, AcademicYear.parse(year), known_at, read.today())
    key = key_for(request.app.state.running.secret, f"case extract of {year}")
    found = await case_extract(of, known_at, key)
    request.state.outcome = "exported"
    return found


def table_of_cases(found: CaseExtract) -> Table:
    """Return the table of which files are made: a row a case, and what they are."""
    known = f"-known-at-{found.known_at}" if found.known_at else ""
    return Table(
        name=f"cases-{found.academic_year}{known}",
        model=CaseRow,
        rows=found.rows,
        notes=NOTES,
        of_values={},
    )
