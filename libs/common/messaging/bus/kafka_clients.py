"""Makes Kafka's clients as the settings say, and knows why the last one was not let in."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from weakref import WeakSet

from aiokafka import AIOKafkaProducer
from aiokafka.conn import create_conn

from libs.common.core.tls_files import FileUnusable
from libs.common.messaging.bus_security import BusSecurity
from libs.common.observability.refusal import (
    NO_ANSWER,
    NOT_AUTHORISED,
    OWN_FILE_UNUSABLE,
    reason_of,
)

C = TypeVar("C")
T = TypeVar("T")
_WHY_MS: Final = 2_000
_CONNECTING: Final = "connecting"
_FILES: Final = "files"

log = logging.getLogger(__name__)


class Clients:
    """The clients of one bus: over TLS with ``security``, in the clear without."""

    def __init__(self, servers: str, security: BusSecurity | None) -> None:
        self._servers = servers
        self._security = security
        self._alive: WeakSet[Any] = WeakSet()
        self._files = security.changes() if security else ()
        self._troubles: dict[str, str] = {}

    @property
    def trouble(self) -> str | None:
        """Why a broker was not reached, or did not let us write or read, in a word."""
        return next(iter(self._troubles.values()), None)

    def note(self, doing: str, reason: str | None) -> None:
        """Keep why something did not work when it was last tried, or that it did."""
        if reason is not None and reason != self._troubles.get(doing):
            log.warning("bus-not-reached", extra={"reason": reason})
        if reason is None:
            self._troubles.pop(doing, None)
        else:
            self._troubles[doing] = reason

    def note_topic(self, topic: str, *, refused: bool) -> None:
        """Keep that we may not read a topic: to us it looks as if it were not there."""
        self.note(topic, NOT_AUTHORISED if refused else None)

    def make(self, kind: Callable[..., C], **settings: Any) -> C:
        """Make a client, with the credentials as they are in their files now."""
        try:
            options = self._options()
        except FileUnusable:
            self.note(_CONNECTING, OWN_FILE_UNUSABLE)
            raise
        client = kind(bootstrap_servers=self._servers, **settings, **options)
        self._alive.add(client)
        return client

    def _options(self) -> dict[str, Any]:
        return self._security.client_options() if self._security else {}

    async def noted(self, starting: Awaitable[T]) -> T:
        """Let a client connect, and keep why it could not."""
        try:
            started = await starting
        except Exception as error:
            self.note(_CONNECTING, await self.why(error))
            raise
        self.note(_CONNECTING, None)
        return started

    async def why(self, error: Exception) -> str:
        """Find out why: the library says no more than that no broker was reached.

        So each is tried once more by itself, but only over TLS, where there is more to say.
        """
        for server in self._servers.split(",") if self._security else ():
            host, _, port = server.rpartition(":")
            where = (host.strip("[]"), int(port))
            try:
                (await create_conn(*where, request_timeout_ms=_WHY_MS, **self._options())).close()
            except Exception as found:  # noqa: BLE001 - whatever it is, it is only asked for a word
                if (reason := reason_of(found)) != NO_ANSWER:
                    return reason
        return reason_of(error)

    def refresh(self) -> None:
        """Give the clients that are there the credentials of files that were replaced.

        They use them when they connect again, which they do by themselves. Of a file that is not
        usable, half written perhaps, they keep what it said before.
        """
        if self._security is None or (files := self._security.changes()) == self._files:
            return
        try:
            options = self._security.client_options()
        except FileUnusable:
            self.note(_FILES, OWN_FILE_UNUSABLE)
            return
        self.note(_FILES, None)
        for client in self._alive:
            network = client.client if isinstance(client, AIOKafkaProducer) else client._client  # noqa: SLF001 - a consumer keeps it to itself
            network._ssl_context = options["ssl_context"]  # noqa: SLF001 - there is no public way
            network._sasl_plain_password = options.get("sasl_plain_password")  # noqa: SLF001
        self._files = files
