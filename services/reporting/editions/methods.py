"""How each figure is counted, in versions: a row is added when an edition first counts so."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.persistence.db import refers_to
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


class MethodServed(Owned, kw_only=True):
    """By which version of its method a figure of an edition is counted."""

    __tablename__ = "method_served"

    edition_id: Mapped[UUID] = mapped_column(refers_to("edition.id"), primary_key=True)
    figure: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[int]


async def adopted(read: ReadTransaction) -> list[MethodView]:
    """Return every version that an edition was counted by."""
    return [MethodView.model_validate(one.definition) for one in await read.chosen(select(Method))]


async def adopt(uow: UnitOfWork, edition_id: UUID, used: Iterable[MethodView], on: date) -> None:
    """Keep which versions an edition is counted by, and those that none was before."""
    known = {(one.figure, one.version) for one in await adopted(uow)}
    for one in used:
        uow.add(MethodServed(edition_id=edition_id, figure=one.figure, version=one.version))
        if (one.figure, one.version) not in known:
            uow.add(
                Method(
                    figure=one.figure,
                    version=one.version,
                    definition=one.model_dump(),
                    adopted_on=on,
                )
            )
