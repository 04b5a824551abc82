"""Refusals, and the form in which a caller reads them."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, get_args

import pytest
from pydantic import BaseModel, StringConstraints
from pydantic import ValidationError as PydanticError
from pydantic_core.core_schema import ErrorType

import deploy.services  # noqa: F401 - so that every form is declared
from libs.common.core.errors import (
    MAX_ERRORS,
    BadRequest,
    Conflict,
    DomainError,
    NotAllowed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Rejected,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
    ValidationError,
    problem,
    problem_response,
)
from libs.common.core.fields import (
    FORMS,
    Code,
    Day,
    Identifier,
    Instant,
    LongText,
    Strict,
    StrictInt64,
    Text,
)
from libs.common.core.validation_errors import validation_errors

ROOT = Path(__file__).parents[3]
PYDANTICS = frozenset(get_args(ErrorType))
CANARY = "zzcanaryzz"


class PlanClosed(Conflict):
    """A plan that is closed takes no more reviews."""

    detail = "The plan is closed."


class UPNNotKnown(NotFound):
    """Nobody bears that number."""


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (BadRequest, 400, "bad-request"),
        (Unauthenticated, 401, "unauthenticated"),
        (NotAllowed, 403, "not-allowed"),
        (NotFound, 404, "not-found"),
        (Conflict, 409, "conflict"),
        (PreconditionFailed, 412, "precondition-failed"),
        (TooLarge, 413, "too-large"),
        (UnsupportedMediaType, 415, "unsupported-media-type"),
        (Rejected, 422, "rejected"),
        (PreconditionRequired, 428, "precondition-required"),
        (Unavailable, 503, "unavailable"),
    ],
)
def test_each_refusal_has_its_status_and_code(
    kind: type[DomainError], status: int, code: str
) -> None:
    error = kind()
    assert (error.status, error.code) == (status, code)
    assert error.detail.endswith(".")
    assert problem_response(error).status_code == status


def test_a_code_follows_the_name_of_the_broken_rule() -> None:
    assert PlanClosed().code == "plan-closed"
    assert PlanClosed().detail == "The plan is closed."
    assert UPNNotKnown().code == "upn-not-known"
    assert Conflict(code="plan-ceased").code == "plan-ceased"
    assert Conflict().code == "conflict"


def test_a_problem_has_the_members_of_rfc_9457() -> None:
    faults = [
        ValidationError("missing", "is required", pointer="/day"),
        ValidationError("out-of-range", "must be 1 or more", parameter="limit"),
        ValidationError("blank", "is empty"),
    ]
    error = Rejected(code="review-not-valid", detail="The review cannot be taken.", errors=faults)
    assert problem(error, "referral") == {
        "type": "/referral/problems/review-not-valid",
        "title": "Review not valid",
        "status": 422,
        "detail": "The review cannot be taken.",
        "code": "review-not-valid",
        "errors": [
            {"code": "missing", "detail": "is required", "pointer": "/day"},
            {"code": "out-of-range", "detail": "must be 1 or more", "parameter": "limit"},
            {"code": "blank", "detail": "is empty"},
        ],
    }


def test_a_problem_without_faults_has_no_empty_list() -> None:
    assert problem(NotFound()).keys() == {"type", "title", "status", "detail", "code"}


def test_a_problem_response_is_never_cached() -> None:
    response = problem_response(PlanClosed(headers={"Retry-After": "5"}))
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["retry-after"] == "5"
    assert json.loads(bytes(response.body))["code"] == "plan-closed"


def test_refusals_carry_the_headers_http_asks_for() -> None:
    assert Unauthenticated().headers == {"WWW-Authenticate": "Bearer"}
    assert Unavailable().headers == {"Retry-After": "1"}
    assert Unavailable(retry_after=30).headers == {"Retry-After": "30"}


def test_one_refusal_does_not_change_the_next() -> None:
    Unauthenticated(headers={"X-Other": "1"})
    assert Unauthenticated().headers == {"WWW-Authenticate": "Bearer"}


@pytest.mark.parametrize(
    ("loc", "fault"),
    [
        (("body", "a", 0, "b"), {"pointer": "/a/0/b"}),
        (("body",), {}),
        (("body", "line1"), {"pointer": "/line1"}),
        (("query", "x"), {"parameter": "x"}),
        (("header", "idempotency-key"), {"parameter": "idempotency-key"}),
        (("path", "child_id"), {"parameter": "child_id"}),
        (("query", "Ann Smith"), {"parameter": "query"}),
        (("body", "a", "Ann Smith", "b"), {"pointer": "/a"}),
        (("body", "a", "A123456789012"), {"pointer": "/a"}),
        (("body", "a/b~c"), {}),
    ],
)
def test_a_fault_says_where_but_repeats_no_strange_name(
    loc: tuple[str | int, ...], fault: dict[str, str]
) -> None:
    (found,) = validation_errors([{"type": "missing", "loc": loc, "msg": "m", "input": CANARY}])
    assert found == ValidationError(code="missing", detail="is required", **fault)


def test_an_unknown_kind_of_fault_is_only_not_valid() -> None:
    error = {
        "type": "value_error",
        "loc": ("body", "a"),
        "msg": f"Value error, {CANARY}",
        "input": CANARY,
        "ctx": {"error": ValueError(CANARY)},
    }
    assert validation_errors([error]) == (
        ValidationError("not-valid", "is not valid", pointer="/a"),
    )


def test_a_sentence_whose_limit_is_missing_is_only_not_valid() -> None:
    error = {"type": "greater_than", "loc": ("body", "a"), "ctx": {}}
    assert validation_errors([error])[0].detail == "is not valid"


def test_limits_and_codes_of_ours_are_named() -> None:
    errors = [
        {"type": "less_than_equal", "loc": ("query", "limit"), "ctx": {"le": 200}},
        {"type": "enum", "loc": ("body", "kind"), "ctx": {"expected": "'a' or 'b'"}},
    ]
    assert [fault.detail for fault in validation_errors(errors)] == [
        "must be 200 or less",
        "must be 'a' or 'b'",
    ]


def test_faults_end_somewhere() -> None:
    many = [{"type": "missing", "loc": ("body", "rows", n)} for n in range(10 * MAX_ERRORS)]
    assert len(validation_errors(many)) == MAX_ERRORS
    many_faults = [ValidationError("missing", "is required")] * (10 * MAX_ERRORS)
    errors = problem(Rejected(errors=many_faults))["errors"]
    assert isinstance(errors, list)
    assert len(errors) == MAX_ERRORS


class Everything(Strict):
    """A body with a field of each kind."""

    a: StrictInt64
    b: Text
    c: LongText
    d: Code
    e: Day
    f: Instant
    g: Identifier
    h: dict[str, StrictInt64]


def test_no_fault_repeats_what_was_sent() -> None:
    sent = dict.fromkeys("abcdefgh", f"{CANARY}\x00\u202e") | {CANARY + "?": 1}
    sent["h"] = {f"{CANARY}?": CANARY}  # type: ignore[assignment]
    with pytest.raises(PydanticError) as caught:
        Everything.model_validate(sent)
    faults = validation_errors(caught.value.errors())
    assert len(faults) == 9
    assert CANARY not in repr(faults)


def test_every_sentence_can_be_written_from_pydantics_own_errors() -> None:
    class Limits(BaseModel):
        """Fields with limits, so that the limit's name in pydantic is held."""

        short: Text
        codes: list[int]

    with pytest.raises(PydanticError) as caught:
        Limits.model_validate({"short": "x" * 201, "codes": "no"})
    assert [fault.detail for fault in validation_errors(caught.value.errors())] == [
        "must have at most 200 characters",
        "must be a list",
    ]


