"""Which file a caller is given: what `Accept` puts first, by its weights and then its order."""

import pytest

from libs.common.reading.files import CSV, XLSX, wanted_file
from services.reporting.outlets.files import FORMS, wanted


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", None),
        ("*/*", None),
        ("application/json", None),
        ("text/html,application/xhtml+xml,*/*;q=0.8", None),
        (CSV, CSV),
        (CSV.upper(), CSV),
        (f"{XLSX}, {CSV}", XLSX),
        (f"{CSV}, {XLSX}", CSV),
        (f"{CSV};q=0.5, {XLSX}", XLSX),
        (f"{CSV};charset=utf-8; q=0.9, {XLSX};q=0.91", XLSX),
        (f"application/json, {CSV}", None),
        (f"{CSV}, application/json", CSV),
        (f"{CSV};q=0.5, application/json", None),
        (f"application/json;q=0.5, {CSV}", CSV),
        (f"*/*, {CSV}", CSV),
        (f"*/*, {CSV};q=0.1", None),
        (f"{CSV};q=0", None),
        (f"{CSV};q=0.000, {XLSX};q=0.001", XLSX),
        (f"{CSV};q=nan", CSV),
    ],
)
def test_the_greatest_weight_is_taken_and_then_the_first(accept: str, given: str | None) -> None:
    assert wanted_file(accept) == given
    assert wanted(accept) == {CSV: "csv", XLSX: "xlsx", None: None}[given]


def test_every_kind_of_the_report_is_negotiated_alike() -> None:
    for end, form in FORMS.items():
        assert wanted(f"{CSV};q=0.1, {form.media}") == (None if end == "json" else end)
