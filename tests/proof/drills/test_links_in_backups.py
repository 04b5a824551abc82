"""No file of a backup has a link's token, nor what was typed and not sent (promises 4.5, K9)."""

import subprocess
from pathlib import Path

from deploy.backup.__main__ import backup
from deploy.backup.tools import tool
from services.survey.links.domain import digest_of
from tests.proof.drills.stage import stage_in
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.links.answering import a_link, answering, asked

UNSENT = "Kept for later and not sent."
DONE = "We have your answers"


async def test_a_backup_has_no_token_nor_what_was_not_sent(kind: str, tmp_path: Path) -> None:
    """Of a link that was used, of one with a draft, and of an anonymous wave's, in its pool."""
    async with stage_in(kind, tmp_path) as stage:
        async with stage.serving() as world:
            await asked(world, 2)
            tokens = [await a_link(world, "P0"), await a_link(world, "P1")]
            await asked(world, 12, reference="W-anonymous", anonymous=True)
            tokens.append(await a_link(world, "P5"))
            for token in tokens:
                async with answering(world) as person:
                    if token == tokens[1]:
                        await person.open(token)
                        await person.start()
                        saved = await person.step("save", fields={"q-comment": UNSENT})
                        assert saved.status_code == 200
                    else:
                        assert heading(await person.answer(token)) == DONE
            await world.settle()
        folder = tmp_path / "backup"
        await backup(folder, stage.settings())
        written = b"".join([_plain(path) for path in folder.iterdir()])
    assert written.count(b"Made-up words.") >= 2, "what was sent is there, in the pool too"
    for token in tokens:
        assert digest_of(token).encode() in written
        assert token.encode() not in written
    assert UNSENT.encode() not in written


def _plain(path: Path) -> bytes:
    """Return what a file holds; a dump, which is packed, as the statements it stands for."""
    if path.suffix != ".dump":
        return path.read_bytes()
    program = [str(tool("pg_restore", 15)), "--file=-", str(path)]
    return subprocess.run(program, check=True, capture_output=True).stdout
