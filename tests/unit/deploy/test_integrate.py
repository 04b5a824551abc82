"""What the page for integrators shows is sent and answered as it stands."""

import ast
import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx

from deploy.services import SERVICES
from libs.common.http.problems import PROBLEMS
from libs.common.security import Role
from tests.journeys.casework import ready
from tests.worlds import EMBEDDED, World, world_of

PAGE = (Path(__file__).parents[3] / "docs/integrate.md").read_text()
BLOCKS = re.findall(r"^```http\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
MEANT = {code for service in SERVICES for code in (*PROBLEMS, *service.problems)}


async def test_each_call_is_answered_as_the_page_says(tmp_path: Path) -> None:
    pairs = list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True))
    assert len(pairs) == 7
    async with world_of(EMBEDDED, tmp_path, SERVICES) as world:
        await ready(world)
        known: dict[str, str] = {}
        for request, answer in pairs:
            first, _, body = answer.partition("\n\n")
            status, *headers = first.splitlines()
            heard = await _heard(world, _filled(request, known))
            assert heard.status_code == int(status), heard.text
            for header in headers:
                name, _, value = header.partition(": ")
                assert heard.headers[name] == value
            _holds(json.loads(body), heard.json(), known)


async def _heard(world: World, request: str) -> httpx.Response:
    """Send a request of the page; what an import does is waited for."""
    head, _, body = request.partition("\n\n")
    line, *headers = head.splitlines()
    method, _, url = line.partition(" ")
    own = dict(one.split(": ") for one in headers)
    kind = {"Content-Type": "application/json"} if body else {}
    sender = {**world.as_(Role.COUNTY_SEND_OFFICER), **kind, **own}
    if "imports" in url:
        sender |= {"Authorization": world.as_()["Authorization"]}
    deadline = asyncio.get_running_loop().time() + 20
    while url.endswith("/rows"):
        state = (await world.client.get(url.removesuffix("/rows"), headers=sender)).json()["state"]
        if state not in ("waiting", "running"):
            break
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)
    return await world.client.request(method, url, content=body or None, headers=sender)


def _filled(text: str, known: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: known[found[1]], text)


def _holds(shown: Any, heard: Any, known: dict[str, str]) -> None:
    """Check that all that the page shows is in the answer; keep what it has a name for."""
    if isinstance(shown, dict):
        assert shown.keys() <= heard.keys(), heard
        for name, value in shown.items():
            _holds(value, heard[name], known)
    elif isinstance(shown, list):
        for one in shown:
            assert any(_fits(one, other, known) for other in heard), (one, heard)
    elif isinstance(shown, str) and (named := re.fullmatch(r"<(\w+)>", shown)):
        assert known.setdefault(named[1], heard) == heard
    else:
        assert heard == shown


def _fits(shown: Any, heard: Any, known: dict[str, str]) -> bool:
    try:
        _holds(shown, heard, known)
    except AssertionError:
        return False
    return True


def test_the_commonest_refusals_are_ten_that_there_are() -> None:
    table = PAGE.split("The ten that are met most:")[1].split("429 and 503")[0]
    codes = re.findall(r"^\| [0-9]{3} \| `([a-z-]+)` \|", table, re.MULTILINE)
    assert len(codes) == len(set(codes)) == 10
    assert set(codes) <= MEANT


def test_the_consumer_is_twenty_odd_lines_of_python() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    ast.parse(code)
    assert len([line for line in code.splitlines() if line.strip()]) <= 25


def test_what_the_page_links_to_is_there() -> None:
    linked = re.findall(r"\]\(([a-z-]+\.md)\)", PAGE)
    assert len(linked) > 8
    docs = Path(__file__).parents[3] / "docs"
    assert [one for one in linked if not (docs / one).exists()] == []
