"""P3's floor: the annual report's numbers by hand-written SQL over the same facts, summed.

It fetches what the report has in hand as well: each row that counts, whose it is, and the events
that it rests on.
"""

from collections import Counter
from datetime import date
from typing import Any, TypeAlias

import asyncpg

from libs.common.core.clock import AcademicYear
from services.reporting.year import reference_date

Connection: TypeAlias = "asyncpg.Connection[Any]"

_PARTS = {
    "open": "c.stands AND c.started_on <= $2 AND (c.ended_on IS NULL OR c.ended_on >= $1)",
    "stands": "r.stands AND r.moderated AND r.value_tenths IS NOT NULL",
    "point": "r.scheme, r.scheme_version, r.scale, r.value_tenths, r.assessed_on, r.event_id",
}
# $1 and $2 are the year's first and last day, $3 its label, $4 last year's, $5 the reference date.
_OF_BOTH_YEARS = (
    """SELECT w.audience, w.issued, w.questionnaire, w.version, w.wave_id, w.event_id
    FROM fact_wave w WHERE w.stands AND w.academic_year = $3""",
    """SELECT r.audience, r.response_id, r.event_id FROM fact_response r
    WHERE r.stands AND r.academic_year = $3 AND r.standing = 'counted'""",
    """SELECT a.question, a.state, a.value, a.response_id, a.event_id
    FROM fact_answer a WHERE a.stands AND a.academic_year = $3
    AND a.question IN ('effective', 'impact', 'knew_learning', 'given_ideas', 'better_at_work',
        'helps_class_work')""",
    """SELECT subject, child_id, academic_year, scheme, scheme_version, scale, value_tenths,
        assessed_on, event_id
    FROM (SELECT r.subject, r.child_id, r.academic_year, {point}, row_number() OVER (
        PARTITION BY r.child_id, r.subject, r.academic_year
        ORDER BY r.assessed_on DESC, r.recorded_at DESC, r.assessment_id DESC) AS place
    FROM fact_result r WHERE {stands} AND r.term = 'summer' AND r.academic_year IN ($3, $4)) x
    WHERE place = 1""",
    """SELECT subject, child_id, started_on, scheme, scheme_version, scale, value_tenths,
        assessed_on, event_id
    FROM (SELECT r.subject, r.child_id, c.started_on, {point}, row_number() OVER (
        PARTITION BY c.case_id, r.subject
        ORDER BY r.assessed_on, r.recorded_at DESC, r.assessment_id DESC) AS place
    FROM fact_result r JOIN fact_case c USING (child_id)
    WHERE {stands} AND {open} AND r.assessed_on <= $2
    AND r.assessed_on BETWEEN c.started_on AND c.started_on + 42) x
    WHERE place = 1""",
    (
        "SELECT c.child_id, c.case_id, c.started_on, c.ended_on, c.event_id FROM fact_case c"
        " WHERE {open}"
    ),
    """SELECT j.judgement, j.judgement_id, j.event_id, s.event_id
    FROM fact_judgement j JOIN fact_staff s USING (staff_id)
    WHERE j.stands AND s.stands AND j.academic_year = $3 AND s.post <> 'head-of-service'
    AND s.appointed_on <= $2 AND (s.left_on IS NULL OR s.left_on >= $1)""",
    (
        "SELECT version, progress, cohort, event_id FROM fact_criteria WHERE stands"
        " AND academic_year = $3"
    ),
)
_OF_THE_YEAR = (
    """SELECT t.team_id, t.event_id FROM fact_team t WHERE t.stands AND t.formed_on <= $5
    AND (t.disbanded_on IS NULL OR t.disbanded_on >= $5)""",
    """SELECT DISTINCT ON (s.staff_id) s.staff_id, c.fte_hundredths, s.event_id, c.event_id
    FROM fact_staff s JOIN fact_contract c USING (staff_id)
    WHERE s.stands AND c.stands AND s.appointed_on <= $5 AND c.from_on <= $5
    AND (s.left_on IS NULL OR s.left_on >= $5) ORDER BY s.staff_id, c.from_on DESC""",
    """SELECT l.level, c.child_id, l.assessed_on, l.event_id FROM fact_case c JOIN LATERAL (
        SELECT level, assessed_on, event_id, lead(assessed_on) OVER (ORDER BY assessed_on) AS until
        FROM fact_risk WHERE stands AND case_id = c.case_id AND assessed_on <= $2) l ON true
    WHERE {open} AND (c.ended_on IS NULL OR c.ended_on >= l.assessed_on)
    AND (l.until IS NULL OR (l.until > $1 AND l.until > c.started_on))""",
    """SELECT e.category, e.child_id, e.starts_on, e.upheld_on, e.event_id, c.event_id
    FROM fact_exclusion e LEFT JOIN fact_case c ON c.stands AND c.child_id = e.child_id
    AND c.started_on <= e.starts_on AND (c.ended_on IS NULL OR c.ended_on >= e.starts_on)
    WHERE e.stands AND e.starts_on <= $2""",
    (
        "SELECT d.team_id, d.areas, d.achieved, d.event_id FROM fact_dialogue d WHERE d.stands"
        " AND d.academic_year = $3"
    ),
    (
        "SELECT d.kind, d.delivery_id, d.delivered_on, d.delegates, d.event_id FROM fact_delivery d"
        " WHERE d.stands AND d.delivered_on BETWEEN $1 AND $2"
    ),
    """SELECT d.kind, r.content, r.methods, r.rating_id, r.event_id, d.event_id
    FROM fact_rating r JOIN fact_delivery d USING (delivery_id)
    WHERE r.stands AND d.stands AND d.delivered_on BETWEEN $1 AND $2""",
    (
        "SELECT c.complaint_id, c.event_id FROM fact_complaint c WHERE c.stands AND c.formal"
        " AND c.received_on BETWEEN $1 AND $2"
    ),
    (
        "SELECT c.compliment_id, c.event_id FROM fact_compliment c WHERE c.stands"
        " AND c.received_on BETWEEN $1 AND $2"
    ),
    (
        "SELECT c.kind, c.month, c.event_id FROM fact_register_check c WHERE c.stands"
        " AND c.month BETWEEN to_char($1::date, 'YYYY-MM') AND to_char($2::date, 'YYYY-MM')"
    ),
)


async def bare_report(connection: Connection, year: AcademicYear) -> int:
    """Return how many rows a year's report rests on, last year's where it is compared."""
    rows = 0
    for query in (*_OF_BOTH_YEARS, *_OF_THE_YEAR):
        rows += await _summed(connection, query, year)
    for query in _OF_BOTH_YEARS:
        rows += await _summed(connection, query, year.previous())
    return rows


async def _summed(connection: Connection, query: str, year: AcademicYear) -> int:
    """Ask, and count what there is of each."""
    asked: list[date | str] = [year.first_day, year.last_day, year.label]
    asked += [year.previous().label, reference_date(year)]
    query = query.format_map(_PARTS)
    used = [n for n in range(1, 6) if f"${n}" in query]
    for place, n in enumerate(used, 1):  # the driver takes no argument that is not used
        query = query.replace(f"${n}", f"${place}")
    found = await connection.fetch(query, *(asked[n - 1] for n in used))
    return sum(Counter(row[0] for row in found).values())
