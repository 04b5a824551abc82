"""Who may do what, written by hand from the domain brief's table (10), not from the grants.

A row is a permission's operations, a column a role. ``C`` is the county, ``A`` the caller's own
teams, ``own`` their own caseload (of staff and of what they raised: themselves), ``school`` the
children who go to the caller's school now, ``child`` the caller's own children; with ``none`` the
role has the permission for other things than these, with ``-`` not at all.
Where the brief says nothing of an operation, the row is what its neighbours have (see the page).
"""

from typing import Final

from libs.common.security import Role

ROLES: Final = (
    Role.HEAD_OF_SERVICE,
    Role.AREA_MANAGER,
    Role.SUPPORT_TEACHER,
    Role.LINK_ADVISER,
    Role.SCHOOL_SENCO,
    Role.PARENT,
    Role.COUNTY_SEND_OFFICER,
    Role.REPORTING_CONSUMER,
    Role.ADMINISTRATOR,
)

_TABLE: Final = """
operation           HoS  AM   ST   LA   SENCO   parent  officer  RC  admin
# Create referral; See referral; Screen eligibility; Agree or refuse; Allocate
submit-referral     C    A    own  -    school  -       C        -   -
read-referral       C    A    own  -    school  -       C        -   -
correct-referral    C    A    own  -    school  -       C        -   -
check-referral      C    A    -    -    -       -       -        -   -
read-check          C    A    -    -    -       -       C        -   -
decide-referral     C    -    -    -    -       -       -        -   -
start-case          C    A    -    -    -       -       -        -   -
correct-start       C    A    -    -    -       -       -        -   -
void-case           C    A    -    -    -       -       -        -   -
allocate            C    A    -    -    -       -       -        -   -
correct-allocation  C    A    -    -    -       -       -        -   -
allocate-colleague  C    A    -    -    -       -       -        -   -
read-allocations    C    A    own  -    school  child   C        -   -
# Write review report; Decide continue or discontinue
record-review       -    -    own  -    -       -       -        -   -
correct-review      -    A    own  -    -       -       -        -   -
read-review         C    A    own  -    -       -       C        -   -
decide-continuation C    -    -    -    -       -       -        -   -
correct-decision    C    -    -    -    -       -       -        -   -
end-case            C    -    -    -    -       -       -        -   -
correct-ending      C    -    -    -    -       -       -        -   -
# Record assessment; Moderate or void
record-result       -    A    own  -    -       -       -        -   -
read-result         C    A    own  C    school  -       C        -   -
list-results        C    A    own  C    school  -       C        -   -
correct-result      C    A    -    -    -       -       -        -   -
void-result         C    A    -    -    -       -       -        -   -
# Set criteria
propose-criteria    C    -    -    -    -       -       -        -   -
sign-criteria       C    -    -    C    -       -       -        -   -
# Risk; exclusion
assess-risk         C    A    own  -    -       -       -        -   -
correct-risk        C    A    own  -    -       -       -        -   -
read-risk           C    A    own  -    school  -       C        -   -
write-exclusion     C    A    own  -    school  -       C        -   -
correct-exclusion   C    A    own  -    school  -       C        -   -
read-exclusion      C    A    own  -    school  child   C        -   -
# Issue survey; raw responses
draft-wave          C    C    -    -    -       -       -        -   -
change-wave         C    own  -    -    -       -       -        -   -
draft-campaign      C    C    -    -    -       -       -        -   -
change-campaign     C    own  -    -    -       -       -        -   -
change-open-link    C    own  -    -    -       -       -        -   -
list-recipients     C    A    own  -    -       -       -        -   -
record-response     C    A    own  -    none    -       -        -   -
read-response       C    A    -    -    none     -       -        -   -
list-responses      C    A    -    -    -       -       -        -   -
void-response       C    -    -    -    -       -       -        -   -
correct-response    C    none none -    none    -       -        -   -
open-action         C    A    -    -    -       -       -        -   -
pass-action-on      C    A    -    -    -       -       -        -   -
read-action         C    A    own  -    -       -       -        -   -
follow-action       C    A    own  -    -       -       -        -   -
raise-concern       C    A    own  -    none    -       -        -   -
read-school-answer  C    none -    -    school  -       -        -   -
answer-for-school   C    none none -    school  -       -        -   -
print-papers        C    A    own  -    -       -       -        -   -
key-paper           C    A    own  -    -       -       -        -   -
read-paper-form     C    A    none -    -       -       -        -   -
correct-paper-form  C    A    none -    -       -       -        -   -
resolve-paper-form  C    A    -    -    -       -       -        -   -
# Other ways of hearing a child
record-activity     C    A    own  -    -       -       -        -   -
read-activity       C    A    own  -    -       -       -        -   -
correct-activity    C    A    none -    -       -       -        -   -
count-activities    C    C    C    -    -       -       -        -   -
# Complaints; compliments
raise-complaint     C    -    -    -    C       C       C        -   -
read-complaint      C    -    -    -    own     own     own      -   -
correct-complaint   C    -    -    -    own     own     own      -   -
close-complaint     C    -    -    -    -       -       -        -   -
enter-compliment    C    C    C    -    C       C       C        -   -
read-compliment     C    own  own  -    own     own     own      -   -
correct-compliment  C    own  own  -    own     own     own      -   -
raise-as-concern    C    none none -    own     -       -        -   -
# TLA judgement; SES, QDD and Record of Visit
judge-teaching      C    A    -    -    -       -       -        -   -
read-judgement      C    A    own  -    -       -       -        -   -
hold-dialogue       C    A    -    C    -       -       -        -   -
read-dialogue       C    A    A    C    -       -       -        -   -
# Report, gated but for the Head of Service
read-report         C    A    A    C    -       -       -        -   -
read-exact          C    -    -    -    -       -       -        -   -
# Export caseload, one row a case
take-case-extract   C    -    -    -    -       -       C        -   -
# Freeze year, publish report
draft-edition       C    -    -    -    -       -       -        -   -
review-draft        C    -    -    C    -       -       -        -   -
read-draft          C    own  -    C    -       -       own      own -
record-plan         C    -    -    -    -       -       -        -   -
read-plan           C    C    C    C    -       -       C        C   -
enter-published     C    -    -    -    -       -       -        -   -
read-published      C    C    -    C    -       -       C        C   -
# Suppression override
sign-exception      C    -    -    -    -       -       -        -   C
read-exception      C    -    -    -    -       -       -        -   C
# Beyond the brief's table
read-child          C    A    own  -    school  -       C        -   -
write-child         C    -    -    -    -       -       C        -   -
read-former-upns    -    -    -    -    -       -       -        -   C
give-new-identity   -    -    -    -    -       -       -        -   C
read-person         C    A    own  -    school  -       C        -   -
write-person        C    -    -    -    -       -       C        -   -
read-duplicate      C    -    -    -    -       -       C        -   -
decide-duplicate    C    -    -    -    -       -       C        -   -
read-case           C    A    own  -    school  child   C        -   -
list-cases          C    A    own  -    school  child   C        -   -
pause-case          C    A    own  -    -       -       -        -   -
correct-pause       C    A    own  -    -       -       -        -   -
read-pauses         C    A    own  -    school  child   C        -   -
record-visits       C    A    own  -    -       -       -        -   -
correct-visits      C    A    own  -    -       -       -        -   -
read-visits         C    A    own  -    -       -       C        -   -
write-team          C    -    -    -    -       -       -        -   C
read-team           C    C    C    -    -       -       -        -   -
write-staff         C    -    -    -    -       -       -        -   C
read-staff          C    A    own  -    -       -       -        -   -
write-schools       C    -    -    -    -       -       C        -   C
read-school         C    C    C    -    C       -       C        -   -
list-waiting        C    C    -    -    -       -       C        -   -
choose-school       C    -    -    -    -       -       C        -   -
read-criteria       C    C    C    C    -       -       -        -   -
set-windows         C    -    -    -    -       -       -        -   -
read-windows        C    C    C    C    -       -       -        -   -
read-questionnaires C    C    C    C    C       C       C        C   C
read-drafts         C    C    -    -    -       -       -        -   -
write-questionnaire C    -    -    -    -       -       -        -   -
read-courses        C    C    C    C    C       C       C        C   C
read-schemes        C    C    C    C    C       C       C        C   C
read-wave           C    C    C    -    -       -       -        -   -
count-actions       C    C    -    -    -       -       -        -   -
read-concerns       C    -    -    -    -       -       -        -   -
follow-concern      C    -    -    -    -       -       -        -   -
read-campaign       C    C    -    -    -       -       -        -   -
read-open-link      C    C    C    -    -       -       -        -   -
read-progress       C    C    -    -    -       -       -        -   -
anonymise-returns   C    -    -    -    -       -       -        -   -
read-anonymisation  C    -    -    -    -       -       -        -   C
record-delivery     C    C    -    -    -       -       -        -   -
read-delivery       C    C    C    -    -       -       -        -   -
check-register      C    -    -    -    -       -       -        -   -
read-register       C    C    -    C    -       -       -        -   -
import-visits       C    C    C    -    -       -       -        -   -
import-children     C    -    -    -    -       -       C        -   -
import-reviews      -    -    C    -    -       -       -        -   C
import-results      -    C    C    -    -       -       -        -   C
referral-kinds      C    C    C    -    -       -       C        -   C
assessment-kinds    C    C    C    C    -       -       -        -   C
survey-kinds        C    C    -    -    -       -       -        -   C
export-references   C    -    -    -    -       -       C        -   C
import-references   C    -    -    -    -       -       -        -   C
import-survey       C    C    -    -    -       -       -        -   -
read-imports        C    own  own  -    -       -       own      -   C
read-result-imports C    own  own  own  -       -       -        -   C
read-survey-imports C    own  -    -    -       -       -        -   C
read-change-log     C    -    -    -    -       -       -        -   C
read-changes        C    -    -    -    -       -       C        -   -
read-me             C    C    C    C    C       C       C        C   C
read-listener       C    -    -    -    -       -       -        -   C
run-listener        -    -    -    -    -       -       -        -   C
"""


