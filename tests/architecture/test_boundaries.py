"""What anybody may read: which routes are open to all, and that an event holds codes, no words."""

from collections.abc import Iterator
from typing import Any

from deploy.services import SERVICES
from libs.common.contracts import REGISTRY
from libs.common.http.requests import ServiceRoute
from libs.common.pages.routes import files_routes, sign_in_routes

PUBLIC = {
    "/answer",
    "/answer/{token}",
    "/answers/{link_id}",
    "/asyncapi.json",
    "/open/{code}",
    "/open/{code}/qr.{form}",
    "/open/{code}/sheet",
    "/open/{code}/sheet.pdf",
    "/v1/editions",
    "/v1/editions/{academic_year}",
    "/v1/editions/{academic_year}/{number}",
    "/editions",
    "/editions/{academic_year}/{number}",
    "/editions/{academic_year}/{number}/figures/{figure_id}",
    "/editions/{academic_year}/{number}/files/{form}",
    "/v1/data-sets/{academic_year}/{number}",
    "/v1/methods",
    "/v1/methods/{figure}/{version}",
    "/v1/value-changes",
    "/v1/value-changes/digest",
    "/v1/figures",
    "/sign-in",
    "/sign-in/as",
    "/sign-in/callback",
    "/sign-out",
    "/signed-out",
    "/ticket",
    "/pages/{name}",
}

# Every field of an event that holds text: each is a code, a label or a month, never words.
CODES = {
    "academic_year",
    "area",
    "became",  # of a published cell, which anybody may read, as are the next ones
    "by",
    "cease_reason",
    "code",
    "course",
    "decided_for",
    "drivers",
    "establishment_type",
    "figure",
    "ground",
    "label",
    "kind",  # of a relationship: mother, guardian
    "missed",
    "month",
    "needs",
    "number",  # an edition's
    "plan_type",
    "position",
    "printed",
    "question",
    "decision_reason",
    "pause_reason",
    "questionnaire",
    "reason",
    "restates",
    "reference",  # of staff alone: a pseudonym of the county's
    "rule",
    "rule_set",
    "scale",
    "school_kind",
    "scheme",
    "trend_key",
    "value",
    "values",
    "was",
    "withheld",
    "year_group",
}


def test_only_what_is_listed_is_open_to_all() -> None:
    routes = [
        route
        for one in (*(r for s in SERVICES for r in s.routers), files_routes, sign_in_routes)
        for route in one.routes
        if isinstance(route, ServiceRoute)
    ]
    assert len(routes) > 50
    is_open = {r.path for r in routes if (r.openapi_extra or {}).get("x-permission") is None}
    assert is_open == PUBLIC


def test_every_text_in_an_event_is_a_listed_code() -> None:
    found = {name for event in REGISTRY.values() for name in texts(event.model_json_schema(), "")}
    assert found == CODES


def test_no_event_says_when_anybody_was_born() -> None:
    fields = {name for event in REGISTRY.values() for name in event.model_fields}
    assert len(fields) > 50
    assert not [name for name in fields if "birth" in name or "born" in name]


def texts(schema: Any, name: str) -> Iterator[str]:
    """Yield the name of every field of a JSON Schema that takes any text."""
    if isinstance(schema, list):
        for one in schema:
            yield from texts(one, name)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "string" and not schema.keys() & {"format", "enum", "const"}:
        yield name
    for inner in ("items", "prefixItems", "additionalProperties", "anyOf"):
        yield from texts(schema.get(inner), name)
    for fields in (schema.get("properties", {}), schema.get("$defs", {})):
        for field, inside in fields.items():
            yield from texts(inside, field)
