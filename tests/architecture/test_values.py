"""Every number that a caller sends is bounded, and every reference in an address may have a `/`."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from deploy.services import SERVICES
from libs.common.core.fields import Reference, Strict
from libs.common.http.requests import ServiceRoute

MOST = 1_000_000
BY_THE_COMMAND = {
    "RecordExclusion.half_days",
    "ExclusionRow.half_days",
    "CorrectExclusion.half_days",
    "SharesPart.expected_or_better",
    "SharesPart.good_or_better",
}
"""Whose function refuses what is out of bounds, beside all else that is wrong."""


def _commands(kind: type[BaseModel] = Strict) -> Iterator[type[BaseModel]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("services."):
            yield one
        yield from _commands(one)


def _said(kind: Any) -> Iterator[Any]:
    """Yield a type and all that is said of it, through unions and annotations."""
    yield kind
    yield from getattr(kind, "__metadata__", ())
    inner = get_args(kind)[:1] if get_origin(kind) is Annotated else get_args(kind)
    for one in inner:
        yield from _said(one)


def _bounds(info: FieldInfo) -> tuple[int, int]:
    said = [*info.metadata, *_said(info.annotation)]
    said += [one for part in said for one in getattr(part, "metadata", ())]
    least = [one.ge for one in said if hasattr(one, "ge") and one.ge is not None]
    most = [one.le for one in said if hasattr(one, "le") and one.le is not None]
    return max(least, default=-MOST - 1), min(most, default=MOST + 1)


def test_every_whole_number_has_bounds_that_a_person_would_expect() -> None:
    found = {
        f"{command.__name__}.{name}": _bounds(info)
        for command in _commands()
        for name, info in command.model_fields.items()
        if int in [*_said(info.annotation)]
    }
    assert len(found) > 15
    loose = {name for name, (least, most) in found.items() if least < -MOST or most > MOST}
    assert loose == BY_THE_COMMAND


def test_a_reference_in_an_address_may_have_a_slash() -> None:
    form = get_args(Reference)[2].pattern
    found = {
        (route.path, one.name)
        for service in SERVICES
        for router in service.routers
        for route in router.routes
        if isinstance(route, ServiceRoute)
        for one in route.dependant.path_params
        if form in {getattr(said, "pattern", None) for said in one.field_info.metadata}
    }
    assert len(found) >= 3
    assert [path for path, name in found if f"{{{name}:path}}" not in path] == []
