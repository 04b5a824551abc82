"""The fictional county, made of a recipe and a seed: the same two give the same records."""

from deploy.demo import (
    casework,
    changes,
    learning,
    people,
    quality,
    risk,
    schools,
    staffing,
    surveys,
)
from deploy.demo import training as deliveries
from deploy.demo.counts import Recipe
from deploy.demo.draw import Draw
from deploy.demo.recipe import PUBLISHED, small
from deploy.demo.records import County

PUBLISHED_SEED = 2019


def generate(recipe: Recipe, seed: int) -> County:
    """Return a county's raw records, the same for the same recipe and seed everywhere."""
    county = County(snapshot_on=schools.SNAPSHOT_ON)
    county.schools, by_kind = schools.register(recipe.schools, _draw(seed, "schools"))
    county.teams = staffing.teams(recipe)
    county.staff, staff = staffing.staff(recipe, _draw(seed, "staff"))
    children = people.children(recipe, by_kind, _draw(seed, "children"))
    draw = _draw(seed, "pushes")
    pushes = [push for child in children for push in people.pushes(child, draw)]
    county.children = sorted(pushes, key=lambda push: push["effective_on"])
    _add_casework(county, recipe, (children, staff, by_kind["other"]), seed)
    learning.add_results(county, recipe, children, _draw(seed, "results"))
    learning.add_noise(county, recipe, _draw(seed, "results again"))
    changes.add_pauses(county, children, _draw(seed, "pauses"))
    changes.add_conversion(county, children)
    changes.add_doubles(county, children)
    quality.add_criteria(county)
    quality.add_judgements(county, recipe, staff, _draw(seed, "judgements"))
    quality.add_dialogues(county, recipe, _draw(seed, "dialogues"))
    surveys.add_surveys(county, recipe, children, _draw(seed, "surveys"))
    deliveries.add_deliveries(county, recipe, _draw(seed, "deliveries"))
    deliveries.add_feedback(county, recipe, _draw(seed, "feedback"))
    return county


def _add_casework(
    county: County,
    recipe: Recipe,
    who: tuple[list[people.Child], staffing.Staff, list[int]],
    seed: int,
) -> None:
    children, staff, uncovered = who
    casework.add_cases(county, children, staff, _draw(seed, "cases"))
    casework.add_refused(county, recipe, uncovered, _draw(seed, "refused"))
    if recipe.visits:
        casework.add_visits(county, children, _draw(seed, "visits"))
    casework.add_reviews(county, children, _draw(seed, "reviews"))
    at_risk = risk.add_risk(county, recipe, children, _draw(seed, "risk"))
    risk.add_exclusions(county, recipe, children, at_risk)


def _draw(seed: int, what: str) -> Draw:
    """Give each part a run of its own, so that a change of one leaves the others as they are."""
    return Draw(f"{what} of county {seed}")


def published_county() -> County:
    """Return the county whose figures are the published ones."""
    return generate(PUBLISHED, PUBLISHED_SEED)


def small_county(seed: int) -> County:
    """Return a small county whose counts vary with the seed."""
    return generate(small(seed), seed)
