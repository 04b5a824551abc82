"""Where a service answers for the addresses it gives out: its events' schemas, its problems."""

import json
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from libs.common.contracts import REGISTRY
from libs.common.contracts.catalogue import schema
from libs.common.core.errors import NotFound
from libs.common.http.problems import PROBLEMS, Problem
from libs.common.http.requests import PUBLIC, router


class ProblemMeaning(BaseModel):
    """What the `type` of a refusal means."""

    code: str
    means: str
    do: str


class SchemaResponse(Response):
    """A JSON Schema."""

    media_type = "application/schema+json"


def described_router(
    service: str, public_url: str, own: Mapping[str, Problem], *, publishes: bool
) -> APIRouter:
    """Return the public routes of a service that say what its addresses mean.

    ``own`` are the refusals that it alone gives.
    """
    problems = {**PROBLEMS, **own}
    routes = router()

    @routes.get("/problems/{code}", openapi_extra=PUBLIC, tags=["described"])
    async def get_problem(
        code: Annotated[str, Path(examples=["not-valid"])],
    ) -> ProblemMeaning:
        """Say what a refusal means and what to do: the address is the refusal's `type`."""
        if code not in problems:
            raise NotFound
        means, do = problems[code]
        return ProblemMeaning(code=code, means=means, do=do)

    @routes.get(
        "/schemas/{event_type}.json",
        openapi_extra=PUBLIC,
        tags=["described"],
        response_class=SchemaResponse,
        include_in_schema=publishes,
    )
    async def get_schema(event_type: str) -> SchemaResponse:
        """Give the JSON Schema of an event's data: the address is the event's `dataschema`."""
        event = REGISTRY.get(event_type)
        if event is None or event.publisher != service:
            raise NotFound
        return SchemaResponse(json.dumps(schema(event, public_url)))

    return routes
