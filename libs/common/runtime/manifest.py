"""What a service is, and what it is given when it runs."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import MetaData

from libs.common.audit.chain import AuditFiles
from libs.common.core.clock import Clock
from libs.common.core.code_lists import CodeList
from libs.common.core.public_url import HERE
from libs.common.http import (
    change_feed_api,
)
from libs.common.http.guard import ANY_HOST
from libs.common.http.limits import Limits
from libs.common.http.problems import Problem
from libs.common.imports import ImportKind
from libs.common.messages import Messages, Transport
from libs.common.messaging.bus.base import Bus
from libs.common.messaging.consumer import ReadingLimits
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.observability.metrics import CountWaiting
from libs.common.pages.index import Front
from libs.common.pages.signing_in import SignInSettings
from libs.common.persistence.pruning import Forget
from libs.common.persistence.references import OnRecord
from libs.common.persistence.uow import Visible
from libs.common.runtime.routines import Routine
from libs.common.security import Grants, TokenChecker


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service's manifest: all that the machinery has to know of it."""

    name: str
    summary: str
    routers: Sequence[APIRouter]
    metadata: MetaData
    migrations: Path
    grants: Grants
    visible: Visible
    subscriptions: Subscriptions | None = None
    on_record: OnRecord | None = None
    problems: Mapping[str, Problem] = field(default_factory=dict)
    faults: Mapping[str, Problem] = field(default_factory=dict)
    """What the codes of its own refusals mean, and those of errors within them."""
    forgets: Sequence[Forget] = ()  # what it keeps for a time only: see the pruner
    routines: Sequence[Routine] = ()  # what it does by itself, each day or so
    kinds: Sequence[ImportKind[Any]] = ()
    """What may be sent to it in bulk, in the order in which a county loads it."""
    own_kinds: Sequence[ImportKind[Any]] = ()  # in files of another's making, by own addresses
    publishes: bool = True
    records: change_feed_api.Records = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    """What its codes stand for, where they do not say it themselves."""
    code_lists: Callable[[], Iterable[CodeList]] = tuple  # its lists of codes that are data
    confined: Mapping[str, str] = field(default_factory=dict)
    """Fields whose changes are shown only to who may take another action, by that action."""
    front: Sequence[Front] = ()
    """Its pages that the index links to; a service with pages has people sign in."""
    messages: Messages | None = None
    waiting: CountWaiting | None = None

    @property
    def examples(self) -> Mapping[str, Any]:
        """A body for each operation that takes one, as the tests send it: ``POST /v1/cases``."""
        found: dict[str, Any] = json.loads((self.migrations.parent / "examples.json").read_text())
        return found


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a running service is given: where its data are, the bus, who issues tokens, the time.

    A service without audit files seals nothing: for tests that look at other things. A start waits
    ``start_seconds`` for PostgreSQL.
    """

    database_urls: Mapping[str, str]
    bus: Bus
    tokens: TokenChecker
    clock: Clock
    audit_files: Mapping[str, AuditFiles] = field(default_factory=dict)
    hosts: Collection[str] = (ANY_HOST,)
    public_url: str = HERE
    limits: Limits = field(default_factory=Limits)
    upgrade: bool = True
    stop: Callable[[], None] = lambda: None
    start_seconds: float = 30.0
    reading: ReadingLimits = field(default_factory=ReadingLimits)
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    backdating: bool = False
    origins: Collection[str] = ()
    """Whose pages may call from a browser."""
    transport: Transport | None = None
    """How messages to people leave; without it they wait."""
    development: bool = False  # nobody real is asked here
    alerted: str | None = None  # the address of who is told that something waits to be read
