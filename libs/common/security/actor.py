"""The caller as a service sees them: roles, and the teams, schools and children they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID


class Role(StrEnum):
    """What somebody is to the support service."""

    HEAD_OF_SERVICE = "head-of-service"
    AREA_MANAGER = "area-manager"
    SUPPORT_TEACHER = "support-teacher"
    LINK_ADVISER = "link-adviser"
    SCHOOL_SENCO = "school-senco"
    PARENT = "parent"
    COUNTY_SEND_OFFICER = "county-send-officer"
    REPORTING_CONSUMER = "reporting-consumer"
    ADMINISTRATOR = "administrator"


class Reach(StrEnum):
    """How far a right goes: over which children, schools and staff the holder may use it."""

    COUNTY = "county"
    TEAM = "team"
    OWN = "own"
    SCHOOL = "school"
    CHILD = "child"


@dataclass(frozen=True)
class References:
    """What a caller stands for in the county's own words, until a service has looked up the ids.

    `children` are a scheme and a value each; `parent` is the caller's own reference, who reaches
    the children whose verified parent they are. One not on record here reaches nothing.
    """

    teams: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    children: frozenset[tuple[str, str]] = frozenset()
    staff: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Actor:
    """A caller whose token was accepted.

    `subject` is the identity provider's own name for them; `teams`, `schools` and `children` are
    what they stand for, by id; `staff_id` is set for members of the service's own staff;
    `references` are those of a county that knows no ids of ours: team codes, URNs, a staff
    reference.
    """

    subject: str
    roles: frozenset[Role]
    teams: frozenset[UUID]
    schools: frozenset[UUID]
    children: frozenset[UUID]
    staff_id: UUID | None
    references: References = References()

    @classmethod
    def nobody(cls, subject: str) -> Self:
        """Return who comes without a token, of whom nothing is known: by a link, or a routine."""
        none: frozenset[UUID] = frozenset()
        return cls(subject, frozenset(), teams=none, schools=none, children=none, staff_id=None)


Grants = Mapping[str, Mapping[Role, Reach]]
"""Action -> role -> how far that role may take it. A role not named may not."""


def reaches(grants: Grants, actor: Actor, action: str) -> frozenset[Reach]:
    """Return how far the actor may take the action, over all their roles; empty is not at all.

    An action the grants do not name is allowed to nobody.
    """
    by_role = grants.get(action, {})
    return frozenset(by_role[role] for role in actor.roles if role in by_role)
