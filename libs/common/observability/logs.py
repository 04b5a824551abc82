"""What the services write to their logs: JSON, one line an event, allow-listed fields only.

A log must never hold a child's or a parent's particulars. So fields not named here are dropped
and counted, an exception is logged by type and place and never by its text, and of what other
libraries log only their own words are kept, never what they put into them (but for what uvicorn
says of its own start and stop). Run uvicorn with
`log_config=None`, or it brings its own handlers back.
"""

import errno
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Final, TextIO
from uuid import UUID

ALLOWED: Final = frozenset(
    {
        # every line
        "event", "level", "time", "service", "logger", "request_id", "trace_id", "at",
        # failures
        "error", "exception", "cause", "code", "reason",
        # what they are about
        "topic", "count", "database", "part", "tries",
    }
)  # fmt: skip
"""The fields a line may have; a new one is added here, with thought for what it may hold."""

MAX_VALUE: Final = 200
"""The longest text in a field, in characters; the rest is cut off."""

_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
TRACEPARENT: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
# These log a fixed template and its arguments apart; of all others nothing but the place is kept,
# because asyncio and warnings, for one, write the offending value into the message itself.
_KEEP_TEMPLATE: Final = frozenset({"uvicorn", "aiokafka", "alembic"})
# This module of uvicorn's tells of processes, hosts, ports and counts, and knows of no request.
_FILLED: Final = ("uvicorn.error", "server")
_OURS: Final = frozenset({"deploy", "libs", "services"})
_RECORD_FIELDS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message", "asctime", "event", "level", "origin", "logger", "time"
}  # fmt: skip
_QUIET: Final = ("aiokafka", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy")
_FALLBACK_EVENT: Final = "library log"
_PLACE_PARTS: Final = 4
_REQUEST: Final[ContextVar[Mapping[str, str]]] = ContextVar("request")


def configure(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard output) as JSON.

    `service` names the process in each line; `level` is the least level written, such as "INFO".
    Uncaught exceptions go the same way. Call it once, first.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_Line(service))
    handler.setLevel(least)
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(least)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
    # Access lines carry the query of every request; metrics count requests by route.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    access.disabled = True
    sys.excepthook = lambda _, error, __: _log_uncaught(error)
    threading.excepthook = lambda details: _log_uncaught(details.exc_value)


@contextmanager
def request_context(request_id: str, traceparent: str | None = None) -> Iterator[None]:
    """Mark every line written within as part of one request or one event.

    A request id that is not one (`REQUEST_ID`) is left out, and so is the trace id of a traceparent
    that is not well-formed.
    """
    fields = dict(_REQUEST.get({}))
    if REQUEST_ID.fullmatch(request_id):
        fields["request_id"] = request_id
    if trace := trace_id(traceparent):
        fields["trace_id"] = trace
    token = _REQUEST.set(fields)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def trace_id(traceparent: str | None) -> str | None:
    """Return the trace id in a W3C traceparent header, or None if it is not well-formed."""
    match = TRACEPARENT.fullmatch(traceparent or "")
    return match[1] if match else None


class _Line(logging.Formatter):
    """Writes what any module or library logs as one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's level and place and, where they are safe, its words and fields."""
        raised = record.exc_info[1] if record.exc_info else None
        error = record.msg if isinstance(record.msg, BaseException) else raised
        line = {
            **_REQUEST.get({}),
            "service": self._service,
            "at": _place(record.pathname, record.lineno),
            **_fields(record),
            **_described(error),
            "event": _template(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        }
        return json.dumps(_allowed(line), sort_keys=True)


def _described(error: BaseException | None) -> Mapping[str, object]:
    """Return an exception's type and place to put in its place; its text may hold anything."""
    if error is None:
        return {}
    line = {"exception": _kind(error), "at": _place_of(error)}
    if isinstance(error, OSError) and error.errno:
        line["code"] = errno.errorcode.get(error.errno, "")
    cause = error.__cause__ or error.__context__
    if cause is not None:
        line["cause"] = f"{_kind(cause)} at {_place_of(cause)}"
    return line


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _place_of(error: BaseException) -> str:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return "" if step is None else _place(step.tb_frame.f_code.co_filename, step.tb_lineno)


def _place(path: str, line_number: int) -> str:
    return f"{'/'.join(PurePath(path).parts[-_PLACE_PARTS:])}:{line_number}"


def _allowed(line: Mapping[str, object]) -> Mapping[str, str | int | float]:
    kept: dict[str, str | int | float] = {}
    for name, value in line.items():
        plain = _plain(value) if name in ALLOWED else None
        if plain is not None:
            kept[name] = plain
    dropped = sum(1 for name, value in line.items() if value is not None and name not in kept)
    if dropped:
        kept["dropped"] = dropped
    return kept


def _plain(value: object) -> str | int | float | None:
    """Return a value fit to print, or None for one that could hold anything."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (str, UUID)):
        return _UNPRINTABLE.sub("\ufffd", str(value)[:MAX_VALUE])
    return None


def _owner(record: logging.LogRecord) -> str:
    return record.name.split(".")[0]


def _template(record: logging.LogRecord) -> str:
    if _owner(record) in _KEEP_TEMPLATE | _OURS and isinstance(record.msg, str):
        filled = (record.name, record.module) == _FILLED
        text = (record.getMessage() if filled else record.msg).strip()
        # What has several lines is a traceback, which ends with what an exception says.
        return _FALLBACK_EVENT if "\n" in text else text
    return _FALLBACK_EVENT


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what one of our own modules gave as `extra`; the allow-list is applied later."""
    if _owner(record) not in _OURS:
        return {}
    given = record.__dict__.items()
    return {name: value for name, value in given if name not in _RECORD_FIELDS}


def _log_uncaught(error: BaseException | None) -> None:
    logging.getLogger(__name__).critical("uncaught exception", exc_info=error)
