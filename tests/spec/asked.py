"""Questionnaires as drawn tables: what was asked, and under which trend."""

from collections.abc import Iterator

from libs.common.contracts import Event, survey
from tests.spec.drawing import day, drawn, named


def questionnaires(text: str) -> Iterator[Event]:
    """questionnaire | version | question | trend [| reworded], a question each line."""
    rows = drawn(text)
    for name, version in dict.fromkeys((row["questionnaire"], row["version"]) for row in rows):
        asked = [row for row in rows if (row["questionnaire"], row["version"]) == (name, version)]
        yield survey.QuestionnairePublished.model_validate(
            {
                "questionnaire_id": named(f"questionnaire {name} {version}"),
                "questionnaire": name,
                "version": int(version),
                "audience": name,
                "published_on": day("2019-04-01"),
                "questions": [
                    {
                        "question": row["question"],
                        "kind": "yes_no",
                        "trend_key": row["trend"],
                        "reworded": row.get("reworded") == "yes",
                    }
                    for row in asked
                ],
            }
        )
