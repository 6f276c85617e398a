"""How the server is, for whoever runs it and for a load balancer: one short answer on a route of its own."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gramlib import memory
from pages.ui.compute import networks
from pages.ui.compute.passes import store


async def health(request: Request) -> Response:
    """200 when all lessons can be given; 503 while the network is loaded, and where it cannot be had.

    Lessons 1 to 3 are given even then: whoever runs a single server may leave the 503 alone.

    ready      whether it is 200
    network    "waiting", "torch", "weights", "first_run", "ready" or "failed"
    reason     the code of the fault, where it has failed
    jobs       transfers by their state, such as {"running": 2, "queued": 1}
    passes_mb  what is kept of pictures that networks have read
    memory_mb  what this process takes (null where the system does not say), and what can still be had
    """
    found = await run_in_threadpool(_found)
    return JSONResponse(found, 200 if found["ready"] else 503, headers={"Cache-Control": "no-store"})


def _found() -> dict[str, object]:
    loading, left, taken = networks.state(), memory.available(), memory.taken()
    return {
        "ready": loading.stage == "ready",
        "network": loading.stage,
        "reason": loading.error.code if loading.error else None,
        "jobs": networks.jobs().states(),
        "passes_mb": round(store.bytes() / 1e6),
        "memory_mb": {
            "taken": None if taken is None else round(taken / 1e6),
            "left": None if left is None else round(left / 1e6),
        },
    }


def routes(base: str) -> list[Route]:
    """The route below `base`, the path that the whole app lies under, empty for none."""
    return [Route(f"/{base.strip('/')}/health".replace("//", "/"), health)]
