"""The case extract beside the county's records: the same rows, but for the pseudonyms."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from deploy.demo.oracle.cases import case_rows
from deploy.demo.records import County
from services.reporting import facts
from tests.worlds import World

TOLD_BY_IDS = ("academic_year", "case", "child", "school_kind")


async def case_by_case(world: World, county: County, year: str) -> int:
    """Check every row of a year's extract; return how many there are."""
    url = f"/reporting/v1/case-extracts/{year}"
    answer = await world.client.get(url, headers=world.as_())
    assert answer.status_code == 200, answer.text
    rows, expected = answer.json()["rows"], case_rows(county, year)
    async with world.database("reporting").reading() as connection:
        teams = await connection.execute(select(facts.team.c.team_id, facts.team.c.code))
        codes = {str(id_): code for id_, code in teams}
    found = [{**row, "team": codes.get(row["team"], row["team"])} for row in rows]
    assert Counter(map(_told, found)) == Counter(map(_told, expected))
    assert len({row["case"] for row in rows}) == len(rows)
    assert len({row["child"] for row in rows}) == len({row["child"] for row in expected})
    return len(rows)


def _told(row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, row[name]) for name in row if name not in TOLD_BY_IDS))
