"""What the county mistyped is put right by what a correction tells, and some of each kind is."""

from collections import Counter

from deploy.demo.county import published_county
from deploy.demo.mistakes import SLIPS, Mistakes
from deploy.demo.recording import entries
from deploy.demo.stages import stages

SERVICES = ("referral", "assessment", "survey")


def test_each_kind_is_mistyped_and_corrected_later_by_all_that_was_wrong() -> None:
    county = published_county()
    mistakes, corrected, entered = Mistakes(county), Counter[str](), {}
    for service in SERVICES:
        for entry in entries(county, service):
            for record in entry.records:
                if not entry.puts_right:
                    entered[id(record)] = entry.at
                    continue
                typed = mistakes.typed(record)
                wrong = {name for name in typed if typed[name] != record.get(name)}
                assert wrong
                assert wrong <= {*SLIPS[entry.kind].tells}
                assert entry.at > entered[id(record)]
                corrected[entry.kind] += 1
    assert corrected.keys() == SLIPS.keys()
    assert corrected["risk-assessments"] >= 10


def test_what_was_not_mistyped_is_sent_as_it_is_but_of_a_second_record() -> None:
    county = published_county()
    mistakes = Mistakes(county)
    doubles = {double["child"]: double["reference"] for double in county.doubles}
    right = [
        record
        for stage in stages(county)
        for record in stage.records
        if not mistakes.made_in(record)
    ]
    assert len(right) > 10_000
    otherwise = [record for record in right if mistakes.typed(record) != record]
    assert {record["child"] for record in otherwise} == doubles.keys()
    for record in otherwise:
        assert mistakes.typed(record) == record | {"child": doubles[record["child"]]}
