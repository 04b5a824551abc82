"""What a service is told from outside: read once at start, checked whole, and passed in.

Nothing here looks at the process's environment by itself, and no message repeats a value: values
may be secrets.
"""

import difflib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError

from libs.common.core.public_url import HOST_FORM, reached_at, server
from libs.common.core.validation_errors import validation_errors
from libs.common.http.limits import Limits
from libs.common.messages.settings import MessageSettings
from libs.common.messaging.bus_address import HIGHEST_PORT, BusAddress
from libs.common.messaging.bus_security import FIELDS as BUS_FIELDS
from libs.common.messaging.bus_security import BusCredentials
from libs.common.pages.settings import PagesSettings
from libs.common.persistence.postgresql import FORM, is_well_formed
from libs.common.runtime.connections import bus_address, bus_findings, findings, is_production
from libs.common.security.settings import DEMO_ISSUER, DEMO_KEY_SET, DISCOVERY, AuthSettings, listed

EXIT_CONFIG: Final = 78
"""The exit code of a process that was given settings it cannot use (EX_CONFIG)."""

SHARED_PREFIXES: Final = ("AUTH_", "BUS_", "LIMIT_", "MESSAGES_")
"""How the variables begin that all services share and nobody else uses."""
_PREFIXED: Final = frozenset({"database_url", "audit_key_file", "audit_heads_file"})
"""The fields of a service's own, whose variables carry its prefix."""

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f]|\$\{|^[\"'\ufeff\s]|[\"'\s]$")


def _bus_url(text: str) -> str:
    BusAddress.parse(text)
    return text


def _database_url(text: str) -> str:
    """Accept `sqlite:PATH` and `postgresql://...`, and write the first as SQLAlchemy reads it."""
    if is_well_formed(text):
        return text
    path = text.removeprefix("sqlite:").removeprefix("///")
    if text.startswith("sqlite:") and path and not path.startswith("//"):
        return f"sqlite:///{path}"
    raise ValueError(FORM)


def _hosts(text: Any) -> Any:
    """Read hosts separated by commas; "*" is any host, and then the only one."""
    names = listed(text)
    if names != ("*",) and not all(re.fullmatch(HOST_FORM, name) for name in names):
        raise ValueError("hosts are names without ports, separated by commas")
    return names


def _origins(text: Any) -> Any:
    """Read origins of pages separated by commas; "*" is any, and then the only one."""
    origins = listed(text) if text else ()
    return origins if origins == ("*",) else tuple(map(server, origins))


class SettingsError(Exception):
    """A service was given settings it cannot use.

    `problems` names every variable concerned, all at once, and never a value.
    """

    def __init__(self, problems: list[str]) -> None:
        """Take one line for each problem."""
        self.problems = problems
        super().__init__("; ".join(problems))


class CommonSettings(Limits, BusCredentials, AuthSettings, PagesSettings, MessageSettings):
    """What every service is told.

    A field is a variable without prefix (`BUS_URL`), but for `database_url` and the audit's files,
    which carry the service's (`REFERRAL_DATABASE_URL`). A field's description says in the message
    what is expected.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    service: str = Field(repr=False)
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        repr=False, description="sqlite:PATH or postgresql://USER:PASSWORD@HOST/NAME"
    )
    bus_url: Annotated[str, AfterValidator(_bus_url)] = Field(
        description="local:PATH, kafka://HOST:PORT[,HOST:PORT][?prefix=NAME&partitions=N], "
        "or kafkas://… over TLS"
    )
    host: str = Field(default="127.0.0.1", description="the address to serve at")
    port: int = Field(default=8000, ge=1, le=HIGHEST_PORT, description="the port to serve at")
    var_dir: Path = Field(default=Path("var"), description="a directory for files of our own")
    audit_key_file: Path = Field(repr=False, description="a file of mode 0600 with the audit's key")
    audit_heads_file: Path = Field(description="a file to which the audit's heads are appended")
    allowed_hosts: Annotated[tuple[str, ...], BeforeValidator(_hosts)] = Field(
        description="the hosts by which callers know the services: NAME[,NAME]"
    )
    public_url: Annotated[str, AfterValidator(server)] | None = Field(
        default=None,
        description="where callers reach the services, https://NAME[:PORT]; unless said, HOST and"
        " PORT, in production the first of ALLOWED_HOSTS",
    )
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = Field(
        default=(),
        description="whose pages may call from a browser (CORS): https://NAME[:PORT], separated by"
        " commas, or * outside production; never with cookies",
    )
    backdating: bool = Field(
        default=False,
        description="whether who reaches the whole county may say when it recorded something, for"
        " past records: true or false; in production never",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="the least that is logged: DEBUG, INFO, WARNING or ERROR"
    )

    @classmethod
    def load(cls, service: str, environ: Mapping[str, str]) -> Self:
        """Read the settings of a service from `environ`.

        Raises SettingsError with every problem at once: wrong values, missing variables, and
        unknown ones that bear the service's prefix, `AUTH_` or `BUS_`. Variables of the other
        three services are theirs to judge.
        """
        variables = cls.variables(service)
        problems = [*_unfit(variables, environ), *_unknown(service, variables, environ)]
        given = {
            field: environ[variable]
            for variable, field in variables.items()
            if variable in environ and not _is_unfit(environ[variable])
        }
        settings = cls._build(service, given, problems)
        if problems or settings is None:
            raise SettingsError(sorted(set(problems)))
        return settings

    @classmethod
    def variables(cls, service: str) -> dict[str, str]:
        """Return the field behind each variable this service reads."""
        return {
            (f"{service}_{name}" if name in _PREFIXED else name).upper(): name
            for name in cls.model_fields
            if name != "service"
        }

    @classmethod
    def _build(cls, service: str, given: Mapping[str, str], problems: list[str]) -> Self | None:
        values: dict[str, Any] = {**cls.defaults(service, given), **given}
        problems.extend(findings(_database_variable(service), values).problems)
        if is_production(given) and given.get("allowed_hosts") == "*":
            problems.append("ALLOWED_HOSTS must name the hosts in the production profile")
        if is_production(given) and given.get("public_url", "").startswith("http:"):
            problems.append("PUBLIC_URL must begin with https:// in the production profile")
        if is_production(given) and not _are_https(given.get("allowed_origins", "")):
            problems.append("ALLOWED_ORIGINS must name https origins in the production profile")
        if is_production(given) and given.get("backdating", "false") != "false":
            problems.append("BACKDATING must be false in the production profile")
        try:
            return cls(service=service, **values)
        except ValidationError as error:
            problems.extend(cls._named(service, error))
            return None

    @classmethod
    def defaults(cls, service: str, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values that follow from others: everything under `VAR_DIR`.

        In the production profile database, bus, hosts and the issuer have no default: a variable
        that was forgotten must not mean a file that goes with its container. The keys of an issuer
        that is named are found by its discovery.
        """
        var_dir = given.get("var_dir", "var")
        found = {
            "audit_key_file": f"{var_dir}/audit-{service}.key",
            "audit_heads_file": f"{var_dir}/audit-{service}.heads",
        }
        named = given.get("auth_issuer", DEMO_ISSUER) != DEMO_ISSUER
        if is_production(given) or named:
            found["auth_key_set"] = DISCOVERY
        else:
            found |= {"auth_issuer": DEMO_ISSUER, "auth_key_set": f"{var_dir}/{DEMO_KEY_SET}"}
        if not is_production(given):
            found |= {"allowed_hosts": "*", "bus_url": f"local:{var_dir}/bus.db"}
            found |= {"database_url": f"sqlite:{var_dir}/{service}.db"}
        return found

    @classmethod
    def _named(cls, service: str, error: ValidationError) -> Iterator[str]:
        names = {field: variable for variable, field in cls.variables(service).items()}
        errors = error.errors(include_url=False, include_context=True, include_input=False)
        for details, fault in zip(errors, validation_errors(errors), strict=False):
            field = str(details["loc"][0])
            described = cls.model_fields[field].description
            hint = f" ({described})" if described else ""
            yield f"{names[field]} {fault.detail}{hint}"

    @property
    def bus(self) -> BusAddress:
        """Where the bus is, and who we are to it."""
        return bus_address(self.model_dump())

    @property
    def address(self) -> str:
        """Where callers reach the services: the addresses that are given out begin so."""
        if self.public_url:
            return self.public_url
        if self.profile == "production":
            return f"https://{self.allowed_hosts[0]}"
        return reached_at(self.host, self.port)

    @property
    def warnings(self) -> list[str]:
        """What is not as it should be, and would stop a start in the production profile."""
        return findings(_database_variable(self.service), self.model_dump()).warnings


def _are_https(origins: str) -> bool:
    return all(one.strip().startswith("https://") for one in origins.split(",") if one)


def _database_variable(service: str) -> str:
    return f"{service.upper()}_DATABASE_URL"


def load_bus(environ: Mapping[str, str]) -> tuple[BusAddress, list[str]]:
    """Read the bus alone, as a tool does that is no service; return warnings beside it.

    Raises SettingsError as a service's settings do.
    """
    variables = {name.upper(): name for name in ("bus_url", *BUS_FIELDS)}
    read = {**variables, "PROFILE": "profile"}
    values = {name: environ[variable] for variable, name in read.items() if environ.get(variable)}
    found = bus_findings(values)
    problems = [*_unfit(variables, environ), *_unknown("bus", variables, environ), *found.problems]
    try:
        address = bus_address(values)
    except KeyError:
        problems.append("BUS_URL is missing")
    except ValueError as error:
        problems.append(f"BUS_URL: {error}")
    if problems:
        raise SettingsError(sorted(set(problems)))
    return address, found.warnings


def load_all(services: Sequence[str], environ: Mapping[str, str]) -> dict[str, CommonSettings]:
    """Read the settings of several services; raises SettingsError with the problems of all."""
    loaded: dict[str, CommonSettings] = {}
    problems: set[str] = set()
    for service in services:
        try:
            loaded[service] = CommonSettings.load(service, environ)
        except SettingsError as error:
            problems.update(error.problems)
    if problems:
        raise SettingsError(sorted(problems))
    return loaded


@contextmanager
def exit_on_settings_error() -> Iterator[None]:
    """Print every problem and leave with exit code 78 where a SettingsError ends the block."""
    try:
        yield
    except SettingsError as error:
        lines = [f"  {problem}" for problem in error.problems]
        sys.stderr.write("\n".join(["The settings cannot be used:", *lines, ""]))
        raise SystemExit(EXIT_CONFIG) from None


def _is_unfit(value: str) -> bool:
    return not value or _UNFIT.search(value) is not None


def _unfit(variables: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[str]:
    for variable in variables:
        if variable in environ and _is_unfit(environ[variable]):
            yield f"{variable} is empty, or has a quote, a space or a ${{NAME}} left over in it"


def _unknown(
    service: str, variables: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[str]:
    prefixes = (*SHARED_PREFIXES, f"{service.upper()}_")
    for variable in environ:
        if variable.startswith(prefixes) and variable not in variables:
            yield f"{variable} is not a setting{_meant(service, variables, variable)}"


def _meant(service: str, variables: Mapping[str, str], unknown: str) -> str:
    bare = unknown.removeprefix(f"{service.upper()}_")
    near = [bare] if bare in variables else difflib.get_close_matches(unknown, variables, n=1)
    return f"; did you mean {near[0]}?" if near else ""
