"""What settings say together of the connections to other machines, and what is refused of it.

What is never right is a problem in every profile; a file that is not as it should be is a problem
in production, and a warning in development. Each line begins with its variable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from libs.common.messaging.bus_address import BusAddress
from libs.common.messaging.bus_security import (
    security_faults,
    security_file_faults,
    security_of,
    security_production_faults,
)
from libs.common.pages.settings import pages_faults, pages_file_faults
from libs.common.persistence import postgresql
from libs.common.security.keys import key_set_file_faults
from libs.common.security.settings import auth_faults, auth_file_faults


@dataclass(frozen=True)
class Findings:
    """What is wrong with the connections: what stops a start, and what is only said."""

    problems: list[str]
    warnings: list[str]


def findings(variable: str, values: Mapping[str, Any]) -> Findings:
    """Look at all that a service is told of others; ``variable`` names its database's URL."""
    production = is_production(values)
    problems = [
        *_bus_faults(values),
        *_database_faults(variable, values),
        *auth_faults(values, production=production),
        *pages_faults(values),
    ]
    files = [*auth_file_faults(values), *key_set_file_faults(values), *pages_file_faults(values)]
    files += [*_bus_file_faults(values), *_database_file_faults(variable, values)]
    return _found(problems, files, production=production)


def bus_findings(values: Mapping[str, Any]) -> Findings:
    """Look at the bus's fields alone; an address that cannot be read is for others to name."""
    production = is_production(values)
    return _found([*_bus_faults(values)], [*_bus_file_faults(values)], production=production)


def is_production(values: Mapping[str, Any]) -> bool:
    """Say whether values by the names of their fields are for the production profile."""
    return values.get("profile") == "production"


def bus_address(values: Mapping[str, Any]) -> BusAddress:
    """Return the bus that fields which were found right come to; raises ValueError."""
    address = BusAddress.parse(values["bus_url"])
    return address.with_security(security_of(values)) if address.security else address


def _found(problems: list[str], files: list[str], *, production: bool) -> Findings:
    return Findings(problems + files, []) if production else Findings(problems, files)


def _bus_faults(values: Mapping[str, Any]) -> Iterator[str]:
    if (address := _address(values)) is not None:
        tls = address.security is not None
        yield from security_faults(values, tls=tls)
        if is_production(values) and address.kind == "kafka":
            yield from security_production_faults(values, tls=tls)


def _bus_file_faults(values: Mapping[str, Any]) -> Iterator[str]:
    if (address := _address(values)) is not None and address.security is not None:
        yield from security_file_faults(security_of(values))


def _address(values: Mapping[str, Any]) -> BusAddress | None:
    try:
        return BusAddress.parse(values["bus_url"])
    except (ValueError, KeyError):
        return None


def _database_faults(variable: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a URL; one that cannot be read at all is for others to name."""
    url = values.get("database_url", "")
    if postgresql.is_well_formed(url):
        yield from (f"{variable} {fault}" for fault in postgresql.url_faults(url))
        if is_production(values):
            yield from (f"{variable} {fault}" for fault in postgresql.production_faults(url))


def _database_file_faults(variable: str, values: Mapping[str, Any]) -> Iterator[str]:
    url = values.get("database_url", "")
    if postgresql.is_well_formed(url) and not list(_database_faults(variable, values)):
        yield from (f"{variable}: {fault}" for fault in postgresql.file_faults(url))
