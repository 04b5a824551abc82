"""Where a request takes one of a closed list of codes, the answer's document has the list too."""

import json
from collections import defaultdict
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
    "RecordState.kind": "a kind of record",
    "RecordState.state": "of a record of any kind",
    "ResultVersionView.reason": "why it was corrected, or voided",
    "ThresholdView.grade": "by the criteria of the year, or below all of them",
    "SubjectProgressView.grade": "by the criteria of the year",
    "SubjectProgressView.reason": "why there is no gain",
}
"""Fields of answers that bear the name of a coded one, and what they say."""


def _closed(one: Mapping[str, Any], schemas: Schemas) -> bool:
    if "$ref" in one:
        return _closed(schemas.get(one["$ref"].rpartition("/")[2], {}), schemas)
    within = [*one.get("anyOf", ()), *([one["items"]] if "items" in one else [])]
    return bool({"enum", "const"} & one.keys()) or any(_closed(each, schemas) for each in within)


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


def _without_codes() -> Iterator[str]:
    for path in sorted((ROOT / "docs/api").glob("*.openapi.json")):
        document = json.loads(path.read_text())
        schemas = document["components"]["schemas"]
        operations = [one for each in document["paths"].values() for one in each.values()]
        asked = _named([one.get("requestBody", {}) for one in operations], schemas, set())
        shown = _named([one["responses"] for one in operations], schemas, set()) - asked
        coded: dict[str, bool] = defaultdict(bool)
        for name in asked:
            for field, one in schemas[name].get("properties", {}).items():
                coded[field] |= _closed(one, schemas)
        assert any(coded.values()), path.name
        for name in shown:
            for field, one in schemas[name].get("properties", {}).items():
                if coded[field] and _plain(one):
                    yield f"{name}.{field}"


def test_an_answer_has_the_codes_that_a_request_has() -> None:
    assert {*_without_codes()} == {*OF_ANOTHER_KIND}
