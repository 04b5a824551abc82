"""Imports as they are tried: what one sent, or everybody's."""

from collections.abc import Iterator

from tests.architecture.roles.tried import Tried

NOTHING = "00000000-0000-4000-8000-000000000000"


def of_imports() -> Iterator[Tried]:
    """Yield the reads of imports, and their end, by whom they are open to."""
    for row, root in (
        ("read-imports", "/referral/v1"),
        ("read-result-imports", "/assessment/v1"),
        ("read-survey-imports", "/survey/v1"),
    ):
        yield Tried(row, "", "GET", f"{root}/imports")
        for more in ("", "/rows", "/errors"):
            yield Tried(row, "", "GET", f"{root}/imports/{NOTHING}{more}", None, (404,))
        yield Tried(row, "", "POST", f"{root}/imports/{NOTHING}/cancel", None, (404,))
