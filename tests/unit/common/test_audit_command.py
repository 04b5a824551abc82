"""``make verify-audit``: what it prints, and the exit code by which a monitor knows."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy import audit as command
from libs.common.audit.chain import AuditFiles, make_key, read_key
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from libs.common.persistence.tables import audit, audit_seal
from services.survey.service import SERVICE
from tests.audits import Audit

Change = Callable[[AsyncConnection], Awaitable[object]]


def on_survey(var: Path, work: Callable[[Audit], Awaitable[object]]) -> None:
    async def carry_out() -> None:
        database = Database(f"sqlite:///{var}/survey.db")
        try:
            await upgrade(database, SERVICE.migrations)
            key = read_key(var / "audit-survey.key")
            await work(Audit(database, AuditFiles(key=key, heads=var / "audit-survey.heads")))
        finally:
            await database.close()

    asyncio.run(carry_out())


async def sealed(ledger: Audit) -> None:
    await ledger.write(range(1, 31))
    await ledger.sealer().finish()


async def more(ledger: Audit) -> None:
    await ledger.write(range(31, 61))


def changed(var: Path, change: Change) -> None:
    async def carry_out(ledger: Audit) -> None:
        async with ledger.database.writing() as connection:
            await change(connection)

    on_survey(var, carry_out)


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """Where a survey service was, which sealed thirty rows."""
    make_key(tmp_path / "audit-survey.key")
    on_survey(tmp_path, sealed)
    return tmp_path


def run(var: Path, *arguments: str) -> int:
    return command.main(arguments, {"VAR_DIR": str(var)})


def verified(var: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run(var, "survey")
    return code, capsys.readouterr().out


def test_a_whole_audit_is_said_to_be_whole(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = "survey: 30 rows, 30 sealed, anchored to seal 30, none unsealed\n  whole\n"
    assert verified(var, capsys) == (0, printed)


def test_the_unsealed_are_named_by_number_and_age(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_survey(var, more)
    code, printed = verified(var, capsys)
    assert code == 0
    numbers = " ".join(str(number) for number in range(31, 51))
    assert re.fullmatch(
        rf"survey: 60 rows, 30 sealed, anchored to seal 30, 30 unsealed \(rows {numbers} \.\.\.;"
        r" the oldest for \d+ s\)\n  whole\n",
        printed,
    )


def test_each_fault_is_printed(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row, seal = audit.c.number, audit_seal.c.seal
    changed(var, lambda found: found.execute(update(audit).where(row == 3).values(roles="x")))
    changed(var, lambda found: found.execute(delete(audit).where(row == 9)))
    changed(var, lambda found: found.execute(delete(audit_seal).where(seal >= 21)))
    code, printed = verified(var, capsys)
    assert code == 1
    assert re.fullmatch(
        r"survey: 29 rows, 20 sealed, anchored to seal 30, 10 unsealed \(rows 21 .* 30; .*\)\n"
        r"  fault: row 3 was changed: seal 3 is not of what it says now\n"
        r"  fault: row 9 is missing: seal 9 is for it\n"
        r"  fault: the head, seal 20, is before the anchor: seals 21 to 30 are missing,"
        r" and seal 30 was anchored at \S+\n",
        printed,
    )


def test_without_anchor_no_audit_is_said_to_be_whole(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (var / "audit-survey.heads").unlink()
    code, printed = verified(var, capsys)
    assert code == 2
    assert "no head is anchored" in printed
    assert "whole" not in printed


def test_what_cannot_be_read_is_said(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (var / "audit-survey.heads").write_text("{}\n")
    assert verified(var, capsys) == (
        2,
        "survey: cannot be verified: line 1 of the heads' file is no head of this service\n",
    )
    (var / "audit-survey.heads").unlink()
    changed(var, lambda found: found.execute(text("DROP TABLE audit_seal")))
    assert verified(var, capsys) == (
        2,
        "survey: cannot be verified: its database (OperationalError)\n",
    )
    (var / "survey.db").unlink()
    assert verified(var, capsys) == (2, "survey: cannot be verified: there is no database file\n")
    assert not (var / "survey.db").exists()
    (var / "audit-survey.key").chmod(0o644)
    code, printed = verified(var, capsys)
    assert (code, printed.startswith("survey: cannot be verified: the file of its key")) == (
        2,
        True,
    )


def test_a_fault_in_one_service_outranks_that_another_cannot_be_read(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(var) == 2  # of four, three are not here
    changed(var, lambda found: found.execute(delete(audit)))
    assert run(var, "referral", "survey") == 1
    assert "referral: cannot be verified" in capsys.readouterr().out


def test_keys_are_made_only_where_asked_and_only_for_services(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(var, "make-key", "referral") == 0
    assert len(read_key(var / "audit-referral.key")) == 32
    assert run(var, "make-key") == 2
    assert run(var, "nothing") == 2
    assert not (var / "audit-assessment.key").exists()
    assert "of: referral, assessment, survey, reporting" in capsys.readouterr().err
