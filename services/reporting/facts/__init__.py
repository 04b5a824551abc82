"""Facts: what happened, in whole numbers, days and codes; each beside the events that fill it.

What fills a fact asks no clock, chance or network. Of aggregates that refer to one another either
may come first. Rows name the columns that their event tells and leave the others, so that the
events of one aggregate can share a fact.
"""

from services.reporting.facts.of_assessment import criteria, dialogue, judgement, result, windows
from services.reporting.facts.of_referral.cases import (
    allocation,
    case,
    colleague,
    continuation,
    pause,
    resumption,
    review,
    risk,
    visit,
)
from services.reporting.facts.of_referral.children import (
    characteristics,
    child,
    child_school,
    merged,
    plan,
)
from services.reporting.facts.of_referral.exclusions import exclusion
from services.reporting.facts.of_referral.referrals import eligibility, referral
from services.reporting.facts.of_referral.schools import school, school_succession
from services.reporting.facts.of_referral.staff import (
    contract,
    staff,
    staff_team,
    team,
    team_area,
    team_manager,
)
from services.reporting.facts.of_survey import (
    answer,
    complaint,
    compliment,
    delivery,
    question,
    rating,
    register_check,
    response,
    wave,
)
from services.reporting.facts.subscribed import NOT_HANDLED, subscriptions
from services.reporting.facts.versions import (
    ever,
    fact,
    known,
    metadata,
    past_of,
    remember,
    stamp,
    versions,
)

__all__ = [
    "NOT_HANDLED",
    "allocation",
    "answer",
    "case",
    "characteristics",
    "child",
    "child_school",
    "colleague",
    "complaint",
    "compliment",
    "continuation",
    "contract",
    "criteria",
    "delivery",
    "dialogue",
    "eligibility",
    "ever",
    "exclusion",
    "fact",
    "judgement",
    "known",
    "merged",
    "metadata",
    "past_of",
    "pause",
    "plan",
    "question",
    "rating",
    "referral",
    "register_check",
    "remember",
    "response",
    "result",
    "resumption",
    "review",
    "risk",
    "school",
    "school_succession",
    "staff",
    "staff_team",
    "stamp",
    "subscriptions",
    "team",
    "team_area",
    "team_manager",
    "versions",
    "visit",
    "wave",
    "windows",
]
