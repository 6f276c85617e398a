"""How the server is, for a load balancer and for whoever runs it: one short answer on a route of its own."""

from __future__ import annotations

import html
import time
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gramlib import memory
from gramlib.processors import processors
from pages.ui import albums, log
from pages.ui.colours import DARK, LIGHT, Colours
from pages.ui.compute import networks
from pages.ui.compute.passes import store
from pages.ui.own_routes import HEALTH, route
from pages.ui.requests import CountPages
from pages.ui.text import LANGUAGES, language_of, words

PEOPLE = "people"
_LOOK_AGAIN = 5  # seconds
_STARTED = time.monotonic()


@dataclass(frozen=True)
class Health:
    """What is known of the server at this moment.

    ready        whether all lessons can be given
    network      "waiting", "torch", "weights", "first_run", "ready" or "failed"
    reason       the code of the fault, where it has failed
    pages        how many are open
    jobs         transfers by their state, such as {"running": 2, "queued": 1}
    queue        how many of them wait for a place
    workers      how many compute here, and with how many threads together
    engine       where a scheduler is named: whether that is "connected" or "lost", how many workers take transfers, and
                 how many do not; else null. Which, and why, only the server's own terminal says
    passes_mb    what is kept of pictures that networks have read, and how much may be
    uploads_mb   what people's own pictures take, and how much they may
    memory_mb    what this process takes (null where the system does not say), and what can still be had
    up_s         seconds since the start
    """

    ready: bool
    network: str
    reason: str | None
    pages: int
    jobs: dict[str, int]
    queue: int
    workers: dict[str, int]
    engine: dict[str, str | int] | None
    passes_mb: dict[str, int]
    uploads_mb: dict[str, int]
    memory_mb: dict[str, int | None]
    up_s: int


def found() -> Health:
    loading, jobs = networks.state(), networks.jobs().states()
    return Health(
        loading.stage == "ready",
        loading.stage,
        loading.error.code if loading.error else None,
        CountPages.open,
        jobs,
        jobs.get("queued", 0),
        {"count": 1, "threads": processors()},
        _counted(networks.jobs().engine),
        {"taken": round(store.bytes() / 1e6), "most": round(store.room / 1e6)},
        {"taken": round(albums.taken() / 1e6), "most": round(albums.MOST_BYTES / 1e6)},
        {"taken": _mb(memory.taken()), "left": _mb(memory.available())},
        round(time.monotonic() - _STARTED),
    )


def _counted(engine: dict[str, Any] | None) -> dict[str, str | int] | None:
    """Numbers in place of names: everybody may ask."""
    return engine and {name: found if isinstance(found, str) else len(found) for name, found in engine.items()}


def _mb(count: int | None) -> int | None:
    return None if count is None else round(count / 1e6)


async def health(request: Request) -> Response:
    """200 when all lessons can be given; 503 while the network is loaded, and where it cannot be had.

    Lessons 1 to 3 are given even then: whoever runs a single server may leave the 503 alone. JSON, see Health; with
    `for=people` a page that looks again by itself, with the newest faults.
    """
    now = await run_in_threadpool(found)
    status = 200 if now.ready else 503
    if request.query_params.get("for") != PEOPLE:
        return JSONResponse(vars(now), status)
    asked = request.query_params.get("lang", "")
    language = asked if asked in LANGUAGES else language_of(request.headers.get("accept-language"))
    return HTMLResponse(page(now, language), status)


def page(now: Health, language: str) -> str:
    """The same for people: a quiet page, of which nothing is in the menu."""
    told = words(language)

    def said(name: str, **values: object) -> str:
        return told[f"health.{name}"].format(**values)

    def megabytes(count: int | None) -> str:
        return said("unknown") if count is None else said("megabytes", count=count)

    states = told["frame.comma"].join(said(f"job.{name}", count=count) for name, count in sorted(now.jobs.items()))
    network = said("failed", reason=now.reason) if now.reason else said(f"stage.{now.network}")
    hours, minutes = divmod(now.up_s // 60, 60)
    rows = [
        ("network", network),
        ("pages", str(now.pages)),
        ("jobs", states or said("none")),
        ("workers", said("threads", **now.workers)),
        *([("engine", said(f"engine_{now.engine['scheduler']}", **now.engine))] if now.engine else []),
        ("memory", said("memory_is", taken=megabytes(now.memory_mb["taken"]), left=megabytes(now.memory_mb["left"]))),
        ("passes", said("of", **now.passes_mb)),
        ("uploads", said("of", **now.uploads_mb)),
        ("up", said("hours", hours=hours, minutes=minutes) if hours else said("minutes", minutes=minutes)),
    ]
    faults = [
        (
            time.strftime("%Y-%m-%d %H:%M", time.localtime(each["time"])),
            str(each["number"]),
            said(f"event.{each['event']}"),
            each["code"] or "",
        )
        for each in log.recent()
    ]
    table = "".join(f"<tr><th>{html.escape(said(name))}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
    lines = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in faults)
    return (
        f'<!doctype html><html lang="{told["shell.tag"]}"><head><meta charset="utf-8" />'
        f'<meta name="viewport" content="width=device-width" /><meta http-equiv="refresh" content="{_LOOK_AGAIN}" />'
        f"<title>{html.escape(said('title'))}</title><style>{_style()}</style></head><body>"
        f'<h1 class="{"ready" if now.ready else "not"}">{html.escape(said("ready" if now.ready else "not_ready"))}</h1>'
        f"<table>{table}</table><h2>{html.escape(said('faults'))}</h2>"
        + (f"<table>{lines}</table>" if lines else f"<p>{html.escape(said('no_faults'))}</p>")
        + f"<p>{html.escape(said('note'))}</p></body></html>"
    )


def _style() -> str:
    def colours(one: Colours) -> str:
        return (
            f"--paper: {one.paper}; --ink: {one.ink}; --quiet: {one.quiet}; --faint: {one.faint}; --not: {one.style};"
        )

    return (
        f":root {{ color-scheme: light dark; {colours(LIGHT)} }}"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {colours(DARK)} }} }}"
        "body { background: var(--paper); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; margin: 2rem auto;"
        " max-width: 46rem; padding: 0 1rem; font-variant-numeric: tabular-nums; }"
        "h1 { font-size: 1.6rem; } h1.not { color: var(--not); } h2 { font-size: 1.1rem; margin-top: 2rem; }"
        "table { border-collapse: collapse; width: 100%; }"
        "th, td { border-top: 1px solid var(--faint); padding: 0.35rem 1rem 0.35rem 0; text-align: start; }"
        "th { color: var(--quiet); font-weight: 400; white-space: nowrap; } p { color: var(--quiet); }"
    )


def routes(base: str) -> list[Route]:
    """The route below `base`, see own_routes.py."""
    return [route(base, HEALTH, health)]
