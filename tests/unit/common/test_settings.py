"""What a service is told from outside, and how it refuses what it cannot use."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from libs.common.http.limits import Limits
from libs.common.messaging.bus_address import BusAddress
from libs.common.messaging.bus_security import BusSecurity
from libs.common.runtime.settings import (
    CommonSettings,
    SettingsError,
    exit_on_settings_error,
    load_all,
)
from libs.common.security import DEMO_ISSUER

CANARY = "zzcanaryzz"
PRODUCTION = {
    "PROFILE": "production",
    "REFERRAL_DATABASE_URL": "sqlite:/srv/referral.db",
    "BUS_URL": "local:/srv/bus.db",
    "ALLOWED_HOSTS": "sen.county.example",
    "AUTH_ISSUER": "https://identity.county.example",
    "AUTH_KEY_SET": "https://identity.county.example/keys",
}


def load(**environ: str) -> CommonSettings:
    return CommonSettings.load("referral", environ)


def problems(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    assert CANARY not in str(caught.value)
    return caught.value.problems


def test_nothing_need_be_said_on_one_machine() -> None:
    settings = load(HOME="/root", PATH="/bin")
    assert settings.service == "referral"
    assert settings.database_url == "sqlite:///var/referral.db"
    assert settings.bus == BusAddress(kind="local", path=Path("var/bus.db"))
    assert settings.auth_issuer == DEMO_ISSUER
    assert settings.auth_audience == "sssen"
    assert settings.auth_key_set == "var/demo-jwks.json"
    assert (settings.profile, settings.log_level) == ("development", "INFO")
    assert settings.var_dir == Path("var")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.auth_other_audiences is False


def test_what_is_ours_lies_under_one_directory() -> None:
    settings = load(VAR_DIR="/srv/data")
    assert settings.database_url == "sqlite:////srv/data/referral.db"
    assert settings.bus.path == Path("/srv/data/bus.db")
    assert settings.auth_key_set == "/srv/data/demo-jwks.json"


def test_what_is_said_is_taken() -> None:
    settings = load(
        REFERRAL_DATABASE_URL="postgresql://referral:secret@db/referral",
        PORT="8012",
        AUTH_OTHER_AUDIENCES="true",
        BUS_URL="kafka://a:9092,b:9093?prefix=test.&partitions=12",
        AUTH_AUDIENCE="sssen",
        LOG_LEVEL="WARNING",
    )
    assert settings.database_url == "postgresql://referral:secret@db/referral"
    assert (settings.port, settings.log_level) == (8012, "WARNING")
    assert settings.auth_other_audiences is True
    assert load(**PRODUCTION).profile == "production"
    assert settings.bus.servers == ("a:9092", "b:9093")
    assert (settings.bus.prefix, settings.bus.partitions) == ("test.", 12)


def test_settings_do_not_print_the_password() -> None:
    settings = load(REFERRAL_DATABASE_URL=f"postgresql://a:{CANARY}@db/referral")
    assert CANARY not in f"{settings!r} {settings}"


def test_the_environment_of_the_process_is_never_read() -> None:
    code = (
        "from libs.common.runtime.settings import CommonSettings as C\n"
        "print(C.load('referral', {}).database_url, C.load('referral', {}).log_level)"
    )
    environ = {**os.environ, "DATABASE_URL": CANARY, "LOG_LEVEL": "ERROR", "VAR_DIR": CANARY}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "sqlite:///var/referral.db INFO\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "-1"),
        ("PORT", CANARY),
        ("PORT", "99999999999999999999"),
        ("AUTH_OTHER_AUDIENCES", CANARY),
        ("REFERRAL_DATABASE_URL", CANARY),
        ("REFERRAL_DATABASE_URL", f"mysql://{CANARY}/x"),
        ("REFERRAL_DATABASE_URL", "sqlite:"),
        ("REFERRAL_DATABASE_URL", "postgresql://"),
        ("BUS_URL", CANARY),
        ("PROFILE", "prod"),
        ("PROFILE", "Production"),
        ("LOG_LEVEL", "verbose"),
        ("AUTH_KEY_SET", f"http://{CANARY}/keys"),
        ("LOG_LEVEL", ""),
        ("VAR_DIR", f"{CANARY}\n"),
        ("VAR_DIR", f"'{CANARY}'"),
        ("VAR_DIR", f'"{CANARY}"'),
        ("VAR_DIR", f"${{{CANARY}}}"),
        ("VAR_DIR", f"{CANARY}\x00"),
        ("VAR_DIR", f"\ufeff{CANARY}"),
        ("VAR_DIR", f" {CANARY}"),
        ("AUTH_ISSUER", f"{CANARY}\r\nX"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_but_not_repeated(name: str, value: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"{name} ")


def test_the_form_asked_for_is_said() -> None:
    (problem,) = problems(BUS_URL="rabbit://x")
    assert "kafka://HOST:PORT" in problem


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("REFERRAL_DATABSE_URL", "REFERRAL_DATABASE_URL"),
        ("BUS_URI", "BUS_URL"),
        ("AUTH_KEYSET", "AUTH_KEY_SET"),
        ("REFERRAL_BUS_URL", "BUS_URL"),
    ],
)
def test_a_misspelt_variable_stops_the_start(name: str, meant: str) -> None:
    (problem,) = problems(**{name: CANARY})
    assert problem == f"{name} is not a setting; did you mean {meant}?"


def test_a_variable_nothing_resembles_is_refused_all_the_same() -> None:
    assert problems(AUTH_QQQQ="1") == ["AUTH_QQQQ is not a setting"]


def test_variables_of_others_are_theirs_to_judge() -> None:
    assert load(SURVEY_DATABASE_URL=CANARY, ASSESSMENT_X=CANARY, DATABASE_URL=CANARY)


def test_all_problems_are_named_at_once() -> None:
    found = problems(
        PORT="no",
        REFERRAL_NOPE="1",
        BUS_URL="no",
        VAR_DIR="",
        PROFILE="production",
        AUTH_ISSUER=DEMO_ISSUER,
    )
    assert [problem.split()[0] for problem in found] == [
        "ALLOWED_HOSTS",
        "AUTH_ISSUER",
        "AUTH_ISSUER",
        "BUS_URL",
        "PORT",
        "REFERRAL_DATABASE_URL",
        "REFERRAL_NOPE",
        "VAR_DIR",
    ]


def test_production_must_be_told_where_its_data_are_and_whose_tokens_it_takes() -> None:
    assert [problem.split(" (")[0] for problem in problems(PROFILE="production")] == [
        "ALLOWED_HOSTS is required",
        "AUTH_ISSUER is required",
        "BUS_URL is required",
        "REFERRAL_DATABASE_URL is required",
    ]


def test_production_refuses_the_demo_issuer() -> None:
    demo = {"AUTH_ISSUER": DEMO_ISSUER, "AUTH_KEY_SET": "/srv/demo-jwks.json"}
    found = problems(**PRODUCTION | demo)
    assert [problem.split()[0] for problem in found] == ["AUTH_ISSUER", "AUTH_KEY_SET"]


def test_nobody_says_in_production_when_something_was_recorded() -> None:
    assert problems(**PRODUCTION | {"BACKDATING": "true"}) == [
        "BACKDATING must be false in the production profile"
    ]
    assert load(**PRODUCTION | {"BACKDATING": "false"}).backdating is False
    assert load(BACKDATING="true").backdating
    assert not load().backdating


def test_pages_of_named_origins_may_call() -> None:
    pages = "https://web.county.example,https://web.county.example:8443"
    assert load(ALLOWED_ORIGINS=pages).allowed_origins == tuple(pages.split(","))
    assert load(**PRODUCTION | {"ALLOWED_ORIGINS": pages}).allowed_origins == tuple(
        pages.split(",")
    )
    assert load(ALLOWED_ORIGINS="*").allowed_origins == ("*",)
    assert load().allowed_origins == ()
    for unsafe in ("*", "http://web.county.example", f"{pages},http://web.county.example"):
        assert problems(**PRODUCTION | {"ALLOWED_ORIGINS": unsafe}) == [
            "ALLOWED_ORIGINS must name https origins in the production profile"
        ]
    for wrong in ("web.county.example", "https://web.county.example/", "https://a,*"):
        [problem] = problems(ALLOWED_ORIGINS=wrong)
        assert problem.startswith("ALLOWED_ORIGINS is not valid (")


@pytest.mark.parametrize("hosts", ["*", "a,*", "https://a", "a:8000", "a, b", "a,", ""])
def test_production_is_called_by_names(hosts: str) -> None:
    assert load(**PRODUCTION | {"ALLOWED_HOSTS": "a,b.example"}).allowed_hosts == ("a", "b.example")
    found = problems(**PRODUCTION | {"ALLOWED_HOSTS": hosts})
    assert {problem.split()[0] for problem in found} == {"ALLOWED_HOSTS"}


@pytest.mark.parametrize("port", ["0", "70000", "-1", "http", ""])
def test_a_port_is_one_that_can_be_called(port: str) -> None:
    assert load(PORT="65535").port == 65535
    assert [problem.split()[0] for problem in problems(PORT=port)] == ["PORT"]


LIMITS = [name.upper() for name in Limits.model_fields]


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", ["0", "-1", "1.5", CANARY, "9999999"])
def test_a_limit_that_cannot_be_kept_is_named_with_what_it_may_be(name: str, value: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"{name} ")
    assert re.search(r"\(.*, \d+ to \d+.*\)$", problem), problem


def test_limits_are_taken_and_all_services_share_them() -> None:
    given = dict.fromkeys(LIMITS, "10")
    assert set(load(**given).model_dump(include=set(Limits.model_fields)).values()) == {10}
    assert problems(LIMIT_AT_WRK="1") == [
        "LIMIT_AT_WRK is not a setting; did you mean LIMIT_AT_WORK?"
    ]
    assert problems(REFERRAL_LIMIT_AT_WORK="1")


def test_a_command_is_answered_within_ten_seconds_also_by_a_database_that_waits() -> None:
    assert Limits().limit_seconds < 10
    assert Limits().limit_header_seconds <= 10
    assert Limits().limit_idle_seconds <= 75


def test_the_limits_are_written_down_as_they_are() -> None:
    document = (Path(__file__).parents[3] / "docs/limits.md").read_text()
    rows = dict(re.findall(r"^\| `(LIMIT_\w+)` \| ([\d,]+) \|", document, re.MULTILINE))
    assert rows == {name.upper(): f"{one.default:,}" for name, one in Limits.model_fields.items()}


def test_services_in_one_process_report_together() -> None:
    both = ["referral", "survey"]
    with pytest.raises(SettingsError) as caught:
        load_all(both, {"REFERRAL_X1": "1", "SURVEY_X2": "1", "BUS_URL": "no"})
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "BUS_URL",
        "REFERRAL_X1",
        "SURVEY_X2",
    ]
    loaded = load_all(both, {"PORT": "8003"})
    assert loaded["survey"].database_url == "sqlite:///var/survey.db"
    assert loaded["referral"].port == loaded["survey"].port == 8003


def test_a_process_leaves_with_78_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, exit_on_settings_error():
        load(BUS_URL=CANARY, PORT=CANARY)
    assert caught.value.code == 78
    printed = capsys.readouterr().err
    assert "BUS_URL" in printed
    assert "PORT" in printed
    assert CANARY not in printed


def test_a_process_with_good_settings_goes_on() -> None:
    with exit_on_settings_error():
        settings = load()
    assert settings.service == "referral"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("local:var/bus.db", BusAddress(kind="local", path=Path("var/bus.db"))),
        ("local:/srv/bus.db", BusAddress(kind="local", path=Path("/srv/bus.db"))),
        ("kafka://a:9092", BusAddress(kind="kafka", servers=("a:9092",))),
        ("kafka://[::1]:9092", BusAddress(kind="kafka", servers=("[::1]:9092",))),
        (
            "kafka://a:1,b.example:65535?partitions=8",
            BusAddress(kind="kafka", servers=("a:1", "b.example:65535"), partitions=8),
        ),
        ("kafka://a:1?prefix=p", BusAddress(kind="kafka", servers=("a:1",), prefix="p")),
        (
            "kafkas://a:1?prefix=p",
            BusAddress(kind="kafka", servers=("a:1",), prefix="p", security=BusSecurity()),
        ),
    ],
)
def test_a_bus_has_an_address(text: str, address: BusAddress) -> None:
    assert BusAddress.parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "local:",
        "kafka://",
        "kafka://a",
        "kafka://a:0",
        "kafka://a:65536",
        "kafka://a:x",
        "kafka:a:1",
        "kafka://a:1,",
        "kafka://a:1/topic",
        "kafka://a:1?x=1",
        "kafka://a:1#f",
        "kafka://a:1?partitions=0",
        "kafka://a:1?partitions=1001",
        "kafka://a:1?partitions=x",
        "kafka://a:1?prefix=",
        "kafka://a:1?prefix=a b",
        "kafka://a:1?prefix=a&prefix=b",
        "kafka://u:p@a:1",
        "KAFKA://a:1",
        "kafka://a:1?prefix",
        "redis://a:1",
        "kafka://[bad:1",
    ],
)
def test_anything_else_is_no_address_of_a_bus(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*kafka://a)"):
        BusAddress.parse(text)


def test_callers_are_told_the_address_they_reach_the_services_at() -> None:
    assert load(HOST="0.0.0.0", PORT="8100").address == "http://127.0.0.1:8100"  # noqa: S104
    assert load(**PRODUCTION).address == "https://sen.county.example"
    told = {"PUBLIC_URL": "https://sen.other.example:8443"}
    assert load(**PRODUCTION | told).address == "https://sen.other.example:8443"


@pytest.mark.parametrize("url", ["sen.county.example", "ftp://a", "https://a/b", "https://a/", "x"])
def test_an_address_of_the_services_is_a_server_s(url: str) -> None:
    assert [problem.split()[0] for problem in problems(PUBLIC_URL=url)] == ["PUBLIC_URL"]
