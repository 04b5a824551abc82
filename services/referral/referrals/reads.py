"""Referrals and their checks, as they are listed, found and shown."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel

from libs.common.contracts.referral import Answer
from libs.common.core.fields import Identifier, Reference, of_codes
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, PartOf, add_reads, each, equal, true_or_false
from services.referral.children.queries import by_child
from services.referral.referrals.api import REFERRAL, ReferralView
from services.referral.referrals.codes import ReferralState
from services.referral.referrals.domain import EligibilityCheck, Referral
from services.referral.schools.queries import by_school

routes = router()

REFERRALS: Final[Listing[Referral, ReferralView]] = Listing(
    things="referrals",
    one="referral",
    kind=Referral,
    view=REFERRAL.view,
    views=REFERRAL.views,
    permission="referral.read",
    tag="referrals",
    summary="List referrals with their last check and the decision: those that wait for one are"
    " `state=submitted`, the oldest first with `sort=submitted_on`.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Referral.reference, Reference)})],
    filters={
        "child": by_child(Referral.child_id),
        "school": by_school(Referral.school_id),
        "state": equal(Referral.state, ReferralState),
        "answer": equal(Referral.answer, Answer, "What the last check answered."),
        "checked": true_or_false(Referral.checked_on.is_not(None)),
    },
    days={
        "submitted_on": Referral.submitted_on,
        "checked_on": Referral.checked_on,
        "decided_on": Referral.decided_on,
    },
    sorts={"submitted_on": Referral.submitted_on, "decided_on": Referral.decided_on},
)
add_reads(routes, REFERRALS)


class PastCheckView(BaseModel):
    """A check as it was made: the rule set, and every rule's answer with the facts it saw."""

    check_id: UUID
    referral_id: UUID
    rule_set: str
    answer: Annotated[str, of_codes(Answer)]
    checked_on: date
    snapshot_on: date
    rules: list[dict[str, Any]]

    @classmethod
    def of(cls, check: EligibilityCheck) -> "PastCheckView":
        """Show a check."""
        return cls(
            check_id=check.id,
            referral_id=check.referral_id,
            rule_set=check.rule_set,
            answer=check.answer,
            checked_on=check.checked_on,
            snapshot_on=check.snapshot_on,
            rules=check.rules,
        )


CHECKS: Final = Listing(
    things="eligibility-checks",
    one="eligibility_check",
    kind=EligibilityCheck,
    view=PastCheckView,
    views=each(PastCheckView.of),
    permission="check.read",
    tag="referrals",
    summary="List checks, one by one; of several of a referral the last holds.",
    part_of=PartOf(Referral, EligibilityCheck.referral_id),
    item="/v1/eligibility-checks/{check_id}",
    at={"check_id": (EligibilityCheck.id, Identifier)},
    filters={
        "referral": equal(EligibilityCheck.referral_id, Identifier),
        "child": by_child(Referral.child_id),
        "answer": equal(EligibilityCheck.answer, Answer),
        "rule_set": equal(EligibilityCheck.rule_set),
    },
    days={"checked_on": EligibilityCheck.checked_on},
    sorts={"checked_on": EligibilityCheck.checked_on},
)
add_reads(routes, CHECKS)
