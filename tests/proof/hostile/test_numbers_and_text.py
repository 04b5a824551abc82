"""Values that are almost right, in every field of every command, and text as people write it."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from tests.proof.hostile.operations import (
    ID,
    WRITES,
    Leaf,
    Operation,
    drawn,
    head_of_service,
    in_one_world,
    nothing_stored,
    refused,
    sent,
)
from tests.worlds import World

CANARY = "zzcanary"
Fits = Callable[[Leaf], bool]


def _integer(leaf: Leaf) -> bool:
    return leaf.is_("integer")


def _boolean(leaf: Leaf) -> bool:
    return leaf.is_("boolean")


def _day(leaf: Leaf) -> bool:
    return leaf.is_("string", "date")


def _instant(leaf: Leaf) -> bool:
    return leaf.is_("string", "date-time")


def _identifier(leaf: Leaf) -> bool:
    return leaf.is_("string", "uuid")


def _code(leaf: Leaf) -> bool:
    return bool(leaf.codes)


def _text(leaf: Leaf) -> bool:
    return leaf.is_("string") and not leaf.codes


def _anything(_: Leaf) -> bool:
    return True


class Raw(str):
    """Something that JSON writers do not write, put into the body as it is."""

    __slots__ = ()


VALUES: dict[str, tuple[Fits, Any]] = {
    "2 to the 63 for a number": (_integer, Raw("9223372036854775808")),
    "5,000 digits for a number": (_integer, Raw("9" * 5_000)),
    "minus zero for a number": (_integer, Raw("-0")),
    "1.0 for a number": (_integer, Raw("1.0")),
    "1e2 for a number": (_integer, Raw("1e2")),
    "text for a number": (_integer, "12"),
    "true for a number": (_integer, True),
    "a list for a number": (_integer, [1]),
    "yes for a flag": (_boolean, "yes"),
    "true in quotes for a flag": (_boolean, "true"),
    "1 for a flag": (_boolean, 1),
    "a day that is none": (_day, "2024-02-30"),
    "the year 0": (_day, "0000-01-01"),
    "the year 9999": (_day, "9999-12-31"),
    "the year 10000": (_day, "10000-01-01"),
    "midnight for a day": (_day, "2024-01-02T00:00:00"),
    "an instant for a day": (_day, "2024-01-02T09:00:00Z"),
    "seconds for a day": (_day, 1577836800),
    "a day as in Britain": (_day, "31/01/2024"),
    "a day in other digits": (_day, "\u0662\u0660\u0662\u0664-01-02"),
    "24:00": (_instant, "2024-01-02T24:00:00Z"),
    "an instant without a zone": (_instant, "2024-01-02T09:00:00"),
    "an hour that the clocks skipped, by no zone": (_instant, "2024-03-31T01:30:00"),
    "seconds for an instant": (_instant, 1577836800),
    "a leap second": (_instant, "2016-12-31T23:59:60Z"),
    "an id in capitals": (_identifier, ID.upper()),
    "an id in braces": (_identifier, f"{{{ID}}}"),
    "an id of 37 characters": (_identifier, f"{ID}0"),
    "an id without hyphens": (_identifier, ID.replace("-", "")),
    "SQL for an id": (_identifier, "' OR 1=1 --"),
    "a path for an id": (_identifier, "../../etc/passwd"),
    "an object for an id": (_identifier, {"$ne": None}),
    "a code nobody knows": (_code, CANARY),
    "a code with a blank": (_code, "{} "),
    "a code in another case": (_code, "{~}"),
    "a code in a list": (_code, [CANARY]),
    "a number for a code": (_code, 0),
    "NUL in text": (_text, f"{CANARY}\x00"),
    "a colour for a terminal": (_text, f"\x1b[31m{CANARY}"),
    "a bare carriage return": (_text, f"{CANARY}\rx"),
    "text turned round": (_text, f"{CANARY}\u202e"),
    "an isolated turn": (_text, f"\u2066{CANARY}"),
    "blanks only": (_text, " \u00a0\u3000"),
    "nothing that shows": (_text, "\u200b\u200d\u2060"),
    "no text": (_text, ""),
    "a million characters": (_text, CANARY * 100_000),
    "accents without end": (_text, CANARY + "\u0301" * 40),
    "a number for text": (_text, 7),
    "a list for text": (_text, [CANARY]),
    "an object anywhere": (_anything, {CANARY: CANARY}),
    "a list of lists anywhere": (_anything, [[CANARY]]),
}


def body_of(operation: Operation, leaf: Leaf, value: Any) -> bytes:
    """Return the operation's example with one value replaced by a hostile one."""
    if isinstance(value, str) and "{" in value and leaf.codes:
        value = value.replace("{}", leaf.codes[0]).replace("{~}", leaf.codes[0].swapcase())
    text = json.dumps(operation.with_value(leaf.where, f"@{CANARY}@"))
    raw = value if isinstance(value, Raw) else json.dumps(value)
    return text.replace(f'"@{CANARY}@"', raw).encode()


