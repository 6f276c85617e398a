"""Lesson 6 in a real browser: a part is cut and added, a weight moves the map, a link and a language keep it all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from pages.ui.text import words
from tests.browser.conftest import as_telephone, in_another_browser, touch

ENGLISH = words("en")
PICTURES = "great_wave,poppies,neuschwanstein,brick"


@pytest.fixture
def lesson(page: Page, server: str) -> Page:
    page.goto(f"{server}/style_distance?lang=en&pictures={PICTURES}")
    expect(page.locator(".thumb")).to_have_count(4)
    at_rest(page.locator(".thumb").nth(3))
    return page


# where elements are, one box after the other, once all have stayed there for six frames in a row
STILL = """(elements) => {
  const [first] = elements;
  const seen = elements.map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  });
  first.frames = String(first.seen) === String(seen) ? first.frames + 1 : 0;
  first.seen = seen;
  return first.frames >= 6;
}"""


def boxes(*elements: Locator) -> list[FloatRect]:
    """Where all that these find are, once they stay where they are: the page may still be growing above them."""
    page = elements[0].page
    elements[0].first.scroll_into_view_if_needed()
    found = [handle for element in elements for handle in element.element_handles()]
    page.wait_for_function(STILL, arg=found)
    places = page.evaluate("(all) => all[0].seen", found)
    return [FloatRect(x=x, y=y, width=width, height=height) for x, y, width, height in places]


def at_rest(element: Locator) -> FloatRect:
    return boxes(element)[0]


def places(page: Page) -> list[tuple[float, float]]:
    """Where the thumbnails are, as shares of the map's width."""
    plane, *thumbs = boxes(page.get_by_test_id("style-map"), page.locator(".thumb"))
    return [((box["x"] - plane["x"]) / plane["width"], (box["y"] - plane["y"]) / plane["width"]) for box in thumbs]


def slider(page: Page, layer: str) -> Locator:
    return page.get_by_label(ENGLISH["style_distance.words.weight"].format(layer=layer))


def add(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(f"{ENGLISH['crop.add']}$"))


def test_a_frame_is_dragged_and_what_is_in_it_is_added(lesson: Page) -> None:
    picture = at_rest(lesson.get_by_test_id("crop-frame"))
    frame = lesson.locator(".frame").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    lesson.mouse.move(x, y)
    lesson.mouse.down()
    lesson.mouse.move(x - 0.1 * picture["width"], y + 0.1 * picture["height"], steps=5)
    lesson.mouse.up()
    expect(lesson).to_have_url(re.compile("frame=20-35-40-50"))
    corner = at_rest(lesson.locator(".corner").nth(3))
    lesson.mouse.move(corner["x"] + 22, corner["y"] + 22)
    lesson.mouse.down()
    lesson.mouse.move(picture["x"] + 2 * picture["width"], picture["y"] + 2 * picture["height"], steps=5)
    lesson.mouse.up()
    expect(lesson).to_have_url(re.compile("frame=20-35-80-65"))  # not beyond the border
    add(lesson).click()
    expect(lesson.locator(".thumb")).to_have_count(5)
    expect(lesson.locator(".thumb").nth(4)).to_have_attribute("aria-label", "Part 1 of The Great Wave")
    expect(lesson).to_have_url(re.compile(r"great_wave(%40|@)20-35-80-65"))
    expect(add(lesson)).to_be_disabled()
    # drawn anew beside the old one
    picture = at_rest(lesson.get_by_test_id("crop-frame"))
    x, y = picture["x"] + 0.02 * picture["width"], picture["y"] + 0.02 * picture["height"]
    lesson.mouse.move(x, y)
    lesson.mouse.down()
    lesson.mouse.move(x + 0.1 * picture["width"], y + 0.9 * picture["height"], steps=5)
    lesson.mouse.up()
    expect(lesson).to_have_url(re.compile("frame=2-2-10-90"))
    # and by keys
    lesson.locator(".frame").focus()
    lesson.keyboard.press("ArrowRight")
    lesson.keyboard.press("Shift+ArrowDown")
    expect(lesson).to_have_url(re.compile("frame=7-3-10-90"))
    lesson.locator(".corner").first.focus()
    lesson.keyboard.press("ArrowLeft")
    expect(lesson).to_have_url(re.compile("frame=2-3-15-90"))


