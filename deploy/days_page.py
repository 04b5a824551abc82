"""Writes the page of the days that commands take, from the fields of the commands themselves."""

from collections.abc import Iterator
from typing import Final

from deploy.services import SERVICES
from libs.common.core.days import DayBounds, day_bounds
from libs.common.core.fields import Strict

_HEAD: Final = """\
# Days that can be

Made from the code by `make docs` (`libs/common/core/days.py`). What is recorded has taken place: a
day in a command is {earliest} at the earliest and today, in London, at the latest. If not, the
command is refused with `too-early` or `in-the-future`. These fields differ; a day that is further
ahead is refused with `too-far-ahead`. Rules about two days (a plan cannot end before it starts)
come on top.

| service | command | field | from | months ahead |
| --- | --- | --- | --- | --- |
"""


def days_page() -> str:
    """Return the page: the one rule, and each field that differs from it."""
    usual = DayBounds()
    lines = [
        f"| {service} | `{command}` | `{field}` | {bounds.earliest} | {bounds.months_ahead} |\n"
        for service, command, field, bounds in _days()
        if bounds != usual
    ]
    return _HEAD.format(earliest=usual.earliest) + "".join(lines)


def _days() -> Iterator[tuple[str, str, str, DayBounds]]:
    """Yield each day of each command: where it is declared, its field and its bounds."""
    assert SERVICES  # which imports every command
    for model in sorted(_commands(Strict), key=lambda one: (one.__module__, one.__name__)):
        for field in vars(model).get("__annotations__", {}):
            if (bounds := day_bounds(model).get(field)) is not None:
                yield model.__module__.split(".")[1], model.__name__, field, bounds


def _commands(kind: type[Strict]) -> Iterator[type[Strict]]:
    for model in kind.__subclasses__():
        if model.__module__.startswith("services."):
            yield model
        yield from _commands(model)
