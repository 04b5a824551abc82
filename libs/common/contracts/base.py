"""What an event is, how it travels, and the registry of every event that exists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, Literal, Self, TypeVar
from uuid import UUID

from msgspec import Struct
from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, core_schema

from libs.common.core.errors import DomainError
from libs.common.core.strict_json import loads

TYPE_PREFIX = "uk.sssen"
E = TypeVar("E", bound="Event")

Tombstone = Literal["withdrawn", "merged", "ended"]
"""What became of a record for who keeps a copy: it never was, is another's now, or is over."""

BITS: Final = 32
"""Of a whole number: one of more is kept by one of the databases and refused by the other."""
_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""How a code is written, on a list of today or of tomorrow: every listener has room for it."""


class UnknownEvent(LookupError):
    """No event of this type and major version is declared; the reader parks it."""


class UnreadableEvent(ValueError):
    """The event's data do not fit its declaration; the message names fields, never values."""


def _opened(schema: Any) -> Any:
    """Let codes that are not on a list pass where JSON is read: constructors stay strict."""
    if isinstance(schema, list):
        return [_opened(one) for one in schema]
    if not isinstance(schema, dict) or schema.get("type") == "json-or-python":
        return schema  # a part of an event within it is open already
    if schema.get("type") != "literal":
        return {name: _opened(part) for name, part in schema.items()}
    return core_schema.json_or_python_schema(
        json_schema=core_schema.no_info_wrap_validator_function(
            _code,
            core_schema.literal_schema(schema["expected"]),
            serialization=core_schema.simple_ser_schema("str"),
        ),
        python_schema=core_schema.literal_schema(schema["expected"]),
        serialization=core_schema.simple_ser_schema("str"),
    )


def _code(value: Any, on_the_list: ValidatorFunctionWrapHandler) -> Any:
    try:
        return on_the_list(value)
    except ValidationError:
        if isinstance(value, str) and _CODE.fullmatch(value):
            return value
        raise


class Part(BaseModel):
    """What events are made of: codes, ids, days, flags and whole numbers.

    A list of codes (a ``Literal``) is closed for who writes and open for who reads: a code that a
    later version put on it is kept as text when it is read from JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Build pydantic's schema, with its lists of codes open to who reads."""
        opened: CoreSchema = _opened(handler(source))
        return opened


class Event(Part):
    """A fact that was decided: what its subclass's docstring says, in a practitioner's words.

    Declared once, by its publisher: ``class PlanReviewed(Event, publisher="referral",
    key="case_id")``. Written strictly (an undeclared field or code is an error) and read leniently
    (an undeclared field is ignored, an undeclared code kept as text). ``key`` names the field that
    holds the aggregate's id; ``tombstone`` says what becomes of the whole record, and ``new_keys``
    by which keys of the county it is known anew. A published event may gain fields whose default
    says "not known", and codes; anything else is a new major version.
    """

    declaration: ClassVar[type["Event"]]
    publisher: ClassVar[str] = ""
    key: ClassVar[str] = ""
    major: ClassVar[int] = 1
    tombstone: ClassVar[Tombstone | None] = None
    new_keys: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, publisher: str = "", key: str = "", major: int = 1, **said: Any
    ) -> None:
        if not publisher:
            raise TypeError(f"{cls.__name__} names no publisher")
        if key not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: the key {key!r} is not one of its fields")
        cls.declaration, cls.publisher, cls.key, cls.major = cls, publisher, key, major
        cls.tombstone, cls.new_keys = said.get("tombstone"), said.get("new_keys", ())
        if REGISTRY.setdefault(cls.type(), cls) is not cls:
            raise TypeError(f"{cls.type()} is declared twice")

    def __init_subclass__(cls, **_: Any) -> None:
        super().__init_subclass__()

    @classmethod
    def type(cls) -> str:
        """Return the CloudEvents type, for example ``uk.sssen.referral.PlanReviewed.v1``."""
        return f"{TYPE_PREFIX}.{cls.publisher}.{cls.__name__}.v{cls.major}"

    @property
    def aggregate_id(self) -> UUID:
        """The id of the aggregate the event belongs to: its key on the bus."""
        value = getattr(self, self.key)
        assert isinstance(value, UUID)
        return value

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read the event's JSON leniently, ignoring fields it does not declare.

        What is not to the letter what we would write is also read strictly, as a request is: what
        two readers could understand differently is no event, nor are a NUL or a number of more
        than 32 bits. Raises UnreadableEvent.
        """
        try:
            event = cls.model_validate_json(data, extra="ignore")
        except ValidationError as error:
            fields = sorted({".".join(map(str, fault["loc"])) for fault in _errors(error)})
            raise UnreadableEvent(f"{cls.__name__}: not valid: {', '.join(fields)}") from None
        if _may_be_large(data) or event.model_dump_json(exclude_unset=True).encode() != data:
            _check(data)  # not to the letter what we would write, so it may be anything
        return event


def _errors(error: ValidationError) -> Sequence[Any]:
    return error.errors(include_url=False, include_context=False, include_input=False)


def _may_be_large(data: bytes) -> bool:
    """Say whether there is a number of ten digits or a NUL anywhere, at the least cost."""
    return b"0000000000" in data.translate(_DIGITS) or b"\\u0000" in data


def _check(data: bytes) -> None:
    try:
        loads(data, bits=BITS)
    except DomainError:
        raise UnreadableEvent("not one clear JSON document") from None


class Coded(Part):
    """A part of an event: codes, ids, days and whole numbers only."""


REGISTRY: dict[str, type[Event]] = {}
RETIRED: set[str] = set()
"""Types that nobody publishes or handles any more, and that a log may still hold: passed by."""


def declared(type_: str) -> type[Event]:
    """Return the class of a CloudEvents type, or raise UnknownEvent."""
    try:
        return REGISTRY[type_]
    except KeyError:
        raise UnknownEvent(type_) from None


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as it travels: CloudEvents 1.0 attributes around the event's JSON.

    ``sequence`` counts the aggregate's events from 1 without a gap; it is the only thing that
    orders or de-duplicates. ``time`` says when the fact was recorded and orders nothing.
    """

    id: UUID
    source: str
    type: str
    subject: UUID
    sequence: int
    time: datetime
    data: bytes
    traceparent: str = ""

    def event(self) -> Event:
        """Return the event inside; raises UnknownEvent or UnreadableEvent."""
        return declared(self.type).read(self.data)


class Recorded(Struct, Generic[E], frozen=True, gc=False):
    """An event as a listener meets it: the fact, and what the envelope says of it."""

    event: E
    id: UUID
    sequence: int
    time: datetime
    known: int
    """From when it is known, in microseconds since 1970: when it was recorded or, where a clock
    went back, the latest instant at which an earlier event of its aggregate was."""
