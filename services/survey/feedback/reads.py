"""Complaints, compliments and checks of their registers, as they are listed, found and shown."""

from typing import Final

from libs.common.contracts.survey import Audience, ComplaintOutcome, Register
from libs.common.core.fields import Reference
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, equal, true_or_false
from services.survey.feedback.api.checks import CHECK
from services.survey.feedback.api.complaints import COMPLAINT
from services.survey.feedback.api.compliments import COMPLIMENT
from services.survey.feedback.commands.checks import Month
from services.survey.feedback.domain import Complaint, Compliment, RegisterCheck

routes = router()

COMPLAINTS: Final = Listing(
    things="complaints",
    one="complaint",
    kind=Complaint,
    view=COMPLAINT.view,
    views=COMPLAINT.views,
    permission="complaint.read",
    tag="feedback",
    summary="List complaints and concerns: all for the Head of Service, one's own for others.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Complaint.reference, Reference)})],
    filters={
        "formal": true_or_false(Complaint.formal, "In the council's own procedure, or not."),
        "closed": true_or_false(Complaint.closed_on.is_not(None), "Answered, or not yet."),
        "outcome": equal(Complaint.outcome, ComplaintOutcome),
    },
    days={"received_on": Complaint.received_on, "closed_on": Complaint.closed_on},
    sorts={"received_on": Complaint.received_on},
)
add_reads(routes, COMPLAINTS)

COMPLIMENTS: Final = Listing(
    things="compliments",
    one="compliment",
    kind=Compliment,
    view=COMPLIMENT.view,
    views=COMPLIMENT.views,
    permission="compliment.read",
    tag="feedback",
    summary="List compliments: all for the Head of Service, one's own for others.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Compliment.reference, Reference)})],
    filters={"source": equal(Compliment.source, Audience)},
    days={"received_on": Compliment.received_on},
    sorts={"received_on": Compliment.received_on},
)
add_reads(routes, COMPLIMENTS)

CHECKS: Final = Listing(
    things="register-checks",
    one="check",
    kind=RegisterCheck,
    view=CHECK.view,
    views=CHECK.views,
    permission="register.read",
    tag="feedback",
    summary="List the months of registers that somebody confirmed as complete.",
    keys=[
        Key(
            "by-month/{kind}/{month}",
            {"kind": (RegisterCheck.kind, Register), "month": (RegisterCheck.month, Month)},
        )
    ],
    filters={
        "kind": equal(RegisterCheck.kind, Register),
        "month": equal(RegisterCheck.month, Month),
    },
    days={"checked_on": RegisterCheck.checked_on},
    sorts={"month": RegisterCheck.month, "checked_on": RegisterCheck.checked_on},
)
add_reads(routes, CHECKS)
