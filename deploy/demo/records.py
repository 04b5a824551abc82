"""The shape of the county's raw records: what a loader sends and the second opinion reads.

A record is a row of one of the services' imports in which other things are named by the county's
own references in place of the services' ids: ``child`` is a child's reference (all are of the
scheme "county"), ``referral`` a referral's, ``case`` the reference of the referral that led to
the case, ``school`` a URN, ``team`` a code; ``staff``, ``wave``, ``delivery``, ``result`` and
``response`` are references. A review has no reference: ``case`` and ``held_on`` name it. Days are
ISO days, instants carry their offset, and a key that may be absent or None ends in "?" below.
"""

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass
class County:
    """All raw records of a county, by kind, each list in an order in which it may be sent."""

    schools: str = ""
    """The register's extract: CSV with the header names it is published with."""
    snapshot_on: str = ""
    """The day the extract was taken."""
    conversions: list[Record] = field(default_factory=list)
    """Later news of the register: snapshot_on, extract and links, both as CSV."""
    teams: list[Record] = field(default_factory=list)
    """code, name, area, formed_on, disbanded_on?."""
    staff: list[Record] = field(default_factory=list)
    """reference, name, post, team_code?, fte ("0.80"), appointed_on, left_on?, effective_on?; a
    later row of the same reference changes team or fte from its effective_on, or says who left."""
    children: list[Record] = field(default_factory=list)
    """scheme, reference, upn?, forename, surname, born_on, sex, year_group, school_urn, needs[],
    pupil_premium, looked_after, eal, effective_on, parents[] of reference, name, email, phone?,
    relationship, and plans[] of reference, plan_type, names_service, starts_on, review_due_on,
    ends_on?, cease_reason?; later rows of the same reference are later pushes."""
    referrals: list[Record] = field(default_factory=list)
    """reference, child, submitted_on, evidence of significant_barriers, complex_needs,
    delay_months."""
    checks: list[Record] = field(default_factory=list)
    """referral, checked_on."""
    decisions: list[Record] = field(default_factory=list)
    """referral, decision (agree or refuse), decided_on, reason, grounds."""
    cases: list[Record] = field(default_factory=list)
    """referral (which names the case from here on), staff, started_on."""
    allocations: list[Record] = field(default_factory=list)
    """case, staff, allocated_on."""
    visits: list[Record] = field(default_factory=list)
    """case, week_beginning, planned, attended, missed[]."""
    pauses: list[Record] = field(default_factory=list)
    """case, paused_on, resumed_on, reason."""
    reviews: list[Record] = field(default_factory=list)
    """case, held_on, due_on, outcomes[] of number and result, recommendation, recommended_on,
    report."""
    continuations: list[Record] = field(default_factory=list)
    """case and held_on (which name the review), decision, decided_on, reason."""
    risks: list[Record] = field(default_factory=list)
    """case, level, assessed_on, drivers[]."""
    exclusions: list[Record] = field(default_factory=list)
    """reference, child, school, category, starts_on, half_days?, upheld_on?, rescinded_on?,
    ground?."""
    endings: list[Record] = field(default_factory=list)
    """case, ended_on, reason."""
    doubles: list[Record] = field(default_factory=list)
    """child, reference (under which the child was typed in once more), merged_on."""
    results: list[Record] = field(default_factory=list)
    """reference, child, academic_year, term, subject, position, assessed_on, moderated; of two of
    one day in one window, the later in this list was recorded later."""
    corrections: list[Record] = field(default_factory=list)
    """result, position, assessed_on, moderated, reason."""
    voids: list[Record] = field(default_factory=list)
    """result, reason."""
    criteria: list[Record] = field(default_factory=list)
    """academic_year, version, progress[] of scale, grade, at_least_tenths, cohort[] of outcome,
    expected_or_better, good_or_better, minimum_months, minimum_terms_on_caseload,
    minimum_judged, adopted_on (by the Head), signed_on? (by the Link Adviser, else that day)."""
    judgements: list[Record] = field(default_factory=list)
    """staff, academic_year, judgement, evidence[], judged_on."""
    dialogues: list[Record] = field(default_factory=list)
    """team, academic_year, held_on, key_areas[] of code and status."""
    waves: list[Record] = field(default_factory=list)
    """reference, audience, academic_year, questionnaire, questionnaire_version, issued_on,
    closes_on, grace_days."""
    recipients: list[Record] = field(default_factory=list)
    """wave, reference, and by audience: school (a URN); child; parent ("child/parent"), child
    (whom the form is about) and address; nothing more for agencies."""
    responses: list[Record] = field(default_factory=list)
    """reference, wave, recipient (the recipient's reference), received_at, channel, assisted_by,
    answers[] of question, state, value?; a wave's are in the order of receipt."""
    response_voids: list[Record] = field(default_factory=list)
    """response, reason."""
    deliveries: list[Record] = field(default_factory=list)
    """reference, kind, delivered_on, and of courses and networks course and delegates."""
    ratings: list[Record] = field(default_factory=list)
    """delivery, form, content?, methods?."""
    complaints: list[Record] = field(default_factory=list)
    """reference, received_on, formal, text."""
    compliments: list[Record] = field(default_factory=list)
    """reference, received_on, source, text."""
    register_checks: list[Record] = field(default_factory=list)
    """kind, month ("2018-09"), checked_on."""
