"""The county's references of children, handed over to a service that no event tells them."""

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeVar, cast
from uuid import UUID

from libs.common.core.fields import Code, Identifier, Reference, Strict
from libs.common.imports.kinds import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from libs.common.security import Grants, Reach, Role

GRANTS: Final[Grants] = {
    "child_reference.load": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.ADMINISTRATOR: Reach.COUNTY,
    },
}


HAND_OVER: Final = "The import `child-references` hands keys over; an id needs none."
"""What a key that leads nowhere is answered besides."""


class ChildReferenceRow(Strict):
    """A child by our id, and the county's reference of them."""

    scheme: Code
    reference: Reference
    child_id: Identifier


class Kept(Protocol):
    """A row as a service keeps it."""

    child_id: Any


K = TypeVar("K", bound=Kept)


def child_references(table: type[K]) -> ImportKind[ChildReferenceRow]:
    """Return the kind by which a service is handed the references that it keeps in a table."""

    async def take(uow: UnitOfWork, row: ChildReferenceRow) -> CommandOutcome:
        """Keep a reference; the same again changes nothing, another child takes its place."""
        known = await uow.find(table, scheme=row.scheme, reference=row.reference)
        uow.concerns(f"ChildReference:{row.child_id}")
        if known is None:
            uow.add(cast("Any", table)(**row.model_dump()))
            return CommandOutcome("created", row.child_id)
        was: UUID = known.child_id
        known.child_id = row.child_id
        return CommandOutcome("unchanged" if was == row.child_id else "updated", row.child_id)

    async def load(uow: UnitOfWork, rows: Sequence[ChildReferenceRow]) -> None:
        keys = [(row.scheme, row.reference) for row in rows]
        await uow.preload(table, ("scheme", "reference"), keys)

    about = named_by(("scheme", "reference"))
    return ImportKind(
        "child-references", ChildReferenceRow, "child_reference.load", take, about, load
    )
