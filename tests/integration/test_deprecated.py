"""What was renamed answers under its old name until a stated day, and says so."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE as REFERRAL
from services.survey.reactions import subscriptions
from services.survey.service import SERVICE as SURVEY
from tests.applied import apply_batch
from tests.integration.test_events import log_of
from tests.worlds import EMBEDDED, World

ANN = UUID(int=1)
pytestmark = pytest.mark.parametrize("kind", [EMBEDDED])


@pytest.fixture
def at_work() -> list[Service]:
    return [REFERRAL, SURVEY]


def check_headers(answer: httpx.Response, successor: str) -> None:
    said = answer.headers
    since, sunset = said["Deprecation"], parsedate_to_datetime(said["Sunset"])
    assert datetime.fromtimestamp(int(since.removeprefix("@")), UTC).date().year == 2026
    assert sunset == datetime(2027, 5, 31, tzinfo=UTC)
    assert said["Sunset"].endswith("GMT")
    assert answer.links == {"successor-version": {"url": successor, "rel": "successor-version"}}


async def test_an_old_name_answers_as_the_new_and_names_it(world: World) -> None:
    async with world.database("survey").writing() as connection:
        await apply_batch(connection, subscriptions, [log_of(1)[2]])
    admin = world.as_(Role.ADMINISTRATOR)
    new = await world.client.get("/survey/v1/dead-letters", headers=admin)
    old = await world.client.get("/survey/v1/parked", headers=admin)
    assert (old.status_code, old.json()) == (200, new.json())
    assert len(old.json()) == 1
    check_headers(old, "/survey/v1/dead-letters")
    assert not {"deprecation", "sunset", "link"} & set(new.headers)
    redriven = await world.client.post(f"/survey/v1/parked/referral/{ANN}/release", headers=admin)
    assert redriven.json() == {"applied": 0, "remaining": 1, "still_parked": 1}
    check_headers(redriven, f"/survey/v1/dead-letters/referral/{ANN}/redrive")

    text = (await world.client.get("/survey/metrics")).text
    shown = {one.name: one for one in text_string_to_metric_families(text)}
    metrics = [shown[name] for name in ("consumer_dead_letters", "consumer_parked_events")]
    (now,), (before,) = (one.samples for one in metrics)
    assert (now.labels, now.value) == (before.labels, before.value) == ({"service": "survey"}, 1)
    assert metrics[1].documentation == "Deprecated, until 2027-05-31: use consumer_dead_letters."


async def test_a_refusal_names_the_new_path_and_the_document_marks_the_old(world: World) -> None:
    for source, role, status in (
        ("referral", Role.SUPPORT_TEACHER, 403),
        ("survey", Role.ADMINISTRATOR, 404),
        ("no%20code%22%3E", Role.ADMINISTRATOR, 422),
    ):
        old = f"/survey/v1/parked/{source}/{ANN}/release"
        refused = await world.client.post(old, headers=world.as_(role))
        assert refused.status_code == status
        check_headers(refused, f"/survey/v1/dead-letters/{source}/{ANN}/redrive")
    document = (await world.client.get("/survey/openapi.json")).json()
    operations = [(path, one) for path, on in document["paths"].items() for one in on.values()]
    old_paths = {path for path, one in operations if one.get("deprecated")}
    assert old_paths == {"/v1/parked", "/v1/parked/{source}/{subject}/release"}
