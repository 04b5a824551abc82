"""Where a service answers for the addresses it gives out: its events' schemas, its problems."""

import json
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import BaseModel

from libs.common.contracts import REGISTRY
from libs.common.contracts.catalogue import schema
from libs.common.core.errors import NotFound
from libs.common.http.faults import FAULTS
from libs.common.http.problems import PROBLEMS
from libs.common.http.requests import PUBLIC, router


class ProblemMeaning(BaseModel):
    """What the `type` of a refusal means."""

    code: str
    means: str
    do: str


class SchemaResponse(Response):
    """A JSON Schema."""

    media_type = "application/schema+json"


problem_routes, schema_routes = router(), router()


@problem_routes.get("/problems/{code}", openapi_extra=PUBLIC, tags=["described"])
async def get_problem(
    request: Request, code: Annotated[str, Path(examples=["not-valid"])]
) -> ProblemMeaning:
    """Say what a refusal, or one of its errors, means: the address is the refusal's `type`."""
    own = request.app.state.running.service
    tables = (own.problems, PROBLEMS, own.faults, FAULTS)
    found = next((table[code] for table in tables if code in table), None)
    if found is None:
        raise NotFound
    means, do = found
    return ProblemMeaning(code=code, means=means, do=do)


@schema_routes.get(
    "/schemas/{event_type}.json",
    openapi_extra=PUBLIC,
    tags=["described"],
    response_class=SchemaResponse,
)
async def get_schema(request: Request, event_type: str) -> SchemaResponse:
    """Give the JSON Schema of an event's data: the address is the event's `dataschema`."""
    running, event = request.app.state.running, REGISTRY.get(event_type)
    if event is None or event.publisher != running.service.name:
        raise NotFound
    return SchemaResponse(json.dumps(schema(event, running.public_url)))
