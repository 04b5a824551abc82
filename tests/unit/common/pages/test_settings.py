"""What a county says for its people to sign in: together, over TLS, and with a secret kept so."""

from pathlib import Path

import pytest

from libs.common.runtime.process import sign_in_of
from libs.common.runtime.settings import CommonSettings, SettingsError

ISSUER = {"AUTH_ISSUER": "https://identity.county.example", "AUTH_CLIENT_ID": "sssen-pages"}
SITE = "https://sen.county.example"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text("made-up\n")
    path.chmod(0o600)
    return str(path)


def problems(**told: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        CommonSettings.load("reporting", {**ISSUER, **told})
    return caught.value.problems


def test_all_together_people_sign_in(secret: str) -> None:
    told = {"AUTH_CLIENT_SECRET_FILE": secret, "PUBLIC_URL": SITE}
    settings = CommonSettings.load("reporting", {**ISSUER, **told})
    assert sign_in_of(settings).provider is not None
    assert sign_in_of(settings).people is None
    assert settings.auth_scopes == ("openid", "profile", "offline_access")
    alone = sign_in_of(CommonSettings.load("reporting", ISSUER))
    assert (alone.provider, alone.people) == (None, None)


def test_what_is_missing_is_named(secret: str) -> None:
    with pytest.raises(SettingsError) as caught:
        CommonSettings.load("reporting", {"AUTH_CLIENT_SECRET_FILE": secret})
    (one,) = caught.value.problems
    assert one.startswith("AUTH_CLIENT_ID is missing")


@pytest.mark.parametrize(
    "url",
    ["https://sen.county.example/", "https://user@sen.county.example", "sen.county.example"],
)
def test_people_come_to_a_server(secret: str, url: str) -> None:
    (one,) = problems(AUTH_CLIENT_SECRET_FILE=secret, PUBLIC_URL=url)
    assert one.startswith("PUBLIC_URL ")


def test_openid_is_asked_for(secret: str) -> None:
    told = {"AUTH_CLIENT_SECRET_FILE": secret, "PUBLIC_URL": SITE}
    assert problems(**told, AUTH_SCOPES="profile") == ["AUTH_SCOPES must have openid among them"]


def test_a_secret_others_can_read_is_refused_in_production(secret: str) -> None:
    Path(secret).chmod(0o644)
    told = {
        "AUTH_CLIENT_SECRET_FILE": secret,
        "PUBLIC_URL": SITE,
        "REPORTING_DATABASE_URL": "sqlite:/srv/reporting.db",
        "BUS_URL": "local:/srv/bus.db",
        "ALLOWED_HOSTS": "sen.county.example",
    }
    (one,) = problems(**told, PROFILE="production")
    assert one == "AUTH_CLIENT_SECRET_FILE names a file that others can read: set its mode to 0600"
    settings = CommonSettings.load("reporting", {**ISSUER, **told})
    assert settings.warnings == [one]


def test_people_come_over_tls_in_production(secret: str) -> None:
    told = {
        "AUTH_CLIENT_SECRET_FILE": secret,
        "REPORTING_DATABASE_URL": "sqlite:/srv/reporting.db",
        "BUS_URL": "local:/srv/bus.db",
        "ALLOWED_HOSTS": "sen.county.example",
    }
    (one,) = problems(**told, PUBLIC_URL="http://sen.county.example", PROFILE="production")
    assert one == "PUBLIC_URL must begin with https:// in the production profile"
    settings = CommonSettings.load("reporting", {**ISSUER, **told, "PROFILE": "production"})
    assert settings.address == "https://sen.county.example"
