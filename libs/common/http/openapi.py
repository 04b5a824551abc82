"""A service's OpenAPI document: what FastAPI writes, and what every route of ours does besides."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from libs.common.core.about import ABOUT
from libs.common.core.errors import PROBLEM_MEDIA_TYPE
from libs.common.http.gives import Reached, reached_from
from libs.common.http.operations import HEADERS, Operation, add_codes, add_headers, operation_id
from libs.common.http.problems import PROBLEMS
from libs.common.http.requests import CREATING

TEXT: Final = {"type": "string"}
VALIDATION_ERROR: Final = {
    "type": "object",
    "description": "One thing wrong in a request, and where.",
    "properties": {"code": TEXT, "detail": TEXT, "pointer": TEXT, "parameter": TEXT},
    "required": ["code", "detail"],
    "additionalProperties": False,
}
RECORD_STATE: Final = {
    "type": "object",
    "description": "A record as a command met it: its ETag, and its state where it has one.",
    "properties": dict.fromkeys(("kind", "id", "etag", "state"), TEXT),
    "required": ["kind", "id"],
    "additionalProperties": False,
}
PROBLEM: Final = {
    "type": "object",
    "description": "A refusal (RFC 9457); it never repeats a value that was sent.",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Where the service explains the code, and what to do.",
        },
        **dict.fromkeys(("title", "detail", "code", "instance"), TEXT),
        "permission": {
            "type": "string",
            "description": "Of a 403: the permission that none of the caller's roles has.",
        },
        "status": {"type": "integer"},
        "state": {
            "type": "array",
            "description": "Of a 409: the records that the command was about, as they were met.",
            "items": {"$ref": "#/components/schemas/RecordState"},
        },
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ValidationError"}},
    },
    "required": ["type", "title", "status", "detail", "code"],
    "additionalProperties": False,
}
BEARER: Final = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new key for each command; the same key when the command is sent again.",
    "schema": {"type": "string", "pattern": "^[!#-~][!-~]{0,199}$"},
}
REQUEST_ID: Final = {
    "name": "X-Request-ID",
    "in": "header",
    "description": "The caller's own id of the request, given back in the answer.",
    "schema": TEXT,
}
VERSION: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that the command changes, or * for any.",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[1-9][0-9]{0,17}")$'},
}
_VERSIONS: Final = {"type": "string", "pattern": r'^(\*|(W/)?"[1-9][0-9]{0,17}")$'}
ASKED_OF_A_PUT: Final = (
    {
        "name": "If-Match",
        "in": "header",
        "description": "Change only this version, or with * only what is there.",
        "schema": _VERSIONS,
    },
    {
        "name": "If-None-Match",
        "in": "header",
        "description": "With * make only what is not there yet.",
        "schema": _VERSIONS,
    },
)
DESCRIPTION: Final = """\
A command or a read is one request with a bearer token. Refusals are problem documents (RFC 9457),
each with a stable `code`; its `type` is the address that explains the code. A POST has an
`Idempotency-Key`. A command that changes a record by its id has the version that was read in
`If-Match`; a PUT by the caller's own key may have it, or `If-None-Match: *` to make only what is
not there. A read with `If-None-Match` is answered 304 where the reader has that version.
"""
TAGS: Final = {
    "actions": "What is done about what somebody asked for in an answer, and what they are told.",
    "activities": "How children were heard other than by questionnaires.",
    "campaigns": "Waves sent together: messages to those who are asked, and how far it has got.",
    "cases": "Support of a child: allocation, visits, pauses, risk, ending.",
    "changes": "Which records changed, in committed order, and what proves that none is missing.",
    "change log": "What changed of a record: from, to, who, when and why.",
    "children": "Children, their parents and plans, by the county's own references.",
    "concerns": "Signs of harm in what somebody wrote, and what a person did about them.",
    "criteria": "Criteria for progress, proposed by one role and signed by another.",
    "dead letters": "Events that a listener could not apply, and their redrive.",
    "deliveries": "Training and bespoke work, and their ratings.",
    "described": "The addresses that events and refusals name.",
    "disclosure": "Small numbers shown by exception, asked for by one and allowed by another.",
    "duplicates": "Records that are likely of one child or person: decided, merged, unmerged.",
    "editions": "Editions of a year's report: drafted, signed, published for good.",
    "events": "The catalogue of all events.",
    "exclusions": "Permanent exclusions and suspensions.",
    "feedback": "Complaints, compliments, and checks of their registers.",
    "health": "Whether the service is at work.",
    "imports": "Many records at once, from a file.",
    "me": "Who the caller is to the service, and the lists of codes it knows.",
    "listener": "The part that reads the events of other services.",
    "open-links": "Links by which anybody answers a wave, or rates a delivery.",
    "paper": "Questionnaires printed with codes, and keyed when they come back.",
    "people": "Parents and carers, by the county's own references.",
    "plans": "The Service Plan of a year: priorities, owners, status.",
    "quality": "Judgements of teaching, and quality dialogues.",
    "questionnaires": "Questionnaires, with their questions and answers.",
    "referrals": "Requests for support, their checks and decisions.",
    "relationships": "Whose parent or carer somebody is, and what they may have of the child.",
    "reports": "The annual report.",
    "responses": "Returned questionnaires.",
    "results": "Assessments on versioned scales.",
    "reviews": "Reviews of support, and the decisions after them.",
    "schools": "Schools, from the register's extract.",
    "staff": "Staff and teams.",
    "waves": "Questionnaires sent to an audience, and to whom.",
}
"""What the tags of operations stand for."""
UNREADABLE: Final = {"400": "The request cannot be read."}
GUARDED: Final = {
    "401": "A valid token is needed.",
    "403": "The caller's role does not allow this.",
    "404": "There is no such thing, or the caller may not know of it.",
    "422": "Some values cannot be accepted.",
}
LIMITED: Final = {
    "429": "This caller sends too many requests; Retry-After says when to try again.",
    "503": "The database is away, too much is at work, or the time ran out; Retry-After says when"
    " to try again, a command under the same Idempotency-Key.",
}
WRITING: Final = {
    "408": "The body did not arrive in time.",
    "409": "Not in the present state.",
    "413": "The body is too large.",
    "415": "The body is of a kind that is not read here.",
}
MET: Final = {
    HTTPStatus.CONFLICT: WRITING["409"],
    HTTPStatus.GONE: "What the cursor stands for is no longer there.",
}
"""What an operation is refused with that meets it, whatever it is."""
VERSIONED: Final = {"412": "It has changed since it was read.", "428": "If-Match is missing."}


class Api(FastAPI):
    """An application whose document names every refusal, and what its headers must be."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            document["info"] |= {"description": DESCRIPTION} | ABOUT
            codes = {*PROBLEMS, *self.state.running.service.problems}
            examples = self.state.running.service.examples
            routes = self._routes()
            for path, methods in document["paths"].items():
                for method, operation in methods.items():
                    route = routes[path, method.upper()]
                    operation["operationId"] = operation_id(route)
                    _complete(method.upper(), operation, reached_from(route.endpoint, codes))
                    _show_body(operation, examples.get(f"{method.upper()} {path}"))
            tags = {tag for _, operation in _operations(document) for tag in operation["tags"]}
            document["tags"] = [{"name": tag, "description": TAGS[tag]} for tag in sorted(tags)]
            components = document.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            for _, operation in _operations(document):
                schemas |= operation.pop("x-schemas", {})
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas |= {
                "Problem": PROBLEM,
                "RecordState": RECORD_STATE,
                "ValidationError": VALIDATION_ERROR,
            }
            components["headers"] = {
                name: header for name, header in HEADERS.items() if _names(document, name)
            }
            components["securitySchemes"] = {"bearer": BEARER}
        return super().openapi()

    def _routes(self) -> dict[tuple[str | None, str], Any]:
        return {
            (one.path_format, method): one.original_route
            for one in iter_route_contexts(self.routes)
            for method in one.methods or ()
        }


