"""Banding schemes over HTTP: the scales of each, and the positions on them."""

from typing import Annotated

from fastapi import Path

from libs.common.core.errors import NotFound
from libs.common.core.fields import Code
from libs.common.http.requests import Read, permission, router
from services.assessment.schemes.domain import Scheme, schemes

routes = router()


@routes.get("/v1/schemes", openapi_extra=permission("scheme.read"), tags=["results"])
async def list_schemes(read: Read) -> list[Scheme]:  # noqa: ARG001 - every route looks
    """Show every scheme in every version, the earliest first."""
    return list(schemes())


@routes.get(
    "/v1/schemes/{scheme}/{version}", openapi_extra=permission("scheme.read"), tags=["results"]
)
async def get_scheme(
    scheme: Annotated[Code, Path()],
    version: Annotated[int, Path(ge=1, le=10_000)],
    read: Read,  # noqa: ARG001 - every route looks
) -> Scheme:
    """Show one version of a scheme."""
    for one in schemes():
        if (one.scheme, one.version) == (scheme, version):
            return one
    raise NotFound(code="not-found", detail="There is no such scheme.")
