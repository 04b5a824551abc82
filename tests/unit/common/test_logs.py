"""Logs that hold no particulars, whatever is put into them."""

import asyncio
import errno
import gc
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from enum import Enum
from uuid import UUID

import pytest
from pydantic import ValidationError

from libs.common.core.errors import Conflict
from libs.common.core.fields import Strict, StrictInt64
from libs.common.observability.logs import ALLOWED, configure, request_context, trace_id
from tests.written import Stream, written_logs

CANARY = "zzcanaryzz"
OURS = logging.getLogger("libs.a")
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def out() -> Iterator[Stream]:
    with written_logs() as stream:
        yield stream


def test_a_line_is_one_json_object(out: Stream) -> None:
    extra = {"topic": "referral", "count": 7, "reason": "gap"}
    logging.getLogger("libs.some").info("event-dead-lettered", extra=extra)
    line = out.line()
    assert line.pop("time").endswith("+00:00")
    assert "test_logs.py:" in line.pop("at")
    assert line == {
        "event": "event-dead-lettered",
        "level": "info",
        "service": "referral",
        "logger": "libs.some",
        "topic": "referral",
        "count": 7,
        "reason": "gap",
    }


def test_a_field_nobody_allowed_is_dropped_and_counted(out: Stream) -> None:
    OURS.info("hello", extra={"child": CANARY, "body": {"x": CANARY}, "count": 80})
    assert out.line()["dropped"] == 2
    assert out.line()["count"] == 80
    assert CANARY not in out.getvalue()


@pytest.mark.parametrize(
    "value", [{"a": CANARY}, [CANARY], (CANARY,), CANARY.encode(), ValueError(CANARY), object()]
)
def test_an_allowed_field_holds_plain_values_only(out: Stream, value: object) -> None:
    OURS.info("hello", extra={"reason": value})
    assert "reason" not in out.line()
    assert out.line()["dropped"] == 1
    assert CANARY not in out.getvalue()


def test_plain_values_are_written_as_themselves(out: Stream) -> None:
    class Outcome(Enum):
        """A code."""

        DONE = "done"

    identifier = UUID("0b5d1c1e-6f0a-4f62-9d5e-1f2a3b4c5d6e")
    extra = {"code": Outcome.DONE, "topic": identifier, "count": 0, "reason": None}
    OURS.info("x", extra=extra)
    line = out.line()
    assert (line["code"], line["topic"], line["count"]) == ("done", str(identifier), 0)
    assert "reason" not in line
    assert "dropped" not in line


@pytest.mark.parametrize("bad", ["\r\n", "\x1b[31m", "\x00", "\u2028", "\u202e", "\x9b", "\ud800"])
def test_no_value_breaks_out_of_its_line(out: Stream, bad: str) -> None:
    handlers = logging.getLogger().handlers
    handlers[:] = handlers[:1]  # pytest's own would send a lone surrogate on, and cannot
    OURS.info("one" + bad + "two", extra={"reason": f"a{bad}b"})
    assert len(out.getvalue().splitlines()) == 1
    assert bad not in out.line()["event"] + out.line()["reason"]
    assert out.getvalue().isascii()


def test_a_long_value_is_cut(out: Stream) -> None:
    OURS.info("x" * 10_000, extra={"reason": "y" * 10_000})
    assert len(out.line()["event"]) == len(out.line()["reason"]) == 200


class Body(Strict):
    """A body that fails to be read."""

    hours: StrictInt64


def raising(kind: str) -> None:
    if kind == "value":
        raise ValueError(CANARY)
    if kind == "domain":
        raise Conflict(detail=CANARY)
    if kind == "validation":
        Body.model_validate({"hours": CANARY, CANARY: 1})
    if kind == "chain":
        try:
            raising("key")
        except KeyError as error:
            raise RuntimeError(CANARY) from error
    if kind == "group":
        raise ExceptionGroup(CANARY, [ValueError(CANARY)])
    dict[str, str]()[CANARY]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("value", "builtins.ValueError"),
        ("domain", "libs.common.core.errors.Conflict"),
        ("validation", "pydantic_core._pydantic_core.ValidationError"),
        ("chain", "builtins.RuntimeError"),
        ("group", "builtins.ExceptionGroup"),
        ("key", "builtins.KeyError"),
    ],
)
def test_an_exception_is_its_type_and_place(out: Stream, kind: str, name: str) -> None:
    secret = CANARY
    try:
        raising(kind)
    except (ValueError, Conflict, ValidationError, RuntimeError, ExceptionGroup, KeyError) as error:
        OURS.exception("failed")
        OURS.error("failed", exc_info=error)
        logging.getLogger("libs.x").exception("failed")
        logging.getLogger("aiokafka.x").exception("failed %s", secret)
    assert CANARY not in out.getvalue()
    assert [line["exception"] for line in out.lines()] == [name] * 4
    for line in out.lines():
        assert line["at"].rpartition(":")[2].isdigit()
        assert not line["at"].startswith("/")


def test_the_cause_is_named_with_its_place(out: Stream) -> None:
    try:
        raising("chain")
    except RuntimeError:
        OURS.exception("failed")
    assert out.line()["cause"].startswith("builtins.KeyError at ")
    assert "test_logs.py:" in out.line()["cause"]


def test_lines_of_one_request_bear_its_id(out: Stream) -> None:
    with request_context("r-1", TRACEPARENT):
        OURS.info("within")
        logging.getLogger("libs.x").info("within")
    OURS.info("after")
    within, also, after = out.lines()
    assert within["request_id"] == also["request_id"] == "r-1"
    assert within["trace_id"] == also["trace_id"] == TRACE
    assert "request_id" not in after
    assert "trace_id" not in after


