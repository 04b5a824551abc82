"""A listener that keeps what an event says in a table names columns and fields that are there."""

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid

from libs.common.contracts.referral import TeamFormed
from libs.common.messaging.subscriptions import Subscriptions

TEAM = Table(
    "known_team",
    MetaData(),
    Column("team_id", Uuid, primary_key=True),
    Column("code", String(40)),
    Column("called", String(40)),
    Column("seats", Integer),
)


def test_columns_take_fields_of_their_own_or_another_name() -> None:
    subscriptions = Subscriptions("a listener")
    subscriptions.learn(TeamFormed, TEAM, "team_id", called="code")
    assert subscriptions.handled == {TeamFormed}
    with pytest.raises(TypeError, match="fills known_team by TeamFormed twice"):
        subscriptions.learn(TeamFormed, TEAM, "team_id", "code")


@pytest.mark.parametrize(
    ("columns", "fields"),
    [(("team_id", "town"), {}), (("team_id", "seats"), {}), (("team_id",), {"called": "town"})],
    ids=["no such column", "no such field", "no such field under another name"],
)
def test_a_column_or_field_that_is_not_there_stops_the_start(
    columns: tuple[str, ...], fields: dict[str, str]
) -> None:
    with pytest.raises(TypeError, match="known_team cannot take"):
        Subscriptions("a listener").learn(TeamFormed, TEAM, *columns, **fields)
