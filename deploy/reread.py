"""A listener's topics read from the first record they hold: ``make reread SERVICE=… [TOPIC=…]``.

For a listener whose position was lost, because a topic was made and published again. What
it has applied already is dropped by its number, dead letters are read again. Reporting's
facts are rebuilt by ``make rebuild`` instead, which compares as well.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from deploy.beside import UNREADABLE, Beside, beside, chosen
from deploy.services import SERVICES
from libs.common.messaging.bus.kafka import FAILURES
from libs.common.messaging.positions import begin_again
from libs.common.runtime.process import run_until_done, shared_of, sole_owner
from libs.common.runtime.settings import CommonSettings

LISTENING = [service for service in SERVICES if service.subscriptions]


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Have one service's topics read again; return the exit code."""
    known = {one.name: one for one in LISTENING}
    name, topics = arguments[:1], list(arguments[1:])
    subscribed = known[name[0]].subscriptions.topics if name and name[0] in known else ()  # type: ignore[union-attr]  # each of them listens
    if not subscribed or not set(topics) <= set(subscribed):
        lines = (
            f"{one.name} listens to {', '.join(one.subscriptions.topics)}"  # type: ignore[union-attr]  # as above
            for one in LISTENING
        )
        print("SERVICE=… [TOPIC=…]:", *lines, sep="\n  ", file=sys.stderr)
        return UNREADABLE
    ((listener, settings),) = chosen(name, environ, among=LISTENING).items()
    with sole_owner(shared_of({listener: settings})):
        return run_until_done(_begin_again(listener, settings, topics or list(subscribed)))


async def _begin_again(listener: str, settings: CommonSettings, topics: Sequence[str]) -> int:
    try:
        async with beside(settings) as at:
            for topic in topics:
                dead_letters = await reread(at, topic)
                print(
                    f"{listener}: {topic} is read again,"
                    f" {dead_letters} dead letters will be read again"
                )
    except (SQLAlchemyError, *FAILURES) as error:
        print(f"{listener}: not finished ({type(error).__name__}); run it again")
        return UNREADABLE
    return 0


async def reread(at: Beside, topic: str) -> int:
    """Have a topic read again, from its first record; return how many were dead letters."""
    spans = await at.bus.spans(topic)
    async with at.database.writing() as connection:
        return await begin_again(connection, topic, spans)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