def fitting(fits: Fits, value: Any) -> list[tuple[Operation, Leaf]]:
    """Return the fields a value is tried in."""
    swaps = isinstance(value, str) and "{~}" in value
    return [
        (operation, leaf)
        for operation in WRITES
        for leaf in operation.leaves()
        if fits(leaf) and not (swaps and leaf.codes[0].swapcase() in leaf.codes)
    ]


@pytest.mark.parametrize("name", VALUES)
@in_one_world
async def test_a_value_that_is_almost_right_is_refused_in_every_field(
    one_world: World, name: str
) -> None:
    fits, value = VALUES[name]
    tried = fitting(fits, value)
    assert tried
    for operation, leaf in drawn(tried):
        answer = await sent(one_world, operation, body_of(operation, leaf, value))
        problem = refused(answer, 422)
        named = [fault.get("pointer", "") for fault in problem["errors"]]
        what = (str(operation), leaf.pointer, answer.text)
        assert any(pointer.startswith(leaf.pointer) for pointer in named), what
        assert CANARY not in answer.text, what
    await nothing_stored(one_world)


TEXTS = {
    "an accent apart": "Zoe\u0308",
    "an accent at once": "Zo\u00eb",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "a flag": "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "Welsh": "Ll\u0177r \u0174yn",
    "Urdu with a joiner": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "a letter of another script": "\u0430dmin",
    "overgrown": "Z\u0338\u0327a\u0337l\u0335g\u0336o",
    "SQL": "Robert'); DROP TABLE child;--",
    "a template": "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
    "a lookup": "${jndi:ldap://127.0.0.1/x}",
    "an escaped NUL": "%00 \\u0000 &#0;",
    "a script": "<script>alert(1)</script><svg onload=alert(1)>",
    "a formula": "=cmd|'/C calc'!A0",
    "a format": "%s%n{0}{self.__class__}",
    "a path": "../../../../etc/passwd",
    "the longest": "x" * 200,
    "beyond the first plane": "\U0001d54f" * 100,
    "blanks around": " padded ",
}


async def test_text_as_people_write_it_is_kept_and_given_back(world: World) -> None:
    """Within the limit every text comes back as it was given, in its one normal form."""
    for number, (name, text) in enumerate(TEXTS.items()):
        url = f"/referral/v1/teams/by-code/T{number}"
        body = {"name": text, "area": "N", "formed_on": "2014-09-01"}
        made = await world.client.put(url, json=body, headers=head_of_service(world))
        assert made.status_code == 201, (name, made.text)
        url = f"/referral/v1/teams/{made.json()['team_id']}"
        shown = await world.client.get(url, headers=head_of_service(world))
        assert shown.json()["name"] == unicodedata.normalize("NFC", text), name
        again = unicodedata.normalize("NFD", text)
        if unicodedata.normalize("NFC", again) == unicodedata.normalize("NFC", text):
            url = f"/referral/v1/teams/by-code/T{number}"
            same = await world.client.put(
                url, json=body | {"name": again}, headers=head_of_service(world)
            )
            assert (same.status_code, same.headers["etag"]) == (200, made.headers["etag"]), name


async def test_long_text_keeps_its_lines(world: World) -> None:
    text = "one\r\ntwo\n\tthree \U0001f600\n" + "x" * 3_900
    body = {"reference": "C-1", "received_on": "2018-10-01", "source": "parents", "text": text}
    url = "/survey/v1/compliments"
    made = await world.client.post(url, json=body, headers=head_of_service(world))
    assert made.status_code == 201, made.text
    url = f"{url}/{made.json()['compliment_id']}"
    assert (await world.client.get(url, headers=head_of_service(world))).json()["text"] == text
