"""Which failures are transient, of the surroundings, and which are of the data and stay."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLSTATE classes that say something of the server, not of what it was asked: connection,
# rolled back, out of resources, in use, operator intervention, system error.
TRANSIENT_STATES = frozenset({"08", "40", "53", "55", "57", "58"})
READ_ONLY = "25006"
"""What PostgreSQL says while it stands by and another is to take over, or is set not to write."""
TRANSIENT = (OSError, TimeoutError, MemoryError, PoolTimeout)
DRIVERS_OWN = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The driver's confusion where a server goes away, or its connection is closed already."""


def is_transient(error: BaseException) -> bool:
    """Say whether a failure is of the surroundings and worth another try, not of the data."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    if state:
        return state == READ_ONLY or str(state)[:2] in TRANSIENT_STATES
    return isinstance(error, (*TRANSIENT, *DRIVERS_OWN, OperationalError, InterfaceError))
