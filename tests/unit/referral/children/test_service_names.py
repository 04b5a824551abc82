"""Plans name the service in two ways, and people write each as they like (trap 73)."""

import pytest
from pydantic import ValidationError

from services.referral.children.plans import PlanPart


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (True, True),
        (False, False),
        ("SSSEN", True),
        ("SSEN", True),
        (" s.s.s.e.n. ", True),
        ("S S E N", True),
        ("SSSEN/SSEN", True),
        ("the SSEN team", True),
        ("SSSEN Support Teacher", True),
        ("Support Service for Special Educational Needs (SSSEN)", True),
        ("Support Service for Special Educational Needs", True),
        ("\uff33\uff33\uff25\uff2e", True),
        ("no SSSEN", None),
        ("not SSEN", None),
        ("SEN", None),
        ("SSSENS", None),
        ("support service", None),
        ("Autism Outreach", None),
        ("yes", None),
        ("", None),
        (1, None),
    ],
)
def test_the_service_is_known_by_each_of_its_names(said: object, named: bool | None) -> None:
    """What is neither a name of it nor true or false is refused: nothing is guessed."""
    given = {"reference": "PL-1", "names_service": said}
    if named is not None:
        assert PlanPart.model_validate(given).names_service is named
        return
    with pytest.raises(ValidationError):
        PlanPart.model_validate(given)
