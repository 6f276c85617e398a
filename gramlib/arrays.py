"""Numbers that arrive as NumPy arrays or PyTorch tensors: checked, and answered in the same kind and type.

PyTorch is never imported here: it is used only through the tensors that arrive.
"""

from __future__ import annotations

import math
import numbers
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gramlib.errors import GramlabError


def checked(values: Any, axes: str) -> Any:
    """Return values as a floating-point array or tensor with the axes, none of them empty."""
    if is_tensor(values):
        if values.is_complex():
            raise _not_numbers(values)
        array = values if values.is_floating_point() else values.double()
    else:
        try:
            array = np.asarray(values)
            if array.dtype.kind == "O" and all(isinstance(value, numbers.Number) for value in array.flat):
                array = array.astype(np.float64)
        except (TypeError, ValueError, OverflowError, RuntimeError):
            raise _ragged(values) or _not_numbers(values) from None
        if array.dtype.kind not in "biuf":
            raise _ragged(values) or _not_numbers(values)
        array = array if array.dtype.kind == "f" else array.astype(np.float64)
    shape = tuple(array.shape)
    if len(shape) != axes.count(",") + 1 or (axes == "k, k" and shape[0] != shape[1]):
        message = f"An array of shape {shape} arrived: ({axes}) is needed."
        raise GramlabError("gram_shape", message, shape=shape, needed=f"({axes})")
    if 0 in shape:
        raise GramlabError("gram_empty", f"Nothing arrived: shape {shape} holds no number.", shape=shape)
    return array


def is_tensor(values: object) -> bool:
    # a tensor exists only where PyTorch is loaded; while another thread still loads it, Tensor may be missing
    return isinstance(values, getattr(sys.modules.get("torch"), "Tensor", ()))


def to_numpy(values: Any) -> NDArray[np.float64]:
    return np.asarray(values.detach().cpu().double() if is_tensor(values) else values, dtype=np.float64)


def like(values: NDArray[np.float64], given: Any) -> Any:
    return given.new_tensor(values) if is_tensor(given) else values.astype(given.dtype)


def at_least_float32(values: Any) -> Any:
    # sums of half-precision squares overflow and lose digits, also where the quotient is representable
    if values.dtype.itemsize >= 4:
        return values
    return values.float() if is_tensor(values) else values.astype(np.float32)


def epsilon(values: Any) -> float:
    # a tensor's dtype may be one that NumPy lacks; and nothing is computed in more than float64
    finfo = sys.modules["torch"].finfo if is_tensor(values) else np.finfo
    return max(float(finfo(values.dtype).eps), sys.float_info.epsilon)


def is_finite(values: Any) -> bool:
    return bool((abs(values) < math.inf).all())


def whole(number: object) -> int:
    if not isinstance(number, numbers.Integral) or number < 1:
        message = f"The dimension is {number}: a whole number of at least 1 is needed."
        raise GramlabError("gram_dimension", message, dimension=number)
    return int(number)


def _ragged(values: Any) -> GramlabError | None:
    rows = values if isinstance(values, list | tuple) or getattr(values, "ndim", 0) == 1 else []
    lengths = [len(row) for row in rows if hasattr(row, "__len__") and not isinstance(row, str)]
    for row, length in enumerate(lengths, 1):
        if length != lengths[0]:
            message = f"Row {row} has {length} numbers and row 1 has {lengths[0]}: all rows must have the same count."
            return GramlabError("gram_ragged", message, row=row, length=length, first=lengths[0])
    return None


def _not_numbers(values: object) -> GramlabError:
    kind = type(values).__name__
    return GramlabError("gram_not_numbers", f"Real numbers are needed; what arrived ({kind}) holds others.", kind=kind)


def not_finite(values: NDArray[np.float64]) -> GramlabError:
    place = np.unravel_index(int(np.isfinite(values).argmin()), values.shape)
    value, position = float(values[place]), tuple(int(index) + 1 for index in place)
    message = f"The number at {position}, counted from 1, is {value}: every number must be finite."
    return GramlabError("gram_not_finite", message, position=position, value=value)


def overflow() -> GramlabError:
    return GramlabError("gram_overflow", "An inner product or eigenvalue is larger than this type of number holds.")
