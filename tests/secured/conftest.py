"""The secured servers, started once for each process of a run that comes to a test of them."""

from collections.abc import Iterator

import pytest

from tests.secured.kafka import Cluster, cluster
from tests.secured.postgres import Server, server


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The broker."""
    with cluster(tmp_path_factory.mktemp("secured-kafka")) as started:
        yield started


@pytest.fixture(scope="session")
def database() -> Iterator[Server]:
    """The database's server."""
    with server() as started:
        yield started
