"""That raw cells leave reporting through the disclosure gate alone (architecture 23)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOM = Path("services/reporting")
GATE = ROOM / "disclosure"
RAW = {"Cell", "Folded", "Claim", "evaluate", "total", "total_before", "claimed"}
"""What has passed no gate, and what gives it."""

MAY_SEE_RAW = (
    ROOM / "evaluate.py",
    ROOM / "figures",
    ROOM / "lineage",
    ROOM / "queries.py",
    GATE,
)
MAY_MAKE_VIEWS = (GATE, ROOM / "published" / "queries.py")
"""What was published before there was a gate was public already."""
VIEWS = {"FigureView", "CellView", "StatementView", "GatedTable", "Basis", "Change", "LastYear"}


def names(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a module imports of the evaluator, and what it calls by name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "services.reporting.evaluate":
            yield from (("imports", one.name) for one in node.names)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "calls", node.func.id


def within(path: Path, *rooms: Path) -> bool:
    return any(path == room or room in path.parents for room in rooms)


def test_only_the_gate_sees_raw_cells_and_only_the_gate_makes_views() -> None:
    modules = sorted(ROOM.rglob("*.py"))
    found = {path: set(names(path)) for path in modules}
    see = {path for path, seen in found.items() if {("imports", one) for one in RAW} & seen}
    make = {path for path, seen in found.items() if {("calls", one) for one in VIEWS} & seen}
    assert GATE / "gate.py" in see & make
    assert ROOM / "queries.py" in see - make
    assert {path for path in see if not within(path, *MAY_SEE_RAW)} == set()
    assert {path for path in make if not within(path, *MAY_MAKE_VIEWS)} == set()
