"""Referrals decided without contradiction, withdrawn, and put right with their decisions."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Conflict, DomainError, Rejected
from libs.common.persistence.uow import Units
from services.referral.referrals.commands import (
    ApplicantDecides,
    CorrectDecision,
    CorrectReferral,
    DecideReferral,
    SubmitReferral,
    WithdrawReferral,
    correct_decision,
    correct_referral,
    decide_referral,
    submit_referral,
    void_decision,
    void_referral,
    withdraw_referral,
)
from services.referral.referrals.commands.correcting import CaseStands
from services.referral.referrals.domain import (
    EligibilityCheck,
    Referral,
    ReferralDecided,
    ReferralNotDecided,
    ReferralVoid,
    ReferralWithdrawn,
)
from tests.unit.referral.made import (
    CHECKED,
    CHILD,
    OTHER_SCHOOL,
    REFERRAL,
    SCHOOL,
    SUBMITTED,
    a_case,
    a_referral,
    a_school,
    agreed,
    checked,
    keep,
)
from tests.unit.refused import refused
from tests.worlds import request_context

YES = {"met": True, "evidence": ["formative-footprints", "school-report"]}
NO = {"met": False, "evidence": ["standardised-assessment"]}
BOTH = {"significant_barriers": YES, "complex_needs": YES}
AGREE = {"decision": "agree", "decided_on": "2018-09-20", "reason": "criteria-met", "grounds": BOTH}
REFUSE = {**AGREE, "decision": "refuse", "reason": "insufficient-evidence"}
WHY = {"reason": "entry-error", "note": "Made-up note."}
RULES = ("school-covered", "school-open", "plan-active", "plan-names-service")
SECOND = UUID(int=21)


def a_check(answer: str = "yes", **other: str) -> EligibilityCheck:
    return EligibilityCheck(
        id=UUID(int=31),
        referral_id=REFERRAL,
        rule_set="2019-criteria",
        answer=answer,
        checked_on=CHECKED,
        snapshot_on=date(2018, 9, 1),
        rules=[{"rule": rule, "answer": other.get(rule, "yes")} for rule in RULES],
    )


async def _decide(units: Units, said: dict[str, Any], subject: str = "head") -> Referral:
    async with units.work(request_context(subject=subject)) as uow:
        command = DecideReferral.model_validate(said)
        return (await decide_referral(uow, REFERRAL, command))[0]


CONTRADICTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({**AGREE, "reason": "not-eligible"}, ["/decision", "/reason"]),
    ({**REFUSE, "reason": "criteria-met"}, ["/decision", "/reason"]),
    ({**REFUSE, "reason": "not-eligible"}, ["/reason"]),
    ({**REFUSE, "reason": "school-not-covered"}, ["/reason"]),
    ({**REFUSE, "reason": "service-not-named"}, ["/reason"]),
    ({**REFUSE, "reason": "criteria-not-met"}, ["/reason", "/grounds"]),
    ({**AGREE, "grounds": None}, ["/grounds/significant_barriers", "/grounds/complex_needs"]),
    ({**AGREE, "grounds": {"complex_needs": YES}}, ["/grounds/significant_barriers"]),
    (
        {**AGREE, "grounds": {**BOTH, "complex_needs": NO}},
        ["/reason", "/grounds/complex_needs/met"],
    ),
]


@pytest.mark.parametrize(("said", "places"), CONTRADICTIONS, ids=str)
async def test_a_decision_that_contradicts_itself_or_its_check_is_refused_with_both_sides(
    units: Units, said: dict[str, Any], places: list[str]
) -> None:
    await keep(units, checked(), a_check())
    with refused(Rejected, *places):
        await _decide(units, said)
    assert (await _decide(units, AGREE)).state == "agreed"


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ({**REFUSE, "reason": "not-eligible"}, {"school-open": "no"}),
        ({**REFUSE, "reason": "service-not-named"}, {"plan-names-service": "no"}),
        ({**REFUSE, "reason": "criteria-not-met", "grounds": None}, {}),
        ({**AGREE, "reason": "exceptional-case", "grounds": {**BOTH, "complex_needs": NO}}, {}),
    ],
    ids=str,
)
async def test_a_decision_that_fits_its_check_and_its_grounds_is_taken(
    units: Units, said: dict[str, Any], answers: dict[str, str]
) -> None:
    answer = "no" if answers else "yes"
    await keep(units, checked(answer=answer), a_check(answer, **answers))
    assert (await _decide(units, said)).state in {"agreed", "refused"}


async def test_a_ground_that_the_head_leaves_out_is_what_the_referral_says(units: Units) -> None:
    told = {"significant_barriers": True, "complex_needs": True}
    await keep(units, checked(evidence=told), a_check())
    decided = await _decide(units, {**AGREE, "grounds": {"complex_needs": YES}})
    assert decided.grounds == {
        "significant_barriers": {"met": True, "evidence": ["referral"]},
        "complex_needs": YES,
    }
    assert (await _decide(units, AGREE | {"grounds": None})).state == "agreed"
    with refused(ReferralDecided, "/grounds"):
        await _decide(units, {**AGREE, "grounds": {"complex_needs": NO, **WITHOUT}})


WITHOUT: dict[str, Any] = {"significant_barriers": None}


async def test_who_asks_does_not_decide(units: Units) -> None:
    await keep(units, checked(submitted_by="somebody"), a_check())
    for said in (AGREE, REFUSE):
        with refused(ApplicantDecides):
            await _decide(units, said, "somebody")
    await _decide(units, AGREE)
    with refused(ApplicantDecides):
        await _put_right(units, "somebody", decided_for="exceptional-case")


async def test_two_referrals_of_a_child_are_not_agreed_at_once(units: Units) -> None:
    other = agreed(id=SECOND, reference="R2")
    await keep(units, checked(), a_check(), other)
    with refused(Conflict, "/decision", code="another-agreed"):
        await _decide(units, AGREE)
    async with units.work(request_context()) as uow:
        await void_decision(uow, SECOND, Withdrawal.model_validate(WHY), 1)
    assert (await _decide(units, AGREE)).state == "agreed"


async def test_a_child_who_is_supported_is_neither_referred_nor_agreed_again(units: Units) -> None:
    other = agreed(id=SECOND, reference="R2")
    await keep(units, checked(), a_check(), other, a_case(referral_id=SECOND))
    with refused(Conflict, "/decided_on", code="already-supported"):
        await _decide(units, AGREE)
    for day, places in (("2018-09-30", []), ("2018-10-01", ["/submitted_on"])):
        said = {"reference": f"R-{day}", "child_id": CHILD, "submitted_on": day, "evidence": {}}
        command = SubmitReferral.model_validate(said)
        async with units.work(request_context()) as uow:
            if not places:
                await submit_referral(uow, command)
                continue
            with refused(Conflict, *places, code="already-supported"):
                await submit_referral(uow, command)


async def test_a_case_that_was_a_mistake_stands_in_nobodys_way(units: Units) -> None:
    other = a_referral(id=SECOND, reference="R2", state="withdrawn")
    await keep(units, checked(), a_check(), other, a_case(referral_id=SECOND, void=True))
    said = {"reference": "R9", "child_id": CHILD, "submitted_on": "2018-10-02", "evidence": {}}
    async with units.work(request_context()) as uow:
        await submit_referral(uow, SubmitReferral.model_validate(said))
        await void_referral(uow, SECOND, Withdrawal.model_validate(WHY), 1)
    assert (await _decide(units, AGREE)).state == "agreed"


async def _put_right(units: Units, subject: str = "head", **said: Any) -> Referral:
    whole = {name: AGREE[name] for name in ("decision", "decided_on", "grounds")}
    whole |= {"decided_for": "criteria-met", **WHY, **said}
    async with units.work(request_context(subject=subject)) as uow:
        referral = await uow.get(Referral, REFERRAL)
        version = referral.row_version
        return await correct_decision(uow, REFERRAL, CorrectDecision.model_validate(whole), version)


async def test_a_decision_is_put_right_until_a_case_stands_on_it(units: Units) -> None:
    await keep(units, checked(), a_check())
    with refused(ReferralNotDecided):
        await _put_right(units)
    await _decide(units, AGREE)
    with refused(Rejected, "/decision", "/reason"):
        await _put_right(units, decided_for="not-eligible")
    decided = await _put_right(units, decision="refuse", decided_for="insufficient-evidence")
    assert (decided.state, decided.reason) == ("refused", "insufficient-evidence")
    decided = await _put_right(units, decided_on="2018-09-21", decided_for="exceptional-case")
    assert (decided.state, decided.decided_on) == ("agreed", date(2018, 9, 21))
    async with units.work(request_context()) as uow:
        uow.add(a_case())
    with refused(CaseStands):
        await _put_right(units)
    async with units.work(request_context()) as uow:
        referral = await uow.get(Referral, REFERRAL)
        for undo in (void_decision, void_referral):
            with refused(CaseStands):
                await undo(uow, REFERRAL, Withdrawal.model_validate(WHY), referral.row_version)


async def _correct(units: Units, **said: Any) -> Referral:
    whole = {"school_id": SCHOOL, "submitted_on": SUBMITTED, "evidence": {}, **WHY, **said}
    async with units.work(request_context()) as uow:
        version = (await uow.get(Referral, REFERRAL)).row_version
        return await correct_referral(uow, REFERRAL, CorrectReferral.model_validate(whole), version)


async def test_a_referral_is_put_right_and_its_evidence_until_it_is_decided(units: Units) -> None:
    await keep(units, a_referral(), a_school(id=OTHER_SCHOOL, urn=900002))
    told = {"significant_barriers": True, "complex_needs": None, "delay_months": 20}
    put = await _correct(
        units, school_id=OTHER_SCHOOL, submitted_on=date(2018, 9, 4), evidence=told
    )
    assert (put.school_id, put.submitted_on, put.evidence["delay_months"]) == (
        OTHER_SCHOOL,
        date(2018, 9, 4),
        20,
    )
    async with units.work(request_context()) as uow:
        referral = await uow.get(Referral, REFERRAL)
        referral.answer, referral.checked_on = "yes", CHECKED
    with refused(Rejected, "/submitted_on"):
        await _correct(units, submitted_on=date(2018, 9, 11))
    await _decide(units, {**AGREE, "reason": "exceptional-case"})
    with refused(ReferralDecided, "/evidence"):
        await _correct(units, submitted_on=date(2018, 9, 4))
    assert await _correct(units, submitted_on=SUBMITTED, evidence=told)


async def _end(units: Units, what: str) -> None:
    async with units.work(request_context()) as uow:
        version = (await uow.get(Referral, REFERRAL)).row_version
        if what == "void":
            await void_referral(uow, REFERRAL, Withdrawal.model_validate(WHY), version)
            return
        said = {"withdrawn_on": "2018-09-11", "ground": "parents-do-not-agree"}
        await withdraw_referral(uow, REFERRAL, WithdrawReferral.model_validate(said), version)


@pytest.mark.parametrize(
    ("what", "error"), [("withdrawn", ReferralWithdrawn), ("void", ReferralVoid)]
)
async def test_what_is_no_longer_asked_or_was_not_is_not_decided_and_may_be_asked_again(
    units: Units, what: str, error: type[DomainError]
) -> None:
    await keep(units, checked(), a_check())
    await _end(units, what)
    with refused(error):
        await _decide(units, AGREE)
    with refused(error):
        await _end(units, what)
    said = {"child_id": CHILD, "submitted_on": SUBMITTED, "evidence": {}}
    async with units.work(request_context()) as uow:
        asked = SubmitReferral.model_validate({**said, "reference": "R5"})
        assert (await submit_referral(uow, asked))[1].outcome == "created"
    if what == "void":
        async with units.work(request_context()) as uow:
            again = SubmitReferral.model_validate({**said, "reference": "R1"})
            referral, done = await submit_referral(uow, again)
            assert (done.outcome, referral.void, referral.answer) == ("updated", False, None)
    async with units.read(request_context()) as read:
        assert len(await read.all(EligibilityCheck, referral_id=REFERRAL)) == 1
