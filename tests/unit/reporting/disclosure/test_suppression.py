"""Which cells of a breakdown are withheld, as tables of counts (domain brief 9.2)."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.reporting.disclosure.profile import Level, Profile, profiles
from services.reporting.disclosure.suppression import Counts, Elsewhere, Kind, Rule, withheld

LEVEL = next(iter(profiles().values())).at("team")
ALONE = {Rule.THRESHOLD, Rule.PERCENT_BASE, Rule.WHOLE_GROUP, Rule.FEW_ANSWERS, Rule.DOMINANCE}


def level(**changed: Any) -> Level:
    return LEVEL.model_copy(update=changed)


def table(*groups: str) -> dict[str, Counts]:
    """Return the counts of ``part/of`` each, by letter; of 9 alone, 9/9."""
    found = {}
    for label, group in zip("ABCDEFGH", groups, strict=False):
        part, _, of = group.partition("/")
        found[label] = Counts(int(part), int(of or part), int(of or part))
    return found


def said(kind: Kind, cells: Mapping[str, Counts], **more: Any) -> str:
    """Return the withheld labels: those by themselves in capitals, those beside them small."""
    rules = withheld(kind, cells, more.pop("level", LEVEL), Elsewhere(**more))
    return "".join(one if rules[one] in ALONE else one.lower() for one in sorted(rules))


@pytest.mark.parametrize(
    ("kind", "groups", "hidden"),
    [
        # Nobody is shown, and five; one to four are not, nor the smallest beside them.
        (Kind.COUNT, ["0", "5", "30"], ""),
        (Kind.COUNT, ["4", "20", "30"], "Ab"),
        (Kind.COUNT, ["1", "1", "30", "40"], "ABc"),
        (Kind.COUNT, ["2", "4", "30", "40"], "AB"),
        # All but a few, and a few but for all: the rest of the group is a count too.
        (Kind.COUNT, ["28/30", "15/30", "10/30"], "Ab"),
        (Kind.SHARE, ["3/30", "15/40", "20/50"], "Ab"),
        # A share of fewer than ten (trap 55), and all or none of so few.
        (Kind.SHARE, ["9/9", "15/40", "20/50"], "Ab"),
        (Kind.COUNT, ["0/8", "15/40", "20/50"], "Ab"),
        (Kind.SHARE, ["0/20", "15/40", "20/50"], ""),
        # That none are is nothing new where none are anywhere.
        (Kind.COUNT, ["0/8", "0/40"], ""),
        # A mean of fewer than five answers.
        (Kind.MEAN, ["4", "20", "30"], "Ab"),
        # The one beside has to be of use: three together have five in the part.
        (Kind.COUNT, ["1/20", "0/21", "0/22", "30/60"], "Abcd"),
        # A single group is the total.
        (Kind.COUNT, ["3/30"], "A"),
    ],
)
def test_what_tells_of_few_people_is_withheld_and_what_would_give_it_back(
    kind: Kind, groups: list[str], hidden: str
) -> None:
    assert said(kind, table(*groups)) == hidden


def test_a_mean_that_two_answers_make_is_withheld() -> None:
    cells = {"A": Counts(6, 6, 6, 95), "B": Counts(9, 9, 9, 40), "C": Counts(20, 20, 20, 10)}
    assert withheld(Kind.MEAN, cells, LEVEL) == {"A": Rule.DOMINANCE, "B": Rule.BESIDE}


def test_answers_of_many_are_free_where_the_profile_says_so() -> None:
    cells = table("1/120", "60/120", "50/120")
    assert said(Kind.ANSWERS, cells, level=level(answers_free_from=100)) == ""
    assert said(Kind.ANSWERS, cells) == "Ab"


def test_trap_72_what_was_shown_before_is_not_to_be_subtracted() -> None:
    shown = {"A": Counts(10, 30, 30), "B": Counts(20, 40, 40)}

    def before(label: str) -> list[Counts]:
        return [shown[label]] if label in shown else []

    cells = table("12/32", "20/40", "26/50")
    rules = withheld(Kind.SHARE, cells, LEVEL, Elsewhere(before))
    assert rules == {"A": Rule.EARLIER, "B": Rule.BESIDE}
    assert withheld(Kind.SHARE, cells, level(earlier=False), Elsewhere(before)) == {}
    assert withheld(Kind.SHARE, cells, LEVEL) == {}


def test_the_size_of_a_group_is_withheld_in_each_figure_that_tells_it() -> None:
    """B is withheld in the table of the sizes, so no share of them says how large it is."""
    sizes = said(Kind.COUNT, table("3", "12", "30", "40"))
    assert sizes == "Ab"
    shares = withheld(Kind.SHARE, table("0/3", "6/12", "27/30", "13/40"), LEVEL)
    assert set(shares) == {"A", "B", "C"}


def test_a_place_that_is_allowed_is_shown_and_hides_nothing_else() -> None:
    cells = table("1/20", "10/30", "10/40")
    assert said(Kind.COUNT, cells, allowed={"A"}, known={"A"}) == ""


def test_a_place_that_another_figure_shows_by_exception_hides_no_other() -> None:
    """A and B together are known, and A is: so B would be."""
    cells = table("4/20", "2/30", "10/40", "30/60")
    assert said(Kind.COUNT, cells) == "AB"
    assert said(Kind.COUNT, cells, known={"A"}) == "ABc"


def test_profiles_are_dated_and_say_what_holds_at_every_level() -> None:
    found = profiles()
    assert found
    for profile in found.values():
        assert profile.at("").threshold == profile.at("no-such-dimension").threshold == 5
    broken = next(iter(found.values())).model_dump() | {"level_of": {"team": "team"}}
    with pytest.raises(ValueError, match="at every level"):
        Profile.model_validate(broken)
