"""When two records are likely of one: by what identifies, or by the sound of a name and more.

It proposes and never decides, so that it may be wrong: twins whose names sound alike are proposed
and dismissed by a person.
"""

from services.referral.children.domain import Child
from services.referral.names import NOT_LETTERS, plain, sound
from services.referral.parents.domain import Person


def sounds(*names: str) -> frozenset[str]:
    """Return how the words of names sound: accents, order, case, hyphens and blanks say nothing."""
    return frozenset(map(sound, NOT_LETTERS.sub(" ", plain(" ".join(names))).split()))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two names sound alike: equal, or two sounds of one are all of the other's."""
    shared = one & other
    return one == other or (len(shared) > 1 and shared in (one, other))


def likeness_of_children(one: Child, other: Child) -> list[str]:
    """Return why two records are likely of one child; of nothing, they are not.

    A record that another took the place of is like none: an adopted child's new identity shows no
    link to the one before (domain brief, trap 10).
    """
    if one.closed_on is not None or other.closed_on is not None:
        return []
    why = []
    if one.upn is not None and one.upn == other.upn:
        why.append("upn")
    if (one.scheme.casefold(), one.folded) == (other.scheme.casefold(), other.folded):
        why.append("reference")
    same = (one.born_on, one.school_id) == (other.born_on, other.school_id)
    if same and alike(sounds(one.forename, one.surname), sounds(other.forename, other.surname)):
        why.append("name")
    return why


def likeness_of_people(one: Person, other: Person) -> list[str]:
    """Return why two records are likely of one parent or carer; of nothing, they are not."""
    why = []
    if one.folded == other.folded:
        why.append("reference")
    contacts = ((one.email, other.email), (one.phone, other.phone))
    same = any(mine is not None and mine == theirs for mine, theirs in contacts)
    if same and alike(sounds(one.name), sounds(other.name)):
        why.append("contact")
    return why
