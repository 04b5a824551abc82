"""What settings say together of the connections to other machines, and what is refused of it.

What is never right is a problem in every profile; a file that is not as it should be is a problem
in production, and a warning in development. Each line begins with its variable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.common.messages.settings import messages_faults, messages_file_faults
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
    problems, files = _database_faults(variable, values)
    problems += [*auth_faults(values, production=is_production(values)), *pages_faults(values)]
    problems += messages_faults(values)
    files += [*auth_file_faults(values), *key_set_file_faults(values), *pages_file_faults(values)]
    files += messages_file_faults(values)
    return bus_findings(values, problems, files)


def bus_findings(
    values: Mapping[str, Any], problems: Sequence[str] = (), files: Sequence[str] = ()
) -> Findings:
    """Look at the bus's fields too; an address that cannot be read is for others to name."""
    bus_problems, bus_files = _bus_faults(values)
    problems, files = [*problems, *bus_problems], [*files, *bus_files]
    return Findings(problems + files, []) if is_production(values) else Findings(problems, files)


def is_production(values: Mapping[str, Any]) -> bool:
    """Say whether values by the names of their fields are for the production profile."""
    return values.get("profile") == "production"


def bus_address(values: Mapping[str, Any]) -> BusAddress:
    """Return the bus that fields which were found right come to; raises ValueError."""
    address = BusAddress.parse(values["bus_url"])
    return address.with_security(security_of(values)) if address.security else address


def _bus_faults(values: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what is wrong with what is said of the bus, and with the files that it names."""
    try:
        address = BusAddress.parse(values["bus_url"])
    except (ValueError, KeyError):
        return [], []
    tls = address.security is not None
    problems = [*security_faults(values, tls=tls)]
    if is_production(values) and address.kind == "kafka":
        problems += security_production_faults(values, tls=tls)
    return problems, [*security_file_faults(security_of(values))] if tls else []


def _database_faults(variable: str, values: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what is wrong with a URL, and where nothing is, with the files that it names.

    One that cannot be read at all is for others to name.
    """
    url = values.get("database_url", "")
    if not postgresql.is_well_formed(url):
        return [], []
    faults = [*postgresql.url_faults(url)]
    if is_production(values):
        faults += postgresql.production_faults(url)
    files = [] if faults else [f"{variable}: {fault}" for fault in postgresql.file_faults(url)]
    return [f"{variable} {fault}" for fault in faults], files
