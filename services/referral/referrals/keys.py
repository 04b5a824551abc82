"""The county's own key of a referral."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import NamedWithin, OwnKey
from services.referral.children.keys import ChildKey
from services.referral.referrals.domain import Referral


class ReferralKey(OwnKey):
    """A referral by its reference, and by its child where others have the same reference."""

    of = Referral
    what = "referral"

    reference: Reference
    child: ChildKey | None = None


ReferralId = Annotated[Identifier, NamedWithin("referral", ReferralKey)]