@pytest.mark.parametrize("given", ["", "a b", CANARY + "\n", "x" * 65, "é"])
def test_an_odd_request_id_is_left_out(out: Stream, given: str) -> None:
    with request_context(given, CANARY):
        OURS.info("within")
    assert "request_id" not in out.line()
    assert "trace_id" not in out.line()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "00-1-2-3",
        TRACEPARENT.upper(),
        f"{TRACEPARENT}-x",
        f"{TRACEPARENT}\n",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        "01" + TRACEPARENT[2:],
    ],
)
def test_a_malformed_trace_has_no_id(header: str | None) -> None:
    assert trace_id(TRACEPARENT) == TRACE
    assert trace_id(header) is None


def test_our_own_modules_may_use_the_standard_logger(out: Stream) -> None:
    extra = {"topic": "referral", "body": CANARY, "event": CANARY}
    logging.getLogger("services.referral.api").warning("event-dead-lettered", extra=extra)
    line = out.line()
    assert (line["event"], line["topic"], line["dropped"]) == ("event-dead-lettered", "referral", 1)
    assert line["level"] == "warning"
    assert CANARY not in out.getvalue()


@pytest.mark.parametrize("name", ["uvicorn.error", "aiokafka.consumer", "alembic.runtime"])
def test_libraries_keep_their_words_but_not_what_they_put_in(out: Stream, name: str) -> None:
    logging.getLogger(name).error("could not send %s", CANARY)
    assert out.line()["event"] == "could not send %s"
    assert out.line()["logger"] == name
    assert CANARY not in out.getvalue()


@pytest.mark.parametrize("name", ["asyncio", "httpx", "sqlalchemy.engine", "somebody.else", "root"])
def test_libraries_that_write_values_into_their_words_keep_their_place_only(
    out: Stream, name: str
) -> None:
    logging.getLogger(name).error(f"could not send {CANARY}")  # noqa: G004 - as they do
    assert out.line()["event"] == "library log"
    assert "test_logs.py:" in out.line()["at"]
    assert CANARY not in out.getvalue()


def test_statements_and_requests_are_not_logged(out: Stream) -> None:
    for name in ("sqlalchemy.engine.Engine", "httpx", "aiokafka.conn", "uvicorn.access"):
        logging.getLogger(name).info("GET /referral/v1/children?name=%s", CANARY)
    logging.getLogger("uvicorn.access").critical("GET /")
    assert not out.getvalue()


def test_a_warning_is_its_place(out: Stream) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    assert out.line()["event"] == "library log"
    assert CANARY not in out.getvalue()


def test_a_task_that_died_unseen_is_logged_without_its_words(out: Stream) -> None:
    async def die() -> None:
        raise ValueError(CANARY)

    async def story() -> None:
        task = asyncio.create_task(die())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(story())
    assert out.line()["exception"] == "builtins.ValueError"
    assert CANARY not in out.getvalue()


def test_an_uncaught_exception_is_logged_without_its_words(out: Stream) -> None:
    try:
        raising("value")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=raising, args=["value"])
    thread.start()
    thread.join()
    assert [line["event"] for line in out.lines()] == ["uncaught exception"] * 2
    assert CANARY not in out.getvalue()


def test_lines_below_the_level_are_not_written(out: Stream) -> None:
    OURS.debug("quiet")
    logging.getLogger("libs.x").debug("quiet")
    assert not out.getvalue()
    OURS.info("loud")
    assert out.line()["event"] == "loud"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        configure("referral", "LOUD")


def test_no_field_for_a_name_or_a_text_is_allowed() -> None:
    assert ALLOWED.isdisjoint({"name", "body", "email", "query", "headers", "value", "text", "upn"})


def test_an_exception_that_a_library_logs_as_its_message_is_its_type_and_code(out: Stream) -> None:
    logging.getLogger("uvicorn.error").error(OSError(errno.EADDRINUSE, CANARY))
    line = out.line()
    assert (line["exception"], line["code"]) == ("builtins.OSError", "EADDRINUSE")
    assert CANARY not in out.getvalue()


def test_a_traceback_that_a_library_wrote_as_its_words_is_left_out(out: Stream) -> None:
    told = f"Traceback (most recent call last):\n  File x\nValueError: {CANARY}\n"
    logging.getLogger("uvicorn.error").error(told)
    assert out.line()["event"] == "library log"
    assert CANARY not in out.getvalue()


def server_line(name: str, path: str) -> logging.LogRecord:
    message = "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)"
    arguments = ("http", CANARY, 8000)
    return logging.LogRecord(name, logging.INFO, path, 1, message, arguments, None)


def test_what_uvicorn_says_of_its_own_start_is_filled_in(out: Stream) -> None:
    logging.getLogger("uvicorn.error").handle(server_line("uvicorn.error", "uvicorn/server.py"))
    assert out.line()["event"] == f"Uvicorn running on http://{CANARY}:8000 (Press CTRL+C to quit)"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("uvicorn.error", "uvicorn/protocols/http/httptools_impl.py"),
        ("uvicorn.error", "uvicorn/lifespan/on.py"),
        ("uvicorn.asgi", "uvicorn/server.py"),
        ("aiokafka.client", "aiokafka/server.py"),
        ("sqlalchemy.pool", "sqlalchemy/server.py"),
    ],
)
def test_what_may_tell_of_a_request_stays_a_template(out: Stream, name: str, path: str) -> None:
    logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger(name).handle(server_line(name, path))
    logging.getLogger(name).setLevel(logging.NOTSET)
    assert CANARY not in out.getvalue()
    assert out.line()["event"] in {
        "library log",
        "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)",
    }
