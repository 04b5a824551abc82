"""Editions and what else reporting keeps: each operation as it is tried."""

from collections.abc import Iterator
from typing import Any, Final

from tests.architecture.roles.stage import DRAFT, Stage
from tests.architecture.roles.tried import STALE, Tried

DRAFTS: Final = "/reporting/v1/drafts"


def of_editions(stage: Stage) -> Iterator[Tried]:
    """Yield what is done with a draft, and what shows it."""
    draft = f"{DRAFTS}/{stage.ids['edition']}"
    yield Tried("draft-edition", "", "POST", DRAFTS, DRAFT)
    steps: tuple[tuple[str, Any], ...] = (
        ("cut", {"known_at": "2019-12-10"}),
        ("signature", {"signed_on": "2019-12-20"}),
        ("void", {"reason": "entry-error"}),
    )
    for step, body in steps:
        yield Tried("draft-edition", "", "POST", f"{draft}/{step}", body, (412,), version=STALE)
    for url in (DRAFTS, draft, f"{draft}/content"):
        yield Tried("read-draft", "", "GET", url)
