"""What is wrong in a request, and where, in words of our own that never repeat the input."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from libs.common.core.errors import MAX_ERRORS, ValidationError

# Our code and our own sentence, and the kinds of fault that pydantic finds for which we say it. A
# sentence may name what the *model* asks for (a limit, the allowed codes), never what was sent.
_KINDS: Final = (
    ("missing", "is required", "missing"),
    ("unknown-field", "is not a field known here", "extra_forbidden"),
    ("wrong-type", "must be true or false", "bool_type bool_parsing"),
    ("wrong-type", "must be a whole number", "int_type int_parsing int_from_float"),
    ("out-of-range", "is too large a number", "int_parsing_size"),
    ("wrong-type", "must be a number", "float_type float_parsing decimal_type decimal_parsing"),
    ("wrong-type", "must be a finite number", "finite_number"),
    ("wrong-type", "must be text", "string_type"),
    ("wrong-type", "must be a list", "list_type tuple_type set_type frozen_set_type"),
    ("wrong-type", "must be an object", "dict_type model_type model_attributes_type"),
    ("wrong-type", "must be null", "none_required"),
    ("not-emptied", "cannot be emptied; leave it out to keep what it is", "null_not_allowed"),
    ("too-short", "must have at least {min_length} character(s)", "string_too_short"),
    ("too-long", "must have at most {max_length} characters", "string_too_long"),
    ("too-short", "must have at least {min_length} item(s)", "too_short"),
    ("too-long", "must have at most {max_length} items", "too_long"),
    ("wrong-form", "is not in the form asked for", "string_pattern_mismatch"),
    ("out-of-range", "must be more than {gt}", "greater_than"),
    ("out-of-range", "must be {ge} or more", "greater_than_equal"),
    ("out-of-range", "must be less than {lt}", "less_than"),
    ("out-of-range", "must be {le} or less", "less_than_equal"),
    ("out-of-range", "must be a multiple of {multiple_of}", "multiple_of"),
    ("unknown-code", "must be {expected}", "enum literal_error"),
    ("unknown-code", "must be one of {expected_tags}", "union_tag_invalid"),
    ("missing", "must say of which kind it is", "union_tag_not_found"),
    ("wrong-form", "must be an identifier (UUID)", "uuid_type uuid_parsing"),
    (
        "wrong-form",
        "must be a day as YYYY-MM-DD",
        "date_type date_parsing date_from_datetime_parsing day_form",
    ),
    ("wrong-form", "must carry a time zone", "timezone_aware"),
    ("wrong-form", "must be an identifier (UUID) in lower case with hyphens", "identifier_form"),
    ("wrong-form", "must be a cursor as an answer gave it", "cursor_form"),
    ("not-valid", "must be an academic year, such as 2018-19", "year_not_valid"),
    ("wrong-form", "must be given by {forms}", "own_key_form"),
    ("out-of-range", "must be a day from 1900-01-01 to 2199-12-31", "day_range"),
    ("wrong-form", "must be an instant as 2019-01-31T09:30:00Z", "instant_form"),
    ("out-of-range", "must lie in the years 1900 to 2199", "instant_range"),
    ("blank", "must contain something that can be read", "text_blank"),
    ("control-character", "must not contain control or direction characters", "text_control"),
    ("too-many-marks", "puts more accents on one letter than can be read", "text_marks"),
)
_SENTENCES: Final = {
    kind: (code, sentence) for code, sentence, kinds in _KINDS for kind in kinds.split()
}
_NOT_VALID: Final = ("not-valid", "is not valid")
_PARAMETER_SOURCES: Final = frozenset({"query", "path", "header", "cookie"})
# A name in a path is written back only when it looks like a field's name, because the names in
# an unknown field or in a map come from the caller and could be a person's.
_FIELD_NAME: Final = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,2}")
_PARAMETER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")


def json_pointer(path: Sequence[str | int]) -> str:
    """Write a path into a body as a JSON pointer, as far as it is made of field names.

    The pointer ends before the first name that does not look like a field's.
    """
    parts: list[str] = []
    for part in path:
        if isinstance(part, str) and not _FIELD_NAME.fullmatch(part):
            break
        parts.append(str(part))
    return "".join(f"/{part}" for part in parts)


def _sentence(error: Mapping[str, Any]) -> tuple[str, str]:
    code, sentence = _SENTENCES.get(str(error.get("type")), _NOT_VALID)
    try:
        return code, sentence.format_map(error.get("ctx") or {})
    except KeyError:
        return _NOT_VALID


def _validation_error(error: Mapping[str, Any]) -> ValidationError:
    code, detail = _sentence(error)
    path = list(error.get("loc", ()))
    source = str(path[0]) if path else ""
    if source in _PARAMETER_SOURCES:
        name = str(path[1]) if len(path) > 1 else source
        known = name if _PARAMETER_NAME.fullmatch(name) else source
        return ValidationError(code=code, detail=detail, parameter=known)
    inside = path[1:] if source == "body" else path
    return ValidationError(code=code, detail=detail, pointer=json_pointer(inside))


def validation_errors(errors: Sequence[Mapping[str, Any]]) -> tuple[ValidationError, ...]:
    """Turn pydantic's or FastAPI's error list into errors that never repeat the input.

    A `loc` of ("body", "a", 0, "b") becomes the pointer "/a/0/b"; ("query", "x") the parameter
    "x". Only kinds of error listed here get a sentence of their own; any other "is not valid".
    At most `MAX_ERRORS` are given.
    """
    return tuple(_validation_error(error) for error in errors[:MAX_ERRORS])
