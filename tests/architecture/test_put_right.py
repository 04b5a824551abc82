"""No record is final by accident: what is recorded over HTTP is corrected, or withdrawn.

The list is the services' own: every operation of their documents that records something.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.mutants.planted import ROOT

EXCEPTIONS: Mapping[str, str] = {
    "POST /referral/v1/referrals/{referral_id}/eligibility-checks": "a later check holds",
    "POST /referral/v1/referrals/{referral_id}/withdrawal": "who asks again submits a new referral",
    "POST /referral/v1/children/{child_id}/successor-school": "a later push names the school",
    "POST /referral/v1/children/{child_id}/new-identity": "nothing leads back to the record before",
    "PUT /referral/v1/children/by-reference/{scheme}/{reference}": "a push says it anew",
    "PUT /referral/v1/people/by-reference/{reference}": "telling it again says it anew",
    "POST /referral/v1/relationships/{relationship_id}/responsibility": "it is stated again",
    "POST /referral/v1/relationships/{relationship_id}/restrictions": "all of them are said again",
    "POST /referral/v1/duplicate-searches": "it proposes, and a person decides",
    "POST /referral/v1/duplicates/{duplicate_id}/confirmation": "it is dismissed",
    "POST /referral/v1/duplicates/{duplicate_id}/dismissal": "it is confirmed",
    "POST /referral/v1/duplicates/{duplicate_id}/merge": "it is unmerged",
    "POST /referral/v1/duplicates/{duplicate_id}/unmerge": "it is merged again",
    "PUT /referral/v1/staff/by-reference/{reference}": "appointment, contracts and leaving are",
    "PUT /survey/v1/campaigns/by-reference/{reference}": "another call says it anew",
    "POST /survey/v1/campaigns/{campaign_id}/messages": "what was sent stays sent; a dry run looks",
    "POST /survey/v1/campaigns/{campaign_id}/letters": "it is fetched anew",
    "POST /survey/v1/campaigns/{campaign_id}/letters/posted": "what came back is noted",
    "POST /survey/v1/campaigns/{campaign_id}/returns": "they are written to under another wave",
    "PUT /assessment/v1/windows/{academic_year}": "setting them again says them anew",
    "POST /assessment/v1/criteria/{criteria_id}/signature": (
        "what two people signed is not undone by one: a new version takes its place"
    ),
    "POST /reporting/v1/drafts/{edition_id}/cut": "it is cut anew",
    "PUT /reporting/v1/drafts/{edition_id}/source": "it is told anew",
    "POST /reporting/v1/drafts/{edition_id}/looked": "what changes is looked at again",
    "POST /reporting/v1/drafts/{edition_id}/review": "what changes a draft ends its review",
    "POST /reporting/v1/drafts/{edition_id}/notes": "a note is answered, and goes with its draft",
    "POST /reporting/v1/drafts/{edition_id}/notes/{number}/answer": "another note is written",
    "POST /reporting/v1/drafts/{edition_id}/findings": "a finding is settled otherwise",
    "POST /reporting/v1/exceptions/{exception_id}/allowance": "it is withdrawn",
    "PUT /reporting/v1/service-plans/{academic_year}": "recording it again says it anew",
    "POST /reporting/v1/drafts/{edition_id}/signature": (
        "what is published stays: a new edition says what was wrong in it"
    ),
    "PUT /survey/v1/questionnaire-versions/by-name/{questionnaire}/{version}": "it is said anew",
    "POST /survey/v1/questionnaire-versions/{questionnaire_id}/preview": "another draft ends it",
    "POST /survey/v1/questionnaire-versions/{questionnaire_id}/publication": (
        "what was published is frozen: a new version says what was wrong in it"
    ),
    "POST /survey/v1/questionnaire-versions/{questionnaire_id}/retirement": "the next is published",
    "POST /survey/v1/responses/{response_id}/actions": "it ends with nothing asked for",
    "POST /survey/v1/actions/{action_id}/passing-on": "it is passed on again",
    "POST /survey/v1/actions/{action_id}/conclusion": "it is opened again",
    "POST /survey/v1/actions/{action_id}/telling": "telling it again says it anew",
    "POST /survey/v1/actions/{action_id}/reopening": "it ends again",
    "POST /survey/v1/actions/{action_id}/concerns": "a person closes it, with what came of it",
    "POST /survey/v1/responses/{response_id}/concerns": "a person closes it, with what came of it",
    "POST /survey/v1/complaints/{complaint_id}/concerns": "a person closes it",
    "POST /survey/v1/concerns/{concern_id}/acknowledgement": "a chronology only grows",
    "POST /survey/v1/concerns/{concern_id}/passing-on": "a chronology only grows",
    "POST /survey/v1/concerns/{concern_id}/closure": "it is opened again",
    "POST /survey/v1/concerns/{concern_id}/reopening": "it is closed again",
    "POST /survey/v1/waves/{wave_id}/recipients": "a list is its wave's: a draft is voided with it",
    "POST /survey/v1/paper-forms/{form_id}/resolution": "its response is corrected or voided",
    "PUT /survey/v1/waves/{wave_id}/keying": "it is set anew",
    "POST /survey/v1/waves/{wave_id}/issue": "the wave is corrected or voided",
    "POST /survey/v1/waves/{wave_id}/close": "it is opened again",
    "POST /survey/v1/waves/{wave_id}/reopening": "it is closed again",
    "POST /survey/v1/anonymisations": "it cannot be undone, and is meant so",
    "POST /survey/v1/open-links": "it is ended, and opened until another day",
    "POST /survey/v1/open-links/{open_link_id}/code": "another is drawn",
    "POST /survey/v1/open-links/{open_link_id}/ending": "it is opened again",
    "POST /survey/v1/open-links/{open_link_id}/reopening": "it is ended again",
}
"""What records something that is put right otherwise, and how."""

STEPS = {"corrections", "void"}
NO_RECORD = {
    "searches",
    "imports",
    "cancel",
    "school-extracts",
    "school-links",
    "start",
    "release",
    "redrive",
    "sign-out",
    "sign-in",
    "papers",
}
"""The last words of what records nothing of its own: an import's rows are the single calls'."""

KEYS = {
    "cases": {"referral_id", "referral", "staff_id", "staff"},  # who teaches is an allocation's
    "reviews": set(),
    "exclusions": {"child_id", "child"},
    "referrals": {"child_id", "child", "reference"},
    "teams": {"area", "name", "effective_on"},  # areas and names are dated, and put right alone
    "relationships": {"child_id", "child", "person_id", "person"},
    "deliveries": {"reference"},
    "ratings": {"form"},
    "complaints": {"reference"},
    "compliments": {"reference"},
    "paper-forms": {"code", "number"},
    "activities": {"reference", "child_id", "child"},
    "responses": {"reference", "recipient"},
    "waves": {"reference", "audience", "academic_year", "questionnaire", "questionnaire_version"}
    | {"anonymous"},
    "published-values": {"figure", "academic_year"},
    "results": {"reference", "child_id", "child", "academic_year", "term", "subject"},
    "teaching-judgements": {"staff_id", "staff", "academic_year"},
    "quality-dialogues": {"team_id", "team", "academic_year"},
}
"""What names a record, and so is put right by voiding it and recording it again."""

IN_A_PUSH = {"plans"}
"""What a child's push tells, and is corrected by itself."""


