"""What is wrong in a request, and where, in words of our own that never repeat the input."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic_core.core_schema import ErrorType

from libs.common.core.errors import MAX_ERRORS, ValidationError
from libs.common.core.fields import FORMS

# Our code and our own sentence, and the kinds of fault that pydantic finds for which we say it. A
# sentence may name what the *model* asks for (a limit, the allowed codes), never what was sent.
# A check of our own says code and sentence where it raises `PydanticCustomError`.
_KINDS: Final = (
    ("missing", "is required", "missing"),
    ("unknown-field", "is not a field known here{meant}", "extra_forbidden"),
    ("wrong-type", "must be true or false", "bool_type bool_parsing"),
    ("wrong-type", "must be a whole number", "int_type int_parsing int_from_float"),
    ("out-of-range", "is too large a number", "int_parsing_size"),
    ("wrong-type", "must be a number", "float_type float_parsing decimal_type decimal_parsing"),
    ("wrong-type", "must be a finite number", "finite_number"),
    ("wrong-type", "must be text", "string_type"),
    ("wrong-type", "must be a list", "list_type tuple_type set_type frozen_set_type"),
    ("wrong-type", "must be an object", "dict_type model_type model_attributes_type"),
    ("wrong-type", "must be null", "none_required"),
    ("too-short", "must have at least {min_length} character(s)", "string_too_short"),
    ("too-long", "must have at most {max_length} characters", "string_too_long"),
    ("too-short", "must have at least {min_length} item(s)", "too_short"),
    ("too-long", "must have at most {max_length} items", "too_long"),
    ("wrong-form", "must be {form}", "string_pattern_mismatch"),
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
        "date_type date_parsing date_from_datetime_parsing",
    ),
    ("wrong-form", "must carry a time zone", "timezone_aware"),
)
_SENTENCES: Final = {
    kind: (code, sentence) for code, sentence, kinds in _KINDS for kind in kinds.split()
}
_NOT_VALID: Final = ("not-valid", "is not valid")
_PYDANTICS: Final = frozenset(get_args(ErrorType))
"""The kinds that pydantic finds by itself: what it says of them may repeat what was sent."""
_PARAMETER_SOURCES: Final = frozenset({"query", "path", "header", "cookie"})
# A name in a path is written back only when it looks like a field's name, because the names in
# an unknown field or in a map come from the caller and could be a person's.
_FIELD_NAME: Final = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,2}")
_LONGEST_NAME: Final = 40
PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")


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


def likely(name: str, known: Collection[str]) -> str:
    """Return the known name that was most likely meant; none says "".

    What it returns is ours and may be shown: never the name that was sent.
    """
    near = difflib.get_close_matches(name[:_LONGEST_NAME], known, n=1)
    return near[0] if near else ""


def _fields_at(model: Any, path: Sequence[str | int]) -> Collection[str]:
    """Return the names of the fields at a path into a model, as far as it is made of models."""
    for part in path:
        fields = getattr(model, "model_fields", {})
        model = fields[part].annotation if part in fields else model
        while model is not None and not hasattr(model, "model_fields"):
            inside = [one for one in get_args(model) if one not in (type(None), ...)]
            model = inside[0] if inside else None
    return getattr(model, "model_fields", {}).keys()


def _meant(error: Mapping[str, Any], model: Any) -> str:
    *path, name = error.get("loc") or ("",)
    near = likely(str(name), _fields_at(model, path[1:] if path[:1] == ["body"] else path))
    return f"; did you mean {near}?" if near else ""


def _sentence(error: Mapping[str, Any], model: Any) -> tuple[str, str]:
    kind, said = str(error.get("type")), dict(error.get("ctx") or {})
    if kind not in _PYDANTICS:
        return kind, str(error["msg"])
    code, sentence = _SENTENCES.get(kind, _NOT_VALID)
    wanted = str(said.get("pattern"))
    said |= {"form": FORMS.get(wanted, f"as {wanted}"), "meant": _meant(error, model)}
    try:
        return code, sentence.format_map(said)
    except KeyError:
        return _NOT_VALID


def _validation_error(error: Mapping[str, Any], model: Any) -> ValidationError:
    code, detail = _sentence(error, model)
    path = list(error.get("loc", ()))
    source = str(path[0]) if path else ""
    if source in _PARAMETER_SOURCES:
        name = str(path[1]) if len(path) > 1 else source
        known = name if PARAMETER.fullmatch(name) else source
        return ValidationError(code=code, detail=detail, parameter=known)
    inside = path[1:] if source == "body" else path
    return ValidationError(code=code, detail=detail, pointer=json_pointer(inside))


def validation_errors(
    errors: Sequence[Mapping[str, Any]], model: Any = None
) -> tuple[ValidationError, ...]:
    """Turn pydantic's or FastAPI's error list into errors that never repeat the input.

    A `loc` of ("body", "a", 0, "b") becomes the pointer "/a/0/b"; ("query", "x") the parameter
    "x". A check of our own has code and sentence with it, what pydantic finds is in the table, and
    anything else "is not valid". A field that is unknown to the model, where that is given, gets
    the name that is nearest. At most `MAX_ERRORS` are given.
    """
    return tuple(_validation_error(error, model) for error in errors[:MAX_ERRORS])
