"""Parents and carers, as they are listed, found and shown."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from libs.common.contracts.referral.people import Responsibility
from libs.common.core.fields import Identifier, Reference
from libs.common.http.requests import router
from libs.common.reading import Filter, Key, Listing, add_reads, each, equal, named, true_or_false
from services.referral.children.queries import by_child
from services.referral.parents.access import FIELDS
from services.referral.parents.api import PersonView, RelationshipView
from services.referral.parents.domain import FormerPerson, Person, Relationship

routes = router()


def _by_id(id_: UUID) -> ColumnElement[bool]:
    """An id given out before one was made of several records answers too."""
    former = select(FormerPerson.person_id).where(FormerPerson.id == id_)
    return or_(Person.id == id_, Person.id.in_(former))


def _of_children(values: Any) -> ColumnElement[bool]:
    of = by_child(Relationship.child_id).where(values)
    return exists().where(Relationship.person_id == Person.id, ~Relationship.void, of)


BY_REFERENCE: Final = Filter(
    Reference, lambda value: (Person.reference == value) & (Person.apart == 0), ""
)
CHILD: Final = by_child(Relationship.child_id)

PEOPLE: Final = Listing(
    things="people",
    one="person",
    kind=Person,
    view=PersonView,
    views=each(PersonView.of),
    permission="person.read",
    tag="people",
    summary="List parents and carers; by name or contact they are searched for.",
    at={"person_id": (Filter(Identifier, _by_id, ""), Identifier)},
    keys=[Key("by-reference/{reference:path}", {"reference": (BY_REFERENCE, Reference)})],
    filters={
        "child": Filter(CHILD.type, _of_children, CHILD.means),
        "withdrawn": true_or_false(
            Person.withdrawn_on.is_not(None), "Whether they must not be contacted."
        ),
    },
    fields=FIELDS,
)
add_reads(routes, PEOPLE)

RELATIONSHIPS: Final = Listing(
    things="relationships",
    one="relationship",
    kind=Relationship,
    view=RelationshipView,
    views=each(RelationshipView.of),
    permission="person.read",
    tag="relationships",
    summary="List whose parents and carers people are, ended relationships among them.",
    filters={
        "child": CHILD,
        "child_id": CHILD,  # as it was called before
        "person": named(Relationship.person_id, Person.id, Person.reference),
        "kind": equal(Relationship.kind),
        "responsibility": equal(Relationship.responsibility, Responsibility),
    },
    days={"from_on": Relationship.from_on, "ended_on": Relationship.ended_on},
    sorts={"from_on": Relationship.from_on},
)
add_reads(routes, RELATIONSHIPS)