def _names(document: dict[str, Any], header: str) -> bool:
    """Say whether an answer of some operation has a header."""
    answers = (one for _, op in _operations(document) for one in op["responses"].values())
    return any(header in one.get("headers", ()) for one in answers)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path in document["paths"].values():
        yield from path.items()


def _complete(method: str, operation: Operation, reached: Reached) -> None:
    guarded = operation.get("x-permission") is not None
    parameters = [one for one in operation.get("parameters", []) if one["name"] != "if-match"]
    versioned = len(parameters) < len(operation.get("parameters", []))
    if versioned:
        parameters.append(VERSION)
    _say_how_several_are_given(parameters)
    parameters += _headers(method, operation, versioned=versioned) if guarded else []
    operation["security"] = [{"bearer": []}] if guarded else []
    if parameters:
        operation["parameters"] = parameters
    refusals = UNREADABLE | (GUARDED if guarded else {}) | (VERSIONED if versioned else {})
    if guarded and method == "PUT":
        refusals["412"] = VERSIONED["412"]
    if any(one["in"] == "query" for one in parameters):
        refusals["414"] = "The path and query are too long."
    if any(one["in"] == "path" for one in parameters):
        refusals["404"] = GUARDED["404"]
    if parameters:
        refusals["422"] = GUARDED["422"]
    if "health" not in operation.get("tags", ()):
        refusals |= LIMITED
    if guarded and method != "GET":
        refusals |= WRITING
    met = {status for status, _ in reached.refusals}
    refusals |= {str(int(status)): why for status, why in MET.items() if status in met}
    done = _successes(method, operation["responses"])
    failing = {status: one for status, one in operation["responses"].items() if status >= "500"}
    problem = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refused = {one: {"description": why, "content": problem} for one, why in refusals.items()}
    if method == "GET" and "ETag" in reached.named({"ETag"}):
        done["304"] = {"description": "The reader has this version already."}
    operation["responses"] = done | failing | refused
    _say_what_is_bytes(operation)
    add_headers(operation, reached)
    add_codes(operation, reached)


