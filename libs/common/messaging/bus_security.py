"""How brokers are spoken to over TLS: whom we believe, and who we are."""

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, Field

from libs.common.core.tls_files import (
    FileUnusable,
    authority_fault,
    certificate_fault,
    key_fault,
    password_fault,
    read_password,
)

MECHANISMS: Final = ("SCRAM-SHA-512", "PLAIN")
_OVER_TLS: Final = "is of use only where BUS_URL is kafkas://…, which says TLS"


class BusCredentials(BaseModel):
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


FIELDS: Final = tuple(BusCredentials.model_fields)
"""The settings' fields that are of use with TLS alone."""


class BusSecurity(BusCredentials, frozen=True):
    """What a client over TLS is given; without files it believes what this machine believes.

    The files are read again for each client that is made, so that a replaced one needs no restart.
    The name in the broker's certificate is always checked.
    """

    def changes(self) -> tuple[int, ...]:
        """Return when each file was last replaced, to be compared; 0 for one that is not there."""
        files = [getattr(self, field) for field in FIELDS if field.endswith("_file")]
        return tuple(one.stat().st_mtime_ns if one and one.exists() else 0 for one in files)

    def client_options(self) -> dict[str, Any]:
        """Return what aiokafka's clients are told; raises FileUnusable."""
        try:
            return self._options()
        except (OSError, ValueError) as error:
            raise FileUnusable from error

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"security_protocol": "SSL", "ssl_context": self._context()}
        if self.bus_username is not None and self.bus_password_file is not None:
            options |= {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": self.bus_sasl_mechanism or MECHANISMS[0],
                "sasl_plain_username": self.bus_username,
                "sasl_plain_password": read_password(self.bus_password_file),
            }
        return options

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.bus_tls_ca_file)  # which checks names
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        certificate, key = self.bus_tls_cert_file, self.bus_tls_key_file
        if certificate is not None:
            context.load_cert_chain(certificate, key, password=lambda: "")
        return context


def security_of(values: Mapping[str, Any]) -> BusSecurity:
    """Return what settings by the names of their fields (`bus_tls_ca_file`) come to."""
    return BusSecurity(**{field: values[field] for field in FIELDS if values.get(field)})


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
    ca, certificate = security.bus_tls_ca_file, security.bus_tls_cert_file
    key, password = security.bus_tls_key_file, security.bus_password_file
    faults = {
        "BUS_TLS_CA_FILE": ca and authority_fault(ca),
        "BUS_TLS_CERT_FILE": certificate and key and certificate_fault(certificate),
        "BUS_TLS_KEY_FILE": certificate and key and key_fault(certificate, key),
        "BUS_PASSWORD_FILE": password and password_fault(password),
    }
    yield from (f"{variable} {fault}" for variable, fault in faults.items() if fault)
