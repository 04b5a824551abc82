"""A PostgreSQL that speaks TLS with everybody, and the ways to come to it."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import URL, make_url

from deploy.local import postgres
from deploy.local.processes import Nursery, scratch, unprivileged_user
from libs.common.persistence.postgresql import connect
from tests.secured.papers import Paper, Papers

# postgres is let in for the tests' sake, `certified` by its certificate, all others by password.
HBA = """\
hostssl all postgres 127.0.0.1/32 trust
hostssl all certified 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
"""
CERTIFIED = "CREATE ROLE certified LOGIN; GRANT referral TO certified"
RIGHT = "word-of-referral"
ALONE = "alone"
"""A second database of referral's, in which no service has published to a bus that is gone."""


@dataclass
class Server:
    """The server, the authority that its certificate is from, and one that nobody believes."""

    nursery: Nursery
    admin: str
    papers: Papers
    stranger: Papers
    right: Paper

    def show(self, paper: Paper) -> None:
        """Have the server show another certificate to whoever comes from now on."""
        tls = tls_of(paper, self.papers)
        tls.install(self.nursery.folder / "postgres", unprivileged_user())
        self.nursery.servers["postgres"].process.send_signal(signal.SIGHUP)

    def url(
        self, user: str = "referral", password: str | None = RIGHT, database: str = ALONE
    ) -> URL:
        """Return the address of a database, with all that it needs to be trusted."""
        url = make_url(self.admin).set(username=user, password=password, database=database)
        return url.set(query={"sslmode": "verify-full", "sslrootcert": str(self.papers.authority)})


def tls_of(paper: Paper, papers: Papers) -> postgres.Tls:
    """Return what the server is given."""
    return postgres.Tls(paper.certificate, paper.key, papers.authority, HBA)


@contextmanager
def server() -> Iterator[Server]:
    """Start it in a folder that PostgreSQL's account can enter, and stop it."""
    with scratch("secured-") as nursery:
        papers, stranger = (Papers(nursery.folder / name) for name in ("papers", "stranger"))
        right = papers.for_server(name="database")
        database = postgres.start_own(nursery, safe=False, tls=tls_of(right, papers))
        asyncio.run(_prepared(database.url))
        yield Server(nursery, database.url, papers, stranger, right)


async def _prepared(url: str) -> None:
    connection = await connect(url, timeout=10)
    try:
        for name in postgres.DATABASES:
            await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'word-of-{name}'")
            await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
        await connection.execute(f"CREATE DATABASE {ALONE} OWNER referral")
        await connection.execute(CERTIFIED)
    finally:
        await connection.close()


def text(url: URL) -> str:
    """Write a URL with its password."""
    return url.render_as_string(hide_password=False)
