"""An exclusion: recorded, upheld if it is permanent, and rescinded whether it was upheld or not."""

from datetime import date

import pytest

from libs.common.contracts.referral import ExclusionRecorded, ExclusionRescinded, ExclusionUpheld
from services.referral.exclusions.domain import OnlyPermanentExclusionsAreUpheld
from tests.unit.referral.made import CHILD, EXCLUSION, SCHOOL, an_exclusion
from tests.unit.refused import refused

UPHELD, RESCINDED = date(2018, 11, 20), date(2018, 12, 20)


def test_an_exclusion_is_recorded_with_its_school_and_length() -> None:
    assert an_exclusion(category="SUSP").record("SUSP") == ExclusionRecorded(
        exclusion_id=EXCLUSION,
        child_id=CHILD,
        school_id=SCHOOL,
        category="SUSP",
        starts_on=date(2018, 11, 5),
        half_days=4,
    )


def test_a_permanent_exclusion_is_upheld_and_a_suspension_is_not() -> None:
    permanent, suspension = an_exclusion(), an_exclusion(category="SUSP")
    assert permanent.uphold(UPHELD) == ExclusionUpheld(
        exclusion_id=EXCLUSION, child_id=CHILD, upheld_on=UPHELD
    )
    assert permanent.upheld_on == UPHELD
    with refused(OnlyPermanentExclusionsAreUpheld):
        suspension.uphold(UPHELD)
    assert suspension.upheld_on is None


@pytest.mark.parametrize("before", [{}, {"upheld_on": UPHELD}, {"category": "SUSP"}], ids=str)
def test_any_exclusion_is_rescinded_on_a_ground(before: dict[str, object]) -> None:
    exclusion = an_exclusion(**before)
    assert exclusion.rescind(RESCINDED, "overturned") == ExclusionRescinded(
        exclusion_id=EXCLUSION, child_id=CHILD, rescinded_on=RESCINDED, ground="overturned"
    )
    assert (exclusion.rescinded_on, exclusion.ground) == (RESCINDED, "overturned")