def _show_body(operation: Operation, example: Any) -> None:
    """Show a body that is sent."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and example is not None:
        body["example"] = example


def _say_what_is_bytes(operation: Operation) -> None:
    """A file is sent as it is: the word by which generators of clients know that.

    It may bear the caller's id of the request, by which it is found again in logs and audit; a
    generator fails at a body of several kinds without an optional parameter beside it.
    """
    content = operation.get("requestBody", {}).get("content", {})
    files = [one for kind, one in content.items() if kind != "application/json"]
    for one in files:
        one["schema"] = {**one["schema"], "format": "binary"}
    if files:
        operation["parameters"] = [*operation.get("parameters", ()), REQUEST_ID]


def _headers(method: str, operation: Operation, *, versioned: bool) -> list[dict[str, Any]]:
    """Return the headers that a command's method asks for, beside the version where it must be."""
    if method == "PUT":
        return [] if versioned else [*ASKED_OF_A_PUT]
    alone = operation.get("x-own-transactions") or operation.get("x-reads")
    return [IDEMPOTENCY_KEY] if method in CREATING and not alone else []


def _say_how_several_are_given(parameters: list[dict[str, Any]]) -> None:
    """A parameter of the query is given once: several values are one, with commas between them."""
    for one in parameters:
        if one["in"] == "query" and _takes_several(one["schema"]):
            one |= {"style": "form", "explode": False}


def _takes_several(schema: dict[str, Any]) -> bool:
    return any(one.get("type") == "array" for one in (schema, *schema.get("anyOf", ())))


def _successes(method: str, responses: dict[str, Any]) -> dict[str, Any]:
    """Return what is answered to what was done: made (201), or there already and as asked (200)."""
    done = {status: one for status, one in responses.items() if status < "300"}
    if method == "PUT" or "201" in done:
        (one,) = done.values()
        done = {"200": one | {"description": "As asked."}, "201": one | {"description": "Made."}}
    return done
