"""Grants on Kafka topics as its brokers keep them: listed, added, taken away.

The library has the messages of the protocol and no method for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

# The protocol's numbers.
TOPIC, GROUP = 2, 3
LITERAL, PREFIXED = 3, 4
READ, WRITE, DESCRIBE = 3, 4, 8
ALLOW: Final = 3
ANY_HOST: Final = "*"
EVERYTHING: Final = "*"
"""As the name of a literal grant: every topic, or every group."""
_ANY: Final = 1
_SECURITY_DISABLED: Final = 54

_RESOURCES: Final = {1: "any", TOPIC: "topic", GROUP: "group", 4: "cluster", 5: "transactional id"}
_OPERATIONS: Final = {
    2: "ALL", READ: "READ", WRITE: "WRITE", 5: "CREATE", 6: "DELETE", 7: "ALTER",
    DESCRIBE: "DESCRIBE", 9: "CLUSTER_ACTION", 10: "DESCRIBE_CONFIGS", 11: "ALTER_CONFIGS",
    12: "IDEMPOTENT_WRITE",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Acl:
    """One grant or refusal; `principal` is as brokers write it, `User:referral`."""

    principal: str
    resource: int
    name: str
    operation: int
    pattern: int = LITERAL
    host: str = ANY_HOST
    permission: int = ALLOW

    def __str__(self) -> str:
        """Say it in a line, for a person who runs the tool."""
        operation = _OPERATIONS.get(self.operation, str(self.operation))
        resource = _RESOURCES.get(self.resource, str(self.resource))
        ending = "…" if self.pattern == PREFIXED else ""
        return f"{self.principal} {operation} {resource} {self.name}{ending}"

    @property
    def is_grant(self) -> bool:
        """Whether it lets somebody do something, rather than keeps them from it."""
        return self.permission == ALLOW

    def reaches(self, topics: Iterable[str]) -> bool:
        """Say whether it is a grant on one of the topics, however that is written."""
        if self.resource != TOPIC or not self.is_grant:
            return False
        if self.pattern == PREFIXED:
            return any(topic.startswith(self.name) for topic in topics)
        return self.name == EVERYTHING or self.name in topics


class NoAuthorizer(RuntimeError):
    """The broker asks nobody who they are: it keeps no grants."""


class BrokerAcls:
    """The grants of a cluster, by way of a client that may change them."""

    def __init__(self, admin: AIOKafkaAdminClient) -> None:
        self._admin = admin

    async def all(self) -> set[Acl]:
        """Return every grant and refusal; raises NoAuthorizer, and the library's errors."""
        request = DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY)
        found = await self._sent(request)
        if found.error_code == _SECURITY_DISABLED:
            raise NoAuthorizer
        _check(found.error_code)
        return {
            Acl(principal, resource, name, operation, pattern, host, permission)
            for resource, name, pattern, acls in found.resources
            for principal, host, operation, permission in acls
        }

    async def add(self, acl: Acl) -> None:
        """Grant; raises the library's errors."""
        for code, _ in (await self._sent(CreateAclsRequest(*_fields(acl)))).creation_responses:
            _check(code)

    async def remove(self, acl: Acl) -> None:
        """Take a grant away; raises the library's errors."""
        for code, _, _ in (await self._sent(DeleteAclsRequest(*_fields(acl)))).filter_responses:
            _check(code)

    async def _sent(self, request: Any) -> Any:
        client = self._admin._client  # noqa: SLF001 - there is no public way
        return await client.send(client.get_random_node(), request)


def _fields(acl: Acl) -> tuple[Any, ...]:
    return (
        acl.resource, acl.name, acl.pattern, acl.principal, acl.host, acl.operation, acl.permission
    )  # fmt: skip


def _check(code: int) -> None:
    if code:
        raise for_code(code)
