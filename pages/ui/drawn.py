"""When a browser has drawn what it was sent: it says so, and is sent the rest of a long page only then.

Streamlit's front end draws together what arrives together. Sent at once, all that stands below would come before what a
person waits for.
"""

from __future__ import annotations

import secrets
import threading
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.ui.own_routes import API, route

_DRAWN = f"{API}/drawn"


class Drawing:
    """Something that is to be drawn before more is sent.

    name   handed to the canvas that draws it, which tells the server (shared/requests.js)
    """

    def __init__(self) -> None:
        self.name = secrets.token_hex(8)
        self._is_drawn = threading.Event()
        _waited_for[self.name] = self

    def done(self) -> None:
        self._is_drawn.set()

    def wait_for(self, at_most: float) -> bool:
        """Return when it is drawn, or after so many seconds: whether it is. Asked again, it waits no more."""
        is_drawn = self._is_drawn.wait(at_most if self.name in _waited_for else 0)
        _waited_for.pop(self.name, None)
        return is_drawn


_waited_for: WeakValueDictionary[str, Drawing] = WeakValueDictionary()


async def drawn(request: Request) -> Response:
    """A browser says that it has drawn this; whoever waits for it goes on. Too late is no fault."""
    if waiting := _waited_for.get(request.path_params["name"]):
        waiting.done()
    return Response(status_code=204)


def routes(base: str) -> list[Route]:
    """The route below `base`, see own_routes.py."""
    return [route(base, f"{_DRAWN}/{{name}}", drawn)]
