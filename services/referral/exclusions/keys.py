"""The county's own key of an exclusion."""

from typing import Annotated

from libs.common.core.fields import Identifier, Reference
from libs.common.persistence.own_keys import NamedWithin, OwnKey
from services.referral.children.keys import ChildKey
from services.referral.exclusions.domain import Exclusion


class ExclusionKey(OwnKey):
    """An exclusion by its reference, and by its child where others have the same one."""

    of = Exclusion
    what = "exclusion"

    reference: Reference
    child: ChildKey | None = None


ExclusionId = Annotated[Identifier, NamedWithin("exclusion", ExclusionKey)]