def _rows() -> dict[str, dict[Role, str]]:
    lines = [line.split() for line in _TABLE.strip().splitlines() if not line.startswith("#")]
    return {name: dict(zip(ROLES, scopes, strict=True)) for name, *scopes in lines[1:]}


EXPECTED: Final = _rows()

CHILDREN: Final = {
    "own": "on my caseload, at our school",
    "mates": "on a colleague's of my team, at our school",
    "other-team": "on another team's, at our school",
    "other-school": "on my caseload, at another school",
    "moved-away": "on my caseload, moved from our school to another",
    "moved-here": "on my caseload, moved from another school to ours",
    "handing-over": "mine until five days ago, at our school",
    "handed-over": "mine until two months ago, at our school",
    "unsupported": "on no caseload, at our school",
    "unknown": "there is no such child",
}
_TEAMS = {"own", "mates", "other-school", "moved-away", "moved-here", "handing-over"}
REACHED: Final[dict[str, set[str]]] = {
    "C": {*CHILDREN} - {"unknown"},
    "A": _TEAMS,
    "own": _TEAMS - {"mates"},
    "school": {*CHILDREN} - {"other-school", "moved-away", "unknown"},
    "child": {"own", "handed-over"},
    "none": set(),
}
"""Which children each scope reaches; the parent has two, support of one of whom has ended."""

OTHERS: Final[dict[str, set[str]]] = {
    "C": {"own", "mates", "other-team"},
    "A": {"own", "mates"},
    "own": {"own"},
    "school": {"own"},
    "none": set(),
}
"""Which colleagues, teams, waves and registers each reaches: one's own, one's team's, others'."""
