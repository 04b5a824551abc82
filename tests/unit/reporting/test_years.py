"""Every year that a record can belong to has a report; any other is refused as no year."""

from pathlib import Path

import pytest

from services.reporting.service import SERVICE
from tests.journeys.casework import call
from tests.worlds import EMBEDDED, world_of

SHARE = "inclusion.at_risk_of_exclusion.share"


@pytest.mark.parametrize(
    ("year", "status"),
    [
        ("1898-99", 422),
        ("1899-00", 200),
        ("1900-01", 200),
        ("1901-02", 200),
        ("2199-00", 200),
        ("2200-01", 422),
        ("0000-01", 422),
        ("9999-00", 422),
    ],
)
async def test_every_year_of_which_there_can_be_records_has_a_report(
    tmp_path: Path, year: str, status: int
) -> None:
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        for url in (
            f"/reporting/v1/reports/{year}",
            f"/reporting/reports/{year}",
            f"/reporting/v1/figures/{SHARE}/trend?until={year}",
            f"/reporting/figures/{SHARE}?year={year}",
        ):
            assert (await call(world, "GET", url)).status_code == status, url
