"""What messages say: by audience and kind, with no name in subject or body."""

from datetime import date
from typing import Final

from libs.common.messages import Composed
from services.survey.campaigns.codes import Kind

_ABOUT: Final = {
    "schools": "the specialist teaching support that pupils of your school get",
    "parents": "the specialist teaching support for your child",
    "children": "the help that you get from your support teacher",
    "agencies": "your work with the specialist teaching support service",
}
_SUBJECTS: Final = {
    "invitation": "We would like your views on specialist teaching support",
    "reminder": "There is still time to give your views",
}
_BEGINS: Final = {
    "invitation": "We would like to know what you think of {about}.",
    "reminder": "Some time ago we asked what you think of {about}. You have not answered yet.",
}
_BODY: Final = """\
Hello,

{begins}

Your own link to the questionnaire:
{link}

It takes a few minutes. You do not have to answer, and it makes no difference to anybody's support.
The link is for you alone: please pass it on to nobody. It works until {until} at the latest.
{before}
To ask something, or to have nothing more from us about this: {contact}

The specialist SEN teaching support service
"""
_NEWER: Final = "A link that we sent you before works only if you began to answer by it.\n"


def worded(
    audience: str, kind: Kind, *, address: str, link: str, until: date, contact: str
) -> Composed:
    """Return a message of a kind to somebody of an audience."""
    body = _BODY.format(
        begins=_BEGINS[kind].format(about=_ABOUT[audience]),
        link=link,
        until=f"{until.day} {until:%B %Y}",
        before=_NEWER if kind == "reminder" else "",
        contact=contact,
    )
    return Composed(address=address, subject=_SUBJECTS[kind], body=body)
