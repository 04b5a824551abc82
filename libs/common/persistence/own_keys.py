"""The county's own keys: a body or a row names a thing by one wherever it may name it by our id.

A command has ids alone. Each id that says so (`Named`) may be sent as a key in another field; the
model of what is sent (`sent`) is made from the command, and what was sent becomes the command
(`resolved`) in the transaction that carries it out. What the caller may not see is not found.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, create_model, model_validator
from pydantic_core import PydanticCustomError

from libs.common.core.errors import DomainError, NotFound, Rejected, ValidationError
from libs.common.core.fields import Identifier, Strict
from libs.common.persistence.uow import ReadTransaction

M = TypeVar("M", bound=BaseModel)


class OwnKey(Strict):
    """A key of the county's for a thing of the class ``of``, found by the columns of its fields.

    A key that has several forms names the fields of each in ``forms``.
    """

    of: ClassVar[type[Any]]
    what: ClassVar[str]
    cure: ClassVar[str] = ""
    """What to do where nothing is found under a key."""
    id_column: ClassVar[str] = "id"
    forms: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @model_validator(mode="after")
    def _is_one_form(self) -> "OwnKey":
        if self.forms and self.form not in self.forms:
            forms = ", or by ".join(" and ".join(form) for form in self.forms)
            raise PydanticCustomError("wrong-form", "must be given by {forms}", {"forms": forms})
        return self

    @property
    def form(self) -> tuple[str, ...]:
        """The fields that are given, in the order of the model."""
        names = type(self).model_fields
        return tuple(name for name in names if getattr(self, name) is not None)

    @property
    def values(self) -> tuple[Any, ...]:
        """Their values."""
        return tuple(getattr(self, name) for name in self.form)


async def load(reading: ReadTransaction, keys: Iterable[OwnKey]) -> None:
    """Load what has one of these keys, in one query for each class and form."""
    asked: dict[tuple[type[Any], tuple[str, ...]], list[tuple[Any, ...]]] = {}
    for key in keys:
        asked.setdefault((key.of, key.form), []).append(key.values)
    for (kind, form), values in asked.items():
        await reading.rows.load(kind, form, values, None)


async def under(reading: ReadTransaction, key: OwnKey) -> list[Any]:
    """Return what the caller may see under a key."""
    return await reading.all(key.of, **dict(zip(key.form, key.values, strict=True)))


async def found(reading: ReadTransaction, key: OwnKey) -> list[UUID]:
    """Return the ids of what the caller may see under a key."""
    return [getattr(one, key.id_column) for one in await under(reading, key)]


@dataclass(frozen=True)
class Named:
    """Says of an id in a command that ``key``, in the field ``field``, may be sent in its place."""

    field: str
    key: type[OwnKey]

    async def load(self, reading: ReadTransaction, rows: Sequence[tuple[Any, BaseModel]]) -> None:
        """Load in few queries what ``ids`` asks for: each key with the row that has it."""
        await load(reading, [key for key, _ in rows])

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return the ids that a key may mean; one where it is right."""
        return await found(reading, key)

    def unknown(self, _: ReadTransaction) -> DomainError:
        """Return the refusal of a key under which the caller sees nothing."""
        detail = f"There is no {self.key.what} of this key. {self.key.cure}".strip()
        return NotFound(code="not-found", detail=detail)


@dataclass(frozen=True)
class NamedWithin(Named):
    """A thing whose reference is one among those of its ``owner``, in the column ``column``.

    The owner's key is a field of the thing's, needed where several have the reference.
    """

    owner: str = "child"
    column: str = "child_id"

    async def load(self, reading: ReadTransaction, rows: Sequence[tuple[Any, BaseModel]]) -> None:
        """Load what has the references, and the owners."""
        owners = [getattr(key, self.owner) for key, _ in rows]
        await load(reading, [key for key in owners if key is not None])
        references = [(key.reference,) for key, _ in rows]
        await reading.rows.load(self.key.of, ("reference",), references, None)

    async def ids(self, reading: ReadTransaction, key: Any, _: BaseModel) -> Sequence[UUID]:
        """Return what the caller sees under a reference, of the owner if that is named."""
        found_ = await reading.all(self.key.of, reference=key.reference)
        owner = getattr(key, self.owner)
        if owner is None:
            return [one.id for one in found_]
        owners = await found(reading, owner)
        return [one.id for one in found_ if getattr(one, self.column) in owners]


_COMMANDS: dict[type[BaseModel], type[BaseModel]] = {}
"""For each model of what is sent, the command that it becomes."""


