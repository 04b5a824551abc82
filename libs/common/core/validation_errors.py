"""What is wrong in a request, and where, in words of our own that never repeat the input."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from libs.common.core.errors import MAX_ERRORS, ValidationError

# What we say for each kind of fault that pydantic finds: our code and our own sentence. A
# sentence may name what the *model* asks for (a limit, the allowed codes), never what was sent.
_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("missing", "is required"),
    "extra_forbidden": ("unknown-field", "is not a field known here"),
    "bool_type": ("wrong-type", "must be true or false"),
    "bool_parsing": ("wrong-type", "must be true or false"),
    "int_type": ("wrong-type", "must be a whole number"),
    "int_parsing": ("wrong-type", "must be a whole number"),
    "int_from_float": ("wrong-type", "must be a whole number"),
    "int_parsing_size": ("out-of-range", "is too large a number"),
    "float_type": ("wrong-type", "must be a number"),
    "float_parsing": ("wrong-type", "must be a number"),
    "finite_number": ("wrong-type", "must be a finite number"),
    "decimal_type": ("wrong-type", "must be a number"),
    "decimal_parsing": ("wrong-type", "must be a number"),
    "string_type": ("wrong-type", "must be text"),
    "list_type": ("wrong-type", "must be a list"),
    "tuple_type": ("wrong-type", "must be a list"),
    "set_type": ("wrong-type", "must be a list"),
    "frozen_set_type": ("wrong-type", "must be a list"),
    "dict_type": ("wrong-type", "must be an object"),
    "model_type": ("wrong-type", "must be an object"),
    "model_attributes_type": ("wrong-type", "must be an object"),
    "none_required": ("wrong-type", "must be null"),
    "string_too_short": ("too-short", "must have at least {min_length} character(s)"),
    "string_too_long": ("too-long", "must have at most {max_length} characters"),
    "too_short": ("too-short", "must have at least {min_length} item(s)"),
    "too_long": ("too-long", "must have at most {max_length} items"),
    "string_pattern_mismatch": ("wrong-form", "is not in the form asked for"),
    "greater_than": ("out-of-range", "must be more than {gt}"),
    "greater_than_equal": ("out-of-range", "must be {ge} or more"),
    "less_than": ("out-of-range", "must be less than {lt}"),
    "less_than_equal": ("out-of-range", "must be {le} or less"),
    "multiple_of": ("out-of-range", "must be a multiple of {multiple_of}"),
    "enum": ("unknown-code", "must be {expected}"),
    "literal_error": ("unknown-code", "must be {expected}"),
    "union_tag_invalid": ("unknown-code", "must be one of {expected_tags}"),
    "union_tag_not_found": ("missing", "must say of which kind it is"),
    "uuid_type": ("wrong-form", "must be an identifier (UUID)"),
    "uuid_parsing": ("wrong-form", "must be an identifier (UUID)"),
    "date_type": ("wrong-form", "must be a day as YYYY-MM-DD"),
    "date_parsing": ("wrong-form", "must be a day as YYYY-MM-DD"),
    "date_from_datetime_parsing": ("wrong-form", "must be a day as YYYY-MM-DD"),
    "timezone_aware": ("wrong-form", "must carry a time zone"),
    "identifier_form": ("wrong-form", "must be an identifier (UUID) in lower case with hyphens"),
    "day_form": ("wrong-form", "must be a day as YYYY-MM-DD"),
    "day_range": ("out-of-range", "must be a day from 1900-01-01 to 2199-12-31"),
    "instant_form": ("wrong-form", "must be an instant as 2019-01-31T09:30:00Z"),
    "instant_range": ("out-of-range", "must lie in the years 1900 to 2199"),
    "text_blank": ("blank", "must contain something that can be read"),
    "text_control": ("control-character", "must not contain control or direction characters"),
    "text_marks": ("too-many-marks", "puts more accents on one letter than can be read"),
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
