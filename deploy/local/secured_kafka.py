"""Starts an Apache Kafka that speaks TLS only, and lets in whom it knows: for tests of that.

Listeners: MTLS asks for a client's certificate, SASL for a name and a password (SCRAM-SHA-512 or
PLAIN). A further listener may have a certificate of its own, one with a fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.local.kafka import answers, format_log, java, resolve
from deploy.local.processes import Nursery, free_port, wait_for

# Who is let in must be named in a grant, but for the broker itself and its administrator.
_SECURED: Final = """\
inter.broker.listener.name=MTLS
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl.scram-sha-512.sasl.jaas.config={scram} required;
listener.name.sasl.plain.sasl.jaas.config={plain} required {users};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:broker;User:admin
"""
_SCRAM: Final = "org.apache.kafka.common.security.scram.ScramLoginModule"
_PLAIN: Final = "org.apache.kafka.common.security.plain.PlainLoginModule"


ADMIN: Final = "admin"


@dataclass(frozen=True)
class Stores:
    """What the broker is given: files of PEM, its key (PKCS #8) before its certificate.

    `keystore` is that of the broker, whose subject is CN=broker and which is for 127.0.0.1;
    `authority` is whose certificates are believed; `others` has a listener's own keystore each.
    """

    keystore: Path
    authority: Path
    others: Mapping[str, Path] = field(default_factory=dict)


def start(nursery: Nursery, stores: Stores, passwords: Mapping[str, str]) -> dict[str, str]:
    """Start it and return each listener's `host:port`.

    There is an account to each password; the administrator's is among them.
    """
    jars = resolve(nursery)
    ports = {name: free_port() for name in ("MTLS", "SASL", *stores.others, "CONTROLLER")}
    text = _listeners(ports, stores, passwords)
    accounts = [f"SCRAM-SHA-512=[name={name},password={word}]" for name, word in passwords.items()]
    format_log(nursery, jars, text, ports["CONTROLLER"], *accounts)
    properties = nursery.folder / "kafka.properties"
    server = nursery.start(java(jars, "kafka.Kafka", properties), "kafka")
    sasl = f"127.0.0.1:{ports['SASL']}"
    admin = {
        "security_protocol": "SASL_SSL",
        "ssl_ca_location": str(stores.authority),
        "sasl_mechanism": "PLAIN",
        "sasl_username": ADMIN,
        "sasl_password": passwords[ADMIN],
    }
    wait_for(server, lambda: answers(sasl, **admin), "Apache Kafka")
    return {name: f"127.0.0.1:{port}" for name, port in ports.items()}


def _listeners(ports: Mapping[str, int], stores: Stores, passwords: Mapping[str, str]) -> str:
    addresses = ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items())
    protocols = {name: "SASL_SSL" if name == "SASL" else "SSL" for name in ports}
    lines = [
        f"listeners={addresses}",
        f"advertised.listeners={addresses}",
        "listener.security.protocol.map="
        + ",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
        *(
            f"listener.name.{name.lower()}.ssl.keystore.location={keystore}"
            for name, keystore in stores.others.items()
        ),
    ]
    users = " ".join(f'user_{name}="{word}"' for name, word in passwords.items())
    return (
        "\n".join(lines)
        + "\n"
        + _SECURED.format(
            keystore=stores.keystore,
            authority=stores.authority,
            scram=_SCRAM,
            plain=_PLAIN,
            users=users,
        )
    )
