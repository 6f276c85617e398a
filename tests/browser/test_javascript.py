"""The functions of the canvases that touch nothing, one by one in a blank page, against Python's or by their laws.

How numbers are written is in test_numbers.py, what a canvas does as a whole in test_lifecycle.py.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from gramlib.filters import DEVIATION, MEAN, filtered, patch_at, standardized
from gramlib.vectors import angle, projection
from pages.ui.canvases import component
from pages.ui.canvases.browser.phrases import instead as in_our_words
from pages.ui.canvases.crop.canvas import SMALLEST, within
from pages.ui.colours import LIGHT
from pages.ui.numbers import angle_text
from tests.browser.stage import module

Evaluate = Callable[..., Any]
SHAPES = list(itertools.product([2, 3, 4], repeat=3))


@pytest.fixture(scope="module")
def load(browser: Browser) -> Iterator[Callable[[str], Evaluate]]:
    """Load a module of pages/ui/canvases; what it exports is `m` in the functions that are then evaluated."""
    context = browser.new_context()

    @functools.cache
    def load(path: str) -> Evaluate:
        page = context.new_page()
        module(page, path)
        return page.evaluate

    yield load
    context.close()


# --------------------------------------------------------------------------------------------------------- shared/*


def test_a_text_is_filled_in_and_a_place_without_a_value_stays(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/words.js")
    assert js("m.fill('{a}, {b}, {a}: {c}', { a: 0, b: '{a}' })") == "0, {a}, 0: {c}"
    assert js("m.fill('“{text}”', { text: '$&' })") == "“$&”"  # no sign of a pattern


def test_what_cannot_be_seen_in_a_text_is_named(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/words.js")
    assert js("(text) => m.visible(text)", "1 ,\u200b2\t\U000e0041") == r"1 ,\u200b2\u0009\ue0041"
    assert js("m.visible('x'.repeat(24))") == "x" * 24
    assert js("m.visible('x'.repeat(25))") == "x" * 24 + "…"


def test_geometry(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/geometry.js")
    assert js("[m.clamp(-1), m.clamp(0.5), m.clamp(7), m.clamp(7, 2, 9), m.clamp(1, 2, 9)]") == [0, 0.5, 1, 7, 2]
    assert js("[m.mix([1, 2], [3, 6], 0.25), m.mix([1, 2], [3, 6], 0), m.mix([1, 2], [3, 6], 1)]") == [
        [1.5, 3],
        [1, 2],
        [3, 6],
    ]
    assert js("[m.plus([1, 2], [3, -4]), m.distance([1, 2], [4, -2])]") == [[4, -2], 5]


def test_only_a_key_that_is_pressed_alone_is_plain(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/keys.js")
    pressed = "(keys) => keys.map((key) => m.isPlain(new KeyboardEvent('keydown', { [key]: true })))"
    assert js(pressed, ["shiftKey", "ctrlKey", "metaKey", "altKey"]) == [True, False, False, False]
    moves = js("m.ARROWS")
    assert moves == {"ArrowLeft": [-1, 0], "ArrowRight": [1, 0], "ArrowUp": [0, -1], "ArrowDown": [0, 1]}


def test_colours_become_pixels(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/colours.js")
    assert js("[m.rgb('#1c6cb5'), m.pixel([0x1c, 0x6c, 0xb5])]") == [[0x1C, 0x6C, 0xB5], 0xFFB56C1C]


def test_the_scale_is_mixed_evenly_from_negative_by_paper_to_product(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/colours.js")
    found = js("([colours, count]) => [...m.scale(colours, count)]", [LIGHT.as_dict(), 511])
    ends = [np.array([int(c[at : at + 2], 16) for at in (1, 3, 5)]) for c in (LIGHT.negative, LIGHT.paper)]
    ends.append(np.array([int(LIGHT.product[at : at + 2], 16) for at in (1, 3, 5)]))
    for k, value in enumerate(found):
        low, share = (0, k / 255) if k < 255 else (1, (k - 255) / 255)
        mixed = ends[low] + share * (ends[low + 1] - ends[low])
        assert [value & 255, value >> 8 & 255, value >> 16 & 255] == pytest.approx(list(mixed), abs=0.5001)
        assert value >> 24 == 255


def test_an_element_is_dressed_in_the_colours(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/colours.js")
    dressed = "{ const e = document.createElement('p'); m.dress(e, { first: '#123456' }); return e.style.cssText; }"
    assert js(f"() => {dressed}") == "--first: #123456;"


def test_a_drawing_is_put_together(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/svg.js")
    made = "m.svg('g', { class: 'a' }, m.svg('circle', { r: 2 }), 'text')"
    assert js(f"{made}.outerHTML") == '<g class="a"><circle r="2"></circle>text</g>'
    assert js(f"{made} instanceof SVGGElement")


# ------------------------------------------------------------------------------------------------- the conversation


def test_a_message_is_unpacked_wherever_it_lies(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/wire.js")
    message = component.packed({"wörter": [1, "−2"]}, b"\x00\xff\x07")
    unpacked = """(bytes) => {
      const data = Uint8Array.from([9, 9, 9, ...bytes]).subarray(3);
      const { about, payload } = m.unpack(data);
      return [about, [...payload]];
    }"""
    assert js(unpacked, list(message)) == [{"wörter": [1, "−2"]}, [0, 255, 7]]


def test_a_commit_counts_up_and_is_seen_only_when_it_is_the_last(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/wire.js")
    js("() => { window.commits = new m.Commits(4); window.sent = []; window.set = (...said) => sent.push(said); }")
    assert js("[3, 4, 5].map((seen) => commits.areSeen(seen))") == [False, True, False]
    js("() => { commits.send(set, 'a'); commits.send(set, 'b', 'moved'); }")
    assert js("sent") == [
        ["committed", {"value": "a", "sequence": 5}],
        ["moved", {"value": "b", "sequence": 6}],
    ]
    assert js("[4, 5, 6].map((seen) => commits.areSeen(seen))") == [False, False, True]  # no late echo


def test_a_wish_counts_once_and_not_over_a_choice_that_python_does_not_know(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/wire.js")
    follow = "([value, count, after, fresh]) => m.follow('k', { value, count, after }, fresh ?? false).value"
    assert js(follow, ["a", 0, 0, True]) == "a"
    told = js("""() => {
      const choice = m.follow("k", { value: "a", count: 0, after: 0 }, false);
      const sent = [];
      m.choose(choice, "b")((...said) => sent.push(said));
      m.choose(choice, "c")((...said) => sent.push(said));
      return sent;
    }""")
    (first, second) = (value["sequence"] for _, value in told)
    assert [(name, value["value"]) for name, value in told] == [("choice", "b"), ("choice", "c")]
    assert second > first  # also within one millisecond
    assert js(follow, ["a", 0, 0]) == "c"  # the same wish, sent again
    assert js(follow, ["d", 1, first]) == "c"  # Python did not know of the last choice when it wished that
    assert js(follow, ["e", 2, second]) == "e"
    assert js(follow, ["e", 2, 0, True]) == "e"  # the element has been put back: the choice is older than it
    assert js("m.follow('another', { value: 1, count: 0, after: 0 }, true).value") == 1


# ------------------------------------------------------------------------------------------- what Streamlit says


def test_what_streamlit_says_is_said_in_our_words(load: Callable[[str], Evaluate]) -> None:
    js = load("browser/saying.js")
    pairs = in_our_words("zh")

    def instead(said: str) -> str | None:
        answer: str | None = js("([said, pairs]) => m.instead(said, m.phrases(pairs))", [said, pairs])
        return answer

    assert instead("Increment") == "增加"
    assert instead("Help for k (1)?") == "说明：k (1)?"
    assert instead("You can only select up to 8 options. Remove an option first.") == "最多选 8 张，请先去掉一张。"
    assert instead("Error: File must be 20.0MB or smaller.") == "错误：文件不能超过 20 MB。"
    assert instead("Remove $& {name}.png") == "移除 $& {name}.png"
    assert instead("Error: what Streamlit never says") is None
    assert instead("Incremental") is None


# ------------------------------------------------------------------------------------------------ a picture in space


def test_an_arrow_key_drags_a_picture_in_space(load: Callable[[str], Evaluate]) -> None:
    js = load("browser/space.js")
    drags = """(key) => {
      document.body.innerHTML = "<div class='st-key-in-space-x'><div class='gl-container'><canvas></canvas></div>"
        + "<div class='gramlab turning' tabindex='0'></div></div><button></button>";
      const [picture, ending, seen] = [document.querySelector(".gl-container"), new AbortController(), []];
      for (const type of ["mousedown", "mousemove", "mouseup"])
        picture.addEventListener(type, ({ clientX, clientY, buttons }) => seen.push([type, clientX, clientY, buttons]));
      m.turnInSpace(ending.signal);
      const press = (target) => target.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      press(document.querySelector("button"));
      const others = seen.length;
      const taken = !press(document.querySelector(".turning"));
      ending.abort();
      press(document.querySelector(".turning"));
      const [, down, move] = seen;
      const way = move && [move[1] - down[1], move[2] - down[2], move[3]];
      return [others, taken, seen.map(([type]) => type).join(" "), way];
    }"""
    dragged = "mousemove mousedown mousemove mouseup"
    assert js(drags, "ArrowRight") == [0, True, dragged, [30, 0, 1]]
    assert js(drags, "ArrowUp") == [0, True, dragged, [0, -30, 1]]
    assert js(drags, "a") == [0, False, "", None]


# ----------------------------------------------------------------------------------------------------- the lifecycle

LIVES = """() => {
  window.said = [];
  window.component = m.lifecycle({
    begin: ({ data }, ending) => {
      said.push(`begin ${data}`);
      ending.addEventListener("abort", () => said.push(`signal ${data}`));
      return { name: data };
    },
    update: (view, { data }) => said.push(`update ${view.name} ${data}`),
    end: (view) => said.push(`end ${view.name}`),
  });
  window.element = () => document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  window.later = () => new Promise((done) => setTimeout(done, 5));
}"""


def test_a_life_begins_once_and_ends_once_when_the_element_has_gone(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/lifecycle.js")
    js(LIVES)
    said = js("""async () => {
      const parentElement = element();
      const [one, two] = ["a", "b"].map((data) => component({ data, parentElement }));
      one();
      await later();
      said.push("still there");
      parentElement.host.remove();
      two();
      one();
      await later();
      return said;
    }""")
    assert said == ["begin a", "update a a", "update a b", "still there", "signal a", "end a"]


def test_a_life_that_is_ended_before_its_element_is_taken_away_ends_all_the_same(
    load: Callable[[str], Evaluate],
) -> None:
    js = load("shared/lifecycle.js")
    js(LIVES)
    said = js("""async () => {
      const [here, there] = [element(), element()];
      const clean = component({ data: "a", parentElement: here });
      component({ data: "b", parentElement: there });
      clean();
      here.host.remove();
      await later();
      component({ data: "c", parentElement: here });  // as if it were new
      return said;
    }""")
    assert said == ["begin a", "update a a", "begin b", "update b b", "signal a", "end a", "begin c", "update c c"]


def test_listeners_and_observers_end_with_the_signal(load: Callable[[str], Evaluate]) -> None:
    js = load("shared/lifecycle.js")
    heard = js("""async () => {
      const heard = [];
      const ending = new AbortController();
      const box = document.body.appendChild(document.createElement("div"));
      const frames = async () => { for (const _ of [1, 2, 3]) await new Promise(requestAnimationFrame); };
      m.listen(box, "click keydown", ({ type }) => heard.push(type), ending.signal);
      m.watchSize(box, () => heard.push(`size ${box.clientHeight}`), ending.signal);
      await frames();
      box.style.height = "20px";
      await frames();
      for (const type of ["click", "keydown", "keyup"]) box.dispatchEvent(new Event(type));
      ending.abort();
      box.style.height = "30px";
      for (const type of ["click", "keydown"]) box.dispatchEvent(new Event(type));
      await frames();
      return heard;
    }""")
    assert heard == ["size 0", "size 20", "click", "keydown"]


# ------------------------------------------------------------------------------------------------------------- crop


def frames(count: int) -> list[tuple[int, int, int, int]]:
    rng = random.Random(count)
    made = []
    for _ in range(count):
        width, height = rng.randint(SMALLEST, 100), rng.randint(SMALLEST, 100)
        made.append((rng.randint(0, 100 - width), rng.randint(0, 100 - height), width, height))
    return made


def test_a_frame_is_moved_and_stays_in_the_picture(load: Callable[[str], Evaluate]) -> None:
    js = load("crop/frame.js")
    assert js("m.moved([30, 25, 40, 50], 5, -7)") == [35, 18, 40, 50]
    assert js("m.moved([30, 25, 40, 50], 99, -99)") == [60, 0, 40, 50]
    assert js("m.centred([30, 25, 40, 51], [50, 50])") == [30, 24, 40, 51]
    rng = random.Random(1)
    cases = [(frame, rng.randint(-150, 150), rng.randint(-150, 150)) for frame in frames(300)]
    for (frame, _, _), found in zip(cases, js("(cases) => cases.map((each) => m.moved(...each))", cases), strict=True):
        assert within(tuple(found))
        assert tuple(found[2:]) == frame[2:]


def test_a_corner_is_moved_and_the_opposite_one_stays(load: Callable[[str], Evaluate]) -> None:
    js = load("crop/frame.js")
    assert js("m.cornerAt([30, 25, 40, 50], [0, 1], [20, 90], 10)") == [20, 25, 50, 65]
    assert js("m.cornerAt([30, 25, 40, 50], [0, 0], [69, 80], 10)") == [60, 65, 10, 10]  # not through the other sides
    rng = random.Random(2)
    cases = [
        (frame, (rng.randint(0, 1), rng.randint(0, 1)), (rng.randint(-50, 150), rng.randint(-50, 150)), SMALLEST)
        for frame in frames(300)
    ]
    for case, found in zip(cases, js("(cases) => cases.map((each) => m.cornerAt(...each))", cases), strict=True):
        frame, corner = case[:2]
        assert within(tuple(found))
        for axis in (0, 1):
            starts = (frame[axis], found[axis])
            ends = (frame[axis] + frame[axis + 2], found[axis] + found[axis + 2])
            assert len(set(starts if corner[axis] else ends)) == 1


def test_a_frame_is_drawn_between_two_places(load: Callable[[str], Evaluate]) -> None:
    js = load("crop/frame.js")
    assert js("m.between([70, 20], [30, 80], 10)") == [30, 20, 40, 60]
    assert js("m.between([95, 50], [96, 49], 10)") == [90, 40, 10, 10]
    rng = random.Random(3)
    cases = [[[rng.randint(0, 100) for _ in (0, 1)] for _ in (0, 1)] for _ in range(300)]
    found = js(f"(cases) => cases.map(([one, other]) => m.between(one, other, {SMALLEST}))", cases)
    assert all(within(tuple(frame)) for frame in found)


def test_the_whole_picture_is_known(load: Callable[[str], Evaluate]) -> None:
    js = load("crop/frame.js")
    assert js("[m.WHOLE, [0, 0, 100, 99]].map(m.isWhole)") == [True, False]


# ---------------------------------------------------------------------------------------------------------- vectors


def test_an_angle_is_gramlibs_with_the_side_as_its_sign(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    rng = np.random.default_rng(4)
    pairs = [*rng.normal(size=(200, 2, 2)), *rng.integers(-4, 5, size=(200, 2, 2))]
    pairs = [pair.tolist() for pair in pairs if pair.any(axis=1).all()]
    pairs += [[[1e-150, 0], [0, 1e150]], [[0.1, 0.3], [-0.3, 0.1]], [[1.1, 2.2], [-3.3, -6.6]]]
    for (a, b), found in zip(pairs, js("(pairs) => pairs.map((pair) => m.angleBetween(...pair))", pairs), strict=True):
        assert abs(found) == pytest.approx(angle(a, b, degrees=True), abs=1e-6)
        side = a[0] * b[1] - a[1] * b[0]
        assert -180 < found <= 180
        assert found * side >= 0 or abs(found) in (0, 180)
    assert js("[m.angleBetween([0.1, 0.3], [-0.3, 0.1]), m.angleBetween([1.1, 2.2], [-3.3, -6.6])]") == [90, 180]
    assert js("[m.angleBetween([0, 0], [1, 2]), m.angleBetween([1, 2], [0, 0])]") == [None, None]


def test_an_angle_is_printed_as_python_prints_it(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    sizes = [0, 90, 180, 89.9999, 90.00001, 179.99999999, 1e-7, 45, 12.3456]
    assert js("(sizes) => sizes.map(m.printAngle)", sizes) == [f"{angle_text(float(size))}°" for size in sizes]
    assert js("m.printAngle(-45)") == "45°"


def test_the_shadow_is_the_length_of_the_projection(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    for a, b in ([[3.0, 1.0], [1.0, 3.0]], [[3.0, 1.0], [-3.0, 2.0]], [[2.0, 0.0], [0.0, 5.0]]):
        shadow = js("([a, b]) => m.shadowOf(b, m.angleBetween(a, b))", [a, b])
        assert abs(shadow) == pytest.approx(np.linalg.norm(projection(b, a)), abs=1e-12)
        assert math.copysign(1, shadow) == math.copysign(1, np.dot(a, b))
    assert js("[m.shadowOf([0, 5], 90), m.shadowOf([0, 5], null)]") == [0, 0]


def test_the_grid_has_round_squares_about_eight_across(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    halves = [10 ** (power / 7) for power in range(-60, 61)]
    for half, tick in zip(halves, js("(halves) => halves.map(m.tickStep)", halves), strict=True):
        lead = tick / 10 ** math.floor(math.log10(tick) + 1e-9)
        assert min(abs(lead - round_one) for round_one in (1, 2, 5)) < 1e-9
        assert 5.6 <= 2 * half / tick <= 14
    assert js("[m.tickStep(5), m.tickStep(0.3)]") == [1, 0.1]


def test_a_tip_snaps_to_halves_or_to_parts_of_the_grid(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    steps = "(half) => [{}, { shiftKey: true }, { altKey: true }].map((keys) => m.snapStep(half, keys, 0.01))"
    assert js(steps, 5) == [0.5, 0.01, 0.01]
    assert js(steps, 500) == [10, 1, 1]
    assert js(steps, 0.05) == pytest.approx([0.001, 0.0001, 0.0001])


def test_a_key_goes_to_the_next_point_of_the_grid(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    assert js("[m.nextOnGrid(3.14, 1, 0.5), m.nextOnGrid(3.14, -1, 0.5), m.nextOnGrid(3, 1, 0.5)]") == [3.5, 3, 3.5]
    assert js("[m.nextOnGrid(0.3, 1, 0.1), m.nextOnGrid(0.5, -1, 0.5), m.nextOnGrid(-3, -1, 0.5)]") == [0.4, 0, -3.5]
    assert js("Object.is(m.nextOnGrid(0.5, -1, 0.5), 0)")  # not −0


def test_pixels_and_units_are_each_others_way_back(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    assert js("m.toPixels({ reach: 200, half: 5 }, [1, 2])") == [40, -80]
    assert js("m.toUnits({ reach: 200, half: 5 }, [40, -80])") == [1, 2]


def test_the_view_is_fitted_when_arrows_leave_it_or_are_lost(load: Callable[[str], Evaluate]) -> None:
    js = load("vectors/plane.js")
    assert js("[[[4, 1]], [[4.8, 1]], [[0.5, -0.7]], [[0, 0]]].map((v) => m.needsFit(5, v))") == [
        False,
        True,
        True,
        False,
    ]
    assert js("[m.fitting([[3, -10]]), m.fitting([[0, 0]])]") == [14, 5]
    assert not js("m.needsFit(m.fitting([[3, -10]]), [[3, -10]])")


# -------------------------------------------------------------------------------------------------------------- map


def test_the_map_holds_every_picture_whole_at_one_scale(load: Callable[[str], Evaluate]) -> None:
    js = load("map/view.js")
    rng = np.random.default_rng(5)
    for width, height in ((900, 420), (340, 300)):
        points = rng.uniform(-0.5, 0.5, size=(8, 2)).tolist()
        side, scale, at = js(
            """([points, width, height]) => {
          const side = m.sideOf(width);
          const { scale, toPixels } = m.view(points, side, width, height);
          return [side, scale, points.map(toPixels)];
        }""",
            [points, width, height],
        )
        assert 40 <= side <= 76
        for x, y in at:
            assert side / 2 <= x <= width - side / 2
            assert side / 2 <= y <= height - side / 2
        for one, other in itertools.combinations(range(8), 2):
            assert math.dist(at[one], at[other]) == pytest.approx(scale * math.dist(points[one], points[other]))
        upper, lower = (find(points, key=lambda point: point[1]) for find in (max, min))
        assert at[points.index(upper)][1] < at[points.index(lower)][1]  # up is up


def test_a_map_of_one_spot_stands_in_the_middle_and_is_not_blown_up(load: Callable[[str], Evaluate]) -> None:
    js = load("map/view.js")
    view = "m.view([[0.2, 0.3], [0.2, 0.3]], 50, 666, 466)"
    assert js(f"[{view}.toPixels([0.2, 0.3]), {view}.scale]") == [[333, 233], 10_000]


def test_the_bar_of_the_map_is_a_round_length_that_has_room(load: Callable[[str], Evaluate]) -> None:
    js = load("map/view.js")
    assert js("[100, 1000, 1e4, 1e6].map((scale) => m.barLength(scale, 600))") == [0.5, 0.1, 0.01, 0.005]


def test_the_nearest_is_never_the_picture_itself(load: Callable[[str], Evaluate]) -> None:
    js = load("map/view.js")
    assert js("[m.nearestTo([0, 0.4, 0.2], 0), m.nearestTo([0.1, 0.3, 0], 2)]") == [2, 0]


# ------------------------------------------------------------------------------------------------------- flattening


def test_cells_are_worked_out_row_by_row_and_mirrored(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/beats.js")
    for count in (2, 3, 4):
        upper = np.transpose(np.triu_indices(count)).tolist()
        assert js(f"m.ORDER({count})") == upper
        for i, j in itertools.product(range(count), repeat=2):
            assert js(f"m.turnOf({count}, {i}, {j})") == upper.index(sorted([i, j]))


def test_the_beats_make_five_stages(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/beats.js")
    assert js("m.beatsOf(3)") == [0, 3, 4, 10, 11]  # three channels, one turn, six cells, the reading
    times = [0, 0.01, 3, 3.5, 4, 4.01, 10, 10.01, 11]
    assert js("(times) => times.map((time) => m.stageAt(3, time))", times) == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert js("m.lastBeat(3)") == 11
    assert all(length > 0 for length in js("m.range(12).map((beat) => m.lengthOf([3, 4, 4], beat))"))


def test_the_product_works_through_all_cells(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/beats.js")
    at = "(times) => times.map((time) => m.productAt([2, 2, 2], time))"
    before, begun, half, full, later, done = js(at, [3, 3.01, 3.35, 4, 4.5, 6.5])
    assert before is None
    assert (begun["n"], begun["cell"], begun["met"], begun["mirror"]) == (0, [0, 0], 0, 0)
    assert (half["cell"], half["met"]) == ([0, 0], 2)  # half of the pairs have met
    assert (full["cell"], full["met"], full["mirror"]) == ([0, 0], 4, 1)
    assert (later["n"], later["cell"]) == (1, [0, 1])
    assert (done["n"], done["cell"]) == (3, None)


def test_an_inner_product_of_channels_is_numpys_without_what_rounding_leaves(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/sums.js")
    rng = np.random.default_rng(6)
    pairs = rng.normal(size=(100, 2, 9))
    found = js("(pairs) => pairs.map((pair) => m.inner(...pair))", pairs.tolist())
    assert found == pytest.approx([float(a @ b) for a, b in pairs], abs=1e-9)
    assert js("m.inner([0.1, 0.2, -0.3], [1, 1, 1])") == 0
    assert js("m.inner([1e150, 1], [1e150, 1])") == pytest.approx(1e300)


@pytest.mark.parametrize(
    ("a", "b", "word"),
    [
        ([1, 2, 3], [2, 4, 6], "together"),
        ([1, 0, 1], [1, 1, 0], "partly"),
        ([1, 0, 9], [1, 9, 0], "turns"),
        ([1, 0], [0, 1], "never"),
        ([1, 1], [1, -1], "cancel"),
        ([1, 1], [-1, 0.5], "against"),
        ([1e150, 1e150], [1e150, 1e150], "together"),
    ],
)
def test_what_two_channels_do_has_one_word(
    load: Callable[[str], Evaluate], a: list[float], b: list[float], word: str
) -> None:
    js = load("flattening/sums.js")
    found = js("([a, b]) => m.relation(a, b)", [a, b])
    assert found["word"] == word
    assert found["cosine"] == pytest.approx(math.cos(angle(a, b)), abs=1e-9)


def boxes_of(js: Evaluate, width: int, shape: tuple[int, int, int]) -> tuple[np.ndarray, float]:
    """All places of cells, as (left, top, right, bottom), and the height of the drawing."""
    places, height = js(
        """([width, [C, H, W]]) => {
      const layout = m.arrange(width, [C, H, W]);
      const places = [];
      for (let c = 0; c < C; c += 1) {
        for (const name of ["maps", "bars", "columns"])
          for (let p = 0; p < H * W; p += 1) places.push(layout[name](c, p));
        for (let j = 0; j < C; j += 1) places.push(layout.gram(c, j));
      }
      return [places, layout.height];
    }""",
        [width, shape],
    )
    middles, sizes = np.split(np.array(places), 2, axis=1)
    return np.hstack([middles - sizes / 2, middles + sizes / 2]), height


@pytest.mark.parametrize("width", [320, 358, 480, 639, 640, 720, 960, 1200])
def test_no_two_cells_overlap_and_all_are_in_the_drawing(load: Callable[[str], Evaluate], width: int) -> None:
    js = load("flattening/layout.js")
    for shape in SHAPES:
        boxes, height = boxes_of(js, width, shape)
        low, high = boxes[:, :2], boxes[:, 2:]
        assert (low >= -0.01).all(), shape
        assert (high <= [width + 0.01, height + 0.01]).all(), shape
        apart = ((low[:, None] >= high[None] - 0.01) | (high[:, None] <= low[None] + 0.01)).any(axis=2)
        assert (apart | np.eye(len(boxes), dtype=bool)).all(), shape


def test_above_the_bars_there_is_room_for_their_name(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/layout.js")
    places = "([width, shape]) => { const { fy, head, top } = m.arrange(width, shape); return fy - head - top; }"
    assert all(js(places, [width, shape]) >= 0 for width in (320, 640, 1200) for shape in SHAPES)


def test_a_cell_of_the_gram_matrix_lies_where_its_row_and_its_column_cross(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/layout.js")
    crossings = 0
    for shape, width in itertools.product(SHAPES, (700, 1100)):
        crossing, rows, columns, gram = js(
            """([width, [C, H, W]]) => {
          const { crossing, bars, columns, gram } = m.arrange(width, [C, H, W]);
          const all = [...Array(C).keys()];
          return [crossing, all.map((c) => bars(c, 0)[1]), all.map((c) => columns(c, 0)[0]),
            all.map((i) => all.map((j) => gram(i, j).slice(0, 2)))];
        }""",
            [width, shape],
        )
        crossings += crossing
        for i, j in itertools.product(range(shape[0]), repeat=2):
            assert gram[i][j][1] == pytest.approx(rows[i]) or not crossing
            assert gram[i][j][0] == pytest.approx(columns[j]) or not crossing
    assert crossings > len(SHAPES)


def test_a_number_goes_from_its_map_to_its_bar_and_its_column(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/layout.js")
    js("() => { window.shape = [3, 2, 4]; window.layout = m.arrange(900, shape); }")
    assert js("[m.barAt(layout, shape, 1, 1, 5), m.columnAt(layout, shape, 3, 1, 5)]") == [None, None]
    for p in range(8):
        assert js(f"m.barAt(layout, shape, 2, 1, {p})") == pytest.approx(js(f"layout.bars(1, {p})"))
        assert js(f"m.columnAt(layout, shape, 4, 1, {p})") == pytest.approx(js(f"layout.columns(1, {p})"))


def test_a_number_that_is_typed_here_is_one_whose_products_do_not_overflow(load: Callable[[str], Evaluate]) -> None:
    js = load("flattening/editor.js")
    read = "(texts) => texts.map(m.readOrdinary)"
    found = js(read, ["1/2", "-3e2", "1e150", "1.1e150", "-1e151", "x", ""])
    assert [each.get("fault") for each in found] == [None, None, None, "range", "range", "not_a_number", "empty"]
    assert [each["value"] for each in found[:3]] == [0.5, -300, 1e150]
    assert js("Object.is(m.readOrdinary('-0').value, 0)")


# --------------------------------------------------------------------------------------------------------- filter/*


def test_a_channel_is_made_as_gramlib_makes_it(load: Callable[[str], Evaluate]) -> None:
    js, rng = load("filter/channel.js"), np.random.default_rng(5)
    for height, width in ((5, 7), (1, 1), (1, 4)):
        levels, numbers = rng.integers(0, 256, (height, width, 3), dtype=np.uint8), rng.normal(size=28)
        about = {"height": height, "width": width, "mean": MEAN, "deviation": DEVIATION}
        place = [height - 1, width // 2]
        channel, patch, degrees = js(
            """([levels, about, numbers, place]) => {
              const picture = m.standardize(Uint8Array.from(levels), about);
              const patch = m.patchAt(picture, place);
              return [[...m.filtered(picture, numbers)], patch, m.angle(patch, numbers.slice(0, 27))];
            }""",
            [levels.ravel().tolist(), about, numbers.tolist(), place],
        )
        picture, weights = standardized(levels), numbers[:27].reshape(3, 3, 3)
        np.testing.assert_allclose(channel, filtered(picture, weights, numbers[27]).ravel(), atol=1e-12)
        expected = patch_at(picture, *place).ravel()
        np.testing.assert_allclose(patch, expected, atol=1e-15)
        assert degrees == pytest.approx(angle(expected, numbers[:27], degrees=True))
    assert js("m.angle(Array(27).fill(0), Array(27).fill(1))") is None