class Week(Strict):
    """A field whose name is easily misspelt."""

    week_beginning: Day
    attended: StrictInt64 = 0


class Weeks(Strict):
    """A list of those."""

    weeks: tuple[Week, ...]
    last: Week | None = None


@pytest.mark.parametrize(
    ("sent", "pointer", "detail"),
    [
        ({"weks": [], "weeks": []}, "/weks", "is not a field known here; did you mean weeks?"),
        (
            {CANARY: 1, "weeks": []},
            f"/{CANARY}",
            "is not a field known here",
        ),
        (
            {"weeks": [{"week_begining": "2018-10-01", "week_beginning": "2018-10-01"}]},
            "/weeks/0/week_begining",
            "is not a field known here; did you mean week_beginning?",
        ),
        (
            {"weeks": [], "last": {"atended": 1, "week_beginning": "2018-10-01"}},
            "/last/atended",
            "is not a field known here; did you mean attended?",
        ),
    ],
)
def test_an_unknown_field_is_told_which_are_known(
    sent: dict[str, object], pointer: str, detail: str
) -> None:
    with pytest.raises(PydanticError) as caught:
        Weeks.model_validate(sent)
    found = validation_errors(caught.value.errors(), Weeks)
    assert found == (ValidationError("unknown-field", detail, pointer=pointer),)


