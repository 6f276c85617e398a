"""Inner products, Gram matrices, and how a Gram matrix holds the style of a picture.

The names in __init__.pyi are the library. Each is imported from its module when it is first used, so that
`from gramlib import gram_matrix` never loads PyTorch.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

_LINES = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_MODULE_OF = {name: module for module, name in re.findall(r"^from (\S+) import (\w+) as", _LINES, re.MULTILINE)}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'gramlib' has no attribute '{name}'")
    module = importlib.import_module(_MODULE_OF[name])
    # kept: the next time it is found without this. `transfer` is a function and a module: importing the module has just
    # set that name here, and it can be called
    return globals().setdefault(name, getattr(module, name))


def __dir__() -> list[str]:
    return __all__
