"""What the columns of a drawn table mean, for each kind of event that a figure rests on."""

from collections import defaultdict
from collections.abc import Iterator

from libs.common.contracts import Event, assessment, referral, survey
from tests.spec.drawing import Row, day, drawn, named, some_day, whole, whose

P_LEVELS = {"1i": 10, "1ii": 15, "2i": 20, "2ii": 25, "3i": 30, "3ii": 35}


def cases(text: str) -> Iterator[Event]:
    """child | started | ended [| reason]: a case bears its child's name unless it has its own."""
    for row in drawn(text):
        case, child = named("case " + row.get("case", row["child"])), named(row["child"])
        yield referral.SupportStarted(
            case_id=case,
            child_id=child,
            referral_id=named("referral"),
            school_id=named("school"),
            plan_id=named("plan"),
            plan_type="EHC",
            started_on=day(row["started"]),
        )
        if row.get("ended"):
            yield referral.SupportEnded.model_validate(
                {
                    "case_id": case,
                    "child_id": child,
                    "ended_on": day(row["ended"]),
                    "reason": row.get("reason") or "left-phase",
                }
            )


def merges(text: str) -> Iterator[Event]:
    """merged | stays [| unmerged]: two records of one child, and whether that was taken back."""
    for row in drawn(text):
        pair = {"merged_child_id": named(row["merged"]), "child_id": named(row["stays"])}
        yield referral.ChildrenMerged(**pair, merged_on=day("2019-09-02"))
        if row.get("unmerged"):
            yield referral.ChildrenUnmerged(**pair, unmerged_on=day("2019-09-03"))


def risks(text: str) -> Iterator[Event]:
    """child | assessed | level."""
    for row in drawn(text):
        yield referral.RiskAssessed.model_validate(
            {
                "case_id": named("case " + row.get("case", row["child"])),
                "child_id": named(row["child"]),
                "assessed_on": day(row["assessed"]),
                "level": row["level"],
                "drivers": (),
            }
        )


def exclusions(text: str) -> Iterator[Event]:
    """child | category | starts | upheld | rescinded [| half days | school]."""
    for number, row in enumerate(drawn(text)):
        exclusion, child = named(f"exclusion {number}"), named(row["child"])
        yield referral.ExclusionRecorded.model_validate(
            {
                "exclusion_id": exclusion,
                "child_id": child,
                "school_id": named(row.get("school") or "school"),
                "category": row["category"],
                "starts_on": day(row["starts"]),
                "half_days": int(row["half days"]) if row.get("half days") else None,
            }
        )
        if row["upheld"]:
            yield referral.ExclusionUpheld(
                exclusion_id=exclusion, child_id=child, upheld_on=day(row["upheld"])
            )
        if row["rescinded"]:
            yield referral.ExclusionRescinded(
                exclusion_id=exclusion,
                child_id=child,
                rescinded_on=day(row["rescinded"]),
                ground="overturned",
            )


def teams(text: str) -> Iterator[Event]:
    """team | formed | disbanded [| area]: the area is A unless drawn."""
    for row in drawn(text):
        team = named(row["team"])
        yield referral.TeamFormed(
            team_id=team,
            code=row["team"],
            area=row.get("area") or "A",
            formed_on=day(row["formed"]),
        )
        if row["disbanded"]:
            yield referral.TeamDisbanded(team_id=team, disbanded_on=day(row["disbanded"]))


def staff(text: str) -> Iterator[Event]:
    """staff | post | fte | appointed | left [| team]; without a post it changes the contract."""
    for row in drawn(text):
        who, hundredths = named(row["staff"]), int(row["fte"])
        team = named(row["team"]) if row.get("team") else None
        if row["post"]:
            yield referral.StaffAppointed.model_validate(
                {
                    "staff_id": who,
                    "post": row["post"],
                    "team_id": team,
                    "fte_hundredths": hundredths,
                    "appointed_on": day(row["appointed"]),
                }
            )
        else:
            yield referral.StaffContractChanged(
                staff_id=who,
                team_id=team,
                fte_hundredths=hundredths,
                changed_on=day(row["appointed"]),
            )
        if row["left"]:
            yield referral.StaffLeft(staff_id=who, left_on=day(row["left"]))


def results(text: str) -> Iterator[Event]:
    """child | year | term | subject | position | assessed [| moderated | version]."""
    for number, row in enumerate(drawn(text)):
        yield assessment.AssessmentRecorded.model_validate(
            {"assessment_id": named(f"result {number}"), **_result(row)}
        )


