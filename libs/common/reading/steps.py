"""Records shown with the steps that their state and the caller's role both allow."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, create_model

from libs.common.persistence.uow import ReadTransaction
from libs.common.reading.fields import allowed

R = TypeVar("R")


def with_steps(
    view: type[BaseModel], of: Callable[[R], BaseModel], kind: type[R], steps: Mapping[str, str]
) -> dict[str, Any]:
    """Return the view and what makes it for a listing: each record with what may be done.

    ``steps`` names the permission that each step needs; what its state allows the record says.
    """
    shown = create_model(
        f"{view.__name__.removesuffix('View')}OnRecordView",
        __base__=view,
        __doc__=f"{view.__doc__}\n\n``allowed`` are the steps open to the caller in this state.",
        allowed=(list[str], ...),
    )

    async def views(read: ReadTransaction, rows: Sequence[Any], _: date | None) -> list[BaseModel]:
        may = await allowed(read, kind, steps, rows)
        return [shown(**dict(of(row)), allowed=may[row.id]) for row in rows]

    return {"view": shown, "views": views}
