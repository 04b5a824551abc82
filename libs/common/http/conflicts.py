"""Where in a request a conflict lies, and in which state it met what the request is about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from libs.common.core.errors import Conflict, ValidationError
from libs.common.http.bodies import StrictRequest
from libs.common.persistence.db import Aggregate, kind_in_words
from libs.common.persistence.uow import UnitOfWork


def say_what_was_met(conflict: Conflict, uow: UnitOfWork) -> None:
    """Give a conflict the records that the command was given, as they are."""
    conflict.state = tuple(_state(thing) for thing in uow.given)


def say_where_it_lies(conflict: Conflict, request: StrictRequest) -> None:
    """Give each error of a conflict a place in the request, where it has none."""
    place = _place(conflict, request)
    errors = conflict.errors or (ValidationError(conflict.code, conflict.detail),)
    conflict.errors = tuple(
        one if one.pointer or one.parameter else replace(one, **place) for one in errors
    )


def _place(conflict: Conflict, request: StrictRequest) -> dict[str, str]:
    """Return the field that the conflict says it lies in, or what the address names."""
    stem, body = conflict.at.removesuffix("_id"), request.parsed
    if stem and isinstance(body, dict):
        for name in body:
            if name.startswith(stem):
                return {"pointer": f"/{name}"}
    names = [*request.path_params]
    ids = [*filter(_is_id, names)]
    if not names and isinstance(body, dict):  # two of one key at the same moment, for one
        return {"pointer": f"/{next(filter(_is_id, body), next(iter(body), ''))}"}
    return {"parameter": (ids or names or [""])[-1]}


def _is_id(name: str) -> bool:
    return name.endswith("_id")


def _state(thing: Aggregate) -> Mapping[str, Any]:
    """Return a record's kind, id, ETag and, where it has one, state."""
    state = "void" if getattr(thing, "void", False) else getattr(thing, "state", None)
    shown = {"kind": kind_in_words(type(thing)), "id": str(thing.id), "state": state}
    found = {**shown, "etag": f'"{thing.row_version}"'} if thing.row_version else shown
    return {name: text for name, text in found.items() if text}
