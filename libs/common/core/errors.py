"""The refusals a service can give, and the one form in which a caller reads them.

Every refusal is a `DomainError`, rendered as an RFC 9457 problem document. Nothing here repeats
a value from the request: a refusal may be logged, shown or forwarded without leaking a child's
particulars.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import ClassVar, Final, Self

from starlette.responses import Response

MAX_ERRORS: Final = 100
"""The most errors one problem document names; a body wrong in more places is cut there."""
PROBLEM_MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True)
class ValidationError:
    """One thing wrong in a request, and where.

    `pointer` is a JSON pointer into the body ("/visits/0/day"); `parameter` names a query, path
    or header parameter instead. With neither, the fault lies in the body as a whole.
    """

    code: str
    detail: str
    pointer: str = ""
    parameter: str = ""


NEXT_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class DomainError(Exception):
    """A refusal the caller should read; raise one of its subclasses, or a subclass of those.

    `code` is stable and kebab-case; a subclass that names none takes it from its own name, so
    `class PlanClosed(Conflict)` answers "plan-closed". `detail` is a sentence in plain English
    which never contains a value from the request. `headers` are sent with the answer.
    """

    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    code: str = "domain-error"
    detail: str = "The service cannot do this."
    errors: tuple[ValidationError, ...] = ()
    headers: Mapping[str, str] = {}

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Give the subclass a code of its own, unless it declares one."""
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = NEXT_WORD.sub("-", cls.__name__).lower()

    def __init__(
        self,
        *,
        code: str | None = None,
        detail: str | None = None,
        errors: Sequence[ValidationError] = (),
        headers: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Say what is refused, and after how many seconds to ask again if that is worth it.

        Whatever is left out comes from the class.
        """
        waits = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.code = code or type(self).code
        self.detail = detail or type(self).detail
        self.errors = tuple(errors)
        self.headers = {**type(self).headers, **waits, **(headers or {})}
        super().__init__(f"{self.code}: {self.detail}")


class BadRequest(DomainError):
    """400: the request cannot be read at all."""

    status = HTTPStatus.BAD_REQUEST
    detail = "The request cannot be read."


class Unauthenticated(DomainError):
    """401: the caller has not shown who they are."""

    status = HTTPStatus.UNAUTHORIZED
    detail = "A valid token is needed."
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class NotAllowed(DomainError):
    """403: the caller is known and may not do this."""

    status = HTTPStatus.FORBIDDEN
    detail = "Your role does not allow this."
    permission: str | None = None
    """Which one is missing, where it is one that a role could have."""

    @classmethod
    def lacking(cls, permission: str) -> Self:
        """Return the refusal of a caller none of whose roles has a permission."""
        refusal = cls(detail=f"None of your roles has the permission {permission}.")
        refusal.permission = permission
        return refusal


class NotFound(DomainError):
    """404: there is no such thing, or the caller may not know that there is."""

    status = HTTPStatus.NOT_FOUND
    detail = "There is nothing here that you can see."


class Withdrawn(NotFound):
    """404: it was withdrawn, and is not there for who asks for it again."""

    code = "not-found"


class Conflict(DomainError):
    """409: not in this state; the same request may be right at another time."""

    status = HTTPStatus.CONFLICT
    detail = "This cannot be done in the present state."
    at: str = ""
    """The field of a command that it lies in, unless errors say so: else in the address."""
    state: Sequence[Mapping[str, str]] = ()
    """The records that the command was about, as they were met: kind, id, ETag, state."""


class PreconditionFailed(DomainError):
    """412: the version the caller named is no longer the current one."""

    status = HTTPStatus.PRECONDITION_FAILED
    detail = "This has changed since you read it. Read it again, then decide."


class TooLarge(DomainError):
    """413: the request is larger than the service reads."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "The request is too large."


class UnsupportedMediaType(DomainError):
    """415: the body is of a kind the service does not read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "The body must be application/json, in UTF-8 and not compressed."


class Rejected(DomainError):
    """422: not these values; the same request will never be accepted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "Some values cannot be accepted."


class Faults:
    """Gathers what is wrong with a command's values, so that all is told at once.

    A check that raises stands in a ``with`` of its own, and others `add` what they find. A conflict
    with what is on record is told once the values themselves are right. What is refused for
    another reason, NotFound say, is raised where it is met, unless faults were found before.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._found: list[Rejected | Conflict] = []

    def __enter__(self) -> None:
        """Begin a check."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        """Keep what the check found; what was refused for another reason is raised at once."""
        if not isinstance(error, (Rejected, Conflict)):
            return False
        self._found.append(error)
        return True

    def add(self, errors: Sequence[ValidationError]) -> None:
        """Keep what a check found."""
        if errors:
            self._found.append(Rejected(errors=errors))

    def refuse(self) -> None:
        """Raise all that was found, if there was anything, and begin again with none."""
        found, self._found = self._found, []
        rejected = [one for one in found if isinstance(one, Rejected)]
        if len(rejected) > 1:
            errors = dict.fromkeys(fault for one in rejected for fault in one.errors)
            raise Rejected(code=rejected[0].code, errors=[*errors])
        for one in [*rejected, *found]:
            raise one

    @contextmanager
    def together(self) -> Iterator[None]:
        """Refuse what the block does for all that is found in it.

        A day that cannot be may break what reckons with it: that fails by the day.
        """
        try:
            with self:
                yield
        except Unavailable:
            raise
        except (ArithmeticError, AssertionError, ValueError, DomainError):
            self.refuse()
            raise
        self.refuse()


class PreconditionRequired(DomainError):
    """428: the caller must name the version the change is made to."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    detail = "Send the If-Match header with the version you read."


class Unavailable(DomainError):
    """503: the service cannot answer just now; try again after `retry_after` seconds, or one."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The service cannot answer just now. Try again shortly."
    headers: Mapping[str, str] = {"Retry-After": "1"}


def problem(error: DomainError, service: str = "") -> dict[str, object]:
    """Render a refusal as the members of an RFC 9457 problem document.

    Its `type` is where the service says what the code means; none is "about:blank".
    """
    document: dict[str, object] = {
        "type": f"/{service}/problems/{error.code}" if service else "about:blank",
        "title": error.code.replace("-", " ").capitalize(),
        "status": int(error.status),
        "detail": error.detail,
        "code": error.code,
    }
    if isinstance(error, NotAllowed) and error.permission:
        document["permission"] = error.permission
    if isinstance(error, Conflict) and error.state:
        document["state"] = [*error.state]
    if error.errors:
        members = (asdict(one) for one in error.errors[:MAX_ERRORS])
        document["errors"] = [{k: text for k, text in one.items() if text} for one in members]
    return document


def problem_response(error: DomainError, service: str = "") -> Response:
    """Answer with the refusal's status, headers and problem document; never to be cached."""
    return Response(
        content=json.dumps(problem(error, service)),
        status_code=error.status,
        headers={**error.headers, "Cache-Control": "no-store"},
        media_type=PROBLEM_MEDIA_TYPE,
    )
