"""Style transfer on real, small pictures: it lowers what it says it lowers, and does what it is told on the way."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest
import torch

import gramlib.objective as objective
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.images import open_image, to_tensor
from gramlib.style import content_loss, style_loss, total_variation
from gramlib.transfer import TransferSettings, transfer
from gramlib.vgg import VGG

IMAGES = Path(__file__).parents[2] / "assets" / "images"
STYLE = dict(TransferSettings().style_layers)
SHALLOW = TransferSettings(content_layers={"relu2_1": 1}, style_layers={"relu1_1": 1, "relu2_1": 1}, steps=4)


@pytest.fixture(scope="module")
def network():
    return VGG(device="cpu")


def picture(name, side):
    return to_tensor(open_image(IMAGES / name), side)


@pytest.fixture(scope="module")
def castle():
    return picture("photos/neuschwanstein.jpg", 48)


@pytest.fixture(scope="module")
def wave():
    return picture("paintings/great_wave.jpg", 60)


def mean_style(step):
    return np.mean([step.losses[layer] for layer in STYLE])


# --- it works


@pytest.mark.slow
def test_a_style_heavy_transfer_lowers_the_style_loss_tenfold(network):
    content, style = picture("photos/neuschwanstein.jpg", 96), picture("paintings/great_wave.jpg", 96)
    grams = {layer: feature_gram(F) for layer, F in network.features(style, STYLE).items()}
    start = np.mean([style_loss(feature_gram(F), grams[k]).item() for k, F in network.features(content, STYLE).items()])
    steps = list(transfer(content, style, TransferSettings(style_weight=1000, steps=40), network))
    assert mean_style(steps[-1]) < start / 10
    totals = [step.total for step in steps]
    assert totals[-1] < totals[9] < totals[0]
    # to be seen at once: more than 2 of 255 levels in the mean
    assert (steps[0].image - content).abs().mean() > 2 / 255


@pytest.mark.slow
def test_adam_lowers_it_too(network, castle, wave):
    steps = list(transfer(castle, wave, TransferSettings(optimizer="adam", content_weight=0, steps=60), network))
    assert mean_style(steps[-1]) < mean_style(steps[0]) / 5


@pytest.mark.slow
def test_the_first_recipe_keeps_the_content(network):
    content, style = picture("photos/neuschwanstein.jpg", 96), picture("paintings/great_wave.jpg", 96)
    balanced, careless = (
        list(transfer(content, style, TransferSettings(style_weight=weight, steps=40), network))[-1]
        for weight in (TransferSettings().style_weight, 1000)
    )
    assert balanced.losses["content"] < 1 < careless.losses["content"]
    assert mean_style(careless) < mean_style(balanced) < 0.2


@pytest.mark.parametrize("start", ["content", "noise", "style"])
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_losses_and_total_are_those_of_the_image(network, castle, wave, start, optimizer):
    settings = TransferSettings(
        optimizer=optimizer,
        start=start,
        steps=3,
        content_weight=0.7,
        style_weight=3,
        total_variation_weight=0.5,
        content_layers={"relu1_2": 1, "relu2_1": 3},
        style_layers={"relu1_1": 2, "relu3_1": 1, "relu2_2": 0},
    )
    P, S = network.features(castle, ["relu1_2", "relu2_1"]), network.features(wave, ["relu1_1", "relu3_1", "relu2_2"])
    steps = list(transfer(castle, wave, settings, network))
    assert [step.iteration for step in steps] == [1, 2, 3]
    for step in steps:
        F = network.features(step.image, {**P, **S})
        content = (content_loss(F["relu1_2"], P["relu1_2"]) + 3 * content_loss(F["relu2_1"], P["relu2_1"])) / 4
        expected = {layer: style_loss(feature_gram(F[layer]), feature_gram(S[layer])).item() for layer in S}
        expected |= {"content": content.item(), "total_variation": total_variation(step.image).item()}
        assert step.losses == pytest.approx(expected, rel=1e-4, abs=1e-7)
        style = (2 * expected["relu1_1"] + expected["relu3_1"]) / 3
        total = 0.7 * expected["content"] + 3 * style + 0.5 * expected["total_variation"]
        assert step.total == pytest.approx(total, rel=1e-4)


def test_a_step_is_what_it_says(network, castle, wave):
    steps = list(transfer(castle, wave, SHALLOW, network))
    assert len(steps) == SHALLOW.steps
    for step in steps:
        assert step.image.shape == castle.shape
        assert (step.image.dtype, step.image.device.type) == (torch.float32, "cpu")
        assert not step.image.requires_grad
        assert 0 <= step.image.min() <= step.image.max() <= 1
        assert list(step.losses) == ["content", "relu1_1", "relu2_1"]
        assert all(isinstance(loss, float) for loss in step.losses.values())
    assert 0 < steps[0].seconds < steps[-1].seconds
    kept = [step.image.clone() for step in steps]
    steps[-1].image.zero_()
    assert torch.equal(kept[0], steps[0].image)
    with pytest.raises(FrozenInstanceError):
        steps[0].total = 0.0


def test_the_image_is_nobody_else_s(network, castle, wave):
    before, expected = castle.clone(), list(transfer(castle, wave, SHALLOW, network))[1].image
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps).image.fill_(math.nan)
    second = next(steps).image
    assert torch.equal(second, expected)
    second.fill_(math.nan)
    assert steps.send(replace(SHALLOW, style_weight=2)).image.isfinite().all()
    assert torch.equal(castle, before)


@pytest.mark.parametrize("start", ["content", "noise"])
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_same_again(network, castle, wave, start, optimizer):
    settings = replace(SHALLOW, start=start, optimizer=optimizer, seed=3)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first = list(transfer(castle, wave, settings, network))
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(1)
    second = list(transfer(castle, wave, settings, network))
    assert all(torch.equal(a.image, b.image) and a.losses == b.losses for a, b in zip(first, second, strict=True))
    other = list(transfer(castle, wave, replace(settings, seed=4), network))
    assert torch.equal(other[-1].image, first[-1].image) == (start == "content")


def test_where_it_starts(network, castle, wave):
    settings = replace(SHALLOW, optimizer="adam", learning_rate=1e-4, steps=1)  # moves by 1e-4 a pixel at most
    start = {name: next(transfer(castle, wave, replace(settings, start=name), network)).image for name in
             ("content", "noise", "style")}  # fmt: skip
    torch.testing.assert_close(start["content"], castle, atol=2e-4, rtol=0)
    assert start["noise"].mean() == pytest.approx(0.5, abs=0.01)
    assert 0.02 < start["noise"].std() < 0.2
    assert start["style"].shape == castle.shape
    middle = wave[..., 10:30, 20:40].mean((2, 3))
    got = start["style"][..., 8:24, 16:32].mean((2, 3))
    torch.testing.assert_close(got, middle, atol=0.03, rtol=0)


def test_it_computes_where_the_caller_has_switched_gradients_off_and_leaves_them_off(network, castle, wave):
    with torch.no_grad():
        steps = transfer(castle, wave, SHALLOW, network)
        assert next(steps).total > next(steps).total
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()


def test_losses_are_shown_even_when_they_do_not_pull(network, castle, wave):
    for knob in ("content_weight", "style_weight"):
        step = next(transfer(castle, wave, replace(SHALLOW, start="style", **{knob: 0}), network))
        assert list(step.losses) == ["content", "relu1_1", "relu2_1"]
        assert all(loss > 0 for loss in step.losses.values())
    texture = next(transfer(castle, wave, replace(SHALLOW, content_weight=0, content_layers=()), network))
    assert list(texture.losses) == ["relu1_1", "relu2_1"]


def test_where_there_is_nothing_to_gain_nothing_moves(network, castle, wave):
    steps = transfer(castle, wave, replace(SHALLOW, style_weight=0), network)
    assert torch.equal(next(steps).image, castle)
    assert next(steps).total == 0
    # and from there it still gets going
    moved = steps.send(SHALLOW)
    assert moved.total > next(steps).total > 0


# --- new settings on the way


def test_new_settings_change_what_is_minimised(network, castle, wave):
    steps = transfer(castle, wave, replace(SHALLOW, steps=40), network)
    stylised = [next(steps) for _ in range(15)][-1]
    back = [steps.send(replace(SHALLOW, steps=40, style_weight=0)), *itertools.islice(steps, 14)]
    assert [step.iteration for step in back] == list(range(16, 31)), "send must return the next step"
    assert back[-1].losses["content"] < stylised.losses["content"] / 5
    assert back[-1].losses["relu2_1"] > stylised.losses["relu2_1"]
    assert (back[0].image - stylised.image).abs().mean() < 0.021, "the picture must stay"


def test_new_layers_on_the_way(network, castle, wave):
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps)
    step = steps.send(replace(SHALLOW, style_layers={"relu3_1": 1}, content_layers={}))
    assert list(step.losses) == ["relu3_1"]


def test_lbfgs_forgets_what_it_learnt_of_another_loss(network, castle, wave, monkeypatch):
    made = []

    class Counted(torch.optim.LBFGS):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(torch.optim, "LBFGS", Counted)
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps), next(steps)
    steps.send(replace(SHALLOW, style_weight=2))
    assert len(made) == 2
    steps.send(replace(SHALLOW, style_weight=2, steps=5))
    assert len(made) == 2


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_touch_of_a_slider_does_not_shake_the_picture(network, castle, wave, optimizer):
    settings = replace(SHALLOW, optimizer=optimizer, steps=60)
    steps = transfer(castle, wave, settings, network)
    before = [next(steps) for _ in range(40)][-1]
    after = steps.send(replace(settings, style_weight=settings.style_weight * 1.05))
    assert after.total < before.total * 1.3
    assert (after.image - before.image).abs().mean() < 0.01


def test_the_number_of_steps_may_change(network, castle, wave):
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps)
    assert steps.send(replace(SHALLOW, steps=6)).iteration == 2
    assert [step.iteration for step in steps] == [3, 4, 5, 6]
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps), next(steps)
    with pytest.raises(StopIteration):
        steps.send(replace(SHALLOW, steps=1))
    # only the number: the optimiser goes on as if nothing had been sent
    steps = transfer(castle, wave, SHALLOW, network)
    sent = [next(steps), *(steps.send(replace(SHALLOW, steps=4)) for _ in range(3))]
    plain = list(transfer(castle, wave, SHALLOW, network))
    assert all(torch.equal(a.image, b.image) for a, b in zip(sent, plain, strict=True))


def test_settings_that_do_not_fit_the_network_are_refused_on_the_way(network, castle, wave):
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps)
    with pytest.raises(GramlabError, match="relu9_9"):
        steps.send(replace(SHALLOW, style_layers={"relu9_9": 1}))


def test_stopped_by_stopping(network, castle, wave):
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps)
    steps.close()
    assert list(steps) == []


# --- never a nan


class Breaks:
    """An optimiser whose n-th steps lead nowhere."""

    def __init__(self, kind, monkeypatch, broken):
        self.calls, self.rates, step = 0, [], kind.step

        def breaking(optimizer, closure):
            self.rates.append(optimizer.param_groups[0]["lr"])
            self.calls += 1
            result = step(optimizer, closure)
            if broken(self.calls):
                optimizer.param_groups[0]["params"][0].data[0, 0, 0, 0] = math.nan
            return result

        monkeypatch.setattr(kind, "step", breaking)


def test_a_step_to_nowhere_is_undone_and_halved(network, castle, wave, monkeypatch):
    breaks = Breaks(torch.optim.Adam, monkeypatch, lambda call: call in (2, 3))
    settings = replace(SHALLOW, optimizer="adam", learning_rate=0.016)
    steps = list(transfer(castle, wave, settings, network))
    assert len(steps) == 4
    assert all(step.image.isfinite().all() and math.isfinite(step.total) for step in steps)
    assert breaks.rates == pytest.approx([0.016, 0.016, 0.008, 0.004, 0.004, 0.004])
    assert (steps[1].image - steps[0].image).abs().max() <= 0.0041, "it did not go on from before the bad step"


def test_a_loss_that_is_not_finite_is_undone_too(network, castle, wave, monkeypatch):
    real, calls = objective.content_loss, itertools.count(1)
    bad = (3, 4)  # the first evaluation is of the start
    monkeypatch.setattr(
        objective, "content_loss", lambda F, P: real(F, P) * (math.inf if next(calls) in bad else 1)
    )  # fmt: skip
    steps = list(transfer(castle, wave, SHALLOW, network))
    assert len(steps) == 4
    assert all(math.isfinite(step.total) for step in steps)


def test_it_gives_up_in_words(network, castle, wave, monkeypatch):
    Breaks(torch.optim.LBFGS, monkeypatch, lambda call: call > 1)
    steps = transfer(castle, wave, SHALLOW, network)
    next(steps)
    with pytest.raises(GramlabError, match="finite loss") as raised:
        next(steps)
    assert raised.value.code == "transfer_not_finite"


# --- what it is given


def test_pictures_are_checked_at_the_call(network, castle, wave):
    dark, bright, broken = castle.clone(), castle.clone(), wave.clone()
    dark[0, 0, 0, 0], bright[0, 0, 0, 0], broken[0, 0, 0, 0] = -0.1, 255, math.nan
    for content, style, code in [
        (dark, wave, "image_range"),
        (bright, wave, "image_range"),
        (castle, broken, "image_range"),
        (castle[:, :1], wave, "image_shape"),
        (castle, wave.expand(2, -1, -1, -1), "image_shape"),
        (castle, wave.numpy(), "image_kind"),
        ((castle * 255).byte(), wave, "image_kind"),
    ]:
        with pytest.raises(GramlabError) as raised:
            transfer(content, style, SHALLOW, network)
        assert raised.value.code == code


def test_layers_are_checked_at_the_call(network, castle, wave):
    with pytest.raises(GramlabError, match="relu4_4"):
        transfer(castle, wave, replace(SHALLOW, style_layers={"relu4_4": 1}), network)
    small = torch.rand(1, 3, 15, 40)
    for content, style in ((small, wave), (castle, small)):
        with pytest.raises(GramlabError, match="40×15") as raised:
            transfer(content, style, TransferSettings(), network)
        assert raised.value.code == "image_too_small"
    # the painting need not be large enough for the content's layers
    transfer(castle, torch.rand(1, 3, 4, 4), replace(SHALLOW, content_layers={"relu5_1": 1}), network)


# --- the module that is a function


@pytest.mark.parametrize(
    "imports",
    [
        "from gramlib import transfer; import gramlib.transfer as module; from gramlib.transfer import Step",
        "import gramlib.transfer as module; from gramlib.transfer import Step; from gramlib import transfer",
        "import gramlib; transfer = gramlib.transfer; from gramlib import Step; import gramlib.transfer as module",
    ],
)
def test_the_name_is_both_in_any_order(imports):
    program = f"""
{imports}
import gramlib, torch
from gramlib.transfer import transfer as function
assert gramlib.transfer.Step is module.Step is Step is gramlib.Step
assert module.transfer is function and gramlib.TransferSettings is module.TransferSettings
for call in (transfer, module, gramlib.transfer, function):
    try:
        call(torch.zeros(1), torch.zeros(1), gramlib.TransferSettings(), network=None)
    except gramlib.GramlabError as error:
        assert error.code == "image_shape"
    else:
        raise SystemExit("not called")
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
