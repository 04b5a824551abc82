"""How the fictional county publishes goes on after it was interrupted, wherever that was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.demo.publishing import YEAR, publish
from libs.common.contracts import Event
from libs.common.security import Role
from tests.unit.reporting.editions.stage import DRAFTS, LATE, County, county_of

STEPS = ("allowance", "notes", "notes/1/answer")
"""After which of its steps it is interrupted, one run after another."""


class Interrupted(Exception):
    """The power fails."""


class Client:
    """Sends all that is asked of it until a step was answered, and then no more."""

    def __init__(self, client: httpx.AsyncClient, step: str | None) -> None:
        self._client, self._step = client, step

    async def get(self, url: str, **given: Any) -> httpx.Response:
        return await self._client.get(url, **given)

    async def request(self, method: str, url: str, **given: Any) -> httpx.Response:
        answer = await self._client.request(method, url, **given)
        if self._step and url.endswith(f"/{self._step}"):
            raise Interrupted
        return answer


class Meanwhile(Client):
    """Somebody records something each time before one of some steps is asked, once a step."""

    def __init__(self, county: County, steps: dict[str, list[Event]]) -> None:
        super().__init__(county.world.client, None)
        self._county, self._steps = county, steps

    async def request(self, method: str, url: str, **given: Any) -> httpx.Response:
        if events := self._steps.pop(url.rpartition("/")[2], None):
            await self._county.told(events, datetime(2019, 12, 19, 9, tzinfo=UTC))
        return await super().request(method, url, **given)


async def test_what_was_interrupted_or_changed_meanwhile_goes_on_and_notes_nothing_twice(
    tmp_path: Path,
) -> None:
    """At last a record changes what was found before it is settled, and figures of the report."""
    async with county_of(tmp_path) as county:
        county.clock.at = datetime(2019, 12, 24, 9, tzinfo=UTC)
        roles = (Role.HEAD_OF_SERVICE, Role.LINK_ADVISER, Role.ADMINISTRATOR)
        signing = [county.world.as_(role, now=county.clock.at) for role in roles]
        for step in STEPS:
            with pytest.raises(Interrupted):
                await publish(Client(county.world.client, step), *signing)  # type: ignore[arg-type]
        steps = {"findings": LATE}
        await publish(Meanwhile(county, steps), *signing)  # type: ignore[arg-type]
        assert steps == {}
        [entry] = (await county.read(YEAR)).json()
        assert entry["number"] == "1.0.0"
        [edition] = (await county.do("GET", DRAFTS))["items"]
        [note] = await county.do("GET", f"{DRAFTS}/{edition['edition_id']}/notes")
        assert note["answer"] is not None
