"""Writes the page of who may do what from the services' grants themselves."""

from collections.abc import Iterator
from typing import Final

from fastapi.routing import APIRoute

from deploy.services import SERVICES
from libs.common.security import Grants, Reach, Role

_HEAD: Final = """\
# Who may do what

Made from the code by `make docs`: each service's grants (`access.py`), a row for each
permission. `tests/architecture/roles` compares the [domain](domain.md) brief's table (10), written by
hand, with the answer of every operation to every role. An operation's permission is its
`x-permission` in `docs/api`.

| | how far it reaches |
| --- | --- |
| county | everything |
| team | own teams: children on their caseload, their staff. Before a child is on a caseload (to refer, check eligibility, begin support) also the children of the schools that the token names |
| own | a teacher's own caseload, or what the caller raised |
| school | children who go to the caller's school now: it ends when the child leaves, not when a new SENCO starts; of questionnaires, the school's own |
| child | the caller's own children, as the token names them |

A record that the caller does not reach is answered as if it did not exist: 404 with the same body,
and it is in no list. An area manager changes only the waves that they drafted. The Head of Service
sees all complaints and compliments; everybody else sees those that they raised. The reference of a
complaint or compliment belongs to the person who recorded it, that of a referral, result or exclusion
to its child, and that of a response to its recipient.

The teacher of a case and their team reach it for **ten working days** after its last day, to the end of
the tenth day from Monday to Friday. Public holidays and school holidays count as working days, so that
they make nobody's reach longer.

The Head of Service sees reviews and results and writes none: teachers report and record. The
administrator imports what was reported before the service was in use (`review.load`, `result.load`).
Each row of an import needs the permission of its kind, in addition to `import`. A list as a file needs
`export`, in addition to the permission of the list, and has what that reaches; a teacher reads their own
list and takes none away.

"""  # noqa: E501 - a row of a table is one line
_FIELDS: Final = """\
## Fields

A field that has a permission of its own is null where the caller lacks it for that record, and named in
`withheld`; in a file its cell says `withheld`.

| service | thing | field | permission |
| --- | --- | --- | --- |
"""  # noqa: E501 - as above
_NOT_BUILT: Final = """\
## Not built yet

Cells of the domain brief's table (10) that no operation serves yet: nobody has these rights.

| what | who |
| --- | --- |
| see a referral's status, without its evidence | parent |
| contribute to a review; read the final report | school SENCO; parent |
| approve a review report; recommend at the decision apart from the review | area manager |
| read a summary of results | parent |
| pseudonymised samples of results in place of all of them, which name ids alone | link adviser |
| read a level of risk; be told of one as the named officer; aggregates | school SENCO; county SEND officer; link adviser, reporting consumer |
| answer a questionnaire; read their own answers | parent |
| complaints and suggestions routed to somebody | area manager, support teacher |
| counts of complaints and compliments; aggregates of judgements, exclusions, caseload | reporting consumer |
| input to a judgement of teaching; personnel data | link adviser; administrator |
| self-evaluation and Record of Visit as documents | head, area manager, teacher, link adviser |
| take a caseload away | administrator, for information governance |
| read the audit | administrator |
| a delegate of the Head of Service, with dates | head |
| a teacher who changes team and keeps cases: they stay the teacher's until they are allocated again | support teacher |
| records that are restricted within a reach (court orders, adoption) | all |
"""  # noqa: E501 - as above
_SHORT: Final = {
    Role.HEAD_OF_SERVICE: "head",
    Role.AREA_MANAGER: "area manager",
    Role.SUPPORT_TEACHER: "teacher",
    Role.LINK_ADVISER: "adviser",
    Role.SCHOOL_SENCO: "SENCO",
    Role.PARENT: "parent",
    Role.COUNTY_SEND_OFFICER: "officer",
    Role.REPORTING_CONSUMER: "consumer",
    Role.ADMINISTRATOR: "administrator",
}


def access_page() -> str:
    """Return the page: a table for each service, and what is not built."""
    tables = (line for service in SERVICES for line in _table(service.name, service.grants))
    return _HEAD + "".join(tables) + "".join(_fields()) + _NOT_BUILT


def _fields() -> Iterator[str]:
    """Yield the table of the fields that a permission of their own shows, beside the thing's."""
    yield _FIELDS
    lists = [
        (service.name, route.path, (route.openapi_extra or {}).get("x-fields", {}))
        for service in SERVICES
        for router in service.routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path
    ]
    for service, path, fields in sorted(lists):
        for name, action in sorted(fields.items()):
            yield f"| {service} | {path.removeprefix('/v1/')} | `{name}` | `{action}` |\n"
    yield "\n"


def _table(name: str, grants: Grants) -> Iterator[str]:
    yield f"## {name.capitalize()}\n\n"
    yield f"| permission | {' | '.join(_SHORT[role] for role in Role)} |\n"
    yield f"| --- |{' --- |' * len(Role)}\n"
    for action, by_role in sorted(grants.items()):
        cells = " | ".join(_cell(by_role.get(role)) for role in Role)
        yield f"| `{action}` | {cells} |\n"
    yield "\n"


def _cell(reach: Reach | None) -> str:
    return "-" if reach is None else str(reach)
