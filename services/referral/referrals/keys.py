"""The county's own key of a referral."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import Named, OwnKey, found, load
from libs.common.persistence.uow import ReadTransaction
from services.referral.children.keys import ChildKey
from services.referral.referrals.domain import Referral


class ReferralKey(OwnKey):
    """A referral by its reference, and by its child where others have the same reference."""

    of = Referral
    what = "referral"

    reference: Reference
    child: ChildKey | None = None


@dataclass(frozen=True)
class NamedReferral(Named):
    """A referral: two children's may have one reference."""

    async def load(self, reading: ReadTransaction, rows: Sequence[tuple[Any, BaseModel]]) -> None:
        """Load the referrals of the references, and the children."""
        await load(reading, [key.child for key, _ in rows if key.child is not None])
        await reading.rows.load(Referral, ("reference",), [(k.reference,) for k, _ in rows], None)

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return the referrals under a reference, of the child if one is named."""
        under = await reading.all(Referral, reference=key.reference)
        if key.child is None:
            return [one.id for one in under]
        children = await found(reading, key.child)
        return [one.id for one in under if one.child_id in children]


ReferralId = Annotated[Identifier, NamedReferral("referral", ReferralKey)]
