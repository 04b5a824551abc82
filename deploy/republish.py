"""A service's events sent to its topic once more, from its table: ``make republish SERVICE=…``.

For a topic that was deleted, created again, or lost its end. All events go out in order, with the
ids they had, so that listeners drop what they know. It is the relay's own work, begun again from
the first event: a service that runs does it; if none runs, this command does. Killed half-way, it
is gone on with by whichever comes next; run again, it begins again.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from deploy.beside import UNREADABLE, Beside, beside, chosen
from deploy.reconcile import PUBLISHING
from libs.common.messaging.bus.kafka import FAILURES
from libs.common.messaging.cursor import note_comparison, recognise, settle
from libs.common.messaging.own_topic import TopicIsAhead
from libs.common.messaging.relay import Relay
from libs.common.runtime.process import run_until_done, shared_of, sole_owner
from libs.common.runtime.settings import CommonSettings


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Publish one service's events again; return the exit code."""
    if len(arguments) != 1:
        names = ", ".join(one.name for one in PUBLISHING)
        print(f"SERVICE=… is one of: {names}", file=sys.stderr)
        return UNREADABLE
    ((name, settings),) = chosen(arguments, environ, among=PUBLISHING).items()
    with sole_owner(shared_of({name: settings})):
        return run_until_done(_republish(name, settings))


class TopicMissing(RuntimeError):
    """The service's topic is not there, or it is not this account's to see."""


async def _republish(name: str, settings: CommonSettings) -> int:
    try:
        async with beside(settings) as at:
            count = await republish(at)
    except TopicIsAhead:
        print(f"{name}: its topic holds events without a command: make reconcile first")
        return 1
    except TopicMissing:
        print(f"{name}: its topic is not there; make it with `python -m deploy.topics`")
        return UNREADABLE
    except (SQLAlchemyError, *FAILURES) as error:
        print(f"{name}: not finished ({type(error).__name__}); run it again")
        return UNREADABLE
    print(f"{name}: {count} events published again, none waits")
    return 0


async def republish(at: Beside) -> int:
    """Publish everything again from the first event; return how many there are.

    Raises TopicIsAhead where the topic holds what the table does not: that has to be reconciled
    before; and TopicMissing.
    """
    if not await at.bus.partitions(at.service.name):
        raise TopicMissing
    relay = Relay(at.service.name, at.database, at.bus)
    if (await relay.topic.compared()).ahead:
        raise TopicIsAhead
    async with at.database.writing() as connection:
        await recognise(connection)
        await settle(connection, 0)
        await note_comparison(connection, ahead=0, behind=0)
        count = (await relay.backlog(connection)).pending
    await relay.publish_all()
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
