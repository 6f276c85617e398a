"""What a weight of one program's style term is in another's: the field never agreed what to divide by.

The style term of a layer is in each of them the same sum of squares times a factor, here of ‖G − A‖², where G and A are
the picture's and the painting's F Fᵀ / HW, C×C, as feature_gram gives them:

    "gatys"         Σ ΔG² / (4 C² (HW)²)          1 / (4 C²)    Gatys, Ecker, Bethge (2016), eq. 4
    "notebook"      10³/C² · mean (ΔG/HW)²        10³ / C⁴      the authors' own PyTorch notebook
    "neural-style"  mean (ΔG/CHW)²                1 / C⁴        neural-style, fast-neural-style, PyTorch's tutorial
    "tensorflow"    mean (ΔG/HW)²                 1 / C²        TensorFlow's tutorial, pystiche
    "gramlab"       ‖G − A‖² / ‖A‖²               1 / ‖A‖²      gramlib.style

ΔG is the difference of two F Fᵀ that nothing has been divided by. The factors hold for one layer and one network. Whose
network takes pixels from 0 to 255 instead of standardized ones has features that are s times as large, about
s = 255 · 0.226 = 58; its style terms are s⁴ times as large, and its content terms s².
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gramlib.errors import GramlabError

_FACTORS: Mapping[str, Callable[[int, float], float]] = {
    "gatys": lambda channels, norm: 1 / (4 * channels**2),
    "notebook": lambda channels, norm: 1e3 / channels**4,
    "neural-style": lambda channels, norm: 1 / channels**4,
    "tensorflow": lambda channels, norm: 1 / channels**2,
    "gramlab": lambda channels, norm: 1 / norm**2,
}
PROGRAMS = tuple(_FACTORS)


def style_factor(program: str, channels: int, norm: float) -> float:
    """Return what a program multiplies ‖G − A‖² by, for one layer.

    program    one of PROGRAMS
    channels   C of the layer, at least 1
    norm       ‖A‖ of the painting at this layer, A = F Fᵀ / HW; above 0. Only "gramlab" looks at it
    raises     GramlabError for another program, and where norm or channels are not above 0

    >>> style_factor("gatys", 2, 1.0), style_factor("tensorflow", 2, 1.0)
    (0.0625, 0.25)
    """
    if program not in _FACTORS:
        choices = ", ".join(PROGRAMS)
        message = f"program is {program!r}: one of {choices} is needed."
        raise GramlabError("setting_choice", message, knob="program", got=repr(program), choices=choices)
    if channels < 1:
        message = f"channels is {channels}: at least 1 is needed."
        raise GramlabError("setting_whole", message, knob="channels", got=channels, low=1, high=512)
    if not (norm > 0 and math.isfinite(norm)):
        raise GramlabError("target_zero", f"The norm of the painting's matrix is {norm}: there is nothing to match.")
    return _FACTORS[program](channels, norm)


def translated_weight(weight: float, of: str, to: str, channels: int, norm: float) -> float:
    """Return the weight with which `to` has the same style term of a layer as `of` has with `weight`.

    weight           the style weight in the program `of`
    of, to           two of PROGRAMS
    channels, norm   as in style_factor
    returns          float, in units of the program `to`
    raises           GramlabError as style_factor does

    The content term of the two must be the same for the pictures to be the same.

    >>> translated_weight(1.0, "neural-style", "tensorflow", 64, 1.0) == 1 / 64**2
    True
    """
    return weight * style_factor(of, channels, norm) / style_factor(to, channels, norm)
