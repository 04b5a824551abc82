"""Messages to people: an outbox of a service's own, and the ways out of it.

A service says whom a message is to and why (`queue`), and makes its text when it is sent
(`Compose`), never before: an address and what only its reader may know are in no outbox.
"""

from libs.common.messages.outbox import (
    ALERTED,
    Compose,
    Composed,
    Dropped,
    Messages,
    add_message_table,
    queue,
)
from libs.common.messages.sender import Sender
from libs.common.messages.transports import Bounced, NotTaken, Outgoing, Transport

__all__ = [
    "ALERTED",
    "Bounced",
    "Compose",
    "Composed",
    "Dropped",
    "Messages",
    "NotTaken",
    "Outgoing",
    "Sender",
    "Transport",
    "add_message_table",
    "queue",
]
