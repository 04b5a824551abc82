"""What is said of the identity provider, and how it is refused where it cannot be used."""

from pathlib import Path

import pytest

from libs.common.runtime.settings import CommonSettings, SettingsError
from libs.common.security import DEMO_ISSUER, Role
from tests.secured.papers import Papers

CANARY = "zzcanaryzz"
PRODUCTION = {
    "PROFILE": "production",
    "REFERRAL_DATABASE_URL": "sqlite:/srv/referral.db",
    "BUS_URL": "local:/srv/bus.db",
    "ALLOWED_HOSTS": "sen.county.example",
    "AUTH_ISSUER": "https://identity.county.example",
}


def load(**environ: str) -> CommonSettings:
    return CommonSettings.load("referral", environ)


def problems(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    assert CANARY not in str(caught.value)
    return caught.value.problems


def test_the_keys_of_an_issuer_are_found_by_discovery() -> None:
    assert load(**PRODUCTION).auth_key_set == "discovery"
    assert load(AUTH_ISSUER="https://identity.county.example").auth_key_set == "discovery"
    assert load(AUTH_ISSUER=DEMO_ISSUER).auth_key_set == "var/demo-jwks.json"


def test_what_is_safe_holds_until_something_else_is_said() -> None:
    settings = load(**PRODUCTION)
    assert settings.auth_token_types == ("at+jwt",)
    assert settings.auth_algorithms == ("ES256", "PS256", "RS256")
    assert settings.auth_other_audiences is False
    assert settings.auth_leeway_seconds == 30


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("roles", ("roles",)),
        ("realm_access.roles", ("realm_access", "roles")),
        ("resource_access.sssen-pages.roles", ("resource_access", "sssen-pages", "roles")),
        ("https://county\\.example/roles", ("https://county.example/roles",)),
        ("extn\\.team.codes", ("extn.team", "codes")),
        ("urn:county:roles", ("urn:county:roles",)),
        ("https://county\\.example/sen.roles", ("https://county.example/sen", "roles")),
        ("a\\\\.b", ("a\\", "b")),
        ("SEN roles", ("SEN roles",)),
    ],
)
def test_a_claim_is_named_by_a_path(path: str, names: tuple[str, ...]) -> None:
    assert load(AUTH_ROLES_CLAIM=path).auth_roles_claim == names


