"""Lesson 6 in a real browser: a part is cut and added, a weight moves the map, a link and a language keep it all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.ui.text import words

ENGLISH = words("en")
PICTURES = "great_wave,poppies,neuschwanstein,brick"


@pytest.fixture
def lesson(page: Page, server: str) -> Page:
    page.goto(f"{server}/style_distance?lang=en&pictures={PICTURES}")
    expect(page.locator(".thumb")).to_have_count(4)
    at_rest(page.locator(".thumb").nth(3))
    return page


def at_rest(element: Locator) -> dict[str, float]:
    """The element's place, once it stays where it is: the page may still be growing above it."""
    element.scroll_into_view_if_needed()
    last, still = None, 0
    while still < 3:
        box = element.bounding_box()
        still = still + 1 if box == last else 0
        last = box
        element.page.wait_for_timeout(100)
    return last


def places(page: Page) -> list[tuple[float, float]]:
    """Where the thumbnails are, as shares of the map's width."""
    plane = page.get_by_test_id("style-map").bounding_box()
    boxes = [at_rest(page.locator(".thumb").nth(index)) for index in range(page.locator(".thumb").count())]
    plane = page.get_by_test_id("style-map").bounding_box()
    return [((box["x"] - plane["x"]) / plane["width"], (box["y"] - plane["y"]) / plane["width"]) for box in boxes]


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
    corner = lesson.locator(".corner").nth(3).bounding_box()
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


def test_pointing_reads_distances_and_a_weight_moves_the_map_and_then_the_rest(lesson: Page) -> None:
    expect(lesson.get_by_test_id("style-map").locator("svg text")).to_have_count(0)
    lesson.locator(".thumb").nth(3).hover()
    expect(lesson.get_by_test_id("style-map").locator("svg text")).to_have_count(3)
    expect(lesson.locator(".said")).to_have_text(ENGLISH["style_distance.words.from"].format(title="Brick wall"))
    before = places(lesson)
    for layer in ("relu1_1", "relu2_1", "relu3_1", "relu4_1"):
        slider(lesson, layer).press("Home")
    expect(lesson).to_have_url(re.compile("weights=0(%2C|,)0(%2C|,)0(%2C|,)0(%2C|,)1"))
    after = places(lesson)
    moved = max(abs(p - q) for a, b in zip(before, after, strict=True) for p, q in zip(a, b, strict=True))
    assert moved > 0.02
    slider(lesson, "relu5_1").press("Home")  # no mean without a weight: it stays above 0
    expect(lesson).to_have_url(re.compile("weights=0(%2C|,)0(%2C|,)0(%2C|,)0(%2C|,)0.05"))
    expect(slider(lesson, "relu5_1")).to_have_value("0.05")


def test_nothing_flips_while_a_weight_moves(lesson: Page) -> None:
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


def test_the_language_and_the_link_keep_parts_weights_and_map(lesson: Page, browser: Browser) -> None:
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
    for now, then in zip(places(lesson), before, strict=True):
        assert now == pytest.approx(then, abs=0.02)
    weight = lesson.get_by_label(chinese["style_distance.words.weight"].format(layer="relu1_1"))
    expect(weight).to_have_value("0")
    expect(lesson).to_have_url(re.compile(r"map=content"))
    expect(lesson).to_have_url(re.compile(r"great_wave(%40|@)30-25-40-50"))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = context.new_page()
    other.goto(lesson.url)
    expect(other.locator(".thumb")).to_have_count(5)
    for here, there in zip(places(lesson), places(other), strict=True):
        assert there == pytest.approx(here, abs=0.01)
    context.close()


def test_touch_moves_the_frame_on_a_phone_that_never_scrolls_sideways(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(f"{server}/style_distance?lang=zh&pictures={PICTURES}")
    expect(phone.locator(".thumb")).to_have_count(4)
    picture = at_rest(phone.get_by_test_id("crop-frame"))
    frame = phone.locator(".frame").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    session = context.new_cdp_session(phone)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]}
        )

    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x + 0.04 * step * picture["width"], y))
    touch("touchEnd")
    expect(phone).to_have_url(re.compile("frame=50-25-40-50"))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
