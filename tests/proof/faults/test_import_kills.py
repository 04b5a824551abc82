"""An import whose process is killed goes on where it was, and no row of it is carried out twice."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from deploy.demo.importing import ended, outcomes
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.security import DemoIssuer, Role
from tests.proof.faults.place import Place, place_in
from tests.proof.faults.process import Process, client
from tests.worlds import REAL

ROWS = 1_200
"""Three chunks: a process is killed in the second, or just after it."""
POINTS = {"write.before-commit:kill:3": 500, "write.committed:kill:3": 1_000}


def headers(place: Place) -> dict[str, str]:
    token = DemoIssuer(place.folder).token(Role.HEAD_OF_SERVICE)
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}


async def sent(place: Place, http: httpx.AsyncClient, name: str, rows: int) -> str:
    """Send compliments; return the address of their import."""
    said = {"received_on": "2019-02-14", "source": "parents"}
    lines = [json.dumps({"reference": f"{name}{one}", **said}) for one in range(rows)]
    taken = await http.post(
        "/survey/v1/imports?kind=compliments&mode=commit",
        content="\n".join(lines),
        headers=headers(place) | {"Idempotency-Key": str(uuid4())},
    )
    assert taken.status_code == 202, taken.text
    return taken.headers["Location"]


async def counted(place: Place) -> int:
    database = Database(place.database_urls["survey"])
    try:
        async with database.reading() as connection:
            query = select(func.count()).select_from(tables.event)
            return int((await connection.execute(query)).scalar_one())
    finally:
        await database.close()


async def check_each_once(place: Place, http: httpx.AsyncClient, url: str, rows: int) -> None:
    """A row that was carried out twice would have changed nothing the second time."""
    async with asyncio.timeout(30):
        said = await ended(http, url, headers(place))
    assert (said["state"], said["rows"], said["created"]) == ("completed", rows, rows)
    found = await outcomes(http, url, headers(place))
    assert [one["row"] for one in found] == [*range(1, rows + 1)]
    assert Counter(one["outcome"] for one in found) == {"created": rows}


@pytest.mark.parametrize("point", POINTS)
async def test_an_import_goes_on_where_a_kill_left_it(
    point: str, kind: str, tmp_path: Path
) -> None:
    async with place_in(kind, tmp_path) as place:
        async with Process(place, point, "survey") as process, client(place, "survey") as http:
            url = await sent(place, http, "C", ROWS)
            assert await process.ended(60) == -9
        assert await counted(place) == POINTS[point]
        async with Process(place, name="survey"), client(place, "survey") as http:
            await check_each_once(place, http, url, ROWS)
        assert await counted(place) == ROWS


@pytest.mark.real
async def test_of_two_processes_one_works_and_the_other_takes_over(tmp_path: Path) -> None:
    async with place_in(REAL, tmp_path) as place:
        async with (
            Process(place, name="survey-a") as first,
            Process(place, name="survey-b"),
            client(place, "survey-a") as at_first,
            client(place, "survey-b") as at_second,
        ):
            urls = [await sent(place, at_first, "A", ROWS), await sent(place, at_second, "B", ROWS)]
            while not (await at_second.get(urls[0], headers=headers(place))).json()["created"]:
                await asyncio.sleep(0.01)
            one = (await at_second.get(urls[1], headers=headers(place))).json()
            assert (one["state"], one["created"]) == ("waiting", 0)
            first.kill()
            for url in urls:
                await check_each_once(place, at_second, url, ROWS)
        assert await counted(place) == 2 * ROWS
