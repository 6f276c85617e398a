"""The routes that are ours, beside Streamlit's: where they lie, and by what they are known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

API, HEALTH = "/api", "/health"


def below(base: str, path: str) -> str:
    """A path below `base`, the path that the whole app lies under, empty for none: `server.baseUrlPath`.

    Streamlit does not put the routes of an app there by itself.
    """
    return f"/{base.strip('/')}{path}".replace("//", "/")


def route(base: str, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(below(base, path), endpoint)


def beginnings(base: str) -> tuple[str, ...]:
    """What all their paths begin with."""
    return tuple(below(base, path) for path in (API, HEALTH))
