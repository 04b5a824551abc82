"""The county's own keys of a child."""

from typing import Annotated

from libs.common.core.fields import Code, Identifier, Reference
from libs.common.persistence.own_keys import Named, NamedWithin, OwnKey
from services.referral.children.domain import Child, Plan
from services.referral.children.upn import Upn


class ChildKey(OwnKey):
    """A child by scheme and reference or, in a body or file and nowhere else, by pupil number."""

    of = Child
    what = "child"
    forms = (("scheme", "reference"), ("upn",))

    scheme: Code | None = None
    reference: Reference | None = None
    upn: Upn | None = None


ChildId = Annotated[Identifier, Named("child", ChildKey)]


class PlanKey(OwnKey):
    """A plan by its reference, and by its child where others have the same reference."""

    of = Plan
    what = "plan"

    reference: Reference
    child: ChildKey | None = None


PlanId = Annotated[Identifier, NamedWithin("plan", PlanKey)]
