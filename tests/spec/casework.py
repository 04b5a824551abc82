"""How drawn tables tell the work on cases: endings, visits, reviews, decisions and referrals."""

from collections.abc import Iterator

from libs.common.contracts import Event, referral
from tests.spec.drawing import day, drawn, named, some_day

NO_OUTCOMES = referral.OutcomeCounts(met=1, partly_met=0, not_met=0, not_applicable=0)


def visits(text: str) -> Iterator[Event]:
    """child | week | planned | attended | missed: reasons, parted by spaces."""
    for row in drawn(text):
        yield referral.VisitsRecorded(
            case_id=named("case " + row["child"]),
            child_id=named(row["child"]),
            staff_id=named("Ash"),
            week_beginning=day(row["week"]),
            planned=int(row["planned"]),
            attended=int(row["attended"]),
            missed=tuple(row["missed"].split()),
        )


def reviews(text: str) -> Iterator[Event]:
    """child | plan | due | held | recommended | decided: the last two are words or nothing."""
    for number, row in enumerate(drawn(text)):
        ids = {
            "case_id": named("case " + row["child"]),
            "child_id": named(row["child"]),
            "review_id": named(f"review {number}"),
        }
        yield referral.PlanReviewed.model_validate(
            {
                **ids,
                "plan_id": named(row["plan"]),
                "plan_type": "EHC",
                "due_on": some_day(row["due"]),
                "held_on": day(row["held"]),
                "outcomes": NO_OUTCOMES,
                "recommendation": row["recommended"],
                "recommended_by": named("Ash"),
            }
        )
        if row["decided"]:
            yield referral.ContinuationDecided.model_validate(
                {
                    **ids,
                    "decision": row["decided"],
                    "differs_from_recommendation": row["decided"] != row["recommended"],
                    "reason": "criteria-met",
                    "decided_on": day(row["held"]),
                }
            )


def referrals(text: str) -> Iterator[Event]:
    """referral | submitted | outcome | on: agreed, refused, withdrawn or nothing yet."""
    for row in drawn(text):
        ids = {"referral_id": named(row["referral"]), "child_id": named(row["referral"])}
        submitted = day(row["submitted"])
        yield referral.ReferralSubmitted.model_validate(
            {**ids, "school_id": named("school"), "submitted_on": submitted}
        )
        match row["outcome"]:
            case "agreed":
                yield referral.SupportAgreed.model_validate({**ids, "agreed_on": day(row["on"])})
            case "refused":
                yield referral.SupportRefused.model_validate(
                    {**ids, "refused_on": day(row["on"]), "reason": "other"}
                )
            case "withdrawn":
                yield referral.ReferralWithdrawn.model_validate(
                    {**ids, "withdrawn_on": day(row["on"]), "ground": "other"}
                )
