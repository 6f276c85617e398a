"""The optimisers, given their gradients from outside, so that every evaluation is a step that can be shown."""

from __future__ import annotations

import torch
from torch import Tensor

from gramlib.lbfgs import LBFGS
from gramlib.objective import Point
from gramlib.settings import TransferSettings

FIRST_CHANGE = 0.02  # mean change of a pixel by the first step of L-BFGS, of 1: enough to be seen


class Optimizer:
    """L-BFGS or PyTorch's Adam: one evaluation, one step, one Step.

    Our losses are pure numbers, so that the slope of one pixel is tiny. Scaled to a mean of `first` where the optimiser
    starts, it lies above fixed thresholds, and as a step it moves the pixels by `first` in the mean.

    change      mean change of a pixel by the last step
    remembers   whether L-BFGS goes by what it has seen on the way, and no longer along the slope alone
    """

    def __init__(self, settings: TransferSettings, point: Point, first: float, size: float) -> None:
        self.size, self.change, self.remembers = size, first, False
        self._picture = torch.nn.Parameter(point.image.clone())
        slope = point.gradient.abs().mean().item()
        self._scale = first / slope if slope > 0 else 1.0
        self._optimizer: torch.optim.Optimizer
        if settings.optimizer == "adam":
            # A shorter memory than usual: the gradient shrinks a thousandfold in the first steps, and PyTorch's
            # (0.9, 0.999) would take small steps ever after. Style loss after 80 steps 3 times lower, on one pair.
            self._optimizer = torch.optim.Adam([self._picture], lr=settings.learning_rate * size, betas=(0.8, 0.9))
        else:
            self._optimizer = LBFGS(self._picture, lr=size)

    def step(self, point: Point) -> Tensor:
        """Return the picture after one step from this point, which must be where the last step led."""
        self._picture.grad = point.gradient * self._scale
        self._optimizer.step(lambda: point.total * self._scale)
        self.remembers = isinstance(self._optimizer, LBFGS)
        # Clamped after the step: as low a loss after 60 steps as with a projected L-BFGS, and simpler
        image = self._picture.data.clamp_(0, 1).clone()
        self.change = (image - point.image).abs().mean().item()
        return image

    def for_new(self, settings: TransferSettings, point: Point) -> Optimizer:
        """Return what goes on from the same picture with another loss."""
        if settings.optimizer == "adam" and isinstance(self._optimizer, torch.optim.Adam):
            self._optimizer.param_groups[0]["lr"] = settings.learning_rate * self.size
            return self  # it forgets by itself, within ten steps
        return self.anew(settings, point)

    def anew(self, settings: TransferSettings, point: Point) -> Optimizer:
        """Return what goes on from this point and knows nothing of those before.

        L-BFGS knew the curvature of another loss, and its first step is one along the slope. A quarter as long as the
        last step it lowers the loss; as long as that it raised the loss by up to half, and was not ahead ten steps on.
        """
        return Optimizer(settings, point, min(FIRST_CHANGE, max(FIRST_CHANGE / 20, self.change / 4)), self.size)

    def halved(self, settings: TransferSettings, point: Point) -> Optimizer:
        """Return what tries again from this point with steps half as large."""
        return Optimizer(settings, point, FIRST_CHANGE, self.size / 2)