class Operation(NamedTuple):
    """An operation: its service, method and path, its document, what it says of itself."""

    service: str
    method: str
    path: str
    document: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} /{self.service}{self.path}"

    @property
    def words(self) -> list[str]:
        words = (word for word in self.path.split("/")[2:] if not word.startswith("{"))
        return [word for word in words if not word.startswith("by-")]

    @property
    def body(self) -> Mapping[str, Any]:
        """The schema of what is sent; of a list, of one of it."""
        content = self.said.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
        found: Mapping[str, Any] = self.document["components"]["schemas"].get(
            reference.rpartition("/")[2], {}
        )
        return found

    @property
    def shown(self) -> set[str]:
        """The names of what is answered; of a list, of one of it."""
        schemas = self.document["components"]["schemas"]
        answers = (self.said["responses"].get(status, {}) for status in ("200", "201"))
        of = next(one["content"]["application/json"]["schema"] for one in answers if one)
        fields = schemas[of["$ref"].rpartition("/")[2]]["properties"]
        if "items" in fields:
            item = fields["items"]["items"]["$ref"]
            fields = schemas[item.rpartition("/")[2]]["properties"]
        return {*fields}

    @property
    def fields(self) -> set[str]:
        return {*self.body.get("properties", {})}


def operations() -> Iterator[Operation]:
    """Yield every operation of every service."""
    for path in sorted((ROOT / "docs/api").glob("*.openapi.json")):
        document = json.loads(path.read_text())
        for template, methods in document["paths"].items():
            for method, said in methods.items():
                yield Operation(path.name.split(".")[0], method.upper(), template, document, said)


