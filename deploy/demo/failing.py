"""Says what a load met that it cannot go on from, where, and what somebody can do about it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from deploy.demo.importing import ImportFailed
from deploy.demo.recording import Entry

ADVICE: Final = (
    "If somebody changed the county after a part of it was loaded, put that record back as it was"
    " and begin again, which goes on from here; or begin with empty databases."
)


class LoadFailed(RuntimeError):
    """A service refused a record of the county: it was changed since, or the fault is ours."""


@contextmanager
def where_it_is(service: str, entry: Entry) -> Iterator[None]:
    """Have whatever ends the load say at which records it was, and what to do."""
    try:
        yield
    except (LoadFailed, ImportFailed, LookupError, ValueError) as error:
        step = "putting right" if entry.puts_right else "telling"
        place = f"{service}: {step} {entry.kind} of {entry.at.date()}"
        message = f"The load stopped, {place}: {error} {ADVICE}"
        raise LoadFailed(message) from error


def check(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is no refusal."""
    if not answer.is_success:
        raise LoadFailed(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    return answer


def check_outcomes(url: str, outcomes: Iterable[Mapping[str, Any]]) -> None:
    """Refuse that a row of a file was refused, and say which was the first."""
    refused = [row for row in outcomes if row["outcome"] == "refused"]
    if refused:
        raise LoadFailed(f"{url}: {len(refused)} refused, first: {refused[0]}")
