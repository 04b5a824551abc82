"""What is left out says nothing, null empties: the same words in NDJSON and in CSV."""

from typing import Any

import pytest

from libs.common.core.fields import Code, Needed, Strict, Text
from libs.common.imports import ImportKind, form_of, read_rows
from libs.common.imports.kinds import named_by
from libs.common.persistence.recorded import left_out


class Part(Strict):
    reference: Code
    name: Text | None = None


class Push(Strict):
    reference: Code
    name: Needed[Text] = None
    note: Text | None = None
    codes: tuple[Code, ...] | None = None
    parts: tuple[Part, ...] | None = None


async def _nothing(*_: Any) -> Any: ...


KIND = ImportKind("pushes", Push, "x", _nothing, named_by("reference"))


def _read(media: str, text: str) -> Any:
    body = text.encode()
    [row] = read_rows(form_of(media, body, KIND), body, KIND)
    return row


@pytest.mark.parametrize(
    ("ndjson", "csv", "said"),
    [
        ('{"reference": "A"}', "reference\nA", {}),
        ('{"reference": "A"}', "reference,note,codes,parts.0.name\nA,,,", {}),
        ('{"reference": "A", "note": null}', "reference,note\nA,\\N", {"note": None}),
        ('{"reference": "A", "codes": null}', "reference,codes\nA,\\N", {"codes": None}),
        ('{"reference": "A", "parts": null}', "reference,parts\nA,\\N", {"parts": None}),
        ('{"reference": "A", "note": "N"}', "reference,note\nA,N", {"note": "N"}),
        (
            '{"reference": "A", "parts": [{"reference": "B", "name": null}, {"reference": "C"}]}',
            "reference,parts.0.reference,parts.0.name,parts.1.reference\nA,B,\\N,C",
            {"parts": [{"reference": "B", "name": None}, {"reference": "C"}]},
        ),
    ],
    ids=["no column", "an empty cell", "null", "no codes", "no parts", "a letter", "parts"],
)
def test_both_forms_say_the_same(ndjson: str, csv: str, said: dict[str, Any]) -> None:
    for media, text in (("application/x-ndjson", ndjson), ("text/csv", csv)):
        record = _read(media, text).record
        assert record.model_dump(exclude_unset=True, mode="json") == {"reference": "A", **said}
        assert record.said("note") is ("note" in said)


def test_what_a_record_cannot_be_without_is_not_emptied() -> None:
    for media, text in (
        ("application/x-ndjson", '{"reference": "A", "name": null}'),
        ("text/csv", "reference,name\nA,\\N"),
    ):
        [fault] = _read(media, text).refusal.errors
        assert (fault.code, fault.pointer) == ("not-emptied", "/name")


def test_a_new_record_needs_what_it_cannot_be_without() -> None:
    [fault] = left_out(Push(reference="A"), "/pushes/0")
    assert (fault.code, fault.pointer) == ("missing", "/pushes/0/name")
    assert left_out(Push(reference="A", name="B")) == []