@cache
def named_ids(model: type[BaseModel]) -> Mapping[str, Named]:
    """Return the ids of a command that may be sent as keys, by the names of their fields."""
    found_ = {
        name: _named((field.annotation, *field.metadata))
        for name, field in model.model_fields.items()
    }
    return {name: named for name, named in found_.items() if named is not None}


def _named(said: Iterable[Any]) -> Named | None:
    for one in said:
        if isinstance(one, Named):
            return one
        if get_origin(one) is not None and (inner := _named(get_args(one))):
            return inner
    return None


@cache
def sent(model: type[M]) -> type[M]:
    """Return the model of what a caller sends: an id, or a key in its place."""
    ids = named_ids(model)
    if not ids:
        return model
    fields: dict[str, Any] = {
        name: (Annotated[Identifier | None, named], None)
        for name, named in ids.items()
        if model.model_fields[name].is_required()
    }
    fields |= {named.field: (named.key | None, None) for named in ids.values()}
    made = create_model(model.__name__, __base__=model, __doc__=model.__doc__, **fields)
    made.__module__ = model.__module__
    _COMMANDS[made] = model
    return made


def command_of(model: type[M]) -> type[M]:
    """Return the command that what is sent becomes."""
    return _COMMANDS.get(model, model)  # type: ignore[return-value]  # what is sent extends it


def needed_ids(sent_: type[BaseModel]) -> Mapping[str, str]:
    """Return each id that what is sent cannot be without, and the field of its key."""
    model = command_of(sent_)
    fields = model.model_fields
    return {name: one.field for name, one in named_ids(model).items() if fields[name].is_required()}


async def preload(reading: ReadTransaction, rows: Sequence[BaseModel]) -> None:
    """Load what the keys of these rows name, in few queries."""
    if not rows or type(rows[0]) not in _COMMANDS:
        return
    for named in named_ids(command_of(type(rows[0]))).values():
        given = [(getattr(row, named.field), row) for row in rows]
        await named.load(reading, [pair for pair in given if pair[0] is not None])


async def resolved(reading: ReadTransaction, given: M) -> M:
    """Return the command that was sent, with the ids of what its keys name.

    Raises NotFound where the caller sees nothing under a key, and Rejected where an id is neither
    given nor named, is both, or where a key means several things.
    """
    model = _COMMANDS.get(type(given))
    if model is None:
        return given
    values, said = dict(given.__dict__), set(given.model_fields_set)
    refusals = []
    for name, named in named_ids(model).items():
        key = values.pop(named.field)
        if named.field in said:
            said.remove(named.field)
            said |= {name} if key is not None else set()
        try:
            values[name] = await _id(reading, given, name, key)
        except DomainError as refusal:
            refusals.append(refusal)
    if refusals:
        raise _together(refusals)
    return model.model_construct(said, **values)  # type: ignore[return-value]  # given extends it


async def _id(reading: ReadTransaction, given: BaseModel, name: str, key: Any) -> UUID | None:
    model = command_of(type(given))
    named, id_ = named_ids(model)[name], getattr(given, name)
    if key is None:
        if id_ is None and _is_needed(model, name, said=name in given.model_fields_set):
            raise _fault("missing", f"This or `{named.field}` is needed.", f"/{name}")
        return id_  # type: ignore[no-any-return]  # the field is an id
    if id_ is not None:
        raise _fault("named-twice", f"Send `{name}` or `{named.field}`, not both.", named)
    ids = await named.ids(reading, key, given)
    if len(ids) > 1:
        raise _fault("several", f"Several have this key: send `{name}`.", named)
    if not ids:
        refusal = named.unknown(reading)
        refusal.errors = (ValidationError("not-found", refusal.detail, f"/{named.field}"),)
        raise refusal
    return ids[0]


def _is_needed(model: type[BaseModel], name: str, *, said: bool) -> bool:
    """Say whether an id cannot be null: it can where the command says so, and null was sent."""
    field = model.model_fields[name]
    return field.is_required() and not (said and NoneType in get_args(field.annotation))


def _fault(code: str, detail: str, at: Named | str) -> Rejected:
    pointer = at if isinstance(at, str) else f"/{at.field}"
    return Rejected(errors=[ValidationError(code, detail, pointer)])


def _together(refusals: Sequence[DomainError]) -> DomainError:
    """Return one refusal with the faults of all; what is wrong in itself comes first."""
    first = next((one for one in refusals if isinstance(one, Rejected)), refusals[0])
    first.errors = tuple(_faults(refusals))
    return first


def _faults(refusals: Iterable[DomainError]) -> Iterator[ValidationError]:
    for refusal in refusals:
        yield from refusal.errors