def corrected(number: int, text: str) -> Event:
    """Put the n-th result drawn (from 0) right: the same columns."""
    return assessment.AssessmentCorrected.model_validate(
        {"assessment_id": named(f"result {number}"), **_result(drawn(text)[0])}
    )


def voided(number: int, child: str) -> Event:
    """Withdraw the n-th result drawn (from 0)."""
    return assessment.AssessmentVoided(
        assessment_id=named(f"result {number}"), child_id=named(child), reason="wrong-child"
    )


def _result(row: Row) -> dict[str, object]:
    scale, tenths = value_of(row["position"])
    return {
        "child_id": named(row["child"]),
        "academic_year": row["year"],
        "term": row["term"],
        "subject": row["subject"],
        "scheme": "SSSEN-DEFAULT",
        "scheme_version": int(row.get("version") or 1),
        "scale": scale,
        "position": row["position"],
        "value_tenths": tenths,
        "assessed_on": day(row["assessed"]),
        "moderated": row.get("moderated", "yes") != "no",
    }


def value_of(position: str) -> tuple[str, int | None]:
    """Return a position's scale and tenths, by the domain brief's 5.3."""
    if position.startswith("Y"):
        band, step = position[1:].split(".")
        return "N", 10 * (6 * (int(band) - 1) + int(step))
    if position.startswith(("PK", "EM")):
        return "K", None
    level = position[1:]
    if level in P_LEVELS:
        return "P", P_LEVELS[level]
    if len(level) == 2:
        below, width = (35, 1) if level[0] == "4" else (10 * (int(level[0]) - 1), 2)
        return "P", below + width * " edcba".index(level[1])
    return "P", 10 * int(level)


COHORT = (
    ("outstanding", 90, 75),
    ("good", 80, 50),
    ("requires-improvement", 65, 0),
)
THRESHOLDS = (("approaching", 20), ("expected", 30), ("good", 40), ("outstanding", 50))


def criteria(
    year: str = "2018-19",
    version: int = 1,
    minimum_judged: int = 1,
    expected: int = 30,
    scale: str = "N",
    *,
    adopted: str = "2018-10-01",
    signed: str = "",
) -> Event:
    """Adopt the domain brief's criteria for a year; without ``signed`` that day is not told."""
    thresholds = [(g, expected if g == "expected" else least) for g, least in THRESHOLDS]
    return assessment.CriteriaAdopted.model_validate(
        {
            "criteria_id": named(f"criteria {year} {version}"),
            "academic_year": year,
            "version": version,
            "progress": [
                {"scale": scale, "grade": name, "at_least_tenths": least}
                for name, least in thresholds
            ],
            "cohort": [
                {"outcome": name, "expected_or_better": e, "good_or_better": g}
                for name, e, g in COHORT
            ],
            "minimum_months": 6,
            "minimum_terms_on_caseload": 2,
            "minimum_judged": minimum_judged,
            "adopted_on": day(adopted),
            "signed_on": some_day(signed),
        }
    )


FOUR_KINDS = ("observation", "pupil-tracking", "work-scrutiny", "pupil-discussion")


def judgements(text: str, year: str = "2018-19") -> Iterator[Event]:
    """staff | judgement [| kinds]: kinds of evidence, four unless drawn."""
    for row in drawn(text):
        yield assessment.TeachingJudged.model_validate(
            {
                "judgement_id": named(f"judgement {row['staff']} {year}"),
                "staff_id": named(row["staff"]),
                "academic_year": year,
                "judgement": row["judgement"],
                "evidence": FOUR_KINDS[: int(row.get("kinds") or 4)],
                "judged_on": day("2019-07-01"),
            }
        )


def dialogues(text: str) -> Iterator[Event]:
    """team | year | held | areas: statuses of the key areas, parted by commas."""
    for row in drawn(text):
        areas = [one.strip() for one in row["areas"].split(",") if one.strip()]
        yield assessment.QualityDialogueHeld.model_validate(
            {
                "dialogue_id": named(f"dialogue {row['team']} {row['year']}"),
                "team_id": named(row["team"]),
                "academic_year": row["year"],
                "held_on": day(row["held"]),
                "key_areas": [{"code": f"A{n}", "status": one} for n, one in enumerate(areas)],
            }
        )


