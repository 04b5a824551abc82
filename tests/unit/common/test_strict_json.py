"""The one JSON reader, given everything a hostile or careless caller may send."""

import json
import unicodedata
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.core.errors import BadRequest, DomainError, Rejected, TooLarge, problem
from libs.common.core.strict_json import MAX_DEPTH, MAX_VALUES, loads

A_SECOND = 1.0
CANARY = "zzcanaryzz"


def refusal(body: bytes) -> DomainError:
    with pytest.raises(DomainError) as caught:
        loads(body)
    return caught.value


def pointer(error: DomainError) -> str:
    return error.errors[0].pointer


def test_a_plain_document_is_read() -> None:
    body = '{"a":[1,-2,3.5,true,false,null,"Zoë\\n\\t"],"b":{"c":""}}'.encode()
    assert loads(body) == {"a": [1, -2, 3.5, True, False, None, "Zoë\n\t"], "b": {"c": ""}}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1',
        b'{"a":1,}',
        b"[1,]",
        b'{"a":1}//c',
        b'/**/{"a":1}',
        b'{"a":1}{"a":1}',
        b"1 2",
        b"",
        b" \n\t",
        b"{'a':1}",
        b"{a:1}",
        b"[}",
        b'["a',
        b'"\\',
        b"nul",
        b"[1 2]",
        b"01",
        b"+1",
        b".5",
        b"0x10",
        b'"a\nb"',
        b'"\x00"',
        b"\x00",
        b'{"a"}',
        b"]",
        b'"\\x41"',
        b"[" * 20,
        b'\xc2\xa0{"a":1}',
    ],
)
def test_what_is_not_one_document_cannot_be_read(body: bytes) -> None:
    assert isinstance(refusal(body), BadRequest)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'[{"x":[{"a":1,"b":2,"a":3}]}]',
        b'{"a":1,"\\u0061":2}',
        '{"é":1,"e\u0301":2}'.encode(),
        b'{"__proto__":1,"__proto__":2}',
    ],
)
def test_a_doubled_key_is_refused_at_any_depth(body: bytes) -> None:
    error = refusal(body)
    assert isinstance(error, BadRequest)
    assert error.code == "json-doubled-key"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1E400"])
def test_a_number_that_is_none_cannot_be_read(word: str) -> None:
    assert isinstance(refusal(f'{{"a":[{word}]}}'.encode()), BadRequest)


@pytest.mark.parametrize(
    "digits", [str(2**63), str(-(2**63) - 1), "9" * 5000, "-" + "9" * 5000, "-0", "-0.0", "-0e5"]
)
def test_a_number_that_cannot_be_kept_is_rejected(digits: str) -> None:
    error = refusal(f'{{"a":[0,{{"b":{digits}}}]}}'.encode())
    assert isinstance(error, Rejected)
    assert pointer(error) == "/a/1/b"


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0])
def test_the_outermost_numbers_are_kept_exactly(number: int) -> None:
    assert loads(str(number).encode()) == number


@pytest.mark.parametrize("escape", ["\\u0000", "\\u001b", "\\u0007", "\\u007f", "\\u0085", "\\r"])
def test_a_control_character_is_rejected_where_it_stands(escape: str) -> None:
    in_text = refusal(f'{{"a":{{"b":["x{escape}y"]}}}}'.encode())
    assert isinstance(in_text, Rejected)
    assert pointer(in_text) == "/a/b/0"
    in_key = refusal(f'{{"a":{{"x{escape}y":1}}}}'.encode())
    assert isinstance(in_key, Rejected)
    assert pointer(in_key) == "/a"


def test_line_ends_and_tabs_are_text() -> None:
    assert loads(b'"a\\r\\nb\\nc\\td"') == "a\r\nb\nc\td"


