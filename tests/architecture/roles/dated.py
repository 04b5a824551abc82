"""What is recorded of a day: each record that takes the holder, school or plan of its day."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from libs.common.security import Role

HEAD, TEACHER, LOADER = Role.HEAD_OF_SERVICE, Role.SUPPORT_TEACHER, Role.ADMINISTRATOR
MET = {"met": True, "evidence": ["referral"]}
Row = Mapping[str, Any]


class Dated(NamedTuple):
    """A record: its operation, its kind of row, what it says, and who sends it or loads it.

    ``{who}`` stands for the child. Over HTTP, what is in the address is left out of the row.
    """

    name: str
    kind: str
    row: Row
    by: Role = HEAD
    loaded_by: Role = HEAD
    subject: str = "who-records"


OF: Final[Row] = {"child": {"scheme": "county", "reference": "C-{who}"}}
ASKED: Final[Row] = {"referral": {"reference": "R-{who}"}}
BY: Final[Row] = {"staff": {"reference": "SA-{who}"}}
BEFORE: Final = (
    Dated(
        "POST /referral/v1/referrals",
        "referral/referrals",
        {
            **OF,
            "reference": "R-{who}",
            "submitted_on": "2018-09-03",
            "evidence": {"significant_barriers": True, "complex_needs": True},
        },
    ),
    Dated(
        "POST /referral/v1/referrals/{referral_id}/eligibility-checks",
        "referral/eligibility-checks",
        {**ASKED, "checked_on": "2018-09-10"},
    ),
    Dated(
        "POST /referral/v1/referrals/{referral_id}/decision",
        "referral/decisions",
        {
            **ASKED,
            "decision": "agree",
            "decided_on": "2018-09-20",
            "reason": "meets-criteria",
            "grounds": {"significant_barriers": MET, "complex_needs": MET},
        },
        subject="who-decides",
    ),
    Dated("POST /referral/v1/cases", "referral/cases", {**ASKED, **BY, "started_on": "2018-10-01"}),
)
"""How support began."""

CHANGES: Final = (
    Dated(
        "POST /referral/v1/cases/{case_id}/allocations",
        "referral/allocations",
        {**OF, "staff": {"reference": "SB-{who}"}, "allocated_on": "2019-01-08"},
    ),
    Dated(
        "POST /referral/v1/cases/{case_id}/ending",
        "referral/endings",
        {**OF, "ended_on": "2019-01-11", "reason": "moved-out"},
    ),
)
"""What became of it, recorded before what is late."""

RECORDS: Final = (
    Dated(
        "PUT /referral/v1/cases/{case_id}/visits/{week_beginning}",
        "referral/visits",
        {**OF, "week_beginning": "2018-11-05", "planned": 2, "attended": 2},
    ),
    Dated(
        "POST /referral/v1/cases/{case_id}/risk-assessments",
        "referral/risk-assessments",
        {**OF, "level": "high", "assessed_on": "2018-11-06"},
    ),
    Dated(
        "POST /referral/v1/cases/{case_id}/reviews",
        "referral/reviews",
        {
            **OF,
            "held_on": "2018-11-14",
            "recommendation": "continue",
            "recommended_on": "2018-11-14",
        },
        TEACHER,
        LOADER,
    ),
    Dated(
        "POST /referral/v1/reviews/{review_id}/continuation",
        "referral/continuations",
        {
            "review": {**OF, "held_on": "2018-11-14"},
            "decision": "continue",
            "decided_on": "2018-11-20",
            "reason": "criteria-met",
        },
        subject="who-decides",
    ),
    Dated(
        "POST /referral/v1/cases/{case_id}/colleagues",
        "referral/colleagues",
        {
            **OF,
            "staff": {"reference": "SC-{who}"},
            "from_on": "2018-11-05",
            "until_on": "2018-11-30",
        },
    ),
    Dated(
        "POST /referral/v1/cases/{case_id}/pause",
        "referral/pauses",
        {**OF, "paused_on": "2018-11-21", "reason": "child-unwell"},
    ),
    Dated(
        "POST /referral/v1/cases/{case_id}/resumption",
        "referral/resumptions",
        {**OF, "resumed_on": "2018-11-26"},
    ),
    Dated(
        "PUT /referral/v1/exclusions/by-reference/{reference}",
        "referral/exclusions",
        {
            **OF,
            "reference": "E-{who}",
            "school": {"urn": 900001},
            "category": "SUSP",
            "starts_on": "2018-11-08",
            "half_days": 2,
        },
    ),
    Dated(
        "POST /assessment/v1/results",
        "assessment/results",
        {
            **OF,
            "reference": "A-{who}",
            "academic_year": "2018-19",
            "term": "autumn",
            "subject": "reading",
            "position": "Y1.2",
            "assessed_on": "2018-11-15",
            "moderated": False,
        },
        TEACHER,
        LOADER,
    ),
    Dated(
        "POST /assessment/v1/teaching-judgements",
        "assessment/teaching-judgements",
        {
            "staff": {"reference": "SC-{who}"},
            "academic_year": "2018-19",
            "judgement": "good",
            "evidence": ["observation"],
            "judged_on": "2018-11-22",
        },
    ),
    Dated(
        "POST /assessment/v1/quality-dialogues",
        "assessment/dialogues",
        {
            "team": {"code": "TD-{who}"},
            "academic_year": "2017-18",
            "held_on": "2018-11-23",
            "key_areas": [{"code": "K1", "status": "achieved"}],
        },
    ),
    Dated(
        "POST /survey/v1/waves/{wave_id}/responses",
        "survey/responses",
        {
            "wave": {"reference": "W1"},
            "reference": "Q-{who}",
            "recipient": "P-{who}",
            "received_at": "2018-11-27T12:00:00+00:00",
            "channel": "paper",
            "assisted_by": "none",
            "answers": [{"question": "better_at_work", "state": "answered", "value": "yes"}],
        },
    ),
)
"""What is recorded late: each is of a day in November."""

OTHERWISE: Mapping[str, str] = {
    "POST /assessment/v1/criteria": "it is of a year, and of nobody",
    "POST /assessment/v1/criteria/{criteria_id}/signature": "it is of the criteria",
    "PUT /assessment/v1/windows/{academic_year}": "it is of a year, and of nobody",
    "PUT /referral/v1/children/by-reference/{scheme}/{reference}": "it says who holds from a day",
    "POST /referral/v1/children/{child_id}/new-identity": "it is of the child alone",
    "POST /referral/v1/people/{person_id}/withdrawal": "it is of a person, whoever teaches",
    "POST /referral/v1/referrals/{referral_id}/withdrawal": "of one that was decided there is none",
    "POST /referral/v1/relationships": "it is of a person and a child, whoever teaches",
    "POST /referral/v1/relationships/{relationship_id}/ending": "it is of a person and a child",
    "POST /referral/v1/relationships/{relationship_id}/responsibility": "it is of both",
    "POST /referral/v1/relationships/{relationship_id}/restrictions": "it is of both",
    "PUT /referral/v1/staff/by-reference/{reference}": "it says who holds from a day",
    "PUT /referral/v1/teams/by-code/{code}": "it says who holds from a day",
    "POST /referral/v1/teams/{team_id}/managers": "it says who holds from a day",
    "POST /survey/v1/actions/{action_id}/conclusion": "its owner is who has it, whoever teaches",
    "POST /survey/v1/actions/{action_id}/passing-on": "its owner is who has it, whoever teaches",
    "POST /survey/v1/actions/{action_id}/telling": "its owner is who has it, whoever teaches",
    "POST /survey/v1/concerns/{concern_id}/passing-on": "it is of the concern",
    "POST /survey/v1/activities": "it is of the child alone",
    "POST /survey/v1/paper-forms": "the response that comes of it is",
    "POST /survey/v1/complaints": "it is of the service",
    "POST /survey/v1/complaints/{complaint_id}/closure": "it is of the complaint",
    "POST /survey/v1/compliments": "it is of the service",
    "POST /survey/v1/deliveries": "it is of the service",
    "POST /survey/v1/open-links": "it is of a wave or a delivery",
    "POST /survey/v1/open-links/{open_link_id}/reopening": "it is of a wave or a delivery",
    "POST /survey/v1/register-checks": "it is of a month of the service's register",
    "POST /survey/v1/waves": "it says what the period is",
}
"""What has a day and takes no holder, school, plan or period of that day, and why."""
