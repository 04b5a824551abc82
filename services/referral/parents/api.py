"""Parents and carers, and their relationships to children, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel

from libs.common.contracts.referral import Responsibility, Restriction
from libs.common.core.fields import Code, Identifier, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, etag, permission, router
from services.referral.parents.commands import (
    EndRelationship,
    RecordPerson,
    RecordRelationship,
    RestrictRelationship,
    StateResponsibility,
    WithdrawRecipient,
    correct_relationship,
    end_relationship,
    record_person,
    record_relationship,
    restrict_relationship,
    state_responsibility,
    void_relationship,
    void_withdrawal,
    withdraw_recipient,
)
from services.referral.parents.domain import Person, Relationship

routes = router()


class PersonView(BaseModel):
    """A parent or carer; ``merged_into`` names the record that stays where this is merged.

    A field that the caller may not see is null, and named in ``withheld``.
    """

    person_id: UUID
    reference: Annotated[str, of_form(Reference)]
    name: str
    email: str | None
    phone: str | None
    language: Annotated[str, of_form(Code)] | None
    withdrawn_on: date | None
    withdrawn_reason: str | None
    merged_into: UUID | None
    withheld: list[str] = []

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        """Show a person."""
        return cls(
            person_id=person.id,
            reference=person.reference,
            name=person.name,
            email=person.email,
            phone=person.phone,
            language=person.language,
            withdrawn_on=person.withdrawn_on,
            withdrawn_reason=person.withdrawn_reason,
            merged_into=person.merged_into,
        )


class RelationshipView(BaseModel):
    """Whose parent or carer a person is; from ``ended_on`` on it no longer holds."""

    relationship_id: UUID
    child_id: UUID
    person_id: UUID
    kind: str
    from_on: date
    ended_on: date | None
    responsibility: Annotated[str, of_codes(Responsibility)]
    verified_on: date | None
    verified_by: str | None
    restrictions: list[Annotated[str, of_codes(Restriction)]]
    restricted_on: date | None
    void: bool

    @classmethod
    def of(cls, one: Relationship) -> "RelationshipView":
        """Show a relationship."""
        return cls(
            relationship_id=one.id,
            child_id=one.child_id,
            person_id=one.person_id,
            kind=one.kind,
            from_on=one.from_on,
            ended_on=one.ended_on,
            responsibility=one.responsibility,
            verified_on=one.verified_on,
            verified_by=one.verified_by,
            restrictions=one.restrictions,
            restricted_on=one.restricted_on,
            void=one.void,
        )


WRITE = permission("person.write")


@routes.put("/v1/people/by-reference/{reference:path}", openapi_extra=WRITE, tags=["people"])
async def put_person(
    reference: Annotated[Reference, Path()], command: RecordPerson, work: Work, response: Response
) -> PersonView:
    """Record a parent or carer as they are now; what is left out stays as it is."""
    person, done = await record_person(work, reference, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, person)
    return PersonView.of(person)


@routes.post("/v1/people/{person_id}/withdrawal", openapi_extra=WRITE, tags=["people"])
async def post_withdrawal(
    person_id: Identifier,
    command: WithdrawRecipient,
    version: IfMatch,
    work: Work,
    response: Response,
) -> PersonView:
    """Have nobody contact a person any more: every wave that is not closed leaves them out."""
    person = await withdraw_recipient(work, person_id, command, version)
    etag(response, work, person)
    return PersonView.of(person)


put_right(
    routes,
    "/v1/people/{person_id}/withdrawal",
    WRITE,
    PersonView,
    tag="people",
    void=void_withdrawal,
)


@routes.post("/v1/relationships", openapi_extra=WRITE, tags=["relationships"], status_code=201)
async def post_relationship(
    command: RecordRelationship, work: Work, response: Response
) -> RelationshipView:
    """Record whose parent or carer somebody is. The same again is answered with 200."""
    one, done = await record_relationship(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, one)
    return RelationshipView.of(one)


@routes.post(
    "/v1/relationships/{relationship_id}/ending", openapi_extra=WRITE, tags=["relationships"]
)
async def post_relationship_end(
    relationship_id: Identifier,
    command: EndRelationship,
    version: IfMatch,
    work: Work,
    response: Response,
) -> RelationshipView:
    """End a relationship: from that day on it no longer holds."""
    one = await end_relationship(work, relationship_id, command, version)
    etag(response, work, one)
    return RelationshipView.of(one)


@routes.post(
    "/v1/relationships/{relationship_id}/responsibility",
    openapi_extra=WRITE,
    tags=["relationships"],
)
async def post_responsibility(
    relationship_id: Identifier,
    command: StateResponsibility,
    version: IfMatch,
    work: Work,
    response: Response,
) -> RelationshipView:
    """Say whether a person has parental responsibility, and that it was verified."""
    one = await state_responsibility(work, relationship_id, command, version)
    etag(response, work, one)
    return RelationshipView.of(one)


@routes.post(
    "/v1/relationships/{relationship_id}/restrictions", openapi_extra=WRITE, tags=["relationships"]
)
async def post_restrictions(
    relationship_id: Identifier,
    command: RestrictRelationship,
    version: IfMatch,
    work: Work,
    response: Response,
) -> RelationshipView:
    """Say all that a person may not have of this child; an empty list lifts what there was."""
    one = await restrict_relationship(work, relationship_id, command, version)
    etag(response, work, one)
    return RelationshipView.of(one)


put_right(
    routes,
    "/v1/relationships/{relationship_id}",
    WRITE,
    RelationshipView,
    tag="relationships",
    corrections=correct_relationship,
    void=void_relationship,
)
