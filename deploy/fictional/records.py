"""The shape of the county's raw records: what a loader sends and an oracle reads.

A record is a row of an import (see the services' import kinds) in which other things are named by
the county's own references in place of the services' ids: ``child`` is the child's reference,
``case`` the reference of the referral that led to it, ``school`` a URN, ``team`` a code, and
``staff``, ``wave`` and ``delivery`` are references.
"""

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass
class County:
    """All raw records of a county, by kind, each list in the order the things happened."""

    schools: str = ""
    """The register's extract: CSV as it is published."""
    snapshot_on: str = ""
    """The day the extract was taken."""
    teams: list[Record] = field(default_factory=list)
    """code, name, area, formed_on."""
    staff: list[Record] = field(default_factory=list)
    """reference, name, post, team_code, fte, appointed_on, left_on; a later row of the same
    reference with effective_on changes team or fte from that day."""
    children: list[Record] = field(default_factory=list)
    """scheme, reference, upn, forename, surname, born_on, sex, year_group, school_urn, needs,
    pupil_premium, looked_after, eal, effective_on, parents[], plans[]; later rows of the same
    reference are later pushes."""
    referrals: list[Record] = field(default_factory=list)
    """reference, child, submitted_on, evidence."""
    checks: list[Record] = field(default_factory=list)
    """referral, checked_on."""
    decisions: list[Record] = field(default_factory=list)
    """referral, decision, decided_on, reason."""
    cases: list[Record] = field(default_factory=list)
    """referral (which names the case from here on), staff, started_on."""
    allocations: list[Record] = field(default_factory=list)
    """case, staff, allocated_on."""
    visits: list[Record] = field(default_factory=list)
    """case, week_beginning, planned, attended, missed[]."""
    reviews: list[Record] = field(default_factory=list)
    """case, held_on, due_on, outcomes[], recommendation, recommended_on."""
    continuations: list[Record] = field(default_factory=list)
    """case and held_on (which name the review), decision, decided_on, reason."""
    risks: list[Record] = field(default_factory=list)
    """case, level, assessed_on, drivers[]."""
    exclusions: list[Record] = field(default_factory=list)
    """reference, child, school, category, starts_on, half_days, upheld_on, rescinded_on, ground."""
    endings: list[Record] = field(default_factory=list)
    """case, ended_on, reason."""
    results: list[Record] = field(default_factory=list)
    """reference, child, academic_year, term, subject, position, assessed_on, moderated."""
    corrections: list[Record] = field(default_factory=list)
    """result (its reference), position, assessed_on, moderated, reason."""
    voids: list[Record] = field(default_factory=list)
    """result (its reference), reason."""
    criteria: list[Record] = field(default_factory=list)
    """academic_year, version, progress[], cohort[], minimum_months, minimum_terms_on_caseload,
    minimum_judged, adopted_on."""
    judgements: list[Record] = field(default_factory=list)
    """staff, academic_year, judgement, evidence[], judged_on."""
    dialogues: list[Record] = field(default_factory=list)
    """team, academic_year, held_on, key_areas[]."""
    waves: list[Record] = field(default_factory=list)
    """reference, audience, academic_year, questionnaire, questionnaire_version, issued_on,
    closes_on, grace_days."""
    recipients: list[Record] = field(default_factory=list)
    """wave, reference, and one of child, parent (child/parent references joined by "/"), school."""
    responses: list[Record] = field(default_factory=list)
    """reference, wave, recipient, received_at, channel, assisted_by, answers[]; the order is that
    of receipt."""
    response_voids: list[Record] = field(default_factory=list)
    """response (its reference), reason."""
    deliveries: list[Record] = field(default_factory=list)
    """reference, kind, course, delivered_on, delegates."""
    ratings: list[Record] = field(default_factory=list)
    """delivery, form, content, methods."""
    complaints: list[Record] = field(default_factory=list)
    """reference, received_on, formal, text."""
    compliments: list[Record] = field(default_factory=list)
    """reference, received_on, source, text."""
    register_checks: list[Record] = field(default_factory=list)
    """kind, month, checked_on."""
