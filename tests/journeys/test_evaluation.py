"""A course is given, people scan the code on the wall, and the means in the report follow."""

from urllib.parse import urlsplit

from tests.journeys.casework import call
from tests.unit.survey.open_links.opening import opening
from tests.unit.survey.open_links.scanning import decoded
from tests.worlds import World, embedded

MARKS = (("10", "9"), ("9", "9"), ("10", ""), ("8", "10"), ("10", "9"))


async def _mean(world: World, question: str) -> object:
    url = f"/reporting/v1/figures/training.courses.{question}.average?year=2018-19"
    found = await call(world, "GET", url)
    assert found.status_code == 200, found.text
    return found.json()["figure"]["printed"]


@embedded
async def test_five_people_rate_a_course_by_its_qr_code_and_the_mean_follows(world: World) -> None:
    course = {"reference": "D-1", "kind": "course", "course": "precision-teaching"}
    course |= {"delegates": 12, "delivered_on": "2019-06-03"}  # type: ignore[dict-item]  # a number
    given = await call(world, "POST", "/survey/v1/deliveries", course)
    made = {"delivery": {"reference": "D-1"}}
    link = await call(world, "POST", "/survey/v1/open-links", made)
    assert (given.status_code, link.status_code) == (201, 201)
    url = f"/survey/v1/open-links/{link.json()['open_link_id']}/code"
    picture = (await call(world, "POST", url)).json()["qr_png"]
    [address] = decoded((await world.client.get(picture)).content)
    code = urlsplit(address).path.rpartition("/")[2]
    for content, methods in MARKS:
        async with opening(world) as person:
            await person.rate(code, content=content, methods=methods)
    await world.settle()
    assert await _mean(world, "content") == "9.4"
    assert await _mean(world, "methods") == "9.3"
