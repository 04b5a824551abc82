"""The questionnaires that are shipped: a file each, read and checked once at start."""

from functools import cache
from pathlib import Path

from services.survey.questionnaires.checks import faults_of
from services.survey.questionnaires.definition import Questionnaire

FOLDER = Path(__file__).parent


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """Return every shipped questionnaire, the earlier versions first; raises ValueError."""
    found = [read(path) for path in FOLDER.glob("*.json")]
    return tuple(sorted(found, key=lambda one: (one.questionnaire, one.version)))


def read(path: Path) -> Questionnaire:
    """Read one file; raises ValueError naming all that is wrong in it, or that it is misnamed."""
    found = Questionnaire.model_validate_json(path.read_text(encoding="utf-8"))
    if faults := faults_of(found):
        told = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
        raise ValueError(f"{path.name}: {told}")
    if path.name != f"{found.name}.json":
        raise ValueError(f"{path.name}: holds {found.name}")
    return found


def questionnaire_of(type_: str, version: int) -> Questionnaire | None:
    """Return a shipped questionnaire in a version."""
    return next(
        (q for q in questionnaires() if (q.questionnaire, q.version) == (type_, version)), None
    )
