"""What a decision rests on, and what it may not say: both sides of a contradiction are named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from libs.common.core.errors import ValidationError
from services.referral.referrals.codes import Decision, DecisionReason

FITS: Final[Mapping[DecisionReason, Sequence[Decision]]] = {
    "meets-criteria": ("agree",),
    "criteria-met": ("agree",),
    "exceptional-case": ("agree",),
    "criteria-not-met": ("refuse",),
    "not-eligible": ("refuse",),
    "school-not-covered": ("refuse",),
    "service-not-named": ("refuse",),
    "insufficient-evidence": ("refuse",),
    "referral-withdrawn": ("refuse",),
    "other": ("agree", "refuse"),
}
"""Which decision each reason is one for."""

MEETS_CRITERIA: Final = frozenset({"meets-criteria", "criteria-met"})
DENIED_BY_RULES: Final = (
    ("school-not-covered", ("school-covered", "school-open")),
    ("service-not-named", ("plan-names-service",)),
)
"""Reasons to refuse that rules answer by themselves: one of these says no."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground of the Head of Service: met or not, and the kinds of evidence for that."""

    met: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A decision as it is made: what it says, and the two grounds as far as they are answered."""

    decision: Decision
    decided_on: date
    reason: DecisionReason
    grounds: Mapping[str, Ground | None]
    given: bool
    """Whether the Head answered a ground; if not, they are what the referral says."""


def contradictions(
    made: Made, answer: str | None, rules: Mapping[str, str]
) -> list[ValidationError]:
    """Return each contradiction of a decision with its reason, its grounds, and the last check."""
    if made.decision == "agree":
        return [*_wrong_reason(made), *_unanswered(made), *_unmet(made)]
    return [*_wrong_reason(made), *_eligible(made, answer, rules), *_met(made)]


def _wrong_reason(made: Made) -> list[ValidationError]:
    if made.decision in FITS[made.reason]:
        return []
    done = "agreed" if made.decision == "agree" else "refused"
    return [
        ValidationError("contradicts", f"Support is not {done} for this reason.", "/decision"),
        ValidationError("contradicts", f"This is no reason why support is {done}.", "/reason"),
    ]


def _unanswered(made: Made) -> list[ValidationError]:
    """Both grounds are answered before support is agreed (domain brief 13.14)."""
    return [
        ValidationError(
            "not-answered",
            "Answer yes or no and name the evidence before support is agreed.",
            f"/grounds/{name}",
        )
        for name, ground in made.grounds.items()
        if ground is None
    ]


def _unmet(made: Made) -> list[ValidationError]:
    unmet = [name for name, ground in made.grounds.items() if ground and not ground.met]
    if made.reason not in MEETS_CRITERIA or not unmet:
        return []
    reason = "Support is agreed because criteria are met, and a ground says that they are not."
    sides = [ValidationError("contradicts", reason, "/reason")]
    no = "This ground is answered no, and support is agreed because criteria are met."
    return sides + [ValidationError("contradicts", no, f"/grounds/{name}/met") for name in unmet]


def _eligible(made: Made, answer: str | None, rules: Mapping[str, str]) -> list[ValidationError]:
    denied_by = dict(DENIED_BY_RULES).get(made.reason, ())
    if made.reason == "not-eligible" and answer == "yes":
        says = "The last check answers yes to every rule, and this reason says not eligible."
    elif denied_by and all(rules.get(rule) == "yes" for rule in denied_by):
        named = " and ".join(denied_by)
        says = f"The last check answers yes to {named}, and this reason says no."
    else:
        return []
    return [ValidationError("contradicts", says, "/reason")]


def _met(made: Made) -> list[ValidationError]:
    all_met = all(ground is not None and ground.met for ground in made.grounds.values())
    if made.reason != "criteria-not-met" or not (made.given and all_met):
        return []
    says = "Both grounds are answered yes, and this reason says that criteria are not met."
    return [
        ValidationError("contradicts", says, "/reason"),
        ValidationError("contradicts", says, "/grounds"),
    ]
