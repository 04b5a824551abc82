"""How each figure is counted, in versions: a row is added when an edition first counts so."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.reporting.editions.contents import MethodView
from services.reporting.tables import Owned


class Method(Owned, kw_only=True):
    """What a figure counts and how, from the edition on that was signed on a day."""

    __tablename__ = "method"

    figure: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    adopted_on: Mapped[date]


async def adopted(read: ReadTransaction) -> list[MethodView]:
    """Return every version that an edition was counted by."""
    return [MethodView.model_validate(one.definition) for one in await read.chosen(select(Method))]


async def adopt(uow: UnitOfWork, used: Iterable[MethodView], on: date) -> None:
    """Keep the versions that no edition was counted by before."""
    known = {(one.figure, one.version) for one in await adopted(uow)}
    for one in used:
        if (one.figure, one.version) not in known:
            uow.add(
                Method(
                    figure=one.figure,
                    version=one.version,
                    definition=one.model_dump(),
                    adopted_on=on,
                )
            )
