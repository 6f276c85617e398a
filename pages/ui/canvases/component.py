"""Components of our own in the browser: how their files are put together, and the one conversation that they have.

A canvas is a folder with canvas.py, canvas.js, canvas.html and canvas.css. `register` reads them; nothing else does.

The page owns what a canvas shows, and the browser owns it while a hand is on it. Two ways of agreeing:

commit   The browser sends all of what it shows when a person lets go, with a number that grows (`committed`). The page
         sends back the number of the last commit that it has seen (`sequence`), and the browser takes what the page
         says only once that is its own last one: a late echo never pulls anything out of a person's hand.
wish     Where a choice must show at once and the message is large, the browser keeps the choice and tells it (`heard`).
         What Python sends stays the same to the byte, and Streamlit does not send it again. Only when the page itself
         has changed its mind does it send a new `wish`, which the browser follows once.

The browser's side of both is shared/wire.js. Whatever comes from there may be any JSON: each of these functions is
given a check (see checks.py) and returns what has passed it, or None.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import streamlit as st

from pages.ui.callbacks import undivided

T = TypeVar("T")
Check = Callable[[Any], T | None]

HERE = Path(__file__).parent
_ON_PAPER = HERE / "shared" / "paper.css"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) (\w+))", re.MULTILINE)


def register(name: str) -> Callable[..., Any]:
    """The component in the folder `name`, as st.components.v2.component gives it: call it to show it.

    What it calls back (`on_..._change`) happens whole.
    """
    files = {kind: HERE / name / f"canvas.{kind}" for kind in ("html", "css")}
    texts = {kind: file.read_text(encoding="utf-8") for kind, file in files.items() if file.exists()}
    css = texts["css"] + _ON_PAPER.read_text(encoding="utf-8") if "css" in texts else None
    component = st.components.v2.component(
        f"gramlab.{name}", js=script(HERE / name / "canvas.js"), html=texts.get("html"), css=css
    )

    def show(**arguments: Any) -> Any:
        whole = {key: undivided(value) if key.startswith("on_") else value for key, value in arguments.items()}
        return component(**cast(dict[str, Any], whole))

    return show


def script(file: Path) -> str:
    """A JavaScript module and all that it imports as one text, because Streamlit takes no second file.

    Each module that is imported becomes a function that is called once and returns what it exports. Imports are of the
    form `import { one, other as another } from "../shared/words.js";`; modules do not import each other in a circle.
    """
    modules: dict[Path, str] = {}

    def inlined(module: Path) -> str:
        def take(found: re.Match[str]) -> str:
            names, other = found[1].replace(" as ", ": "), (module.parent / found[2]).resolve()
            if other not in modules:
                text = inlined(other)
                exported = ", ".join(_EXPORT.findall(text))
                # the dictionary keeps the order in which modules are complete: what is imported stands before
                modules[other] = f"(() => {{\n{_EXPORT.sub('', text)}\nreturn {{ {exported} }};\n}})()"
            return f"const {{{names}}} = {_identifier(other)};"

        return _IMPORT.sub(take, module.read_text(encoding="utf-8"))

    text = inlined(file.resolve())
    return "".join(f"const {_identifier(module)} = {body};\n" for module, body in modules.items()) + text


def _identifier(module: Path) -> str:
    return "$" + re.sub(r"\W", "_", module.relative_to(HERE.resolve()).with_suffix("").as_posix())


def packed(about: Mapping[str, Any], payload: bytes) -> bytes:
    """The length of the JSON in four bytes, the JSON, the payload; shared/wire.js unpacks it."""
    head = json.dumps(about).encode()
    return len(head).to_bytes(4, "little") + head + payload


def said(key: str, name: str, check: Check[T]) -> T | None:
    """What the component `key` has said under `name`, if it passes the check."""
    component = st.session_state.get(key)
    value = component.get(name) if isinstance(component, Mapping) else None
    return None if value is None else check(value)


def committed(key: str, check: Check[T], name: str = "committed") -> T | None:
    """What was last committed, if it passes the check."""
    commit = _commit(key, name)
    return check(commit["value"]) if "value" in commit else None


def sequence(key: str, name: str = "committed") -> float:
    """The number of the last commit that Python has seen, for the message to the browser."""
    return _number(_commit(key, name).get("sequence"))


def wish(key: str, value: Any) -> dict[str, Any]:
    """What the page wants chosen in the component `key`: a new wish only if the page has changed its mind."""
    value = _as_said(value)
    memory = st.session_state.setdefault(f"{key}.wish", {"known": value, "value": value, "count": 0, "after": 0})
    if value != memory["known"]:
        memory.update(known=value, value=value, count=memory["count"] + 1, after=sequence(key, "choice"))
    return {name: memory[name] for name in ("value", "count", "after")}


def heard(key: str, check: Check[T]) -> T | None:
    """The person's choice in the component `key`, in its on_choice_change, if it passes the check.

    What does not pass is answered by a new wish: the browser goes back to what the page has.
    """
    choice = committed(key, check, "choice")
    memory = st.session_state.get(f"{key}.wish")
    if memory is not None:
        memory["known"] = _REFUSED if choice is None else _as_said(choice)
    return choice


def _as_said(value: Any) -> Any:
    """As JSON has it: what the page wants is compared with what the browser has said, where a pair is a list."""
    return [_as_said(each) for each in value] if isinstance(value, list | tuple) else value


_REFUSED = object()  # equal to nothing that a page could want


def _commit(key: str, name: str) -> Mapping[str, Any]:
    return said(key, name, lambda value: value if isinstance(value, Mapping) else None) or {}


def _number(value: Any) -> float:
    return value if type(value) in (int, float) and abs(value) <= sys.float_info.max else 0  # nan is not
