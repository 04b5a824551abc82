"""Loads the fictional county in a process of its own, which takes its memory with it.

It is told, as JSON on its standard input, each service's address and a token for each role that
loads, and prints the ids of whom and what it loaded.
"""

import asyncio
import json
import sys

import httpx

from deploy.demo.county import published_county
from deploy.demo.load import ROLES, client_of, load
from deploy.demo.progress import reporting
from deploy.demo.publishing import publish


async def _main() -> None:
    told = json.load(sys.stdin)
    with reporting() as report:
        async with client_of(told["addresses"]) as client:
            done = await load(client, published_county(), told["tokens"], report)
            report("the first edition is reviewed and signed", 1, 1)
            by = {role: {"Authorization": f"Bearer {told['tokens'][role]}"} for role in ROLES}
            head, adviser = by["head-of-service"], by["link-adviser"]
            await publish(client, head, adviser, governance=by["administrator"])
    json.dump(done.ids, sys.stdout)


if __name__ == "__main__":
    try:
        asyncio.run(_main())
    except httpx.TransportError:
        sys.exit("The services stopped answering.")
