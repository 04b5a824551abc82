"""What the service has heard of: children, staff and teams that others registered."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Table, select

from libs.common.errors import Conflict
from libs.common.parts import parts
from libs.common.uow import UnitOfWork

INFO = "known"


async def check_known(uow: UnitOfWork, table: Table, id_: UUID, what: str) -> None:
    """Refuse, for now, a thing that this service has not heard of."""
    known: dict[str, set[UUID]] = uow.session.info.get(INFO, {})
    if table.name in known:
        found = id_ in known[table.name]
    else:
        key = table.primary_key.columns[0]
        query = select(key).where(key == id_)
        found = (await uow.session.execute(query)).first() is not None
    if not found:
        raise Conflict(
            code="not-yet-known",
            detail=f"This service has not heard of the {what} yet. Try again in a moment.",
            headers={"Retry-After": "1"},
        )


async def prepare_known(uow: UnitOfWork, table: Table, ids: Iterable[UUID]) -> None:
    """Look up at once which of these are known."""
    key = table.primary_key.columns[0]
    found: set[UUID] = set()
    for part in parts(ids):
        found.update((await uow.session.execute(select(key).where(key.in_(part)))).scalars())
    uow.session.info.setdefault(INFO, {})[table.name] = found
