"""Whoever reads facts holds them first: a snapshot from before a rebuild finds other tables."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from libs.common.security import Role
from tests.unit.reporting.editions.stage import DRAFT, DRAFTS, SHARE, County, county_of


async def test_facts_are_held_before_anything_is_read(tmp_path: Path) -> None:
    async with county_of(tmp_path) as county:
        draft = (await county.do("POST", DRAFTS, DRAFT))["edition_id"]
        for url in (
            *(f"{DRAFTS}/{draft}/{part}" for part in ("content", "findings", "obstacles", "since")),
            f"/reporting/drafts/{draft}",
            "/reporting/v1/case-extracts/2018-19",
            "/reporting/v1/reports/2018-19",
            f"/reporting/v1/figures/{SHARE}/trend?until=2018-19",
            f"/reporting/v1/figures/{SHARE}/lineage?year=2018-19",
            "/reporting/v1/reconciliations/2018-19",
        ):
            first = await first_asked(county, url)
            assert "reread_until" in first, (url, first)


async def first_asked(county: County, url: str) -> str:
    """Return the first that the database is asked for an answer: ``hold`` asks how far it read."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answer = await county.send("GET", url, role=Role.HEAD_OF_SERVICE)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    return next(one for one in asked if one.startswith("SELECT"))
