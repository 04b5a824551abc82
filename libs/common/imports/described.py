"""What a file of a kind holds, said from the model of its rows: columns, forms, codes, a template.

One description serves HTTP, the generated page and whoever reads a file.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from libs.common.imports.kinds import ImportKind
from libs.common.persistence.own_keys import Named, named_ids

Schema = Mapping[str, Any]

FORMS: Final = {
    "date": "a day as YYYY-MM-DD",
    "date-time": "an instant as 2019-01-31T09:30:00Z",
    "uuid": "an identifier (UUID)",
}
TYPES: Final = {
    "integer": "a whole number",
    "boolean": "true or false",
    "string": "text",
}
ROW: Final = "as one row of an import."
"""How the docstring of a row ends that adds only an id to a command, which says more."""
ITEM: Final = "0"
"""Stands in a column's name for the place of a record in a list, which is counted from 0."""


class ColumnView(BaseModel):
    """A column of a file, and the field of a record that it is.

    A column of a list of records has the place of the record in its name, from 0 on.
    """

    name: str
    needed: bool
    """Whether every row has it; of a record in a list or of a key, wherever that is given."""
    form: str
    """What a cell holds, in words."""
    several: bool
    """Whether a cell holds several values, with a semicolon between them."""
    codes: list[str]
    """The values that there are, where the list is closed."""
    pattern: str | None
    """The regular expression that a value matches."""
    instead_of: str | None
    """The column in whose place this may be given: a key of the county's for our id."""


@dataclass(frozen=True)
class _Place:
    """Where in a row a column is."""

    path: tuple[str, ...]
    needed: bool
    instead_of: str | None = None

    def inside(self, name: str, *, needed: bool) -> "_Place":
        return _Place((*self.path, name), needed=needed, instead_of=self.instead_of)


def columns(kind: ImportKind[Any]) -> list[ColumnView]:
    """Return the columns of a file in the order of the fields, each key beside its id."""
    schema = kind.sent.model_json_schema()
    definitions: Schema = schema.get("$defs", {})
    row: type[BaseModel] = kind.row
    ids = named_ids(row)
    keys = {named.field: name for name, named in ids.items()}
    order = [name for name in schema["properties"] if name not in keys]
    found: list[ColumnView] = []
    for name in (one for id_ in order for one in (id_, *_key_of(ids, id_))):
        place = _Place((name,), name in schema.get("required", ()), keys.get(name))
        found += _columns(_bare(schema["properties"][name], definitions), place, definitions)
    return found


def _key_of(ids: Mapping[str, Named], name: str) -> list[str]:
    return [ids[name].field] if name in ids else []


def _fields(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from schema.get("properties", {}).items()


def _columns(schema: Schema, place: _Place, definitions: Schema) -> Iterator[ColumnView]:
    if "properties" in schema:
        for name, one in _fields(schema):
            inside = place.inside(name, needed=name in schema.get("required", ()))
            yield from _columns(_bare(one, definitions), inside, definitions)
    elif schema.get("type") == "array":
        items = _bare(schema.get("items", {}), definitions)
        if "properties" in items:
            yield from _columns(items, place.inside(ITEM, needed=False), definitions)
        else:
            yield _column(items, place, several=True)
    else:
        yield _column(schema, place, several=False)


def _column(schema: Schema, place: _Place, *, several: bool) -> ColumnView:
    codes = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    return ColumnView(
        name=".".join(place.path),
        needed=place.needed,
        form=_form(schema, codes),
        several=several,
        codes=[str(code) for code in codes],
        pattern=schema.get("pattern"),
        instead_of=place.instead_of,
    )


def _form(schema: Schema, codes: Sequence[object]) -> str:
    if codes:
        return "a code"
    form = FORMS.get(schema.get("format", "")) or TYPES.get(schema.get("type", ""), "text")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        form += f" from {low} to {high}"
    longest = schema.get("maxLength")
    return form if longest is None else f"{form} of at most {longest} characters"


def _bare(schema: Schema, definitions: Schema) -> Schema:
    """Return what a value is where it is not null."""
    if "$ref" in schema:
        return _bare(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    given = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return _bare(given[0], definitions) if given else schema


def record_schemas(kinds: Iterable[ImportKind[Any]]) -> tuple[Schema, dict[str, Any]]:
    """Return the JSON Schema of a record of any of these kinds, and the definitions it refers to.

    They are referred to as an OpenAPI document's own.
    """
    models: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (kind.sent, "validation") for kind in kinds
    ]
    refs, schema = models_json_schema(models, ref_template="#/components/schemas/{model}")
    return {"anyOf": list(refs.values())}, schema["$defs"]


def template(kind: ImportKind[Any]) -> str:
    """Return an empty file of a kind: its header, with one record of each list."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(column.name for column in columns(kind))
    return text.getvalue()


def words(kind: ImportKind[Any]) -> str:
    """Return what a row of a kind is, in one sentence or more."""
    told = (" ".join((one.__doc__ or "").split()) for one in kind.row.__mro__)
    return next(one for one in told if not one.endswith(ROW)).replace("``", "`")