def test_what_is_in_the_wrong_form_is_told_the_form() -> None:
    class Forms(BaseModel):
        """One form with words, and one without."""

        code: Code
        bare: Annotated[str, StringConstraints(pattern="^[a-z]$")]

    with pytest.raises(PydanticError) as caught:
        Forms.model_validate({"code": CANARY * 9, "bare": CANARY})
    assert [fault.detail for fault in validation_errors(caught.value.errors())] == [
        "must be 1 to 40 letters, digits and _ . - that begin with a letter or digit",
        "must be as ^[a-z]$",
    ]


def test_the_sentence_of_every_check_of_our_own_reaches_the_caller() -> None:
    found = list(own_checks())
    assert len(found) > 10
    for kind, message in found:
        (fault,) = validation_errors(
            [{"type": kind, "loc": ("body", "a"), "msg": message, "ctx": {"max_length": 1}}]
        )
        assert fault.detail != "is not valid", (kind, message)
        if kind not in PYDANTICS:
            assert (fault.code, fault.detail) == (kind, message)
            assert kind == kind.lower().replace("_", "-")
            assert message.split()[0] in {"must", "is", "puts", "cannot"}
            filled = set(re.findall(r"\{(\w+)\}", message))
            assert filled <= {"forms", "known"}, "it would repeat what was sent"


def own_checks() -> Iterator[tuple[str, str]]:
    """Yield the kind and the sentence of each error that a check of ours raises."""
    for path in chain.from_iterable((ROOT / p).rglob("*.py") for p in ("libs", "services")):
        tree = ast.parse(path.read_text())
        constants = {
            node.target.id: str(node.value.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "PydanticCustomError":
                kind, message = node.args[:2]
                assert isinstance(kind, ast.Constant), ast.unparse(node)
                if isinstance(message, ast.Constant):
                    yield str(kind.value), str(message.value)
                elif ast.unparse(message) in constants:
                    yield str(kind.value), constants[ast.unparse(message)]
                else:
                    yield from ((str(kind.value), said) for said in handed_on(tree, constants))


def handed_on(tree: ast.AST, constants: dict[str, str]) -> Iterator[str]:
    """Yield the sentences that are given to the one function that raises them for others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_read":
            yield constants[ast.unparse(node.args[-1])]


def test_a_form_that_a_service_asks_for_has_words() -> None:
    """A pattern in a command is declared by `form`, which takes what a refusal says of it."""
    bare = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in (ROOT / "services").rglob("commands/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword)
        and node.arg == "pattern"
        and isinstance(node.value, ast.Constant)
    ]
    assert bare == []
    assert len(FORMS) >= 5
