"""What a planted bug is, and how it is put into a copy of the tree and taken out again."""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.edits import edited

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


@dataclass(frozen=True, slots=True)
class Edit:
    """One expression, or some statements, of a named function, and what stands there instead."""

    file: str
    old: str
    new: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug as edits: what is wrong, which promises it breaks, which tests must notice."""

    name: str
    says: str
    breaks: Sequence[str]
    caught_by: Sequence[str]
    edits: Sequence[Edit]

    @classmethod
    def read(cls, path: Path) -> "Mutant":
        """Read a bug's file."""
        page = tomllib.loads(path.read_text())
        edits = tuple(Edit(**one) for one in page["edits"])
        return cls(path.stem, page["says"], page["breaks"], page["caught_by"], edits)

    @property
    def number(self) -> int:
        """Its place on the list, with which its name begins."""
        return int(self.name.partition("-")[0])

    def planted_in(self, tree: Path) -> dict[Path, str]:
        """Return what each file would say with the bug; raises NotFound where an edit has none."""
        texts: dict[Path, str] = {}
        for one in self.edits:
            path = tree / one.file
            text = texts.get(path) or path.read_text()
            texts[path] = edited(path, text, one.within, one.old, one.new)
        return texts

    @contextmanager
    def planted(self, tree: Path) -> Iterator[None]:
        """Have the bug in a copy of the tree for as long as the block lasts."""
        texts = self.planted_in(tree)
        before = {path: path.read_text() for path in texts}
        try:
            _write(texts)
            yield
        finally:
            _write(before)


def _write(texts: dict[Path, str]) -> None:
    for path, text in texts.items():
        path.write_text(text)


def mutants() -> list[Mutant]:
    """Return every planted bug, in the order of their numbers."""
    found = [Mutant.read(path) for path in FOLDER.glob("*.toml")]
    return sorted(found, key=lambda one: one.number)
