"""The demo issuer, the settings for tokens, and how far a right reaches."""

import asyncio
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from joserfc.jwk import ECKey

from libs.common.core.errors import Unauthenticated
from libs.common.security import (
    Actor,
    AuthSettings,
    DemoIssuer,
    DemoIssuerRefused,
    Grants,
    Reach,
    References,
    Role,
    TokenChecker,
    reaches,
)
from libs.common.security.settings import DEMO_ISSUER

NOW = datetime(2019, 1, 31, 9, 30, tzinfo=UTC)
ROLES = {
    "head-of-service",
    "area-manager",
    "support-teacher",
    "link-adviser",
    "school-senco",
    "parent",
    "county-send-officer",
    "reporting-consumer",
    "administrator",
}


def check(settings: AuthSettings, token: str, now: datetime = NOW) -> Actor:
    return asyncio.run(TokenChecker(settings).actor(f"Bearer {token}", now))


def test_the_roles_are_those_of_the_service() -> None:
    assert {str(role) for role in Role} == ROLES


@pytest.mark.parametrize("role", Role)
def test_a_demo_token_is_accepted_for_what_it_says(tmp_path: Path, role: Role) -> None:
    issuer = DemoIssuer(tmp_path)
    team, school, child, staff_id = (uuid4() for _ in range(4))
    references = References(
        teams=frozenset({"NW"}),
        schools=frozenset({"100001"}),
        children=frozenset({("county", "C/1")}),
        staff="S-0042",
    )
    token = issuer.token(
        role,
        subject="ann",
        teams=[team],
        schools=[school],
        children=[child],
        staff_id=staff_id,
        references=references,
        now=NOW,
    )
    assert check(issuer.settings, token) == Actor(
        subject="ann",
        roles=frozenset({role}),
        teams=frozenset({team}),
        schools=frozenset({school}),
        children=frozenset({child}),
        staff_id=staff_id,
        references=references,
    )


def test_a_demo_token_has_a_subject_and_a_lifetime_of_its_own(tmp_path: Path) -> None:
    issuer = DemoIssuer(tmp_path)
    token = issuer.token(Role.PARENT, now=NOW)
    assert check(issuer.settings, token).subject == "demo-parent"
    check(issuer.settings, token, NOW + timedelta(hours=12))
    with pytest.raises(Unauthenticated):
        check(issuer.settings, token, NOW + timedelta(hours=12, minutes=1))
    check(issuer.settings, issuer.token(Role.PARENT), datetime.now(UTC))


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(hours=-1), timedelta(hours=25)])
def test_a_demo_token_lives_no_longer_than_any_other(tmp_path: Path, lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        DemoIssuer(tmp_path).token(Role.PARENT, lifetime=lifetime)


def test_the_key_is_kept_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "var" / "auth"
    token = DemoIssuer(directory).token(Role.PARENT, now=NOW)
    assert check(DemoIssuer(directory).settings, token)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    assert modes == {"demo-key.pem": 0o600, "demo-jwks.json": 0o600}


def test_the_published_key_set_holds_nothing_private(tmp_path: Path) -> None:
    (published,) = json.loads(DemoIssuer(tmp_path).key_set_file.read_text())["keys"]
    assert published.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert published["kid"].startswith("demo-")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    DemoIssuer(tmp_path)
    (tmp_path / "demo-key.pem").chmod(mode)
    with pytest.raises(DemoIssuerRefused, match="0600"):
        DemoIssuer(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        ECKey.generate_key("P-256", private=True).as_pem(private=False),
        ECKey.generate_key("P-521", private=True).as_pem(private=True),
    ],
)
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "demo-key.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(DemoIssuerRefused, match="remove it"):
        DemoIssuer(tmp_path)


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        issuers = list(pool.map(lambda _: DemoIssuer(tmp_path), range(24)))
    for issuer in issuers:
        check(issuer.settings, issuer.token(Role.PARENT, now=NOW))
    assert {path.name for path in tmp_path.iterdir()} == {"demo-key.pem", "demo-jwks.json"}


def test_production_refuses_demo_tokens_even_from_a_copied_key_set(tmp_path: Path) -> None:
    issuer = DemoIssuer(tmp_path)
    copied = tmp_path / "county.json"
    copied.write_bytes(issuer.key_set_file.read_bytes())
    settings = AuthSettings(auth_issuer=DEMO_ISSUER, auth_key_set=str(copied), profile="production")
    with pytest.raises(Unauthenticated):
        check(settings, issuer.token(Role.HEAD_OF_SERVICE, now=NOW))


GRANTS: Grants = {
    "see-referral": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
    },
    "agree-support": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}


def actor(*roles: Role) -> Actor:
    return Actor("a", frozenset(roles), frozenset(), frozenset(), frozenset(), None)


def test_a_right_reaches_as_far_as_any_of_the_roles_takes_it() -> None:
    assert reaches(GRANTS, actor(Role.AREA_MANAGER), "see-referral") == {Reach.TEAM}
    both = actor(Role.AREA_MANAGER, Role.SUPPORT_TEACHER, Role.PARENT)
    assert reaches(GRANTS, both, "see-referral") == {Reach.TEAM, Reach.OWN}


def test_what_is_not_granted_is_not_allowed() -> None:
    assert reaches(GRANTS, actor(Role.AREA_MANAGER), "agree-support") == frozenset()
    assert reaches(GRANTS, actor(), "see-referral") == frozenset()
    assert reaches(GRANTS, actor(*Role), "burn-the-files") == frozenset()
