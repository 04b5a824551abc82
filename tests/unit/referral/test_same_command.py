"""When a command is the same again, and for how long its answer is kept."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from libs.common.core.clock import FixedClock
from libs.common.persistence.pruning import KEPT, Pruner
from libs.common.persistence.tables import idempotency
from services.referral.service import SERVICE
from tests.journeys.casework import call, opened, ready
from tests.worlds import EMBEDDED, World, world_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "/referral/v1/referrals"
NOBODY = "00000000-0000-4000-8000-000000000000"
JSON = {"Content-Type": "application/json"}


async def test_members_in_another_order_are_the_same_command(referral: World) -> None:
    child = (await ready(referral))["child"]
    evidence = {"significant_barriers": True, "complex_needs": False}
    body: dict[str, Any] = {"reference": "R1", "child_id": child, "submitted_on": "2018-09-03"}
    body |= {"evidence": evidence}
    turned = dict(reversed(body.items())) | {"evidence": dict(reversed(evidence.items()))}
    assert json.dumps(turned) != json.dumps(body)
    headers = referral.as_() | JSON
    first = await referral.client.post(URL, content=json.dumps(body), headers=headers)
    again = await referral.client.post(URL, content=json.dumps(turned, indent=1), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.headers["Idempotency-Replayed"], again.content) == ("true", first.content)
    other = turned | {"evidence": evidence | {"complex_needs": True}}
    refused = await referral.client.post(URL, content=json.dumps(other), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")


async def test_the_same_on_another_version_is_another_command(referral: World) -> None:
    case = (await opened(referral))["case"]
    url = f"/referral/v1/cases/{case}"
    etag = (await call(referral, "GET", url)).headers["ETag"]
    paused = {"paused_on": "2018-11-05", "reason": "child-unwell"}
    headers = referral.as_()
    first = await call(
        referral, "POST", f"{url}/pause", paused, headers=headers | {"If-Match": etag}
    )
    assert first.status_code == 200, first.text
    newer = headers | {"If-Match": first.headers["ETag"]}
    refused = await call(referral, "POST", f"{url}/pause", paused, headers=newer)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")


async def test_an_answer_is_forgotten_after_72_hours_and_not_before(tmp_path: Path) -> None:
    """The same key is then a new command, also with another body."""
    clock = FixedClock(NOW)
    async with world_of(EMBEDDED, tmp_path, [SERVICE], clock) as world:
        pruner = Pruner(world.database("referral"), clock)
        body = {"referral_id": NOBODY, "staff_id": NOBODY, "started_on": "2018-10-01"}
        await _keep(world, clock)
        clock.advance(KEPT)
        assert (await pruner.prune_once(), await _start(world, body, clock)) == (0, 422)
        clock.advance(timedelta(seconds=1))
        assert (await pruner.prune_once(), await _start(world, body, clock)) == (1, 404)


async def _keep(world: World, clock: FixedClock) -> None:
    """Keep the answer to some command of the Head of Service."""
    row = {
        "caller": "demo-head-of-service",
        "key": "k",
        "fingerprint": "of another command",
        "status": 201,
        "headers": {},
        "body": b"{}",
        "at": clock.now(),
    }
    async with world.database("referral").writing() as connection:
        await connection.execute(idempotency.insert().values(row))


async def _start(world: World, body: dict[str, str], clock: FixedClock) -> int:
    headers = world.as_(now=clock.now()) | {"Idempotency-Key": "k"}
    return (await call(world, "POST", "/referral/v1/cases", body, headers=headers)).status_code
