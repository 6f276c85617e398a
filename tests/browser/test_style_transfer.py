"""A transfer as a person drives it: start, steer, pause, reload, look back, go on from there, take it away."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Locator, Page, expect

from pages.ui.pictures import samples
from pages.ui.text import words
from tests.browser.conftest import at_rest, settled

ENGLISH = words("en")


def said(key: str) -> str:
    return ENGLISH[f"style_transfer.{key}"]


def button(page: Page, key: str) -> Locator:
    return page.get_by_role("button", name=said(key), exact=True)


def status(page: Page) -> Locator:
    return page.locator(".live .status").first


def step(page: Page) -> int:
    found = re.search(r"Step (\d+)", status(page).inner_text())
    return int(found[1]) if found else 0


def wait_for_step(page: Page, least: int) -> None:
    page.wait_for_function(
        "least => Number(/Step (\\d+)/.exec([...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector("
        "'.live .status')?.textContent).find(Boolean))?.[1]) >= least",
        arg=least,
    )


# what the line says from now on, each time that it says something else
SAID = """() => {
  const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot);
  const line = roots.map((root) => root?.querySelector(".live .status")).find(Boolean);
  window.__said = [];
  new MutationObserver(() => window.__said.push(line.textContent)).observe(line, { childList: true });
}"""


def at_rest_at(page: Page) -> int:
    """The step of a transfer that is paused, once the server has been asked twice and knows of no other.

    It answers at once when there is something new, and after two seconds with nothing (204) when there is not.
    """
    quiet = 0
    while quiet < 2:
        with page.expect_response(re.compile("newest.jpg")) as answer:
            pass
        quiet = quiet + 1 if answer.value.status == 204 else 0
    return step(page)


def faded(stage: Locator) -> None:
    """Wait until the newest picture has come up wholly over the one before."""
    expect(stage.locator(".shown.above")).to_have_css("opacity", "1")


def distance(page: Page, layer: str) -> float:
    row = page.locator(".walk .row", has_text=layer).first
    expect(row.locator(".distance")).not_to_have_text("—")
    return float(row.locator(".distance").inner_text())


@pytest.mark.slow
def test_start_steer_pause_reload_rewind_and_take_away(page: Page, server: str) -> None:
    page.goto(f"{server}/style_transfer?lang=en&size=128&steps=400&style_weight=100")
    stage = page.locator(".stage").first
    expect(status(page)).to_have_text(said("live.idle"))
    untouched = stage.screenshot()
    button(page, "start").click()

    # the picture changes, and its Gram matrices come nearer to the painting's
    wait_for_step(page, 2)
    first = distance(page, "relu2_1")
    wait_for_step(page, 25)
    assert stage.screenshot() != untouched
    expect(page.locator(".walk .row", has_text="relu2_1").locator(".distance")).not_to_have_text(str(first))
    assert distance(page, "relu2_1") < first

    # steered while it runs: a layer taken away leaves the table
    page.get_by_text(said("more.layers"), exact=True).click()
    page.get_by_role("slider", name="relu5_1").press("Home")
    expect(page.locator(".walk .row", has_text="relu5_1")).to_have_count(0)

    button(page, "pause").click()
    expect(status(page)).to_contain_text(said("live.state_paused"))
    expect(button(page, "advance")).to_be_enabled()
    rested = at_rest_at(page)
    button(page, "advance").click()
    wait_for_step(page, rested + 1)
    assert at_rest_at(page) == rested + 1

    # a reload finds the same job, at the same step, as it was steered
    page.reload()
    expect(status(page)).to_contain_text(f"Step {rested + 1} of 400")
    expect(button(page, "resume")).to_be_enabled()
    expect(page.locator(".walk .row.style")).to_have_count(4)

    # back along the saved frames, and on from there
    page.evaluate(SAID)
    scrub = page.get_by_role("slider", name=said("live.scrub"))
    expect(scrub).to_be_enabled()
    scrub.press("Home")
    expect(page.locator(".looking")).to_have_text(said("live.looking").format(step=1))
    page.get_by_role("button", name=said("live.rewind")).click()
    expect(button(page, "pause")).to_be_enabled()  # it goes on, without another press
    wait_for_step(page, 4)

    # the way that was left is still there, and the one from step 1 as well
    button(page, "back").click()
    expect(status(page)).to_contain_text(f"Step {rested + 1} of 400")
    expect(status(page)).to_contain_text(said("live.state_paused"))
    button(page, "back").click()
    expect(status(page)).not_to_contain_text(f"Step {rested + 1} of 400")
    expect(status(page)).to_contain_text(re.compile(r"Step \d+ of 400 .*" + said("live.state_paused")))
    left_at = step(page)
    button(page, "resume").click()
    wait_for_step(page, left_at + 2)

    button(page, "stop").click()
    expect(status(page)).to_contain_text(re.compile(r"Step \d+ of 400 .*" + said("live.state_stopped")))
    expect(button(page, "stop")).to_be_disabled()
    settled(page)
    shown = status(page).inner_text()

    with page.expect_download() as saved:
        page.get_by_role("button", name=said("save").format(size=128)).click()
    assert saved.value.suggested_filename == "Neuschwanstein_The-Great-Wave-Hokusai_128px.png"
    with Image.open(saved.value.path()) as picture:
        assert (picture.format, max(picture.size)) == ("PNG", 128)
    page.get_by_role("radio", name=said("tab.take_away")).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name=said("files.gif")).click()
    with Image.open(io.BytesIO(saved.value.path().read_bytes())) as animation:
        assert animation.format == "GIF"
        assert len(list(ImageSequence.Iterator(animation))) >= 4
    with page.expect_download() as saved:
        page.get_by_role("button", name=said("files.json")).click()
    recipe = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert recipe["style_weight"] == 100
    assert [layer for layer, _ in recipe["style_layers"]] == ["relu1_1", "relu2_1", "relu3_1", "relu4_1"]
    assert status(page).inner_text() == shown  # nothing moves any more
    assert [line for line in page.evaluate("window.__said") if "Step" not in line] == []  # not for a moment


def test_before_and_after(page: Page, server: str) -> None:
    """The photo comes in from the left over what has become of it, by mouse or keyboard."""
    page.goto(f"{server}/style_transfer?lang=zh&size=128&steps=10")
    chinese = words("zh")
    stage = page.locator(".stage").first
    page.get_by_role("button", name=chinese["style_transfer.start"], exact=True).click()
    expect(status(page)).to_contain_text(chinese["style_transfer.live.state_finished"])
    faded(stage)
    after = stage.screenshot()
    compare = page.get_by_role("slider", name=chinese["style_transfer.live.compare"])
    compare.press("End")
    expect(stage.locator(".name.left")).to_have_css("opacity", "1")
    assert stage.screenshot() != after
    compare.press("Home")
    expect(stage.locator(".name.left")).to_have_css("opacity", "0")
    assert stage.screenshot() == after


@pytest.mark.slow
def test_two_tabs_show_what_is_in_force(page: Page, server: str) -> None:
    """What one tab of a browser has changed, the other shows without being touched."""
    page.goto(f"{server}/style_transfer?lang=en&size=128&steps=500")
    button(page, "start").click()
    wait_for_step(page, 1)
    page.wait_for_function("location.search.includes('job=')")
    other = page.context.new_page()
    other.goto(page.url)
    wait_for_step(other, 1)
    other.get_by_role("slider", name=said("style_weight")).press("End")
    expect(page.get_by_role("slider", name=said("style_weight"))).to_have_attribute("aria-valuetext", "1000")
    button(page, "stop").click()


def test_what_pulls_at_a_pixel_and_where_the_curves_bend(page: Page, server: str) -> None:
    """A portrait before the start; then a weight moved, and, paused, one pixel followed over one step."""
    page.goto(f"{server}/style_transfer?lang=en&size=128&steps=500&content=spring&lab=downhill")
    shown = page.locator(".live .stage").first.bounding_box()
    assert shown is not None
    assert shown["width"] / shown["height"] == pytest.approx(aspect("spring"), rel=0.03)
    expect(page.locator(".downhill .state")).to_have_text(said("downhill.idle"))
    button(page, "start").click()
    wait_for_step(page, 2)
    page.get_by_role("slider", name=said("style_weight")).press("ArrowRight")
    expect(page.locator(".marks")).to_contain_text(said("table.mark_style_weight").format(style_weight=50))

    button(page, "pause").click()
    looked = page.locator(".downhill .state")
    expect(looked).to_have_text(re.compile(r"^At step \d+\.$"))
    expect(button(page, "advance")).to_be_enabled()
    at_rest_at(page)
    canvas = page.locator(".pulls .style canvas")
    row = re.compile(r"The pixel in row (\d+), column (\d+)")
    title = page.locator(".pixel > b").first
    expect(title).to_have_text(row)
    before = [int(number) for number in row.findall(title.inner_text())[0]]
    canvas.press("Shift+ArrowRight")
    canvas.press("ArrowUp")
    expect(title).to_have_text(said("downhill.pixel").format(row=before[0] - 1, column=before[1] + 10))
    # the slope is minus the pulls' sum, as far as three digits tell
    cells = page.locator(".pixel table").first.locator("tr")
    *pulls, slope = (float(written(cells.nth(k).locator("td").first)) for k in (2, 3, 4, 5))
    assert slope == pytest.approx(-sum(pulls), abs=0.01 * sum(map(abs, pulls)))

    value = cells.nth(1).locator("td").all_inner_texts()
    step_of = step(page)
    expect(looked).to_have_text(said("downhill.looked").format(step=step_of))
    button(page, "advance").click()
    expect(looked).to_have_text(said("downhill.looked").format(step=step_of + 1))
    earlier = page.locator(".pixel table").nth(1).locator("tr")
    assert earlier.nth(1).locator("td").all_inner_texts() == value
    moved = earlier.nth(3).locator("td").all_inner_texts()
    assert cells.nth(1).locator("td").all_inner_texts() == moved
    button(page, "stop").click()


def aspect(name: str) -> float:
    with Image.open(samples()[name]) as picture:
        return picture.width / picture.height


def written(cell: Locator) -> str:
    """A number as Python reads it."""
    text = cell.inner_text().translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    return text.replace("×10", "e")


# where the parts of the stage stand, in the window: [left, top, right, bottom]
PLACES = """() => {
  const canvases = [...document.querySelectorAll('*')].map((element) => element.shadowRoot).filter(Boolean);
  const all = (selector) => canvases.flatMap((root) => [...root.querySelectorAll(selector)]);
  const box = (part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  return {
    picture: all('.live .stage').slice(0, 1).map(box),
    matrices: all('.walk canvas.matrix').map(box),
    curves: all('.walk canvas.curve').map(box),
    weights: [...document.querySelectorAll('.st-key-stage-weights [data-testid=stSlider]')].map(box),
  };
}"""


def on_one_screen(page: Page, width: int, height: int) -> None:
    """Picture, five layers, all curves and both weights are seen together, and the picture is large."""
    page.set_viewport_size({"width": width, "height": height})
    at_rest(page, page.locator(".walk .row.content"))
    at_rest(page, page.locator(".walk canvas.curve").last)  # the lowest
    places = page.evaluate(PLACES)
    assert {name: len(boxes) for name, boxes in places.items()} == {
        "picture": 1,
        "matrices": 15,
        "curves": 6,
        "weights": 2,
    }
    for name, boxes in places.items():
        for left, top, right, bottom in boxes:
            assert 0 <= left < right <= width, (name, width)
            assert 0 <= top < bottom <= height, (name, height)
    (left, top, right, bottom), *_ = places["picture"]
    assert (right - left) * (bottom - top) > 0.1 * width * height


def test_the_stage_is_on_one_screen_and_the_picture_stays_on_a_telephone(page: Page, server: str) -> None:
    page.goto(f"{server}/style_transfer?lang=en&size=128&steps=10")
    button(page, "start").click()
    expect(status(page)).to_contain_text(said("live.state_finished"))
    on_one_screen(page, 1920, 1080)
    on_one_screen(page, 1280, 720)

    page.set_viewport_size({"width": 390, "height": 844})
    picture = page.locator(".stage").first
    at_rest(page, picture)
    for name in ("style_weight", "content_weight"):
        page.get_by_role("slider", name=said(name)).press("ArrowRight")  # brings it into sight
        expect(page.locator(f".st-key-stage-{name} [data-testid=stSlider]")).to_be_in_viewport(ratio=0.99)
        expect(picture).to_be_in_viewport(ratio=0.99)
        above, below = (part.bounding_box() for part in (picture, page.locator(f".st-key-stage-{name}")))
        assert above is not None
        assert below is not None
        assert above["y"] + above["height"] < below["y"]
    # further down, too: the picture stays above the last of the matrices
    page.locator(".walk .row.style").last.scroll_into_view_if_needed()
    expect(picture).to_be_in_viewport(ratio=0.99)

    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 0)")
    page.get_by_text(ENGLISH["shell.projector"], exact=True).click()
    expect(page.locator("[data-testid=stSidebar]")).to_have_count(0)
    on_one_screen(page, 1280, 720)
    on_one_screen(page, 1920, 1080)
