"""What referral publishes of who is who: parents and carers, and records of one child."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Event

Responsibility = Literal["none", "claimed", "verified"]
"""Whether somebody has parental responsibility, as far as the county has seen evidence."""
Restriction = Literal["no-contact", "no-letters", "no-information", "court-order"]
"""What somebody may not have, of this child: each is set by a person who saw why."""


class RelationshipRecorded(Event, publisher="referral", key="relationship_id"):
    """Somebody is a child's parent or carer from a day on, or what is said of that changed.

    ``restricted_on`` is the day of the restrictions. ``former_person_id`` is an id by which the
    person was given out before one person was made of several records; null where there is none.
    """

    relationship_id: UUID
    child_id: UUID
    person_id: UUID
    kind: str
    responsibility: Responsibility
    restrictions: tuple[Restriction, ...]
    from_on: date
    restricted_on: date | None
    ended_on: date | None
    former_person_id: UUID | None


class RelationshipEnded(Event, publisher="referral", key="relationship_id", tombstone="ended"):
    """A relationship ended: from that day on it no longer holds, and nobody is asked by it."""

    relationship_id: UUID
    child_id: UUID
    person_id: UUID
    ended_on: date


class RelationshipCorrected(RelationshipRecorded, publisher="referral", key="relationship_id"):
    """A relationship had been recorded wrongly: these values replace the earlier ones."""

    reason: str


class RelationshipVoided(Event, publisher="referral", key="relationship_id", tombstone="withdrawn"):
    """A relationship was recorded by mistake: there was none."""

    relationship_id: UUID
    child_id: UUID
    person_id: UUID
    voided_on: date
    reason: str


class RecipientWithdrawn(Event, publisher="referral", key="person_id"):
    """A person must no longer be contacted, by anybody and about no child, from a day on."""

    person_id: UUID
    withdrawn_on: date
    reason: str


class RecipientWithdrawalVoided(Event, publisher="referral", key="person_id"):
    """That a person must not be contacted was recorded by mistake: later lists may have them."""

    person_id: UUID
    reason: str


class PeopleMerged(Event, publisher="referral", key="merged_person_id", tombstone="merged"):
    """Two records of parents or carers are one person's; ``person_id`` is the one that stays."""

    merged_person_id: UUID
    person_id: UUID
    merged_on: date


class PeopleUnmerged(Event, publisher="referral", key="merged_person_id"):
    """Two records of parents or carers are of two people after all."""

    merged_person_id: UUID
    person_id: UUID
    unmerged_on: date


class ChildrenMerged(Event, publisher="referral", key="merged_child_id", tombstone="merged"):
    """Two records are of one child, who is counted once; ``child_id`` is the one that stays."""

    merged_child_id: UUID
    child_id: UUID
    merged_on: date


class ChildrenUnmerged(Event, publisher="referral", key="merged_child_id"):
    """Two records are of two children after all, and everything of each is their own again."""

    merged_child_id: UUID
    child_id: UUID
    unmerged_on: date
