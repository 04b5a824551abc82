"""Tables for programs that read columns: Parquet, with the kinds of values of a model."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from libs.common.documents.extras import extra

MEDIA: Final = "application/vnd.apache.parquet"
MODULE: Final = "pyarrow"


def parquet(model: type[BaseModel], rows: Sequence[BaseModel], notes: Mapping[str, str]) -> bytes:
    """Return rows as a Parquet file, with notes in its metadata; raises ExtraNotInstalled.

    Numbers with decimals have four of them; what is neither a whole number, nor one with decimals,
    nor a day is text.
    """
    arrow = extra(MODULE, "parquet")
    writer = extra(f"{MODULE}.parquet", "parquet")
    kinds = {int: arrow.int64(), Decimal: arrow.decimal128(20, 4), date: arrow.date32()}
    fields = [
        arrow.field(name, _kind(field, kinds, arrow.string()))
        for name, field in model.model_fields.items()
    ]
    schema = arrow.schema(fields, metadata=dict(notes))
    table = arrow.Table.from_pylist([one.model_dump() for one in rows], schema=schema)
    body = io.BytesIO()
    writer.write_table(table, body)
    return body.getvalue()


def _kind(field: FieldInfo, kinds: Mapping[type, Any], text: Any) -> Any:
    """Return a column's kind: that of the field, whether or not it may be empty."""
    declared = get_args(field.annotation) or (field.annotation,)
    return next((kind for of, kind in kinds.items() if of in declared), text)
