"""What is said of secure connections, and how it is refused before anything is connected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.topics import main as topics
from libs.common.core.tls_files import FileUnusable
from libs.common.messaging.bus.kafka_clients import Clients
from libs.common.messaging.bus_security import BusSecurity
from libs.common.runtime.settings import CommonSettings, SettingsError
from tests.secured.papers import Papers
from tests.unit.common.test_settings import PRODUCTION

CANARY = "zzcanaryzz"
FULL = "sslmode=verify-full&sslrootcert"


@dataclass(frozen=True)
class Files:
    """Files as they should be."""

    papers: Papers

    @property
    def bus(self) -> dict[str, str]:
        paper = self.papers.for_client("referral")
        return {
            "BUS_URL": "kafkas://broker.example:9093",
            "BUS_TLS_CA_FILE": str(self.papers.authority),
            "BUS_TLS_CERT_FILE": str(paper.certificate),
            "BUS_TLS_KEY_FILE": str(paper.key),
            "BUS_USERNAME": "referral",
            "BUS_PASSWORD_FILE": str(self.papers.password("referral", CANARY)),
        }

    @property
    def database(self) -> str:
        return f"postgresql://a:{CANARY}@db.example/referral?{FULL}={self.papers.authority}"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(Papers(tmp_path))


def problems(settings: Mapping[str, str] | None = None, **changed: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        CommonSettings.load("referral", {**(settings or {}), **changed})
    assert CANARY not in str(caught.value)
    return caught.value.problems


def test_what_is_right_is_taken_in_production(files: Files) -> None:
    settings = CommonSettings.load(
        "referral", {**PRODUCTION, **files.bus, "REFERRAL_DATABASE_URL": files.database}
    )
    assert settings.warnings == []
    security = settings.bus.security
    assert security is not None
    options = security.client_options()
    assert (options["security_protocol"], options["sasl_mechanism"]) == (
        "SASL_SSL",
        "SCRAM-SHA-512",
    )
    assert options["sasl_plain_password"] == CANARY
    assert options["ssl_context"].check_hostname
    assert CANARY not in f"{settings!r} {settings.bus!r}"


def test_production_refuses_what_goes_in_the_clear() -> None:
    remote = {"REFERRAL_DATABASE_URL": f"postgresql://a:{CANARY}@db/referral"}
    assert [
        one.partition(" in the production")[0]
        for one in problems(PRODUCTION, **remote, BUS_URL="kafka://broker:9092")
    ] == [
        "BUS_URL must be kafkas://HOST:PORT",
        "REFERRAL_DATABASE_URL must have sslmode=verify-full&sslrootcert=FILE",
    ]


def test_production_refuses_to_come_to_a_broker_as_nobody() -> None:
    (problem,) = problems(PRODUCTION, BUS_URL="kafkas://broker:9093")
    assert problem.startswith("BUS_USERNAME or BUS_TLS_CERT_FILE must say who we are")


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
def test_production_takes_no_less_than_verify_full(files: Files, mode: str) -> None:
    root = f"&sslrootcert={files.papers.authority}" if mode > "r" else ""
    url = f"postgresql://a@db.example/referral?sslmode={mode}{root}"
    (problem,) = problems(PRODUCTION, REFERRAL_DATABASE_URL=url)
    assert problem.startswith("REFERRAL_DATABASE_URL must have sslmode=verify-full")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a@localhost/referral",
        "postgresql://a@127.0.0.1:5433/referral",
        "postgresql://a@[::1]/referral",
        "postgresql:///referral?host=/run/postgresql",
    ],
)
def test_a_database_on_this_machine_needs_no_tls(url: str) -> None:
    assert CommonSettings.load("referral", {**PRODUCTION, "REFERRAL_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("ssl=require", "takes sslmode=verify-full"),
        (f"sslmod={CANARY}", "has a parameter that is none of"),
        (f"{CANARY}=1", "has a parameter that is none of"),
        (f"sslmode={CANARY}", "has an sslmode that is none of"),
        ("sslmode=", "without a value"),
        ("sslmode=require&sslmode=disable", "has a parameter twice"),
        ("sslmode", "without a value"),
        ("sslmode=verify-full", "needs sslrootcert=FILE"),
        ("sslmode=verify-ca", "needs sslrootcert=FILE"),
        ("sslrootcert=/a", "of which sslmode makes no use"),
        ("sslmode=disable&sslrootcert=/a", "of which sslmode makes no use"),
        ("sslmode=require&sslcert=/a", "needs both of sslcert=FILE and sslkey=FILE"),
        ("sslmode=require&sslkey=/a", "needs both of sslcert=FILE and sslkey=FILE"),
        ("host=/run", "has a host= that is not a socket's folder"),
    ],
)
def test_a_parameter_that_would_not_do_what_it_seems_to_is_refused(
    parameters: str, said: str
) -> None:
    for profile in (None, PRODUCTION):
        url = f"postgresql://a@127.0.0.1/referral?{parameters}"
        found = problems(profile, REFERRAL_DATABASE_URL=url)
        assert any(said in one for one in found), found


@pytest.mark.parametrize(
    "url", ["postgresql://a@b@c/d", "postgresql://a,b/d", "postgresql:///d", "postgresql://a:x/d"]
)
def test_a_database_has_one_address(url: str) -> None:
    (problem,) = problems(REFERRAL_DATABASE_URL=url)
    assert problem.startswith("REFERRAL_DATABASE_URL is not valid")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"BUS_TLS_KEY_FILE": None}, "BUS_TLS_CERT_FILE and BUS_TLS_KEY_FILE go together"),
        ({"BUS_TLS_CERT_FILE": None}, "BUS_TLS_CERT_FILE and BUS_TLS_KEY_FILE go together"),
        ({"BUS_USERNAME": None}, "BUS_USERNAME and BUS_PASSWORD_FILE go together"),
        ({"BUS_PASSWORD_FILE": None}, "BUS_USERNAME and BUS_PASSWORD_FILE go together"),
        ({"BUS_SASL_MECHANISM": CANARY}, "BUS_SASL_MECHANISM must be one of SCRAM-SHA-512, PLAIN"),
        ({"BUS_PASSWORD": CANARY}, "BUS_PASSWORD is not a setting; did you mean BUS_PASSWORD_FILE"),
    ],
)
def test_what_goes_together_is_given_together(
    files: Files, changed: dict[str, str | None], said: str
) -> None:
    told = {name: value for name, value in {**files.bus, **changed}.items() if value is not None}
    (problem,) = problems(told)
    assert problem.startswith(said)


@pytest.mark.parametrize("url", ["kafka://broker:9092", "local:bus.db"])
def test_credentials_are_never_given_without_tls(files: Files, url: str) -> None:
    found = problems(files.bus | {"BUS_URL": url})
    assert {one.partition(" is of use only where BUS_URL is kafkas://")[0] for one in found} == (
        files.bus.keys() - {"BUS_URL"}
    )


def spoilt(files: Files) -> Path:
    file = files.papers.password("spoilt", "")
    file.write_bytes(b"\xff\xfe")
    return file


FAULTY: dict[str, tuple[str, Callable[[Files], str], str]] = {
    "missing authority": ("BUS_TLS_CA_FILE", lambda _: "/nowhere", "is missing or cannot"),
    "no authority": ("BUS_TLS_CA_FILE", lambda _: __file__, "holds no certificate"),
    "expired": (
        "BUS_TLS_CERT_FILE",
        lambda f: str(f.papers.expired().certificate),
        "has expired",
    ),
    "another's key": (
        "BUS_TLS_KEY_FILE",
        lambda f: str(f.papers.for_client("survey").key),
        "that is not the certificate's",
    ),
    "missing password": ("BUS_PASSWORD_FILE", lambda _: "/nowhere", "is missing or cannot"),
    "no text": ("BUS_PASSWORD_FILE", lambda f: str(spoilt(f)), "without a password"),
    "empty password": (
        "BUS_PASSWORD_FILE",
        lambda f: str(f.papers.password("nobody", "")),
        "without a password",
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_files_that_are_not_right_stop_production_and_warn_elsewhere(
    files: Files, case: str
) -> None:
    variable, change, said = FAULTY[case]
    told = files.bus | {variable: change(files)}
    found = problems(PRODUCTION, **told)
    assert any(one.startswith(f"{variable} names") and said in one for one in found), found
    assert CommonSettings.load("referral", told).warnings == found


def test_among_many_authorities_some_may_have_expired(files: Files) -> None:
    many = files.papers.folder / "many.pem"
    many.write_bytes(
        files.papers.expired().certificate.read_bytes() + files.papers.authority.read_bytes()
    )
    told = files.bus | {"BUS_TLS_CA_FILE": str(many)}
    assert CommonSettings.load("referral", told).warnings == []


@pytest.mark.parametrize("variable", ["BUS_TLS_KEY_FILE", "BUS_PASSWORD_FILE"])
@pytest.mark.parametrize(("mode", "fine"), [(0o600, True), (0o440, True), (0o644, False)])
def test_a_secret_is_for_nobody_else_to_read(
    files: Files, variable: str, mode: int, fine: bool
) -> None:
    told = files.bus
    Path(told[variable]).chmod(mode)
    open_ = f"{variable} names a file that others can read: set its mode to 0600"
    assert CommonSettings.load("referral", told).warnings == ([] if fine else [open_])


def test_files_of_the_database_are_looked_at_too(files: Files) -> None:
    expired = f"postgresql://a@db.example/referral?{FULL}={files.papers.expired().certificate}"
    (problem,) = problems(PRODUCTION, REFERRAL_DATABASE_URL=expired)
    assert problem == (
        "REFERRAL_DATABASE_URL: sslrootcert names a certificate that has expired: "
        "have a new one issued"
    )


def test_the_tool_for_topics_is_told_all_that_is_wrong_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = {"PROFILE": "production", "BUS_URL": "kafka://a:1", "BUS_URI": "x", "BUS_USERNAME": "a"}
    with pytest.raises(SystemExit) as left:
        topics(told)
    assert left.value.code == 78
    lines = capsys.readouterr().err.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["BUS_URI", "BUS_URL", "BUS_USERNAME"]


@pytest.mark.parametrize("kind", [AIOKafkaProducer, AIOKafkaConsumer])
async def test_a_client_that_is_there_is_given_a_password_that_was_replaced(
    files: Files, kind: Any
) -> None:
    file = files.papers.password("rotated", "the first")
    clients = Clients("127.0.0.1:1", BusSecurity(bus_username="referral", bus_password_file=file))
    client = clients.make(kind)
    network = client.client if kind is AIOKafkaProducer else client._client
    assert network._sasl_plain_password == "the first"
    clients.refresh()
    before = network._ssl_context
    file.write_text("the second\n")
    clients.refresh()
    assert network._sasl_plain_password == "the second"
    assert network._ssl_context is not before
    file.unlink()
    clients.refresh()
    assert (network._sasl_plain_password, clients.trouble) == ("the second", "own-file-unusable")
    with pytest.raises(FileUnusable):
        clients.make(kind)
    file.write_text("the third\n")
    clients.refresh()
    assert network._sasl_plain_password == "the third"
    await client.stop()


def test_a_key_that_is_gone_keeps_a_client_from_being_made(files: Files) -> None:
    paper = files.papers.for_client("referral")
    security = BusSecurity(bus_tls_cert_file=paper.certificate, bus_tls_key_file=paper.key)
    clients = Clients("127.0.0.1:1", security)
    paper.key.unlink()
    with pytest.raises(FileUnusable):
        clients.make(AIOKafkaProducer)
    assert clients.trouble == "own-file-unusable"
