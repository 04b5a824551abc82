"""The alert of a concern: that there is something to read, and no word of it."""

from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messages import ALERTED, Composed, Dropped
from services.survey.concerns.domain import Concern

ALERT: Final = "concern"
"""The reason of such a message."""
_SUBJECT: Final = "There is a safeguarding concern to read today"
_BODY: Final = """\
Hello,

Something that somebody wrote to the specialist SEN teaching support service may be a sign of harm.
Please read it today: it is in the survey service's list of concerns, at {url}.

This message has no word of what was written, and says neither who wrote it nor about whom. Please
do not answer it.
"""


async def alert(connection: AsyncConnection, row: Row[Any], public_url: str) -> Composed:
    """Return the alert of a concern; nobody is told of one that somebody has read meanwhile."""
    query = select(Concern.state).where(Concern.id == row.about)
    if (await connection.execute(query)).scalar_one() != "raised":
        raise Dropped("acknowledged")
    return Composed(address=ALERTED, subject=_SUBJECT, body=_BODY.format(url=public_url))
