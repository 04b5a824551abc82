"""What a planted bug is, and how its patch is read and tried on."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
BREAKS, CAUGHT_BY = "Breaks: ", "Caught by: "


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug as a patch: what is wrong, which promises it breaks, which tests must notice."""

    name: str
    path: Path
    words: str
    breaks: tuple[str, ...]
    caught_by: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Mutant":
        """Read a patch's header, which ends where the patch begins."""
        head = path.read_text().partition("\ndiff --git ")[0].splitlines()
        marked = (BREAKS, CAUGHT_BY)
        return cls(
            name=path.stem,
            path=path,
            words=" ".join(line for line in head if not line.startswith(marked)).strip(),
            breaks=tuple(word for line in _after(head, BREAKS) for word in line.split()),
            caught_by=tuple(_after(head, CAUGHT_BY)),
        )

    def apply(self, tree: Path, *how: str) -> bool:
        """Apply the patch to a copy of the tree; say whether it could be."""
        command = ["git", "apply", *how, str(self.path)]
        return subprocess.run(command, cwd=tree, capture_output=True, check=False).returncode == 0


def _after(lines: list[str], mark: str) -> list[str]:
    return [line.removeprefix(mark) for line in lines if line.startswith(mark)]


def mutants() -> list[Mutant]:
    """Return every planted bug, in the order of their numbers."""
    return [Mutant.read(path) for path in sorted(FOLDER.glob("*.patch"))]
