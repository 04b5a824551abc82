"""What an OpenAPI document says of one operation besides its form: name, headers, refusals."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from fastapi.routing import APIRoute
from pydantic import BaseModel

from libs.common.http.gives import Reached

Operation = dict[str, Any]

_METHOD: Final = re.compile(r"^(post|put)_")
_TEXT: Final = {"type": "string"}
HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "Deprecation": {"description": "Since when the path is old (RFC 9745).", "schema": _TEXT},
    "ETag": {
        "description": "The version: what If-Match and If-None-Match name.",
        "schema": {"type": "string", "pattern": r'^"[1-9][0-9]{0,17}"$'},
    },
    "Idempotency-Replayed": {
        "description": "The command was carried out before, and was answered so.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Link": {
        "description": "The next page of a list, or what took the place of an old path.",
        "schema": _TEXT,
    },
    "Location": {
        "description": "Where it is read.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "Sunset": {"description": "From when an old path may be gone (RFC 8594).", "schema": _TEXT},
    "WWW-Authenticate": {"description": "How to show who one is.", "schema": _TEXT},
}
"""The headers of answers that mean something to a program."""
_BY_STATUS: Final = {
    "201": {"Location"},
    "202": {"Location"},
    "401": {"WWW-Authenticate"},
    "409": {"Retry-After"},
    "429": {"Retry-After"},
    "503": {"Retry-After"},
}
_OF_EVERY_ROUTE: Final[Mapping[str, Collection[str]]] = {
    "400": (
        *("bad-request", "query-not-valid", "host-not-valid", "repeated-header"),
        *("length-not-valid", "recorded-at-not-taken", "recorded-at-not-valid"),
    ),
    "401": ("unauthenticated",),
    "403": ("not-allowed",),
    "404": ("not-found",),
    "408": ("body-too-slow",),
    "409": ("already-there",),
    "412": ("changed-meanwhile", "version-not-valid"),
    "413": ("too-large", "too-many-values"),
    "414": ("target-too-long",),
    "415": ("unsupported-media-type",),
    "422": ("not-valid", "rejected"),
    "428": ("precondition-required",),
    "429": ("too-many-requests",),
    "503": (
        *("unavailable", "overloaded", "not-in-time", "keys-unavailable", "topic-ahead"),
        "identity-provider-unavailable",
    ),
}
"""What the way of every request may refuse, where the operation has the status at all."""
_OF_A_BODY: Final = ("body-empty", "body-incomplete", "json-doubled-key", "json-not-valid")


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation, by which generated clients call it: `recordVisits`.

    It is the command in the body, or the endpoint's own name; a route says one of its own where
    several share a body.
    """
    if route.operation_id is not None:
        return route.operation_id
    old = "Formerly" if route.deprecated else ""
    body = route.body_field.field_info.annotation if route.body_field else None
    if _METHOD.match(route.name) and isinstance(body, type) and issubclass(body, BaseModel):
        return body.__name__[0].lower() + body.__name__[1:] + old
    first, *words = _METHOD.sub("", route.name).split("_")
    return first + "".join(word.capitalize() for word in words) + old


def add_headers(operation: Operation, reached: Reached) -> None:
    """Say which headers each answer may have."""
    found = reached.named(HEADERS)
    for status, response in operation["responses"].items():
        names = {*_BY_STATUS.get(status, ())}
        if status < "300":
            names |= found & {"ETag", "Link"}
            names |= {"Idempotency-Replayed"} if "Idempotency-Key" in _asked(operation) else set()
            names |= {"Deprecation", "Link", "Sunset"} if operation.get("deprecated") else set()
        if names:
            refs = {one: {"$ref": f"#/components/headers/{one}"} for one in sorted(names)}
            response["headers"] = response.get("headers", {}) | refs


def _asked(operation: Operation) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ())}


def add_codes(operation: Operation, reached: Reached) -> None:
    """Say which codes of problems an operation can be refused with, under each status."""
    own = {(str(status), code) for status, code in reached.refusals}
    if "requestBody" in operation:
        own |= {("400", code) for code in _OF_A_BODY}
    if "Idempotency-Key" in _asked(operation):
        own |= {("400", "idempotency-key-required"), ("422", "idempotency-key-reused")}
    for status, response in operation["responses"].items():
        if status >= "400" and "application/problem+json" in response.get("content", {}):
            codes = {*_OF_EVERY_ROUTE.get(status, ()), *(c for s, c in own if s == status)}
            response["x-codes"] = sorted(codes)
