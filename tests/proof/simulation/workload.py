"""What the simulated clients ask for, how a simulated server answers, and what they remember."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI, Response
from pydantic import BaseModel
from sqlalchemy import func, select

from libs.common.core.errors import DomainError, problem_response
from libs.common.http.bodies import StrictRequest
from libs.common.http.requests import Guard, _note_refusal
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.api.resting import put_staff_member
from services.referral.staff import reads
from services.referral.staff.api import put_team
from services.referral.staff.commands import RecordStaffMember, RecordTeam
from services.referral.staff.domain import StaffContract, StaffMember
from tests.proof.simulation.process import Around, Process
from tests.worlds import request_context

FIRST_DAY = date(2018, 9, 3)
LAST_DAY = date(2099, 8, 31)
TRIES = 12
View = tuple[BaseModel, Response]
Way = Callable[..., Awaitable[Response]]


@dataclass(frozen=True)
class Command:
    """One thing asked for: always the same key, however often it is sent."""

    key: str
    verb: str
    of: int
    number: int


@dataclass(frozen=True)
class Answered:
    """What a client was told."""

    status: int
    body: bytes
    etag: str | None


@dataclass
class Journal:
    """What the clients were told of each command, in order: what they rely on."""

    answers: dict[Command, list[Answered]] = field(default_factory=dict)

    def acknowledged(self) -> dict[Command, list[Answered]]:
        """Return the answers of the commands that were said to be done."""
        return {c: told for c, told in self.answers.items() if any(a.status < 300 for a in told)}


def commands(draw: random.Random, count: int) -> list[Command]:
    """Draw commands on a few teams and members of staff."""
    verbs = ("form", "appoint", "appoint", "change", "change", "change", "change", "disband")
    found = []
    for number in range(count):
        verb = draw.choice((*verbs, "leave") if number > count / 2 else verbs)
        found.append(Command(f"key-{number}", verb, draw.randrange(3), number))
    return found


async def _team(uow: UnitOfWork, command: Command) -> View:
    ended = FIRST_DAY + timedelta(days=command.number) if command.verb == "disband" else None
    wanted = RecordTeam(name="Team", area="north", formed_on=FIRST_DAY, disbanded_on=ended)
    response = Response(status_code=200)
    return await put_team(f"T{command.of}", wanted, uow, response), response


async def _staff(uow: UnitOfWork, command: Command) -> View:
    reference = f"S{command.of}"
    wanted = RecordStaffMember(
        name="Member", post="specialist-teacher", fte="1.0", appointed_on=FIRST_DAY
    )
    if command.verb != "appoint":
        wanted = await _changed(uow, reference, command, wanted) or wanted
    response = Response(status_code=200)
    return await put_staff_member(reference, wanted, uow, response), response


async def _changed(
    uow: UnitOfWork, reference: str, command: Command, wanted: RecordStaffMember
) -> RecordStaffMember | None:
    """Ask for a change after the last one, so that carrying it out twice would leave two."""
    member = await uow.find(StaffMember, reference=reference)
    if member is None:
        return None
    days = select(func.max(StaffContract.from_on)).where(StaffContract.staff_id == member.id)
    day = (await uow.connection.execute(days)).scalar_one()
    if command.verb == "leave":
        fte = f"0.{member.fte_hundredths:02}" if member.fte_hundredths < 100 else "1.0"
        return wanted.model_copy(update={"fte": fte, "effective_on": day, "left_on": LAST_DAY})
    fte = f"0.{command.number % 90 + 10}"
    return wanted.model_copy(update={"fte": fte, "effective_on": day + timedelta(days=1)})


async def serve(guard: Guard, command: Command, way: Way) -> Answered:
    """Answer one request as a route does: the real way of a command around a real route."""
    act = _team if command.verb in {"form", "disband"} else _staff

    async def call(request: Any) -> Response:
        view, head = await act(request.state.uow, command)
        headers = {"etag": head.headers["etag"]}
        return Response(view.model_dump_json(), head.status_code, headers)

    request = _request(command)
    who = _asked(command)
    try:
        response = await way(guard, who, request, call)
    except DomainError as refusal:
        try:
            await _note_refusal(guard, who, request, refusal)
        except DomainError as instead:
            refusal = instead
        response = problem_response(refusal)
    return Answered(response.status_code, bytes(response.body), response.headers.get("etag"))


def _asked(command: Command) -> Any:
    from dataclasses import replace

    return replace(request_context("staff.write", subject="client"), request_id=command.key)


API = FastAPI(title="referral")
"""Where what is made can be read."""
API.include_router(reads.routes)


def _request(command: Command) -> StrictRequest:
    path = f"/v1/{command.verb}/{command.of}"
    team = command.verb in {"form", "disband"}
    form = "/v1/teams/by-code/{code}" if team else "/v1/staff/by-reference/{reference:path}"
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "path_params": {"code" if team else "reference": command.of},
        "app": API,
        "route": SimpleNamespace(path="", path_format=form),
        "query_string": b"",
        "scheme": "http",
        "server": ("test", 80),
        "headers": [(b"idempotency-key", command.key.encode())],
    }
    request = StrictRequest(scope)
    request._body = f"{command.number}".encode()
    return request


@dataclass
class Client:
    """Sends commands to whichever process is there, and again while it does not know."""

    name: str
    around: Around
    servers: Callable[[], list[tuple[Process, Guard]]]
    journal: Journal
    way: Way

    async def work(self, todo: list[Command]) -> None:
        """Send all of them, some once more although they were answered."""
        for command in todo:
            await asyncio.sleep(self.around.draw.uniform(0, 0.3))
            for _ in range(TRIES):
                if await self.send(command) and self.around.draw.random() < 0.8:
                    break

    async def send(self, command: Command) -> bool:
        """Send a command once; return whether an answer came that settles it."""
        servers = self.servers()
        if not servers:
            await asyncio.sleep(0.1)
            return False
        process, guard = self.around.draw.choice(servers)
        task = process.start(serve(guard, command, self.way))
        patience = self.around.draw.choice((0.05, 5.0, 5.0, 5.0))
        await asyncio.wait({task}, timeout=patience)
        if not task.done() and self.around.draw.random() < 0.5:
            task.cancel()  # the client hung up
        if not task.done() or task.cancelled() or process.gone:
            return False
        return self._told(command, task.result())

    def _told(self, command: Command, answer: Answered) -> bool:
        self.around.note(self.name, f"{command.key} {command.verb}: {answer.status}")
        if answer.status == 503 or self.around.draw.random() < 0.1:  # away, or lost on its way
            return False
        self.journal.answers.setdefault(command, []).append(answer)
        return True