def waves(text: str) -> Iterator[Event]:
    """audience | year | issued [| version] [| team | area | kind]: a row a part, if any."""
    parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in drawn(text):
        parts[row["audience"], row["year"]].append(row)
    for (audience, year), rows in parts.items():
        is_parted = "team" in rows[0]
        issued_to = [{**whose(row), "issued": int(row["issued"])} for row in rows]
        yield survey.WaveIssued.model_validate(
            {
                "wave_id": named(f"wave {audience} {year}"),
                "audience": audience,
                "academic_year": year,
                "questionnaire": audience,
                "questionnaire_version": int(rows[0].get("version") or 1),
                "respondent_unit": "parent",
                "issued": sum(int(row["issued"]) for row in rows),
                "issued_to": issued_to if is_parted else None,
                "issued_on": day("2019-05-01"),
                "closes_on": day("2019-06-30"),
                "grace_days": 0,
            }
        )


def responses(text: str, audience: str, year: str = "2018-19") -> Iterator[Event]:
    """question ... | times [| standing] [| team | area | kind] [| helped] [| help].

    Of each answer its value, or its state.

    A state may be followed by what was made out all the same: ``illegible yes``.
    """
    number = 0
    for row in drawn(text):
        times, standing = int(row.pop("times")), row.pop("standing", "counted")
        helped, how = row.pop("helped", "") or "none", row.pop("help", "") or None
        of_issue = whose(row)
        for _ in range(times):
            number += 1
            yield survey.ResponseReceived.model_validate(
                {
                    "response_id": response_id(audience, year, number),
                    "wave_id": named(f"wave {audience} {year}"),
                    "audience": audience,
                    "academic_year": year,
                    "received_on": day("2019-06-01"),
                    "channel": "open-link" if standing == "counted-apart" else "paper",
                    "assisted_by": helped,
                    "help": how,
                    "standing": standing,
                    "duplicate_of": None,
                    **of_issue,
                    "answers": [_answer(question, cell) for question, cell in row.items()],
                }
            )


def response_id(audience: str, year: str, number: int) -> object:
    """Return the id of the n-th response drawn, from 1."""
    return named(f"response {audience} {year} {number}")


def response_voided(audience: str, number: int, year: str = "2018-19") -> Event:
    """Void the n-th response drawn, from 1."""
    return survey.ResponseVoided.model_validate(
        {
            "response_id": response_id(audience, year, number),
            "wave_id": named(f"wave {audience} {year}"),
            "reason": "by-mistake",
        }
    )


STATES = {"not-answered", "not-applicable", "not-shown", "illegible"}


def _answer(question: str, cell: str) -> dict[str, str | None]:
    state, _, value = cell.partition(" ")
    if state in STATES:
        return {"question": question, "state": state, "value": value or None}
    return {"question": question, "state": "answered", "value": cell}


def deliveries(text: str) -> Iterator[Event]:
    """delivery | kind | course | on | delegates."""
    for row in drawn(text):
        common = {"delivery_id": named(row["delivery"]), "delivered_on": day(row["on"])}
        kind = row["kind"]
        if kind in {"course", "network"}:
            yield survey.TrainingDelivered.model_validate(
                {**common, "kind": kind, "course": row["course"], "delegates": row["delegates"]}
            )
        else:
            yield survey.BespokeWorkDelivered.model_validate({**common, "kind": kind})


def ratings(text: str) -> Iterator[Event]:
    """delivery | content | methods [| times]."""
    number = 0
    for row in drawn(text):
        for _ in range(int(row.get("times") or 1)):
            number += 1
            yield survey.RatingReceived(
                delivery_id=named(row["delivery"]),
                rating_id=named(f"rating {number}"),
                content=whole(row["content"]),
                methods=whole(row["methods"]),
            )


def complaints(text: str) -> Iterator[Event]:
    """received | formal."""
    for number, row in enumerate(drawn(text)):
        yield survey.ComplaintReceived(
            complaint_id=named(f"complaint {number}"),
            received_on=day(row["received"]),
            formal=row["formal"] == "yes",
        )


def compliments(number: int, received: str) -> Iterator[Event]:
    """Let so many compliments arrive on a day."""
    for one in range(number):
        yield survey.ComplimentReceived(
            compliment_id=named(f"compliment {received} {one}"),
            received_on=day(received),
            source="parents",
        )


MONTHS = (
    *(f"2018-{month:02}" for month in range(9, 13)),
    *(f"2019-{month:02}" for month in range(1, 9)),
)


def checks(*months: str, kind: str = "complaints") -> Iterator[Event]:
    """Vouch for a register's months."""
    for month in months:
        id_ = named(f"check {kind} {month}")
        yield survey.RegisterChecked.model_validate(
            {"check_id": id_, "kind": kind, "month": month, "checked_on": some_day("2019-09-02")}
        )
