"""The fictional county, made of a recipe and a seed: the same two give the same records."""

from random import Random

from deploy.demo import casework, learning, people, voices
from deploy.demo.recipe import PUBLISHED, Recipe, small
from deploy.demo.records import County

PUBLISHED_SEED = 2019


def generate(recipe: Recipe, seed: int) -> County:
    """Return a county's raw records."""
    draw = Random(f"county {seed}")
    county = County(snapshot_on="2019-09-02")
    county.schools, by_kind = people.register(recipe)
    county.teams = people.teams(recipe)
    county.staff, staff = people.staff(recipe, draw)
    children = people.children(recipe, staff, by_kind, draw)
    pushes = [people.pushes(child, draw) for child in children]
    county.children = [push[0] for push in pushes] + [p for push in pushes for p in push[1:]]
    casework.add_cases(county, children, staff, draw)
    casework.add_refused(county, recipe, [push[0] for push in pushes])
    if recipe.visits:
        casework.add_visits(county, children, draw)
    casework.add_reviews(county, children, draw)
    at_risk = casework.add_risk(county, recipe, children, draw)
    casework.add_exclusions(county, recipe, children, at_risk)
    learning.add_results(county, recipe, children, draw)
    learning.add_criteria(county)
    learning.add_judgements(county, recipe, staff)
    learning.add_dialogues(county)
    voices.add_surveys(county, recipe, children, draw)
    voices.add_deliveries(county, recipe)
    voices.add_feedback(county, recipe)
    return county


def published_county() -> County:
    """Return the county whose figures are the published ones."""
    return generate(PUBLISHED, PUBLISHED_SEED)


def small_county(seed: int) -> County:
    """Return a small county whose counts vary with the seed."""
    return generate(small(seed), seed)
