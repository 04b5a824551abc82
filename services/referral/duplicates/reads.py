"""Likely duplicates, as they are listed and shown."""

from typing import Any, Final

from sqlalchemy import ColumnElement, or_

from libs.common.core.fields import Identifier
from libs.common.http.requests import router
from libs.common.reading import Filter, Listing, add_reads, each, equal
from services.referral.duplicates.api import DuplicateView
from services.referral.duplicates.codes import DuplicateKind, DuplicateState
from services.referral.duplicates.domain import Duplicate

routes = router()


def _with_record(id_: Any) -> ColumnElement[bool]:
    return or_(Duplicate.first_id == id_, Duplicate.second_id == id_)


DUPLICATES: Final = Listing(
    things="duplicates",
    one="duplicate",
    kind=Duplicate,
    view=DuplicateView,
    views=each(DuplicateView.of),
    permission="duplicate.read",
    tag="duplicates",
    summary="List pairs of records that are likely of one child or person.",
    filters={
        "state": equal(Duplicate.state, DuplicateState),
        "kind": equal(Duplicate.kind, DuplicateKind),
        "record_id": Filter(Identifier, _with_record, "Pairs of which this is one record."),
    },
    days={"found_on": Duplicate.found_on},
    sorts={"found_on": Duplicate.found_on},
)
add_reads(routes, DUPLICATES)
