"""Editions and what else reporting keeps: each operation as it is tried."""

from collections.abc import Iterator
from typing import Any, Final

from tests.architecture.roles.stage import DRAFT, EXCEPTION, PRINTED, SERVICE_PLAN, Stage
from tests.architecture.roles.tried import STALE, Tried

ROOT: Final = "/reporting/v1"
DRAFTS: Final = f"{ROOT}/drafts"
WHY: Final = {"reason": "entry-error"}
FOUND: Final = {"finding": "late.visit", "digest": "0" * 64}
STEPS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("draft-edition", "cut", {"known_at": "2019-12-10"}),
    ("draft-edition", "signature", {"signed_on": "2019-12-20"}),
    ("draft-edition", "void", WHY),
    ("draft-edition", "looked", None),
    ("draft-edition", "review", {"readers": []}),
    ("draft-edition", "notes/1/answer", {"words": "So it is."}),
    ("draft-edition", "findings", {"findings": [FOUND], "outcome": "accepted", "words": "x"}),
    ("review-draft", "notes", {"words": "Is it so?"}),
)


def of_editions(stage: Stage) -> Iterator[Tried]:
    """Yield what is done with a draft, and what shows it; then plans and values."""
    yield Tried("draft-edition", "", "POST", DRAFTS, DRAFT)
    for whose in ("own", "other-team"):
        draft = f"{DRAFTS}/{stage.ids[f'draft_of_{whose}']}"
        yield Tried("read-draft", whose, "GET", draft)
        yield Tried("read-draft", whose, "GET", f"{draft}/content")
        yield Tried("read-draft", whose, "GET", draft.replace("/v1", ""))
        listed = draft.rpartition("/")[2]
        yield Tried("read-draft", whose, "GET", "/reporting/drafts", listed=listed)
        yield Tried("read-draft", whose, "GET", DRAFTS, listed=listed)
    draft = f"{DRAFTS}/{stage.ids['draft_of_own']}"
    yield Tried("read-draft", "own", "GET", f"{draft}/source", done=(404,), hidden=0)
    for row, step, body in STEPS:
        yield Tried(row, "", "POST", f"{draft}/{step}", body, (412,), version=STALE)
    source = {"source": "+++"}
    yield Tried("draft-edition", "", "PUT", f"{draft}/source", source, (412,), version=STALE)
    for word in ("since", "findings", "obstacles"):
        yield Tried("draft-edition", "", "GET", f"{draft}/{word}")
    for word in ("readers", "notes"):
        yield Tried("review-draft", "", "GET", f"{draft}/{word}")
    yield from _of_records(stage)


def _of_records(stage: Stage) -> Iterator[Tried]:
    plans, values = f"{ROOT}/service-plans", f"{ROOT}/published-values"
    yield Tried("record-plan", "", "PUT", f"{plans}/2018-19", SERVICE_PLAN)
    value = f"{values}/{stage.ids['published_value']}"
    yield Tried("enter-published", "", "POST", values, PRINTED)
    right = {name: PRINTED[name] for name in ("printed", "source")} | WHY
    for step, body in (("corrections", right), ("void", WHY)):
        yield Tried("enter-published", "", "POST", f"{value}/{step}", body, (412,), version=STALE)
    for url in (plans, f"{plans}/2018-19"):
        yield Tried("read-plan", "", "GET", url)
    for url in (values, value, f"{values}/by-figure/2014-15/service.teams"):
        yield Tried("read-published", "", "GET", url)
    yield from _of_exceptions(stage)


def _of_exceptions(stage: Stage) -> Iterator[Tried]:
    exceptions = f"{ROOT}/exceptions"
    one = f"{exceptions}/{stage.ids['exception']}"
    yield Tried("sign-exception", "", "POST", exceptions, EXCEPTION)
    for step, body in (("allowance", None), ("void", WHY)):
        yield Tried("sign-exception", "", "POST", f"{one}/{step}", body, (412,), version=STALE)
    for url in (exceptions, one):
        yield Tried("read-exception", "", "GET", url)
