"""The county's own keys of what referral owns: children, staff and teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, literal, select

from libs.common.core.errors import DomainError
from libs.common.core.fields import Code, Identifier, Reference
from libs.common.imports import HAND_OVER
from libs.common.persistence.own_keys import Named, OwnKey, found
from libs.common.persistence.uow import Access, ReadTransaction
from services.assessment.caseload import colleague, on_caseload
from services.assessment.known import ChildReference, KnownStaff, KnownTeam, NotYetKnown


class KnownKey(OwnKey):
    """A key of something that referral owns."""

    told: ClassVar[bool] = True
    """Whether events tell of it, so that it may still arrive."""

    @classmethod
    def reached(cls, access: Access, id_: UUID) -> ColumnElement[bool]:
        """Return the condition that the caller reaches the thing."""
        raise NotImplementedError


@dataclass(frozen=True)
class NamedKnown(Named):
    """Something that referral owns: who does not reach it does not hear whether it is there."""

    key: type[KnownKey]

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return the id of what has a key, if the caller reaches it."""
        ids = await found(reading, key)
        if reading.access.everything:
            return ids
        return [id_ for id_ in ids if await self._reached(reading, id_)]

    async def _reached(self, reading: ReadTransaction, id_: UUID) -> bool:
        query = select(self.key.reached(reading.access, id_))
        return bool((await reading.connection.execute(query)).scalar_one())

    def unknown(self, reading: ReadTransaction) -> DomainError:
        """Return the refusal of what is not there, or not yet."""
        if reading.access.everything and self.key.told:
            detail = f"This service has not heard of a {self.key.what} of this key yet."
            return NotYetKnown(detail=detail)
        return super().unknown(reading)


class ChildKey(KnownKey):
    """A child by scheme and reference, once the county's references were handed over."""

    of = ChildReference
    id_column = "child_id"
    what = "child"
    cure = HAND_OVER
    told = False

    scheme: Code
    reference: Reference

    @classmethod
    def reached(cls, access: Access, id_: UUID) -> ColumnElement[bool]:
        """Return the condition that a child is on the caller's or their teams' caseload."""
        return on_caseload(access, id_)


class StaffKey(KnownKey):
    """A member of staff by the county's reference."""

    of = KnownStaff
    id_column = "staff_id"
    what = "member of staff"

    reference: Reference

    @classmethod
    def reached(cls, access: Access, id_: UUID) -> ColumnElement[bool]:
        """Return the condition that they are in the caller's teams, or are the caller."""
        return colleague(access, literal(id_))


class TeamKey(KnownKey):
    """A team by its code."""

    of = KnownTeam
    id_column = "team_id"
    what = "team"

    code: Code

    @classmethod
    def reached(cls, access: Access, id_: UUID) -> ColumnElement[bool]:
        """Return the condition that it is one of the caller's teams."""
        return literal(id_ in access.actor.teams)


ChildId = Annotated[Identifier, NamedKnown("child", ChildKey)]
StaffId = Annotated[Identifier, NamedKnown("staff", StaffKey)]
TeamId = Annotated[Identifier, NamedKnown("team", TeamKey)]
