"""Who may do what on the bus: made from the services' manifests, and a file that names outsiders.

A service writes its own topic and reads those it subscribes to. Whoever else reads is of a kind,
and the kind says which topics it may be given at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from deploy.services import SERVICES
from libs.common.messaging.bus.kafka_acls import DESCRIBE, GROUP, READ, TOPIC, WRITE, Acl
from libs.common.runtime.manifest import Service
from libs.common.runtime.settings import SettingsError

REPORTING: Final = "reporting"
"""The one topic of a reporting consumer."""
PUBLISHERS: Final = tuple(sorted(one.name for one in SERVICES if one.publishes))
NAMES: Final = frozenset(one.name for one in SERVICES)
DOMAIN_TOPICS: Final = tuple(name for name in PUBLISHERS if name != REPORTING)

_OPERATIONS: Final = {"READ": READ, "WRITE": WRITE, "DESCRIBE": DESCRIBE}
_TO_PUBLISH: Final = "publishes its events"
_TO_COMPARE: Final = "compares what its topic holds with its own table, after a restore"
_TO_GROUP: Final = "keeps how far it has read, in a consumer group of its own name"

_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
_Purpose = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


@dataclass(frozen=True)
class Grant:
    """What one principal may do with one topic or group, and what for."""

    principal: str
    resource: Literal["topic", "group"]
    name: str
    operations: tuple[str, ...]
    purpose: str

    def acls(self, prefix: str) -> Iterator[Acl]:
        """Yield it as brokers keep it.

        The prefix is before each topic's name, and before each service's: two systems on one
        cluster share no grant.
        """
        topic = self.resource == "topic"
        name = prefix + self.name if topic else self.name
        for operation in self.operations:
            kind = TOPIC if topic else GROUP
            yield Acl(_principal(self.principal, prefix), kind, name, _OPERATIONS[operation])


def _principal(name: str, prefix: str) -> str:
    return f"User:{prefix}{name}" if name in NAMES else f"User:{name}"


class CountySystem(BaseModel):
    """A system of the county's: it reads the domain topics that were agreed with it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    name: _Name
    kind: Literal["county-system"]
    topics: Annotated[tuple[Literal[DOMAIN_TOPICS], ...], Field(min_length=1)]  # type: ignore[valid-type]  # the services' names
    purpose: _Purpose


class ReportingConsumer(BaseModel):
    """A consumer of what reporting publishes: that topic and no other, so nothing of one child."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    name: _Name
    kind: Literal["reporting-consumer"]
    purpose: _Purpose

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics it reads."""
        return (REPORTING,)


class Outsiders(BaseModel):
    """Who else may read, and whose grants are not ours to touch: a file that a county keeps."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    principals: tuple[
        Annotated[CountySystem | ReportingConsumer, Field(discriminator="kind")], ...
    ] = ()
    administrators: tuple[_Name, ...] = ()


def read_outsiders(variable: str, path: Path) -> Outsiders:
    """Read the file that a variable names; raises SettingsError with all that is wrong in it."""
    try:
        outsiders = Outsiders.model_validate_json(path.read_bytes())
    except OSError:
        raise SettingsError([f"{variable} names a file that is missing or unreadable"]) from None
    except ValidationError as error:
        raise SettingsError([f"{variable}: {one}" for one in _problems(error)]) from None
    names = [one.name for one in outsiders.principals]
    if len(set(names)) < len(names) or NAMES & {*names, *outsiders.administrators}:
        raise SettingsError([f"{variable} names somebody twice, or one of the services"])
    return outsiders


def _problems(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        yield f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"


def service_grants(services: Iterable[Service] = SERVICES) -> Iterator[Grant]:
    """Yield what each service is given: no more than its manifest says it does."""
    for one in services:
        if one.publishes:
            yield Grant(one.name, "topic", one.name, ("WRITE", "DESCRIBE"), _TO_PUBLISH)
            yield Grant(one.name, "topic", one.name, ("READ", "DESCRIBE"), _TO_COMPARE)
        for topic in one.subscriptions.topics if one.subscriptions else ():
            purpose = f"listens to what {topic} publishes"
            yield Grant(one.name, "topic", topic, ("READ", "DESCRIBE"), purpose)


def outsider_grants(outsiders: Outsiders) -> Iterator[Grant]:
    """Yield what the others are given."""
    for one in outsiders.principals:
        for topic in one.topics:
            yield Grant(one.name, "topic", topic, ("READ", "DESCRIBE"), one.purpose)
        yield Grant(one.name, "group", one.name, ("READ", "DESCRIBE"), _TO_GROUP)


def wanted(outsiders: Outsiders, prefix: str) -> set[Acl]:
    """Return all that brokers should keep."""
    grants = (*service_grants(), *outsider_grants(outsiders))
    return {acl for grant in grants for acl in grant.acls(prefix)}


def too_much(there: Iterable[Acl], outsiders: Outsiders, prefix: str) -> tuple[set[Acl], set[Acl]]:
    """Return the grants to be taken away, and those that are not ours and reach our topics.

    Ours is whatever a service is granted, and what names one of our topics or reaches it by a
    pattern for somebody in the file.
    """
    topics = {prefix + name for name in PUBLISHERS}
    services = {_principal(name, prefix) for name in NAMES}
    known = services | {f"User:{one.name}" for one in outsiders.principals}
    left_alone = {f"User:{name}" for name in outsiders.administrators}
    beyond = {
        acl
        for acl in set(there) - wanted(outsiders, prefix)
        if acl.is_grant and acl.principal not in left_alone
    }
    reaching = {acl for acl in beyond if acl.reaches(topics)}
    taken = {acl for acl in beyond if acl.principal in services}
    taken |= {acl for acl in reaching if acl.principal in known or acl.name in topics}
    return taken, reaching - taken


def manifest() -> dict[str, Any]:
    """Return the manifest as a document: each principal, what it is granted, and what for."""
    return {
        "services": [
            {"principal": one.name, "grants": _described(service_grants([one]))} for one in SERVICES
        ],
        "kinds": {
            "county-system": {
                "may be given": list(DOMAIN_TOPICS),
                "operations": ["READ", "DESCRIBE"],
                "purpose": "what was agreed with the county, named in the principals' file",
            },
            "reporting-consumer": {
                "may be given": [REPORTING],
                "operations": ["READ", "DESCRIBE"],
                "purpose": "figures as reporting publishes them: nothing of one child",
            },
        },
    }


def _described(grants: Iterable[Grant]) -> Sequence[dict[str, Any]]:
    return [
        {
            "resource": grant.resource,
            "name": grant.name,
            "operations": list(grant.operations),
            "purpose": grant.purpose,
        }
        for grant in grants
    ]
