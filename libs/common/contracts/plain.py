"""Plain events: to the letter what their publisher writes, or wrote before a field was added.

Nearly all are, and a struct made from the declaration reads these at a fraction of the cost. Of
anything else it says nothing: what that is, `Event.read` decides.
"""

import builtins
from collections.abc import Callable
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Final, Literal, Union, get_args, get_origin
from uuid import UUID

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType, defstruct
from msgspec.json import Decoder, Encoder
from pydantic.fields import FieldInfo

from libs.common.contracts.base import BITS, Coded, Event, Part

MOST_BYTES: Final = 65_536
"""What is longer is no plain event."""

_SAME: Final = (UUID, date, str, bool, NoneType)
_Number = Annotated[int, Meta(ge=-(2 ** (BITS - 1)), lt=2 ** (BITS - 1))]
_encode: Final = Encoder().encode


class PlainEvent(Struct):
    """An event with the attributes that its declaration gives it."""

    declaration: ClassVar[builtins.type[Event]]
    publisher: ClassVar[str]
    key: ClassVar[str]

    @classmethod
    def type(cls) -> str:
        """Return the CloudEvents type, as the declaration does."""
        return cls.declaration.type()

    @property
    def aggregate_id(self) -> UUID:
        """The id of the aggregate the event belongs to: its key on the bus."""
        value: UUID = getattr(self, self.key)
        return value


class PlainReader:
    """Reads the plain events of one class; raises TypeError if a struct cannot say what it does."""

    def __init__(self, event: type[Event]) -> None:
        fields = _fields(event)
        if fields[0][0] != event.key:
            raise TypeError(f"{event.__name__} does not begin with its key")
        self.before_key = b'{"%b":"' % event.key.encode()
        about = {"declaration": event, "publisher": event.publisher, "key": event.key}
        # A correction adds its reason after what may be missing of what it corrects.
        how: dict[str, Any] = {"bases": (PlainEvent,), "kw_only": True, "gc": False}
        struct = defstruct(event.__name__, fields, namespace=about, **how)
        self._decode: Callable[[bytes], Any] = Decoder(struct).decode
        self._added = {
            name: field.default
            for name, field in event.model_fields.items()
            if not field.is_required()
        }

    def read(self, data: bytes) -> PlainEvent | None:
        """Return the event just as `Event.read` would; None where it might refuse, or say more.

        To the letter means as its publisher would write what was read. A field that was added
        later is not among that where the data do not have it: it then has its default.
        """
        try:
            event: PlainEvent = self._decode(data)
        except (MsgspecError, UnicodeError, RecursionError):
            return None
        if _encode(event) != data or not _is_clear(data):
            return None
        for name, default in self._added.items():
            if getattr(event, name) is UNSET:
                setattr(event, name, default)
        return event


def _is_clear(data: bytes) -> bool:
    """Say at the least cost that no two readers could understand it differently.

    No code has other than printable ASCII, so text that has need not be looked into.
    """
    return len(data) <= MOST_BYTES and data.isascii() and b"\\" not in data and b"\x7f" not in data


@cache
def plain(event: type[Event]) -> PlainReader:
    """Return the reader of a class's plain events."""
    return PlainReader(event)


def _fields(part: type[Part]) -> list[Any]:
    validators = part.__pydantic_decorators__
    if validators.field_validators or validators.model_validators:
        raise TypeError(f"{part.__name__} has validators, of which a struct knows nothing")
    return [_field(part, name, field) for name, field in part.model_fields.items()]


def _field(part: type[Part], name: str, field: FieldInfo) -> Any:
    added = not field.is_required()
    if field.metadata or field.alias or (added and issubclass(part, Coded)):
        raise TypeError(f"{part.__name__}.{name} says more than a struct can")
    type_ = _type(field.annotation)
    return (name, type_ | UnsetType, UNSET) if added else (name, type_)


def _type(type_: Any) -> Any:
    """Return the type of a struct's field. A code that is on no list of today is not plain."""
    origin, arguments = get_origin(type_), get_args(type_)
    if type_ in _SAME or origin is Literal:
        return type_
    if type_ is int:
        return _Number
    if origin in {Union, UnionType}:
        return Union[tuple(map(_type, arguments))]  # noqa: UP007 - of as many as there are
    if origin is tuple and arguments[1:] == (...,):
        return tuple[_type(arguments[0]), ...]  # type: ignore[misc]  # known only here
    if isinstance(type_, type) and issubclass(type_, Coded):
        return defstruct(type_.__name__, _fields(type_), gc=False)
    raise TypeError(f"{type_} is nothing that events are made of")