@pytest.mark.parametrize(
    "body",
    [b'"\\ud800"', b'{"\\udfff":1}', b'"\\ude00\\ud83d"', b'"\xed\xa0\x80"', b'"\xc0\xaf"']
    + [b'"\xe0\x80\xaf"', b'"\xf4\x90\x80\x80"', b'"\xff"', b'"\xc3"', b'\xef\xbb\xbf{"a":1}']
    + ['{"a":1}'.encode(form) for form in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")],
)
def test_what_is_not_clean_utf_8_cannot_be_read(body: bytes) -> None:
    assert isinstance(refusal(body), BadRequest)


def test_a_proper_surrogate_pair_is_one_character() -> None:
    assert loads(b'"\\ud83d\\ude00"') == "\U0001f600"


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * depth + closing * depth


def test_thirty_two_levels_are_read_and_no_more() -> None:
    assert MAX_DEPTH == 32
    loads(nested(MAX_DEPTH))
    loads(b'{"a":' * 31 + b"[]" + b"}" * 31)
    for depth in (33, 34, 1000, 50_000):
        assert refusal(nested(depth)).status == 400
    assert refusal(b'{"a":' * 33 + b"1" + b"}" * 33).status == 400
    assert refusal(b"[[]," * 33 + b"[]" + b"]" * 33).status == 400


def test_brackets_in_text_are_no_levels() -> None:
    text = '[{"' * 100 + "\\"
    assert loads(json.dumps([text]).encode()) == [text]


def test_a_hundred_thousand_values_are_read_and_few_more() -> None:
    values = loads(b"[" + b"0," * (MAX_VALUES - 1) + b"0]")
    assert isinstance(values, list)
    assert len(values) == MAX_VALUES
    assert isinstance(refusal(b"[" + b"0," * (MAX_VALUES + 1) + b"0]"), TooLarge)


MILLION = 1_000_000
HOSTILE = {
    "levels without end": b"[" * 100_000,
    "a million levels": b"[" * MILLION,
    "closed levels": nested(50_000),
    "objects as levels": b'{"a":' * 100_000,
    "a million elements": b"[" + b"0," * MILLION + b"0]",
    "many keys": b"{" + b",".join(b'"%d":0' % n for n in range(200_000)) + b"}",
    "quotes that never close": b'["' + b'\\"' * 190_000,
    "backslashes": b'"' + b"\\" * (MILLION + 1),
    "a million empty strings": b'""' * MILLION,
    "marks upon marks": ('"a' + "\u0300\u0323" * 100_000 + '"').encode(),
    "marks upon a key": ('{"a' + "\u0300\u0323" * 100_000 + '":1}').encode(),
    "digits": b"9" * MILLION,
    "an exponent": b"1e" + b"9" * MILLION,
    "a scattering of surrogates": b'"' + b"\\ud800" * 150_000 + b'"',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_at_once(name: str) -> None:
    began = perf_counter()
    error = refusal(HOSTILE[name])
    # A second is fifty times what it takes; the slow ways of reading these take minutes.
    assert perf_counter() - began < A_SECOND
    assert error.status in {400, 413, 422}


def test_a_long_text_is_read_and_left_to_its_field() -> None:
    assert loads(b'"' + b"x" * MILLION + b'"') == "x" * MILLION


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "\u200b",
        "\u202e",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "Z\u0338\u0327a\u0337l\u0335g\u0336o",
        "'; DROP",
        "{{7*7}}",
        "${jndi:",
        "%00",
        "\u0430dmin",
        "e\u0301",
    ],
)
def test_odd_text_comes_back_in_its_normal_form(text: str) -> None:
    assert loads(json.dumps({"a": text}).encode()) == {"a": unicodedata.normalize("NFC", text)}


@pytest.mark.parametrize(
    "body",
    [
        f'{{"{CANARY}":1,"{CANARY}":2}}',
        f'{{"{CANARY}?\\u0000":1}}',
        f'["{CANARY}\\u0000"]',
        f'{{"{CANARY} x":["\\u0000"]}}',
        f'{{"a":"{CANARY}"',
        f"{CANARY}",
    ],
)
def test_a_refusal_never_repeats_the_body(body: str) -> None:
    error = refusal(body.encode())
    assert CANARY not in json.dumps(problem(error))
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))
    return st.lists(inner) | st.dictionaries(names, inner)


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False).filter(bool)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
    _deeper,
    max_leaves=20,
)


def normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, dict):
        return {normal(name): normal(item) for name, item in value.items()}
    return value


@settings(deadline=None)  # a busy machine is no fault
@given(TREES)
def test_what_is_accepted_is_what_the_standard_reader_finds(tree: Any) -> None:
    body = json.dumps(tree).encode()
    try:
        found = loads(body)
    except BadRequest as error:
        assert error.code == "json-doubled-key"  # noqa: PT017 - two names of one normal form
        return
    assert found == normal(tree)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_at_all_are_read_or_refused(body: bytes) -> None:
    try:
        loads(body)
    except DomainError as error:
        assert error.status in {400, 413, 422}  # noqa: PT017 - either end is right
