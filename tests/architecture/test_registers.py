"""What tests keep by hand of commands and events holds all of them, and says so at once."""

from collections import Counter
from uuid import uuid4

from libs.common.http.requests import ServiceRoute
from libs.common.security import Role
from services.referral.service import SERVICE
from services.reporting.facts import subscriptions
from tests.integration.test_strangers import COMMANDS
from tests.proof.hostile.events.logs_of_events import LIVES

NOT_OF_A_CASE = {
    "/v1/imports": "each row asks whose case it is as its own command does",
    "/v1/imports/{import_id}/cancel": "it is of what they sent: tests/integration/test_imports.py",
    "/v1/referrals": "it names a child: tests/architecture/roles",
    "/v1/referrals/{referral_id}/corrections": "the same",
    "/v1/referrals/{referral_id}/void": "the same",
    "/v1/referrals/{referral_id}/withdrawal": "the same",
    "/v1/exclusions/{exclusion_id}/corrections": "the same",
    "/v1/exclusions/{exclusion_id}/void": "the same",
    "/v1/reviews/{review_id}/corrections": "it names a review: the same",
    "/v1/reviews/{review_id}/void": "the same",
    "/v1/exclusions/by-reference/{reference:path}": "the same",
    "/v1/children/searches": "it changes nothing",
    "/v1/people/searches": "the same",
    "/v1/staff/searches": "the same",
}


def test_whatever_a_teacher_may_do_is_tried_by_a_stranger() -> None:
    routes = [
        route
        for one in SERVICE.routers
        for route in one.routes
        if isinstance(route, ServiceRoute) and _is_a_teachers_command(route)
    ]
    assert len(routes) >= len(COMMANDS)
    untried = {route.path for route in routes if not _is_tried(route)}
    where = "add the command to COMMANDS of tests/integration/test_strangers.py, or say why not"
    assert untried == {*NOT_OF_A_CASE}, where


def _is_a_teachers_command(route: ServiceRoute) -> bool:
    action = (route.openapi_extra or {})["x-permission"]
    reads = "GET" in (route.methods or ())
    return not reads and action is not None and Role.SUPPORT_TEACHER in SERVICE.grants[action]


def _is_tried(route: ServiceRoute) -> bool:
    return any(
        method in (route.methods or ()) and route.path_regex.match(f"/v1/cases/{uuid4()}/{command}")
        for command, (method, _) in COMMANDS.items()
    )


def test_whatever_reporting_hears_with_others_of_its_aggregate_is_in_a_life() -> None:
    """One that is all that is heard of its aggregate has no order to disturb."""
    aggregates = Counter((kind.publisher, kind.key) for kind in subscriptions.handled)
    drawn = {kind for first, between, last in LIVES for kind in (first, *between, last) if kind}
    together = {k for k in subscriptions.handled if aggregates[k.publisher, k.key] > 1}
    assert len(together) > 15
    missing = sorted(kind.__name__ for kind in together - drawn)
    assert missing == [], "add it to LIVES of tests/proof/hostile/events/logs_of_events.py"
