"""The one reader of JSON, of requests and of events: unambiguous, bounded and printable.

`json.loads` alone takes NaN, doubled keys, any number and any depth; two readers then disagree
about what was sent. This one refuses all of that before anything else looks at the body.
"""

import json
import math
import re
import unicodedata
from functools import partial
from typing import Final, NoReturn

from libs.common.core.errors import BadRequest, DomainError, Rejected, TooLarge, ValidationError
from libs.common.core.fields import INT64_MIN, has_too_many_marks
from libs.common.core.validation_errors import json_pointer

MAX_DEPTH: Final = 32
"""How deep lists and objects may lie within one another."""
MAX_VALUES: Final = 100_000
"""The most values in one body, counted by its commas; also its most lists and objects."""

# A string without its closing quote is taken to the end, so that the scan stays linear.
_STRINGS: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_INNERMOST: Final = re.compile(rb"\[\]|\{\}")
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
_UNFIT: Final = re.compile(f"{_SURROGATE.pattern}|{_CONTROL.pattern}")
_LONGEST_INT: Final = len(str(INT64_MIN))

_NOT_JSON: Final = "The body is not one well-formed JSON document in UTF-8."


_OUT_OF_RANGE: Final = object()
"""Stands where a number was that cannot be kept exactly."""


def loads(body: bytes, *, bits: int = 64) -> object:
    """Read one JSON document in UTF-8, its text in Unicode form NFC, whole numbers of ``bits``.

    Raises BadRequest for anything that is not one clear JSON document (doubled keys, NaN or a
    number beyond floats, a byte-order mark, lone surrogates, more than 32 levels), TooLarge for
    more than 100,000 values, and Rejected with a pointer for control characters, numbers outside
    the bits, a negative zero, and more combining marks in a row than can be read.
    """
    _check_size(body)
    _check_depth(body)
    return _checked(_parse(body, 2 ** (bits - 1)), [])


def loads_object(body: bytes) -> dict[str, object]:
    """Read a document that is one JSON object; raises as `loads` does."""
    content = loads(body)
    if not isinstance(content, dict):
        raise _bad("json-not-valid")
    return content


def _bad(code: str, detail: str = _NOT_JSON) -> BadRequest:
    return BadRequest(code=code, detail=detail)


def _check_size(body: bytes) -> None:
    if not body.strip(b" \t\r\n"):
        raise _bad("body-empty", "The request has no body.")
    brackets = body.count(b"[") + body.count(b"{")
    # A string costs two quotes; keys and values together are at most two strings a comma.
    quotes = body.count(b'"') // 4
    if max(body.count(b","), brackets, quotes) > MAX_VALUES:
        detail = f"The body holds more than {MAX_VALUES:,} values."
        raise TooLarge(code="too-many-values", detail=detail)


def _check_depth(body: bytes) -> None:
    """Take the innermost pairs of brackets away, once a level: what remains lies too deep.

    Each step is one pass in C, where a loop over characters would take seconds on hostile input.
    """
    brackets = _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        rest = _INNERMOST.sub(b"", brackets)
        if len(rest) == len(brackets):
            break
        brackets = rest
    if brackets:
        raise _bad("json-not-valid", "The body is not well-formed, or nested too deeply.")


def _parse(body: bytes, bound: int) -> object:
    try:
        return json.loads(
            body.decode("utf-8"),
            parse_int=partial(_int, bound),
            parse_float=_float,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        # The parser's own message would carry pieces of the body.
        raise _bad("json-not-valid") from None


def _int(bound: int, digits: str) -> object:
    if len(digits) > _LONGEST_INT or digits == "-0":
        return _OUT_OF_RANGE
    number = int(digits)
    return number if -bound <= number < bound else _OUT_OF_RANGE


def _float(digits: str) -> object:
    number = float(digits)
    if math.isinf(number):
        raise _bad("json-not-valid")
    return _OUT_OF_RANGE if number == 0 and digits.startswith("-") else number


def _constant(_: str) -> NoReturn:
    raise _bad("json-not-valid")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Compared as normalised, or one key in two Unicode forms would count as two.
    content = {_key(name): value for name, value in pairs}
    if len(content) != len(pairs):
        raise _bad("json-doubled-key", "The body names the same key twice in one object.")
    return content


def _key(name: str) -> str:
    if has_too_many_marks(name):
        raise _rejected("too-many-marks", "holds a key that cannot be read", [])
    return unicodedata.normalize("NFC", name)


def _rejected(code: str, detail: str, path: list[str | int]) -> Rejected:
    fault = ValidationError(code=code, detail=detail, pointer=json_pointer(path))
    return Rejected(code="not-valid", errors=[fault])


def _checked(value: object, path: list[str | int]) -> object:
    """Return the value with its text normalised; `path` says where in the body it lies."""
    if isinstance(value, str):
        return _text(value, path)
    if value is _OUT_OF_RANGE:
        raise _rejected("out-of-range", "is not a number that can be kept exactly", path)
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(key, str) and _UNFIT.search(key):
                raise _unfit_key(key, path)
            path.append(key)
            value[key] = _checked(item, path)
            path.pop()
    return value


def _unfit_key(key: str, path: list[str | int]) -> DomainError:
    if _SURROGATE.search(key):
        return _bad("json-not-valid")
    return _rejected("control-character", "holds a key with a control character", path)


def _text(text: str, path: list[str | int]) -> str:
    if _SURROGATE.search(text):
        raise _bad("json-not-valid")
    if _CONTROL.search(text):
        raise _rejected("control-character", "must not contain control characters", path)
    if has_too_many_marks(text):
        raise _rejected("too-many-marks", "puts more accents on one letter than can be read", path)
    return unicodedata.normalize("NFC", text)
