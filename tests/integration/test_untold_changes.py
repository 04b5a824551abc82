"""Changes without an event: in the feed all the same, and on no bus."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from deploy.services import SERVICES
from libs.common.persistence import tables
from tests.integration.test_change_feed import get
from tests.journeys.casework import call, opened
from tests.worlds import EMBEDDED, world_of

WAVE: dict[str, Any] = {
    "reference": "W9",
    "audience": "schools",
    "academic_year": "2018-19",
    "questionnaire": "schools",
    "questionnaire_version": 1,
    "issued_on": "2019-05-14",
    "closes_on": "2019-07-08",
    "grace_days": 0,
}
SILENT: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("referral", "people/by-reference/P9", {"name": "Testcarer"}, "people"),
    (
        "referral",
        "people/by-reference/P9",
        {"name": "Testcarer", "email": "p9@example.org"},
        "people",
    ),
    ("referral", "staff/by-reference/S1", {"name": "Testcase Renamed"}, "staff"),
    ("survey", "waves", WAVE, "waves"),
)
"""What is recorded without an event: service, address, what is told, and the kind of record."""


async def test_what_no_event_tells_is_a_change_all_the_same_and_stays_off_the_bus(
    tmp_path: Path,
) -> None:
    """Told again it is none. A digest of what is published leaves it out."""
    async with world_of(EMBEDDED, tmp_path, SERVICES) as world:
        await opened(world)
        world.client.headers["Authorization"] = world.as_()["Authorization"]
        for service, address, body, kind in SILENT:
            url = f"/{service}/v1/changes"
            asked = {"after": (await get(world, f"{url}/snapshot"))["cursor"]}
            for _ in range(2):
                method = "POST" if kind == "waves" else "PUT"
                day = {"effective_on": "2018-11-05"} if kind == "staff" else {}
                told = await call(world, method, f"/{service}/v1/{address}", body | day)
                assert told.is_success, told.text
            [item] = (await get(world, url, **asked))["items"]
            assert (item["kind"], item["type"], item["version"]) == (kind, None, None)
            assert item["record_id"] in (await world.client.get(item["link"])).text
            for published, number in (("false", 1), ("true", 0)):
                said = await get(world, f"{url}/digest", published=published, **asked)
                assert said["count"] == number
        await world.settle()
        async with world.database("reporting").reading() as connection:
            assert not (await connection.execute(select(tables.dead_letter))).all()
