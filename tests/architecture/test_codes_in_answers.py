"""What a request takes, the answer's document has too: a list of codes, or the form of a text."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.mutants.planted import ROOT

Schemas = Mapping[str, Any]

OF_ANOTHER_KIND = {
    "ChangeView.reason": "reasons of every kind of change",
    "ChangeView.subject": "who changed it",
    "DeadLetterView.reason": "why an event could not be applied",
    "DeadLetterView.source": "the publisher of an event",
    "DescribedKindView.kind": "a kind of import",
    "DevelopmentView.status": "of a Service Plan",
    "DuplicateView.reason": "why a pair was confirmed or dismissed; both lists",
    "Exempted.grounds": "as the exception itself says, with the codes",
    "ImportView.kind": "a kind of import",
    "KindView.kind": "a kind of import",
    "ListedDuplicateView.reason": "why a pair was confirmed or dismissed; both lists",
    "ListedImport.kind": "a kind of import",
    "ListenerView.reason": "why a listener stopped",
    "Me.subject": "who asks",
    "PriorityOfPlanView.status": "of a Service Plan",
    "PriorityView.status": "of a Service Plan",
    "RecordChange.kind": "a kind of record",
    "RecordChange.type": "of an event",
    "RecordState.kind": "a kind of record",
    "RecordState.state": "of a record of any kind",
    "ResultVersionView.reason": "why it was corrected, or voided",
    "ThresholdView.grade": "by the criteria of the year, or below all of them",
    "SubjectProgressView.grade": "by the criteria of the year",
    "SubjectProgressView.reason": "why there is no gain",
}
"""Fields of answers that bear the name of a coded one, and what they say."""


OF_ANOTHER_FORM = {
    "ChangeView.field": "of a row of any kind",
    "by": "a dimension, as the list of dimensions has it",
    "ChosenAnswers.question": "as the event has it",
    "ChosenAnswers.values": "as the event has it",
    "CodedAnswer.question": "as the event has it",
    "RecordState.id": "of a record of any kind",
    "code": "of a refusal, a list or a priority: as the catalogue or the list has it",
    "digest": "as it was shown, and is sent back",
    "figure": "a figure's id, as the list of figures has it",
    "finding": "as it was shown, and is sent back",
    "kind": "a kind of import, record, school or relationship",
    "place": "a figure or a cell, as the report has it",
    "value": "as it was computed: exact, or in words",
}
"""Fields of answers that bear the name of one with a form, and what they say."""


def _closed(one: Mapping[str, Any], schemas: Schemas) -> bool:
    if "$ref" in one:
        return _closed(schemas.get(one["$ref"].rpartition("/")[2], {}), schemas)
    within = [*one.get("anyOf", ()), *([one["items"]] if "items" in one else [])]
    return bool({"enum", "const"} & one.keys()) or any(_closed(each, schemas) for each in within)


def _forms(one: Mapping[str, Any], schemas: Schemas) -> set[str]:
    """Return the patterns of the texts that a field takes."""
    if "$ref" in one:
        return _forms(schemas.get(one["$ref"].rpartition("/")[2], {}), schemas)
    within = [*one.get("anyOf", ()), *([one["items"]] if "items" in one else [])]
    own = {one["pattern"]} if "pattern" in one else set()
    return own.union(*(_forms(each, schemas) for each in within))


def _plain(one: Mapping[str, Any]) -> bool:
    within = [*one.get("anyOf", ()), *([one["items"]] if "items" in one else [])]
    is_text = one.get("type") == "string" and not {"format", "enum", "pattern"} & one.keys()
    return is_text or any(map(_plain, within))


def _named(part: Any, schemas: Schemas, found: set[str]) -> set[str]:
    """Return the names of the schemas that a part of a document refers to."""
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _named(one, schemas, found)
    name = part.get("$ref", "").rpartition("/")[2] if isinstance(part, dict) else ""
    if name in schemas and name not in found:
        found.add(name)
        _named(schemas[name], schemas, found)
    return found


def _both() -> Iterator[tuple[Schemas, set[str], set[str]]]:
    """Yield of each service its schemas, and which of them are sent and which only answered."""
    for path in sorted((ROOT / "docs/api").glob("*.openapi.json")):
        document = json.loads(path.read_text())
        schemas = document["components"]["schemas"]
        operations = [one for each in document["paths"].values() for one in each.values()]
        asked = _named([one.get("requestBody", {}) for one in operations], schemas, set())
        shown = _named([one["responses"] for one in operations], schemas, set()) - asked
        yield schemas, asked, shown


def _fields(schemas: Schemas, names: set[str]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name in sorted(names):
        for field, one in schemas[name].get("properties", {}).items():
            yield name, field, one


def _without_codes() -> Iterator[str]:
    for schemas, asked, shown in _both():
        coded: dict[str, bool] = defaultdict(bool)
        for _, field, one in _fields(schemas, asked):
            coded[field] |= _closed(one, schemas)
        assert any(coded.values())
        for name, field, one in _fields(schemas, shown):
            if coded[field] and _plain(one):
                yield f"{name}.{field}"


def _without_form() -> Iterator[tuple[str, str]]:
    for schemas, asked, shown in _both():
        forms: dict[str, set[str]] = defaultdict(set)
        for _, field, one in _fields(schemas, asked):
            forms[field] |= _forms(one, schemas)
        assert any(forms.values())
        for name, field, one in _fields(schemas, shown):
            if forms[field] and _plain(one):
                yield name, field


def test_an_answer_has_the_codes_that_a_request_has() -> None:
    assert {*_without_codes()} == {*OF_ANOTHER_KIND}


def test_an_answer_has_the_form_that_a_request_has() -> None:
    found = {
        field if field in OF_ANOTHER_FORM else f"{name}.{field}" for name, field in _without_form()
    }
    assert found == {*OF_ANOTHER_FORM}


def test_an_operation_has_a_name_of_its_own_in_its_document() -> None:
    """Generators of clients make one function of each name."""
    for path in sorted((ROOT / "docs/api").glob("*.openapi.json")):
        paths = json.loads(path.read_text())["paths"].values()
        names = Counter(one["operationId"] for each in paths for one in each.values())
        assert [name for name, number in names.items() if number > 1] == [], path.name
