"""The code on a paper: what is mistyped leads to nobody."""

from itertools import combinations

from services.survey.paper.domain import LETTERS, is_sampled, new_code, read_code


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert len({new_code() for _ in range(100)}) == 100
    for typed in (code, code.lower(), code.replace("-", ""), f" {code[:2]} {code[2:]} "):
        assert read_code(typed) == code
    for none in ("", code[:-1], f"{code}2", "0000-0000", f"O{code[1:]}"):
        assert read_code(none) is None


def test_one_wrong_letter_or_two_that_changed_places_are_noticed() -> None:
    letters = new_code().replace("-", "")
    wrong = {
        letters[:at] + other + letters[at + 1 :]
        for at in range(len(letters))
        for other in LETTERS
        if other != letters[at]
    }
    for one, other in combinations(range(len(letters)), 2):
        if letters[one] != letters[other]:
            swapped = [*letters]
            swapped[one], swapped[other] = swapped[other], swapped[one]
            wrong.add("".join(swapped))
    assert len(wrong) > 224
    assert [one for one in wrong if read_code(one)] == []


def test_a_code_is_no_word_and_has_no_letter_that_is_taken_for_a_figure() -> None:
    assert not {*LETTERS} & {*"AEIOU01"}


def test_a_share_of_forms_is_keyed_twice_and_always_the_same() -> None:
    codes = [new_code() for _ in range(2_000)]
    assert not any(is_sampled(one, 1, 0) for one in codes)
    assert all(is_sampled(one, 1, 100) for one in codes)
    some = [one for one in codes if is_sampled(one, 1, 10)]
    assert 120 < len(some) < 290  # some seven standard deviations around 200
    assert all(is_sampled(one, 1, 10) for one in some)
