"""The parameters of a query: each is one of the route's, and there once."""

from collections import Counter
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from libs.common.core.errors import BadRequest, ValidationError
from libs.common.core.validation_errors import PARAMETER, likely


def _flag(value: Any) -> Any:
    if value in {"true", "false", True, False}:
        return value in {"true", True}
    raise PydanticCustomError("wrong-type", "must be true or false")


Flag = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false`, and no other word for either."""


def check_query(request: Request, known: Collection[str]) -> None:
    """Refuse a query with a parameter that is unknown or repeated; raises BadRequest for all."""
    if not request.scope["query_string"]:
        return
    times = Counter(name for name, _ in request.query_params.multi_items())
    errors = [_unknown_parameter(name, known) for name in sorted(times.keys() - set(known))]
    twice = "The parameter is given more than once."
    errors += [
        ValidationError("repeated-parameter", twice, parameter=name)
        for name in sorted(times.keys() & set(known))
        if times[name] > 1
    ]
    if errors:
        wrong = "The query has an unknown parameter, or has one twice."
        raise BadRequest(code="query-not-valid", detail=wrong, errors=tuple(errors))


def _unknown_parameter(name: str, known: Collection[str]) -> ValidationError:
    """Name the parameters there are, and the one that was likely meant.

    What was sent is named where it is like one of ours: then it is a slip, and nobody's name.
    """
    taken, near = ", ".join(sorted(known)) or "none", likely(name, known)
    meant = f"; did you mean {near}?" if near else "."
    detail = f"is not a parameter known here{meant} It takes: {taken}."
    return ValidationError(
        "unknown-parameter",
        detail,
        parameter=name if near and PARAMETER.fullmatch(name) else "query",
    )
