"""Forms that came back on paper, as they are listed and found."""

from typing import Any, Final

from sqlalchemy import ColumnElement, exists

from libs.common.core.fields import Reference
from libs.common.http.requests import router
from libs.common.reading import Filter, Key, Listing, Within, add_reads, equal
from services.survey.paper.access import FIELDS
from services.survey.paper.api import PaperFormView, forms_shown
from services.survey.paper.codes import State
from services.survey.paper.domain import PaperForm
from services.survey.paper.keys import Code, InPath
from services.survey.queries import by_child, by_school
from services.survey.waves.domain import Recipient, Wave
from services.survey.waves.queries import by_wave

routes = router()


def _of_recipient(one: Filter) -> Filter:
    """Return the filter for forms whose recipient another filter asks for."""

    def where(values: Any) -> ColumnElement[bool]:
        return exists().where(Recipient.id == PaperForm.recipient_id, one.where(values))

    return Filter(one.type, where, one.means)


FORMS: Final = Listing(
    things="paper-forms",
    one="form",
    kind=PaperForm,
    view=PaperFormView,
    views=forms_shown,
    permission="paper.read",
    tag="paper",
    summary="List forms that came back on paper, as far as they are keyed.",
    within=[Within(Wave, "waves/{wave_id}/paper-forms", {"wave_id": PaperForm.wave_id})],
    keys=[
        Key(
            "by-code/{code}/{number}",
            {"code": (PaperForm.code, Code), "number": (PaperForm.number, InPath)},
        )
    ],
    filters={
        "wave": by_wave(PaperForm.wave_id),
        "recipient": _of_recipient(equal(Recipient.reference, Reference)),
        "child": _of_recipient(by_child(Recipient.child_id)),
        "school": _of_recipient(by_school(Recipient.school_id)),
        "state": equal(PaperForm.state, State),
    },
    fields=FIELDS,
)
add_reads(routes, FORMS)
