"""Tokens of a real OpenID Connect provider are accepted by the services, by settings alone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.common.core.clock import SystemClock
from libs.common.core.errors import Unauthenticated
from libs.common.messaging.bus.local import LocalBus
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import System
from libs.common.runtime.settings import CommonSettings
from libs.common.security import Discovery, References, Role, TokenChecker
from services.survey.service import SERVICE
from tests.outside.provider import OutsideProvider, new_keys, provided
from tests.secured.papers import Papers
from tests.worlds import EMBEDDED, databases

pytestmark = pytest.mark.node

PEOPLE: dict[str, dict[str, Any]] = {
    "fay": {
        "county": {"roles": ["SEN Teacher", "Cyclist"], "teams": ["NW"]},
        "staff_reference": "S-0042",
    },
    "sid": {"county": {"roles": ["Cyclist"]}},
    "county-send-system": {"county": {"roles": ["Head of SEN"]}},
}
QUESTIONNAIRES = "/survey/v1/questionnaires"


def settings(provider: OutsideProvider, **more: str) -> CommonSettings:
    told = {
        "PROFILE": "production",
        "SURVEY_DATABASE_URL": "sqlite:/srv/survey.db",
        "BUS_URL": "local:/srv/bus.db",
        "ALLOWED_HOSTS": "sen.county.example",
        "AUTH_ISSUER": provider.issuer,
        "AUTH_CA_FILE": str(provider.authority),
        "AUTH_CLIENT_ID": "sssen-pages",
        "AUTH_ROLES_CLAIM": "county.roles",
        "AUTH_TEAM_CODES_CLAIM": "county.teams",
        "AUTH_ROLE_NAMES": "SEN Teacher=support-teacher,Head of SEN=head-of-service",
    }
    return CommonSettings.load("survey", {**told, **more})


@asynccontextmanager
async def survey(folder: Path, told: CommonSettings) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the survey service to whoever the settings let in."""
    async with databases(EMBEDDED, folder, [SERVICE]) as urls:
        around = Surroundings(
            database_urls=urls,
            bus=LocalBus(str(folder / "bus.db")),
            tokens=TokenChecker(told),
            clock=SystemClock(),
            upgrade=False,
        )
        system = System([SERVICE], around)
        transport = httpx.ASGITransport(system.app)
        async with (
            system.lifespan(),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            yield client


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_service_takes_the_tokens_of_a_county_by_settings_alone(tmp_path: Path) -> None:
    async with (
        provided(Papers(tmp_path), new_keys("a"), PEOPLE) as provider,
        survey(tmp_path, settings(provider)) as client,
    ):
        for algorithm in ("ES256", "PS256", "RS256"):
            system = await provider.for_a_system(algorithm)
            person, id_token = await provider.for_a_person("fay", algorithm)
            for token, status in ((system, 200), (person, 200), (id_token, 401)):
                answer = await client.get(QUESTIONNAIRES, headers=bearer(token))
                assert answer.status_code == status, algorithm
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        stranger, _ = await provider.for_a_person("sid", "ES256")
        nobody = await client.get(QUESTIONNAIRES, headers=bearer(stranger))
        assert (nobody.status_code, nobody.json()["code"]) == (403, "not-allowed")


async def test_a_person_stands_for_what_the_provider_says(tmp_path: Path) -> None:
    async with provided(Papers(tmp_path), new_keys("a"), PEOPLE) as provider:
        token, _ = await provider.for_a_person("fay", "RS256")
        actor = await TokenChecker(settings(provider)).actor(f"Bearer {token}", datetime.now(UTC))
        found = await Discovery(settings(provider)).provider(datetime.now(UTC))
    assert (actor.subject, actor.roles) == ("fay", frozenset({Role.SUPPORT_TEACHER}))
    assert actor.references == References(teams=frozenset({"NW"}), staff="S-0042")
    assert found.authorization_endpoint == f"{provider.issuer}/auth"
    assert found.token_endpoint == f"{provider.issuer}/token"
    assert found.end_session_endpoint == f"{provider.issuer}/session/end"


async def test_an_id_token_is_refused_whatever_is_allowed(tmp_path: Path) -> None:
    lax = {"AUTH_TOKEN_TYPES": "at+jwt,JWT,none", "AUTH_OTHER_AUDIENCES": "true"}
    async with provided(Papers(tmp_path), new_keys("a"), PEOPLE) as provider:
        told = settings(provider, **lax, AUTH_AUDIENCE="sssen-pages", AUTH_CLIENT_ID="another")
        token, id_token = await provider.for_a_person("fay", "ES256")
        assert await TokenChecker(settings(provider, **lax)).actor(
            f"Bearer {token}", datetime.now(UTC)
        )
        with pytest.raises(Unauthenticated):
            await TokenChecker(told).actor(f"Bearer {id_token}", datetime.now(UTC))


async def test_keys_may_be_rotated(tmp_path: Path) -> None:
    papers, old, new = Papers(tmp_path), new_keys("old"), new_keys("new")
    now = datetime.now(UTC)
    async with provided(papers, old, PEOPLE) as provider:
        port = int(provider.issuer.rpartition(":")[2])
        checker = TokenChecker(settings(provider))
        before = f"Bearer {await provider.for_a_system('ES256')}"
        assert await checker.actor(before, now)
    async with provided(papers, [*new, *old], PEOPLE, port) as provider:
        after = f"Bearer {await provider.for_a_system('ES256')}"
        with pytest.raises(Unauthenticated):
            await checker.actor(after, now + timedelta(seconds=29))
        assert await checker.actor(after, now + timedelta(seconds=90))
        assert await checker.actor(before, now + timedelta(seconds=90))
    async with provided(papers, new, PEOPLE, port):
        assert await checker.actor(after, now + timedelta(minutes=9))
        with pytest.raises(Unauthenticated):
            await checker.actor(before, now + timedelta(minutes=9))
