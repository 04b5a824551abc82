"""The order in which a county's records are sent: everything named is known before it is named."""

from dataclasses import dataclass

from deploy.demo.records import County, Record


@dataclass(frozen=True)
class Stage:
    """Records of one kind for one service, to be sent together and in their order."""

    service: str
    kind: str
    records: list[Record]


def stages(county: County) -> list[Stage]:
    """Return a county's records as stages, in an order in which each reference is known.

    Kinds are those of the services' imports, but for six: ``school-extracts`` holds the
    register's CSV and its day, ``conversions`` a later one with its links, ``pauses`` are told with
    their end, ``merges`` name a child's second record, ``criteria`` are proposed and signed, and
    ``wave-issues`` name the waves to issue once their recipients are known.
    """
    return [*_people(county), *_casework(county), *_learning(county), *_voices(county)]


def _people(county: County) -> list[Stage]:
    extract = {"snapshot_on": county.snapshot_on, "extract": county.schools}
    return [
        Stage("referral", "school-extracts", [extract]),
        Stage("referral", "teams", county.teams),
        Stage("referral", "staff", county.staff),
        Stage("referral", "children", county.children),
        Stage("referral", "conversions", county.conversions),
    ]


def _casework(county: County) -> list[Stage]:
    return [
        Stage("referral", "referrals", county.referrals),
        Stage("referral", "eligibility-checks", county.checks),
        Stage("referral", "decisions", county.decisions),
        Stage("referral", "cases", county.cases),
        Stage("referral", "allocations", county.allocations),
        Stage("referral", "pauses", county.pauses),
        Stage("referral", "visits", county.visits),
        Stage("referral", "reviews", county.reviews),
        Stage("referral", "continuations", county.continuations),
        Stage("referral", "risk-assessments", county.risks),
        Stage("referral", "exclusions", county.exclusions),
        Stage("referral", "endings", county.endings),
        Stage("referral", "merges", county.doubles),
    ]


def _learning(county: County) -> list[Stage]:
    return [
        Stage("assessment", "criteria", county.criteria),
        Stage("assessment", "results", county.results),
        Stage("assessment", "corrections", county.corrections),
        Stage("assessment", "voids", county.voids),
        Stage("assessment", "teaching-judgements", county.judgements),
        Stage("assessment", "dialogues", county.dialogues),
    ]


def _voices(county: County) -> list[Stage]:
    issues = [{"wave": wave["reference"]} for wave in county.waves]
    return [
        Stage("survey", "waves", county.waves),
        Stage("survey", "recipients", county.recipients),
        Stage("survey", "wave-issues", issues),
        Stage("survey", "responses", county.responses),
        Stage("survey", "response-voids", county.response_voids),
        Stage("survey", "deliveries", county.deliveries),
        Stage("survey", "ratings", county.ratings),
        Stage("survey", "complaints", county.complaints),
        Stage("survey", "compliments", county.compliments),
        Stage("survey", "register-checks", county.register_checks),
    ]
