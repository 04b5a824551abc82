"""What settings say together of the connections to other machines, and what is refused of it.

What is never right is a problem in every profile; a file that is not as it should be is a problem
in production, and a warning in development. Each line begins with its variable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings

from libs.common import postgresql
from libs.common.bus_address import BusAddress
from libs.common.bus_security import (
    FIELDS,
    MECHANISMS,
    security_faults,
    security_file_faults,
    security_of,
    security_production_faults,
)


class BusCredentials(BaseSettings):
    """Whom a service believes to be a broker, and who it is to one: for `kafkas://` alone."""

    bus_tls_ca_file: Path | None = Field(
        default=None, description="a PEM file of the authority that brokers' certificates are from"
    )
    bus_tls_cert_file: Path | None = Field(default=None, description="a PEM file: our certificate")
    bus_tls_key_file: Path | None = Field(default=None, description="a PEM file of mode 0600")
    bus_sasl_mechanism: str | None = Field(default=None, description=" or ".join(MECHANISMS))
    bus_username: str | None = Field(default=None, description="our name to the brokers")
    bus_password_file: Path | None = Field(
        default=None, description="a file of mode 0600 with the password on its first line"
    )


@dataclass
class Findings:
    """What is wrong with the connections: what stops a start, and what is only said."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add_files(self, lines: list[str], *, production: bool) -> None:
        """Take what is wrong with files."""
        (self.problems if production else self.warnings).extend(lines)


def bus_findings(values: Mapping[str, Any], *, production: bool) -> Findings:
    """Look at the bus's fields; an address that cannot be read at all is for others to name."""
    found = Findings()
    address = _address(values.get("bus_url"))
    if address is None:
        return found
    tls = address.security is not None
    found.problems += security_faults(values, tls=tls)
    if production and address.kind == "kafka":
        found.problems += security_production_faults(values, tls=tls)
    if tls:
        files = list(security_file_faults(security_of(values)))
        found.add_files(files, production=production)
    return found


def database_findings(variable: str, url: Any, *, production: bool) -> Findings:
    """Look at a database's URL; one that cannot be read at all is for others to name."""
    found = Findings()
    if not isinstance(url, str) or not postgresql.is_well_formed(url):
        return found
    found.problems += [f"{variable} {fault}" for fault in postgresql.url_faults(url)]
    if production:
        found.problems += [f"{variable} {fault}" for fault in postgresql.production_faults(url)]
    if not found.problems:
        files = [f"{variable}: {fault}" for fault in postgresql.file_faults(url)]
        found.add_files(files, production=production)
    return found


def bus_address(values: Mapping[str, Any]) -> BusAddress:
    """Return the bus that fields which were found right come to; raises ValueError."""
    address = BusAddress.parse(values["bus_url"])
    if address.security is None:
        return address
    return address.with_security(security_of({name: values.get(name) for name in FIELDS}))


def _address(text: Any) -> BusAddress | None:
    try:
        return BusAddress.parse(text)
    except (ValueError, AttributeError):
        return None
