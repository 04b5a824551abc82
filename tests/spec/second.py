"""Drawn events as raw records, so that the second opinion is asked about the same tables."""

from collections.abc import Iterable

from deploy.demo.records import County
from libs.common.contracts import Event, assessment, referral, survey


def county_of(events: Iterable[Event]) -> County:
    """Return a county whose records say what the events say; ids stand for references."""
    county = County()
    for event in events:
        match event:
            case referral.SupportStarted() | referral.SupportEnded() | referral.RiskAssessed():
                _case(county, event)
            case (
                referral.ExclusionRecorded()
                | referral.ExclusionUpheld()
                | referral.ExclusionRescinded()
            ):
                _exclusion(county, event)
            case referral.StaffAppointed() | referral.StaffLeft():
                _staff(county, event)
            case survey.TrainingDelivered() | survey.BespokeWorkDelivered():
                _delivery(county, event)
            case _:
                _alone(county, event)
    return county


def _case(
    county: County,
    event: referral.SupportStarted | referral.SupportEnded | referral.RiskAssessed,
) -> None:
    case = str(event.case_id)
    match event:
        case referral.SupportStarted():
            county.referrals.append({"reference": case, "child": str(event.child_id)})
            county.cases.append({"referral": case, "started_on": f"{event.started_on}"})
        case referral.SupportEnded():
            county.endings.append({"case": case, "ended_on": f"{event.ended_on}"})
        case referral.RiskAssessed():
            county.risks.append(
                {"case": case, "level": event.level, "assessed_on": f"{event.assessed_on}"}
            )


def _exclusion(
    county: County,
    event: referral.ExclusionRecorded | referral.ExclusionUpheld | referral.ExclusionRescinded,
) -> None:
    said = {"reference": str(event.exclusion_id), **_told(event, "child_id", "child")}
    match event:
        case referral.ExclusionRecorded():
            county.exclusions.append(said)
        case _:
            first = next(e for e in county.exclusions if e["reference"] == said["reference"])
            first.update(said)


def _staff(county: County, event: referral.StaffAppointed | referral.StaffLeft) -> None:
    who = str(event.staff_id)
    match event:
        case referral.StaffAppointed():
            fte = f"{event.fte_hundredths / 100:.2f}"
            county.staff.append({**_told(event, "staff_id", "reference"), "fte": fte})
        case referral.StaffLeft():
            next(row for row in county.staff if row["reference"] == who).update(
                _told(event, "left_on")
            )


def _delivery(
    county: County, event: survey.TrainingDelivered | survey.BespokeWorkDelivered
) -> None:
    bespoke = isinstance(event, survey.BespokeWorkDelivered)
    kind = f"bespoke-{event.kind}" if bespoke else event.kind
    county.deliveries.append({**_told(event, "delivery_id", "reference"), "kind": kind})


def _told(event: Event, name: str, as_: str | None = None) -> dict[str, object]:
    """Return all that an event tells, as JSON has it, one of its fields under another name."""
    told = event.model_dump(mode="json")
    return {**told, as_ or name: told[name]}


def _alone(county: County, event: Event) -> None:
    """Keep what one event tells alone; what figures of other kinds rest on is left out."""
    match event:
        case assessment.AssessmentRecorded():
            told = _told(event, "assessment_id", "reference")
            county.results.append({**told, "child": told["child_id"]})
        case assessment.AssessmentCorrected():
            county.corrections.append(_told(event, "assessment_id", "result"))
        case assessment.AssessmentVoided():
            county.voids.append(_told(event, "assessment_id", "result"))
        case assessment.CriteriaAdopted():
            county.criteria.append(_told(event, "criteria_id"))
        case assessment.TeachingJudged():
            county.judgements.append(_told(event, "staff_id", "staff"))
        case survey.RatingReceived():
            county.ratings.append(_told(event, "delivery_id", "delivery"))
        case survey.ComplaintReceived():
            county.complaints.append(_told(event, "complaint_id"))
        case survey.ComplimentReceived():
            county.compliments.append(_told(event, "compliment_id"))
        case survey.RegisterChecked():
            county.register_checks.append(_told(event, "check_id"))
