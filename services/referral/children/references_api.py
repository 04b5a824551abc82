"""The county's references of children as a file, for the services that no event tells them."""

import csv
import io
from typing import Final

from fastapi import Response
from sqlalchemy import select

from libs.common.http.requests import Read, permission, router
from services.referral.children.domain import Child

routes = router()

COLUMNS: Final = ("scheme", "reference", "child_id")


@routes.get(
    "/v1/child-references",
    openapi_extra=permission("child_reference.export", long=True),
    tags=["children"],
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def get_child_references(read: Read) -> Response:
    """Show each child's reference beside our id, as a file.

    Sent to assessment and survey as the import `child-references`, it lets their files name
    children by the county's reference, which no event has.
    """
    query = select(Child.scheme, Child.reference, Child.id).order_by(Child.scheme, Child.reference)
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows((await read.connection.execute(query)).all())
    return Response(text.getvalue(), media_type="text/csv")