def test_a_weight_moves_the_map_without_a_flip_and_pointing_reads_distances(lesson: Page) -> None:
    lesson.evaluate("""() => {
      window.__jumps = 0;
      const seen = new WeakMap();
      const find = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
        each.shadowRoot ? [...each.shadowRoot.querySelectorAll(".thumb")] : []);
      const tick = () => {
        for (const thumb of find(document)) {
          const [x, y] = thumb.style.transform.match(/-?[\\d.]+/g).map(Number);
          const [u, v] = seen.get(thumb) ?? [x, y];
          window.__jumps = Math.max(window.__jumps, Math.hypot(x - u, y - v));
          seen.set(thumb, [x, y]);
        }
        requestAnimationFrame(tick);
      };
      tick();
    }""")
    start = places(lesson)
    for layer in ("relu5_1", "relu1_1"):
        slider(lesson, layer).focus()
        for _ in range(6):
            lesson.keyboard.press("ArrowLeft")
            lesson.wait_for_timeout(50)
    expect(lesson).to_have_url(re.compile("weights=0.7"))
    end = places(lesson)
    assert lesson.evaluate("window.__jumps") > 0, "the map has not moved at all"
    # the brick wall is far to one side of the paintings; had the map been mirrored it would be on the other
    for axis in (0, 1):
        sides = [layout[3][axis] - layout[0][axis] for layout in (start, end)]
        assert abs(sides[0] - sides[1]) < 0.25

    # pointed at
    expect(lesson.get_by_test_id("style-map").locator("svg text")).to_have_count(0)
    lesson.locator(".thumb").nth(3).hover()
    expect(lesson.get_by_test_id("style-map").locator("svg text")).to_have_count(3)
    expect(lesson.locator(".said")).to_have_text(ENGLISH["style_distance.words.from"].format(title="Brick wall"))
    before = places(lesson)
    for layer in ("relu1_1", "relu2_1", "relu3_1", "relu4_1"):
        slider(lesson, layer).press("Home")
    expect(lesson).to_have_url(re.compile("weights=0(%2C|,)0(%2C|,)0(%2C|,)0(%2C|,)0.7"))
    after = places(lesson)
    moved = max(abs(p - q) for a, b in zip(before, after, strict=True) for p, q in zip(a, b, strict=True))
    assert moved > 0.02
    slider(lesson, "relu5_1").press("Home")  # no mean without a weight: it stays above 0
    expect(lesson).to_have_url(re.compile("weights=0(%2C|,)0(%2C|,)0(%2C|,)0(%2C|,)0.05"))
    expect(slider(lesson, "relu5_1")).to_have_value("0.05")


def test_the_language_and_the_link_keep_parts_weights_and_map(lesson: Page) -> None:
    add(lesson).click()
    expect(lesson.locator(".thumb")).to_have_count(5)
    slider(lesson, "relu1_1").press("Home")
    expect(lesson).to_have_url(re.compile("weights=0"))
    lesson.get_by_role("radio", name=ENGLISH["style_distance.maps.content"]).click()
    expect(lesson).to_have_url(re.compile("map=content"))
    before = places(lesson)
    lesson.get_by_role("radio", name="中文").click()
    chinese = words("zh")
    expect(lesson.locator(".thumb").nth(4)).to_have_attribute("aria-label", "局部 1：《神奈川冲浪里》")
    for there, then in zip(places(lesson), before, strict=True):
        assert there == pytest.approx(then, abs=0.02)
    weight = lesson.get_by_label(chinese["style_distance.words.weight"].format(layer="relu1_1"))
    expect(weight).to_have_value("0")
    expect(lesson).to_have_url(re.compile(r"map=content"))
    expect(lesson).to_have_url(re.compile(r"great_wave(%40|@)30-25-40-50"))
    now = places(lesson)
    other = in_another_browser(lesson)
    other.goto(lesson.url)
    expect(other.locator(".thumb")).to_have_count(5)
    for here, there in zip(now, places(other), strict=True):
        assert there == pytest.approx(here, abs=0.01)


def test_touch_moves_the_frame_on_a_phone_that_never_scrolls_sideways(page: Page, server: str) -> None:
    hand = as_telephone(page)
    page.goto(f"{server}/style_distance?lang=zh&pictures=great_wave,brick")
    expect(page.locator(".thumb")).to_have_count(2)
    picture = at_rest(page.get_by_test_id("crop-frame"))
    frame = page.locator(".frame").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    touch(hand, "touchStart", (x, y))
    for step in range(1, 6):
        touch(hand, "touchMove", (x + 0.04 * step * picture["width"], y))
    touch(hand, "touchEnd")
    expect(page).to_have_url(re.compile("frame=50-25-40-50"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