ALL = [one for one in operations() if one.path.startswith("/v1/")]
CHANGING = [one for one in ALL if one.method in {"POST", "PUT", "PATCH"}]
RECORDING = [
    one for one in CHANGING if one.words[-1] not in STEPS | NO_RECORD and one.words[0] != "session"
]
PUTTING_RIGHT = [one for one in CHANGING if one.words[-1] in STEPS]


THINGS = {(one.service, one.words[0]) for one in ALL if one.method == "GET"}
"""What is read back under an address of its own; a POST to another word is a step of a thing."""


def test_whatever_assessment_and_survey_put_right_says_what_may_be_done_with_it() -> None:
    """In its list, by itself and as what a command answers (the last word is the command's)."""
    asked = [one for one in PUTTING_RIGHT if one.service in {"assessment", "survey"}]
    things = {(one.service, one.words[0]) for one in asked}
    shown = [one for one in ALL if (one.service, one.words[-1]) in things and one.method == "GET"]
    assert len(things) > 10
    assert len(shown) > 20
    silent = [one.name for one in [*asked, *shown] if "allowed" not in one.shown]
    assert not silent


def put_right(recording: Operation) -> bool:
    """Say whether what is recorded is corrected or withdrawn.

    A record is, or a part or step of one is by itself, or its record's correction tells all of it.
    """
    own, told = recording.words[-1], recording.fields - {"reason", "note"}
    if (recording.service, own) in THINGS:
        return any(one.words[:-1] in ([own], recording.words) for one in _of(recording))
    return any(
        one.words[-2] in {own, f"{own}s"} or (len(one.words) == 2 and told and told <= one.fields)
        for one in _of(recording)
        if one.words[0] == recording.words[0]
    )


def _of(recording: Operation) -> list[Operation]:
    return [one for one in PUTTING_RIGHT if one.service == recording.service]


def test_whatever_is_recorded_is_put_right() -> None:
    assert len(RECORDING) > 30
    final = {one.name for one in RECORDING if not put_right(one)}
    assert final == EXCEPTIONS.keys()


def test_what_puts_right_names_its_version_and_its_reason_and_the_record_is_read_back() -> None:
    assert len(PUTTING_RIGHT) > 15
    shown = {(one.service, one.path) for one in ALL if one.method == "GET"}
    for one in PUTTING_RIGHT:
        needed = {p["name"] for p in one.said["parameters"] if p.get("required")}
        assert {"If-Match", "Idempotency-Key"} <= needed, one.name
        assert {"reason", "note"} <= one.fields, one.name
        assert "reason" in one.body["required"], one.name
        assert "enum" in one.body["properties"]["reason"], one.name
        record = one.path.rpartition("/")[0]
        whole = "/".join(record.split("/")[:4])  # a part of a record has its ETag and its GET
        assert {(one.service, record), (one.service, whole)} & shown, one.name


def test_a_correction_tells_the_whole_of_a_record_but_its_key() -> None:
    """Of an issued wave also how many it went to, of a complaint how it was answered."""
    recorded = {one.words[-1]: one.fields for one in RECORDING}
    corrected = {
        one.words[0]: one.fields - {"reason", "note"}
        for one in PUTTING_RIGHT
        if one.words[1:] == ["corrections"] and one.words[0] not in IN_A_PUSH
    }
    assert corrected.keys() == KEYS.keys()
    for thing, told in corrected.items():
        assert recorded[thing] - told == KEYS[thing], thing
