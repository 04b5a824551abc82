"""How drawn tables tell what referral put right: staff, teams, referrals and exclusions."""

from collections.abc import Iterator

from libs.common.contracts import Event, referral
from tests.spec.drawing import day, drawn, named, some_day, whole

WHY = "entry-error"


def contracts(text: str) -> Iterator[Event]:
    """staff | formerly | from | fte [| team]: a contract put right, void where it has no day."""
    for row in drawn(text):
        formerly = day(row["formerly"])
        team = named(row["team"]) if row.get("team") else None
        said: dict[str, object] = {"staff_id": named(row["staff"]), "reason": WHY}
        said |= {"latest_team_id": team, "latest_on": formerly}
        if not row["from"]:
            yield referral.ContractVoided.model_validate({**said, "from_on": formerly})
            continue
        said |= {"team_id": team, "fte_hundredths": int(row["fte"])}
        days = {"from_on": day(row["from"]), "formerly_on": formerly}
        yield referral.ContractCorrected.model_validate({**said, **days})


def appointments(text: str) -> Iterator[Event]:
    """staff | post | formerly | appointed."""
    for row in drawn(text):
        yield referral.AppointmentCorrected.model_validate(
            {
                "staff_id": named(row["staff"]),
                "post": row["post"],
                "formerly_on": day(row["formerly"]),
                "appointed_on": day(row["appointed"]),
                "reason": WHY,
            }
        )


def leavings(text: str) -> Iterator[Event]:
    """staff | left: the last day put right, or no leaving where there is none."""
    for row in drawn(text):
        who = named(row["staff"])
        if row["left"]:
            yield referral.LeavingCorrected(staff_id=who, left_on=day(row["left"]), reason=WHY)
        else:
            yield referral.LeavingVoided(staff_id=who, reason=WHY)


def teams(text: str) -> Iterator[Event]:
    """team | formed | disbanded."""
    for row in drawn(text):
        yield referral.TeamCorrected(
            team_id=named(row["team"]),
            formed_on=day(row["formed"]),
            disbanded_on=some_day(row["disbanded"]),
            reason=WHY,
        )


def areas(text: str) -> Iterator[Event]:
    """team | formerly | from | area: changed without a former day, void without a new one."""
    for row in drawn(text):
        team = named(row["team"])
        if not row["formerly"]:
            yield referral.TeamAreaChanged(
                team_id=team, area=row["area"], changed_on=day(row["from"])
            )
        elif not row["from"]:
            yield referral.TeamAreaVoided(team_id=team, from_on=day(row["formerly"]), reason=WHY)
        else:
            yield referral.TeamAreaCorrected(
                team_id=team,
                area=row["area"],
                from_on=day(row["from"]),
                formerly_on=day(row["formerly"]),
                reason=WHY,
            )


def managers(text: str) -> Iterator[Event]:
    """team | formerly | from | staff: as areas are drawn; a team without a manager names none."""
    for row in drawn(text):
        team = named(row["team"])
        who = named(row["staff"]) if row["staff"] else None
        if not row["formerly"]:
            yield referral.TeamManagerAppointed(
                team_id=team, staff_id=who, appointed_on=day(row["from"])
            )
        elif not row["from"]:
            yield referral.TeamManagerVoided(team_id=team, from_on=day(row["formerly"]), reason=WHY)
        else:
            yield referral.TeamManagerCorrected(
                team_id=team,
                staff_id=who,
                from_on=day(row["from"]),
                formerly_on=day(row["formerly"]),
                reason=WHY,
            )


def successions(text: str) -> Iterator[Event]:
    """school | successor | from."""
    for row in drawn(text):
        yield referral.SchoolSucceeded(
            school_id=named(row["school"]),
            successor_id=named(row["successor"]) if row["successor"] else None,
            succeeded_on=some_day(row["from"]),
        )


def exclusion(number: int, text: str) -> Iterator[Event]:
    """child | category | starts | half days | upheld | rescinded; of the n-th drawn, from 0.

    Without a category it is void.
    """
    for row in drawn(text):
        id_, child = named(f"exclusion {number}"), named(row["child"])
        if not row["category"]:
            yield referral.ExclusionVoided(exclusion_id=id_, child_id=child, reason=WHY)
            continue
        yield referral.ExclusionCorrected.model_validate(
            {
                "exclusion_id": id_,
                "child_id": child,
                "school_id": named("school"),
                "category": row["category"],
                "starts_on": day(row["starts"]),
                "half_days": whole(row["half days"]),
                "upheld_on": some_day(row["upheld"]),
                "rescinded_on": some_day(row["rescinded"]),
                "ground": "overturned" if row["rescinded"] else None,
                "reason": WHY,
            }
        )


def referrals(text: str) -> Iterator[Event]:
    """referral | what | day [| reason]: submitted, agreed, refused, withdrawn, and put right."""
    for row in drawn(text):
        ids = {"referral_id": named(row["referral"]), "child_id": named("child")}
        yield _OF_REFERRAL[row["what"]].model_validate(
            {**ids, **_said(row["what"], row["day"], row.get("reason", ""))}
        )


_OF_REFERRAL: dict[str, type[Event]] = {
    "submitted": referral.ReferralSubmitted,
    "corrected": referral.ReferralCorrected,
    "void": referral.ReferralVoided,
    "withdrawn": referral.ReferralWithdrawn,
    "agreed": referral.SupportAgreed,
    "refused": referral.SupportRefused,
    "agreed instead": referral.ReferralDecisionCorrected,
    "refused instead": referral.ReferralDecisionCorrected,
    "decision void": referral.ReferralDecisionVoided,
}


def _said(what: str, text: str, reason: str) -> dict[str, object]:
    on = some_day(text)
    why: dict[str, object] = {"reason": reason or WHY}
    if what in {"submitted", "corrected"}:
        said: dict[str, object] = {"school_id": named("school"), "submitted_on": on}
        return said | (why if what == "corrected" else {})
    if what.endswith("instead"):
        decision = "agree" if what.startswith("agreed") else "refuse"
        return {"decision": decision, "decided_on": on, "decided_for": reason, "reason": WHY}
    days = {"withdrawn": "withdrawn_on", "agreed": "agreed_on", "refused": "refused_on"}
    said = {days[what]: on} if what in days else {}
    if what == "withdrawn":
        return {**said, "ground": "other"}
    return said if what == "agreed" else said | why
