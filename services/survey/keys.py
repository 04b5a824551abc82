"""The county's own keys of what referral owns: children, schools and staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from libs.common.core.errors import DomainError
from libs.common.core.fields import Code, Identifier, Reference, StrictInt64
from libs.common.imports import HAND_OVER
from libs.common.persistence.own_keys import Named, OwnKey, found
from libs.common.persistence.uow import ReadTransaction
from services.survey.known import (
    ChildReference,
    KnownCase,
    KnownSchool,
    KnownStaff,
    NotYetKnown,
)


class ChildKey(OwnKey):
    """A child by scheme and reference, once the county's references were handed over."""

    of = ChildReference
    id_column = "child_id"
    what = "child"
    cure = HAND_OVER

    scheme: Code
    reference: Reference


@dataclass(frozen=True)
class NamedChild(Named):
    """A child: who does not reach them does not hear whether they are there."""

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return the id of the child, if the caller reaches a case of theirs."""
        ids = await found(reading, key)
        if reading.access.everything:
            return ids
        return [id_ for id_ in ids if await reading.all(KnownCase, child_id=id_)]


class SchoolKey(OwnKey):
    """A school by its unique reference number."""

    of = KnownSchool
    id_column = "school_id"
    what = "school"

    urn: Annotated[StrictInt64, Field(ge=1, le=999_999)]


class NamedSchool(Named):
    """A school, which anybody may know of."""

    def unknown(self, _: ReadTransaction) -> DomainError:
        """Return the refusal of a school that is not known, or not yet."""
        detail = "This service has not heard of a school of this URN yet."
        return NotYetKnown(detail=detail)


class StaffKey(OwnKey):
    """A member of staff by the county's reference."""

    of = KnownStaff
    id_column = "staff_id"
    what = "member of staff"

    reference: Reference


class NamedStaff(Named):
    """A member of staff, known here by a reference alone."""

    def unknown(self, _: ReadTransaction) -> DomainError:
        """Return the refusal of one who is not known, or not yet."""
        detail = "This service has not heard of a member of staff of this reference yet."
        return NotYetKnown(detail=detail)


ChildId = Annotated[Identifier, NamedChild("child", ChildKey)]
SchoolId = Annotated[Identifier, NamedSchool("school", SchoolKey)]
StaffId = Annotated[Identifier, NamedStaff("staff", StaffKey)]
