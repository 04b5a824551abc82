"""How brokers are spoken to over TLS: whom we believe, and who we are."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from libs.common.tls_files import (
    authority_fault,
    certificate_fault,
    key_fault,
    password_fault,
    read_password,
)

MECHANISMS: Final = ("SCRAM-SHA-512", "PLAIN")
_OVER_TLS: Final = "is of use only where BUS_URL is kafkas://…, which says TLS"


class FileUnusable(OSError):
    """A certificate, key or password file cannot be read any more, or holds none."""


@dataclass(frozen=True)
class BusSecurity:
    """What a client over TLS is given; without files it believes what this machine believes.

    The files are read anew for each client that is made, so that a replaced one needs no restart.
    The name in the broker's certificate is always checked.
    """

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    mechanism: str = MECHANISMS[0]
    username: str | None = None
    password_file: Path | None = None

    def changes(self) -> tuple[int, ...]:
        """Return when each file was last replaced, to be compared; 0 for one that is not there."""
        files = (self.ca_file, self.cert_file, self.key_file, self.password_file)
        return tuple(one.stat().st_mtime_ns if one and one.exists() else 0 for one in files)

    def client_options(self) -> dict[str, Any]:
        """Return what aiokafka's clients are told; raises FileUnusable."""
        try:
            return self._options()
        except (OSError, ValueError) as error:
            raise FileUnusable from error

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"security_protocol": "SSL", "ssl_context": self._context()}
        if self.username is not None and self.password_file is not None:
            options |= {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": read_password(self.password_file),
            }
        return options

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)  # which checks names
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.cert_file is not None:
            context.load_cert_chain(self.cert_file, self.key_file, password=lambda: "")
        return context


def security_of(values: Mapping[str, Any]) -> BusSecurity:
    """Return what settings by the names of their fields (`bus_tls_ca_file`) come to."""

    def path(field: str) -> Path | None:
        return Path(values[field]) if values.get(field) else None

    return BusSecurity(
        ca_file=path("bus_tls_ca_file"),
        cert_file=path("bus_tls_cert_file"),
        key_file=path("bus_tls_key_file"),
        mechanism=values.get("bus_sasl_mechanism") or MECHANISMS[0],
        username=values.get("bus_username"),
        password_file=path("bus_password_file"),
    )


FIELDS: Final = (
    "bus_tls_ca_file",
    "bus_tls_cert_file",
    "bus_tls_key_file",
    "bus_sasl_mechanism",
    "bus_username",
    "bus_password_file",
)
"""The settings' fields that are of use with TLS alone."""


def security_faults(given: Mapping[str, Any], *, tls: bool) -> Iterator[str]:
    """Yield what is wrong with the settings taken together, each with its variable."""
    here = [field for field in FIELDS if given.get(field)]
    if not tls:
        yield from (f"{field.upper()} {_OVER_TLS}" for field in here)
        return
    if ("bus_tls_cert_file" in here) != ("bus_tls_key_file" in here):
        yield "BUS_TLS_CERT_FILE and BUS_TLS_KEY_FILE go together: set both or neither"
    if ("bus_username" in here) != ("bus_password_file" in here):
        yield "BUS_USERNAME and BUS_PASSWORD_FILE go together: set both or neither"
    if "bus_sasl_mechanism" in here:
        if given["bus_sasl_mechanism"] not in MECHANISMS:
            yield f"BUS_SASL_MECHANISM must be one of {', '.join(MECHANISMS)}"
        if "bus_username" not in here:
            yield "BUS_SASL_MECHANISM is of use only with BUS_USERNAME and BUS_PASSWORD_FILE"


def security_production_faults(given: Mapping[str, Any], *, tls: bool) -> Iterator[str]:
    """Yield what the production profile refuses of a Kafka bus."""
    if not tls:
        yield (
            "BUS_URL must be kafkas://HOST:PORT in the production profile: "
            "events go over TLS, as do passwords"
        )
    elif not given.get("bus_username") and not given.get("bus_tls_cert_file"):
        yield (
            "BUS_USERNAME or BUS_TLS_CERT_FILE must say who we are in the production profile: "
            "a broker gives nobody's topics to nobody"
        )


def security_file_faults(security: BusSecurity) -> Iterator[str]:
    """Yield what is wrong with the files, each with its variable."""
    faults: dict[str, str | None] = {}
    if security.ca_file:
        faults["BUS_TLS_CA_FILE"] = authority_fault(security.ca_file)
    if security.cert_file and security.key_file:
        faults["BUS_TLS_CERT_FILE"] = certificate_fault(security.cert_file)
        faults["BUS_TLS_KEY_FILE"] = key_fault(security.cert_file, security.key_file)
    if security.password_file:
        faults["BUS_PASSWORD_FILE"] = password_fault(security.password_file)
    for variable, fault in faults.items():
        if fault:
            yield f"{variable} {fault}"
