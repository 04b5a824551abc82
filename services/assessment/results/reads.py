"""Results with all that they were before, as they are listed, found and shown."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel

from libs.common.contracts.assessment import Subject, Term
from libs.common.core.fields import Code, Reference, YearLabel, of_form
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Key, Listing, add_reads, equal, true_or_false
from services.assessment.queries import by_child, of_caseload
from services.assessment.results.access import FIELDS
from services.assessment.results.api import RESULT, ResultView
from services.assessment.results.domain import Result, ResultVersion

routes = router()


class ResultVersionView(BaseModel):
    """What a result was until it was changed: by whom, when and why."""

    position: Annotated[str, of_form(Code)]
    assessed_on: date
    moderated: bool
    reason: str
    changed_by: str | None
    changed_at: datetime


class ResultOnRecordView(ResultView):
    """A result with all that it was before, the first first.

    A field that the caller may not see is null, and named in ``withheld``.
    """

    versions: list[ResultVersionView]
    withheld: list[str] = []


async def on_record(
    read: ReadTransaction, results: Sequence[Result], _: date | None = None
) -> list[ResultOnRecordView]:
    """Show results with their earlier versions, in one query more."""
    earlier: dict[UUID, list[ResultVersion]] = defaultdict(list)
    ids = [(result.id,) for result in results]
    for row in await read.rows.load(ResultVersion, ("result_id",), ids, None):
        earlier[row.thing.result_id].append(row.thing)
    shown = await RESULT.views(read, results, None)
    return [
        ResultOnRecordView(
            **dict(view),
            versions=[
                ResultVersionView.model_validate(one, from_attributes=True)
                for one in sorted(earlier[result.id], key=lambda one: one.version)
            ],
        )
        for view, result in zip(shown, results, strict=True)
    ]


RESULTS: Final = Listing(
    things="results",
    one="result",
    kind=Result,
    view=ResultOnRecordView,
    views=on_record,
    permission="result.read",
    tag="results",
    summary="List results, of all records of a child.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Result.reference, Reference)})],
    filters={
        "child": by_child(Result.child_id),
        "child_id": by_child(Result.child_id),  # as it was called before
        "academic_year": equal(Result.academic_year, YearLabel),
        "term": equal(Result.term, Term),
        "subject": equal(Result.subject, Subject),
        "scheme": equal(Result.scheme),
        "moderated": true_or_false(Result.moderated, "Confirmed by a second person, or not yet."),
        **of_caseload(Result.child_id),
    },
    days={"assessed_on": Result.assessed_on},
    sorts={"assessed_on": Result.assessed_on},
    fields=FIELDS,
)
add_reads(routes, RESULTS)