@pytest.mark.parametrize(
    "path",
    [".", "a.", ".a", "a..b", "a\\", "\\", "https://county.example/roles", "http://www.a.b/c.d"],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    (problem,) = problems(AUTH_TEAM_CODES_CLAIM=path)
    assert problem.startswith("AUTH_TEAM_CODES_CLAIM is not valid (")
    (problem,) = problems(AUTH_ROLES_CLAIM=path)
    assert "a dot within a name as \\." in problem


def test_roles_are_named_as_the_issuer_names_them() -> None:
    said = (
        "SEN Teacher=support-teacher,/sen/heads=head-of-service,a=b=parent,CN=X\\,OU=Y=school-senco"
    )
    assert load(AUTH_ROLE_NAMES=said).auth_role_names == {
        "SEN Teacher": Role.SUPPORT_TEACHER,
        "/sen/heads": Role.HEAD_OF_SERVICE,
        "a=b": Role.PARENT,
        "CN=X,OU=Y": Role.SCHOOL_SENCO,
    }


@pytest.mark.parametrize(
    "said",
    [
        CANARY,
        f"{CANARY}=emperor",
        f"{CANARY}=",
        "=parent",
        "a=parent,a=administrator",
        "a=parent,",
        ",a=parent",
        "a=parent,,b=parent",
        "a=Parent",
    ],
)
def test_role_names_that_cannot_be_meant_are_refused(said: str) -> None:
    (problem,) = problems(AUTH_ROLE_NAMES=said)
    assert problem.startswith("AUTH_ROLE_NAMES ")
    assert "NAME=ROLE[,NAME=ROLE]" in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTH_ALGORITHMS", "HS256"),
        ("AUTH_ALGORITHMS", "ES256,none"),
        ("AUTH_ALGORITHMS", "es256"),
        ("AUTH_ALGORITHMS", "ES256,"),
        ("AUTH_TOKEN_TYPES", "jwt"),
        ("AUTH_TOKEN_TYPES", "at+jwt, JWT"),
        ("AUTH_TOKEN_TYPES", "logout+jwt"),
        ("AUTH_OTHER_AUDIENCES", "perhaps"),
        ("AUTH_LEEWAY_SECONDS", "61"),
        ("AUTH_LEEWAY_SECONDS", "-1"),
        ("AUTH_LEEWAY_SECONDS", "1.5"),
        ("AUTH_CLIENT_ID", "sssen"),
        ("AUTH_KEY_SET", f"http://{CANARY}/keys"),
        ("AUTH_KEY_SET", f"https://{CANARY}:x@a.example/keys"),
        ("AUTH_KEY_SET", "https://a.example/keys#x"),
        ("AUTH_KEY_SET", "https://"),
        ("AUTH_KEY_SET", "ftp://a.example/keys"),
        ("AUTH_KEY_SET", "file:///keys"),
        ("AUTH_KEY_SET", "HTTP://a.example"),
        ("AUTH_KEY_SET", "https://[bad/keys"),
        ("AUTH_ISSUER", "http://identity.county.example"),
        ("AUTH_ISSUER", "identity.county.example"),
        ("AUTH_ISSUER", "https://a.example/#x"),
        ("AUTH_CA_FILE", f"/{CANARY}/ca.pem"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_but_not_repeated(name: str, value: str) -> None:
    found = problems(**PRODUCTION | {name: value})
    assert {problem.split()[0] for problem in found} == {name}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(
        **PRODUCTION
        | {
            "AUTH_ISSUER": DEMO_ISSUER,
            "AUTH_KEY_SET": "/srv/demo-jwks.json",
            "AUTH_ALGORITHMS": "HS256",
            "AUTH_TOKEN_TYPES": "jwt",
            "AUTH_LEEWAY_SECONDS": "90",
            "AUTH_ROLE_NAMES": "x",
            "AUTH_ROLES_CLAIM": "https://county.example/roles",
            "AUTH_CLIENT_ID": "sssen",
            "AUTH_CA_FILE": "/srv/ca.pem",
            "AUTH_ROLES": "x",
        }
    )
    assert {problem.split()[0] for problem in found} == {
        "AUTH_ISSUER",
        "AUTH_KEY_SET",
        "AUTH_ALGORITHMS",
        "AUTH_TOKEN_TYPES",
        "AUTH_LEEWAY_SECONDS",
        "AUTH_ROLE_NAMES",
        "AUTH_ROLES_CLAIM",
        "AUTH_CLIENT_ID",
        "AUTH_CA_FILE",
        "AUTH_ROLES",
    }


@pytest.mark.parametrize("key_set", ["var/keys.json", "/srv/keys.json"])
def test_an_authority_is_of_use_for_what_is_fetched(tmp_path: Path, key_set: str) -> None:
    authority = {"AUTH_CA_FILE": str(Papers(tmp_path).authority)}
    assert load(**PRODUCTION | authority).auth_ca_file == Path(authority["AUTH_CA_FILE"])
    found = problems(**PRODUCTION | authority | {"AUTH_KEY_SET": key_set})
    assert found[0].startswith("AUTH_CA_FILE is of use only where")


def test_in_development_a_file_that_is_no_authority_is_said_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    said = {"AUTH_ISSUER": "https://a.example", "AUTH_CA_FILE": str(tmp_path / "ca.pem")}
    (warning,) = load(**said).warnings
    assert warning == "AUTH_CA_FILE names a file that holds no certificate in PEM form"
    assert problems(**PRODUCTION | said) == [warning]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "AUTH_KEY_SET names a file that cannot be read"),
        ("nothing", "AUTH_KEY_SET names a file that holds no key set (JWKS)"),
        ('{"kty": "RSA"}', "AUTH_KEY_SET names a file that holds no key set (JWKS)"),
    ],
)
def test_a_file_of_no_keys_is_named_at_the_start(
    tmp_path: Path, text: str | None, fault: str
) -> None:
    path = tmp_path / "keys.json"
    said = {"AUTH_ISSUER": "https://a.example", "AUTH_KEY_SET": str(path)}
    if text is not None:
        path.write_text(text)
    assert load(**said).warnings == [fault]
    assert problems(**PRODUCTION | said) == [fault]
    path.write_text('{"keys": []}')
    assert load(**PRODUCTION | said).warnings == []
