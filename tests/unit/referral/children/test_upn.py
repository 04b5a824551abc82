"""Pupil numbers: form, authority and check letter."""

import pytest

from services.referral.children.upn import is_valid_upn


@pytest.mark.parametrize(
    ("upn", "valid"),
    [
        ("U830200119001", True),  # both are the examples of domain brief 4.1
        ("G83020011904A", True),
        ("V830200119001", False),
        ("U830200119002", False),
        ("U830200191001", False),
        ("G83020011904B", False),
        ("H83020011904A", False),
        ("S830200119001", False),  # I, O and S are no letters of it
        ("G8302001190IA", False),
        ("u830200119001", False),
        ("U83020011900", False),
        ("U8302001190010", False),
        ("", False),
        ("B801200005001", True),  # the other examples
        ("X00180001701A", True),
        ("U\uff18\uff13\uff10200119001", False),  # full-width figures
        ("U8302001190\u0660\u0661", False),  # Arabic figures
        ("A000000000000", False),  # a check letter that is right, and no authority
        ("A999000000000", False),
    ],
)
def test_a_pupil_number_has_its_check_letter(upn: str, valid: bool) -> None:
    assert is_valid_upn(upn) is valid
