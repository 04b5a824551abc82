"""An envelope as headers, and what is read of headers that were written before."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from libs.common.contracts import Envelope
from libs.common.messaging.bus.base import Delivered, NotAnEvent, to_envelope, to_headers

LARGEST = 999_999_999
SUBJECT = UUID(int=7)
ENVELOPE = Envelope(
    id=UUID(int=1),
    source="survey",
    type="uk.sssen.survey.WaveClosed.v1",
    subject=SUBJECT,
    sequence=1,
    time=datetime(2019, 1, 31, tzinfo=UTC),
    data=b"{}",
)


def read(sequence: str) -> int:
    headers = {**to_headers(ENVELOPE), "ce_sequence": sequence}
    record = Delivered("survey", 0, 0, str(SUBJECT).encode(), headers, b"{}")
    return to_envelope(record).sequence


def test_sequences_order_as_text_as_they_do_as_numbers() -> None:
    numbers = [1, 2, 9, 10, 11, 99, 100, 2_000, LARGEST]
    written = [to_headers(replace(ENVELOPE, sequence=n))["ce_sequence"] for n in numbers]
    assert sorted(written) == written
    assert [read(one) for one in written] == numbers


@pytest.mark.parametrize("number", [1, 9, 10, 12_345_678, LARGEST])
def test_a_sequence_from_before_it_was_padded_is_read(number: int) -> None:
    assert read(str(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "000000000",
        "01",
        "00000001",
        "0000000001",
        "1000000000",
        "-1",
        "+1",
        "1 ",
        "1\n",
        "٢",
    ],
)
def test_a_sequence_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(NotAnEvent, match="ce_sequence"):
        read(text)


def test_the_schema_is_named_where_its_publisher_serves_it() -> None:
    headers = to_headers(ENVELOPE, "https://sen.county.example")
    assert headers["ce_dataschema"] == (
        "https://sen.county.example/survey/schemas/uk.sssen.survey.WaveClosed.v1.json"
    )
