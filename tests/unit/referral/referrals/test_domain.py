"""A referral: submitted, then checked, then decided, once each way and in that order."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from libs.common.contracts.referral import (
    EligibilityChecked,
    ReferralSubmitted,
    RuleAnswer,
    SupportAgreed,
    SupportRefused,
)
from libs.common.core.errors import Conflict, Rejected
from services.referral.referrals.domain import NotChecked, NotEligible, Referral, ReferralDecided
from tests.unit.referral.made import (
    AGREED,
    CHECKED,
    CHILD,
    REFERRAL,
    SCHOOL,
    SUBMITTED,
    a_referral,
    agreed,
    checked,
)
from tests.unit.refused import refused

DAY = timedelta(days=1)
RULES = (RuleAnswer(rule="school-open", answer="yes"),)


def a_refused() -> Referral:
    return checked(state="refused", decided_on=AGREED, reason="insufficient-evidence")


def test_a_referral_is_of_the_school_it_was_submitted_from() -> None:
    assert a_referral().submit() == ReferralSubmitted(
        referral_id=REFERRAL, child_id=CHILD, school_id=SCHOOL, submitted_on=SUBMITTED
    )


def test_a_check_decides_nothing() -> None:
    referral = a_referral()
    assert referral.check("2019-criteria", "no", RULES, CHECKED) == EligibilityChecked(
        referral_id=REFERRAL,
        child_id=CHILD,
        rule_set="2019-criteria",
        answer="no",
        rules=RULES,
        checked_on=CHECKED,
    )
    kept = (referral.state, referral.answer, referral.checked_on, referral.decided_on)
    assert kept == ("submitted", "no", CHECKED, None)


def test_nothing_is_checked_before_it_was_submitted() -> None:
    referral = a_referral()
    with refused(Rejected, "/checked_on"):
        referral.check("2019-criteria", "yes", RULES, SUBMITTED - DAY)
    assert referral.answer is None
    assert referral.check("2019-criteria", "yes", RULES, SUBMITTED)


def test_support_is_agreed_by_a_person_on_the_day_of_the_check_at_the_earliest() -> None:
    referral = checked()
    with refused(Rejected, "/decided_on"):
        referral.agree(CHECKED - DAY, "meets-criteria", "somebody")
    assert (referral.state, referral.decided_on) == ("submitted", None)
    assert referral.agree(CHECKED, "meets-criteria", "somebody") == SupportAgreed(
        referral_id=REFERRAL, child_id=CHILD, agreed_on=CHECKED
    )
    kept = (referral.state, referral.decided_on, referral.reason, referral.decided_by)
    assert kept == ("agreed", CHECKED, "meets-criteria", "somebody")


@pytest.mark.parametrize(
    ("referral", "first"), [(a_referral(), SUBMITTED), (checked(), CHECKED)], ids=["new", "checked"]
)
def test_support_is_refused_before_a_check_or_after_it(referral: Referral, first: date) -> None:
    with refused(Rejected, "/decided_on"):
        referral.refuse(first - DAY, "insufficient-evidence", "somebody")
    assert referral.refuse(first, "insufficient-evidence", "somebody") == SupportRefused(
        referral_id=REFERRAL, child_id=CHILD, refused_on=first, reason="insufficient-evidence"
    )
    assert (referral.state, referral.decided_on) == ("refused", first)


def test_what_was_not_checked_is_not_agreed() -> None:
    with refused(NotChecked):
        a_referral().agree(AGREED, "meets-criteria", "somebody")


@pytest.mark.parametrize("answer", ["no", "more-facts-needed"])
def test_what_needs_more_facts_is_not_agreed(answer: str) -> None:
    referral = checked(answer=answer)
    with refused(NotEligible):
        referral.agree(AGREED, "meets-criteria", "somebody")
    assert referral.refuse(AGREED, "insufficient-evidence", "somebody")


@pytest.mark.parametrize("referral", [agreed(), a_refused()], ids=["agreed", "refused"])
def test_a_referral_is_decided_once_and_not_checked_after_that(referral: Referral) -> None:
    with refused(ReferralDecided):
        referral.agree(AGREED, "meets-criteria", "somebody")
    with refused(ReferralDecided):
        referral.refuse(AGREED, "insufficient-evidence", "somebody")
    with refused(ReferralDecided):
        referral.check("2019-criteria", "yes", RULES, AGREED)


@pytest.mark.parametrize(
    ("made", "allowed"),
    [
        (a_referral, "check decide withdraw correct void"),
        (checked, "check decide withdraw correct void"),
        (agreed, "correct void correct-decision void-decision"),
        (partial(a_referral, state="withdrawn"), "correct void"),
        (partial(a_referral, void=True), ""),
    ],
    ids=["new", "checked", "agreed", "withdrawn", "void"],
)
def test_a_referral_says_what_may_be_done_with_it(
    made: Callable[[], Referral], allowed: str
) -> None:
    """What is not allowed is refused by the verb itself, whatever it is told; nothing else is."""
    referral = made()
    assert referral.allowed == tuple(allowed.split())
    school, evidence = referral.school_id, referral.evidence
    verbs: dict[str, Callable[[Referral], object]] = {
        "check": lambda one: one.check("2019-criteria", "yes", RULES, AGREED),
        "decide": lambda one: one.refuse(AGREED, "insufficient-evidence", "somebody"),
        "withdraw": lambda one: one.withdraw(AGREED, "other"),
        "correct": lambda one: one.correct(school, one.submitted_on, evidence, "entry-error"),
        "void": lambda one: one.withdraw_record("entry-error"),
        "correct-decision": lambda one: one.correct_decision(
            "refuse", AGREED, "other", "somebody", "entry-error"
        ),
        "void-decision": lambda one: one.void_decision("entry-error"),
    }
    for step, verb in verbs.items():
        if step in referral.allowed:
            verb(made())
        else:
            with pytest.raises(Conflict):
                verb(made())
