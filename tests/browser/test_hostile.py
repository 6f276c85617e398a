"""Nothing from a link or a file's name is more than text, and the browser's own ways (privacy, http, translation) do
no harm."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.ui.frame import LESSONS
from pages.ui.text import words
from tests.browser.conftest import at_rest as still
from tests.browser.conftest import settled
from tests.browser.test_vgg_layers import CAMERA, PASTE, WORDS, at_rest, expect_facts, gram_of

LINK = "[Sign in](https://example.org) ![](https://example.org/p.png) https://example.org <img src=//example.org>"
SECOND = "www.example.org a@example.org :red[r] :smile: :material/home: **b** $5 or $6 `c` ~d~ -> e"
NAME = "*a* [b](c) ![](p.png) www.example.org a@example.org :red[r] :smile: <b> $5 or $6, IMG~1~.png"

# what came of a text if it was read: links to outside, pictures that are not ours, emphasis, formulas, colours
READ = """(pattern) => {
  const main = document.querySelector("[data-testid=stMain]");
  const outside = [...main.querySelectorAll("a[href]")].filter((link) => link.host !== location.host);
  const images = [...main.querySelectorAll("img")].filter((image) => image.src.includes("example.org"));
  return [...outside, ...images].map((element) => element.outerHTML);
}"""

NOISE = """
for (const name of ["getImageData"]) {
  const real = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...area) {
    const found = real.apply(this, area);
    for (let k = 0; k < found.data.length; k++) found.data[k] = (found.data[k] + 97 * k) % 256;
    return found;
  };
}
HTMLCanvasElement.prototype.toBlob = function (done, kind) {
  const white = document.createElement("canvas").getContext("2d");
  fetch("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
    .then((found) => found.blob()).then(done);
};
"""

# what a browser's translator does: each text gives way to its translation within two font elements
TRANSLATE = """() => {
  const walker = document.createTreeWalker(document.querySelector("[data-testid=stApp]"), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
  for (const text of texts) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = `«${text.data}»`;
    outer.append(inner);
    text.replaceWith(outer);
  }
  return texts.length;
}"""


def test_what_a_link_says_is_text_on_every_page(page: Page, server: str) -> None:
    names = {
        "vectors": ("a", "b"),
        "gram": ("vectors", "cell", "hand"),
        "filters": ("own", "picture"),
        "feature_maps": ("maps", "picture"),
        "vgg_layers": ("layer", "picture"),
        "style_distance": ("pictures", "frame"),
        "style_transfer": ("style", "seed", "job"),
    }
    assert set(names) == set(LESSONS)
    for turn, (lesson, parameters) in enumerate([*names.items(), ("", ())]):
        language = ("en", "zh")[turn % 2]
        hostile = [(name, LINK if place % 2 else SECOND) for place, name in enumerate(parameters)]
        query = "&".join(f"{name}={quote(text)}" for name, text in [*hostile, ("projector", LINK)])
        page.goto(f"{server}/{lesson}?lang={language}&{query}")
        alerts = page.get_by_test_id("stAlert")
        expect(alerts.first).to_be_visible()
        settled(page)
        said = alerts.all_inner_texts()
        for name, text in [*hostile, ("projector", LINK)]:
            if name == "job":  # is never shown
                continue
            named = words(language)[f"link.names.{'every' if name == 'projector' else lesson}.{name}"]
            begin = words(language)["link.refused"].partition("“")[0].format(name=named)
            (line,) = [line for line in said if begin in line]
            assert text[:60] in line
        assert page.evaluate(READ) == []
        assert alerts.locator("strong, em, code, del, .katex, a, img, span[data-testid=stIconMaterial]").count() == len(
            alerts.locator("[data-testid=stAlertDynamicIcon] span[data-testid=stIconMaterial]").all()
        )


def test_a_language_that_is_none_is_text(page: Page, server: str) -> None:
    page.goto(f"{server}/vectors?lang={quote(LINK)}")
    expect(page.get_by_test_id("stAlert")).to_contain_text(LINK[:60])
    assert page.evaluate(READ) == []


@pytest.mark.slow
def test_a_files_name_is_shown_as_it_is(page: Page, server: str) -> None:
    name, file = NAME, io.BytesIO()
    Image.fromarray(np.random.default_rng(len(name)).integers(0, 256, (60, 90, 3), dtype=np.uint8)).save(file, "PNG")
    page.goto(f"{server}/vgg_layers?lang=en&size=128&layer=relu1_1")
    at_rest(page)
    page.get_by_role("button", name=WORDS["picture.upload"]).click()
    dropzone = page.locator("[data-testid=stFileUploaderDropzoneInput]")
    dropzone.set_input_files({"name": name, "mimeType": "image/png", "buffer": file.getvalue()})
    title = WORDS["picture.own"].format(name=name)
    expect(page.get_by_test_id("stSelectbox").first.locator("input")).to_have_value(title)
    page.keyboard.press("Escape")
    at_rest(page)
    page.get_by_text(WORDS["vgg_layers.tab.compare"], exact=True).click()
    expect(page.get_by_text("A · ").first).to_be_visible()
    settled(page)
    shown = page.get_by_test_id("stMarkdownContainer").filter(has_text="A · ").first.inner_text()
    assert shown == f"A · {title}"
    page.get_by_text(WORDS["vgg_layers.tab.take_away"], exact=True).click()
    note = page.get_by_test_id("stCaptionContainer").filter(has_text=WORDS["vgg_layers.take_note"][:20])
    expect(note).to_be_visible()
    assert title in note.inner_text()
    assert page.evaluate(READ) == []

    # among several pictures: tags, matrix, table, pair
    page.get_by_role("link", name=WORDS["style_distance.title"]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS["style_distance.title"])
    settled(page)
    expect(page.get_by_test_id("stMultiSelect")).to_contain_text(title)
    expect(page.locator("table.gramlab").first).to_contain_text(title)
    assert page.evaluate(READ) == []


def test_copying_works_on_plain_http(page: Page, server: str) -> None:
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });")
    page.goto(f"{server}/vectors?lang=en&a=5,2")
    page.get_by_text(WORDS["frame.link"], exact=True).click()
    code = page.get_by_test_id("stCode").filter(has_text="lang=en")
    code.scroll_into_view_if_needed()
    still(page, code)  # else what is pointed at moves away, and its button hides
    code.hover()
    code.locator("button").click()
    field = page.get_by_role("textbox", name=WORDS["vectors.field"].format(name="b"))
    field.fill("")
    field.press("Control+V")
    expect(field).to_have_value(re.compile(r"/vectors\?lang=en&a=5,2"))


def test_a_page_that_the_browser_translates_goes_on(page: Page, server: str) -> None:
    page.goto(f"{server}/vectors?lang=en&a=5,2&b=1,1")
    angle = page.get_by_text(re.compile("θ = .*rad"))
    expect(angle).to_be_visible()
    onward = WORDS["frame.next"].format(title=WORDS["gram.title"])
    expect(page.get_by_role("link", name=onward)).to_be_visible()  # the page's last words
    settled(page)
    assert page.evaluate(TRANSLATE) > 50
    field = page.get_by_role("textbox").first
    for typed, degrees in (("0, 3", "45°"), ("2, 2, 2", None), ("1, 0", "45°"), ("-1, 1", "90°")):
        field.fill(typed)
        if degrees:
            expect(angle.filter(has_text=degrees)).to_be_visible()
        settled(page)
        page.evaluate(TRANSLATE)
    page.get_by_role("link", name=re.compile(WORDS["gram.title"])).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS["gram.title"])
    page.evaluate(TRANSLATE)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS["vectors.title"])


def test_a_lesson_pressed_right_after_typing_opens(page: Page, server: str) -> None:
    page.goto(f"{server}/vectors?lang=en&a=5,2&b=1,1")
    expect(page.get_by_text(re.compile("θ = .*rad"))).to_be_visible()
    settled(page)
    page.get_by_role("textbox").first.fill("-1, 1")
    link = page.get_by_role("link", name=re.compile(WORDS["gram.title"])).first
    link.evaluate("(link) => { document.activeElement.blur(); link.click(); }")  # as on a machine that is busy
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS["gram.title"])
    settled(page)
    expect(page).to_have_url(re.compile("/gram"))
    page.go_back()
    expect(page.get_by_role("textbox").first).to_have_value("-1, 1")  # and what was typed has arrived


@pytest.mark.slow
def test_a_browser_that_gives_noise_from_canvases_spoils_no_picture(page: Page, server: str) -> None:
    # a file so large that it would be drawn on a canvas to make it smaller
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (1300, 1100, 3), dtype=np.uint8)).save(file, "PNG")
    assert len(file.getvalue()) > 4_000_000
    page.add_init_script(NOISE)
    page.add_init_script(CAMERA)
    page.goto(f"{server}/vgg_layers?lang=en&layer=relu1_1")
    at_rest(page)
    page.evaluate(PASTE, {"data": base64.b64encode(file.getvalue()).decode(), "type": "image/png"})
    name = WORDS["picture.own"].format(name=f"{WORDS['picture.pasted']}-1.png")
    expect(page.get_by_test_id("stSelectbox").first.locator("input")).to_have_value(name)
    from gramlib import open_image

    smaller = io.BytesIO()
    open_image(file.getvalue(), 1024).save(smaller, "PNG")
    expect_facts(page, gram_of(smaller.getvalue(), "relu1_1"))
    page.get_by_role("button", name=WORDS["picture.upload"]).click()
    page.get_by_role("button", name=WORDS["camera.start"]).click()
    expect(page.get_by_text(WORDS["camera.private"])).to_be_visible()


@pytest.mark.slow
def test_a_photo_is_taken_and_the_camera_closed_and_a_second_with_the_panel_still_open(page: Page, server: str) -> None:
    page.add_init_script(CAMERA)
    page.goto(f"{server}/vgg_layers?lang=en&layer=relu1_1")
    at_rest(page)
    page.get_by_role("button", name=WORDS["picture.upload"]).click()
    chosen = page.get_by_test_id("stSelectbox").first.locator("input")
    for number in (1, 2):
        page.get_by_role("button", name=WORDS["camera.start"]).click()
        video = page.get_by_test_id("stPopoverBody").locator("video")
        expect(video).to_be_visible()
        video.evaluate(
            "(element) => new Promise((done) => { element.onplaying = done; if (element.videoWidth) done(); })"
        )
        page.get_by_role("button", name=WORDS["camera.shoot"]).click()
        name = WORDS["picture.own"].format(name=f"{WORDS['picture.photo']}-{number}.jpg")
        expect(chosen).to_have_value(name)
        expect(video).to_be_hidden()
        settled(page)
        assert page.evaluate("window.__stopped") == number
    expect(page.get_by_text(WORDS["vgg_layers.size_used"].format(width=256, height=192))).to_be_visible()


@pytest.mark.slow
def test_a_stripe_breaks_no_page(page: Page, server: str, tmp_path: Path) -> None:
    page.goto(f"{server}/vgg_layers?lang=en&size=128")
    at_rest(page)
    for width, height in ((2, 1024), (20_000, 40)):
        stripe = tmp_path / f"stripe-{width}.png"
        Image.linear_gradient("L").resize((width, height)).convert("RGB").save(stripe)
        page.get_by_role("button", name=WORDS["picture.upload"]).click()
        page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(stripe)
        title = WORDS["picture.own"].format(name=stripe.name)
        expect(page.get_by_test_id("stSelectbox").first.locator("input")).to_have_value(title)
        instead = WORDS["vgg_layers.shown_instead"].partition("}")[2]
        expect(page.get_by_test_id("stAlert").filter(has_text=instead)).to_be_visible()
        page.keyboard.press("Escape")
        at_rest(page)
        for tab in ("sheet", "spectrum", "compare", "take_away", "pairs"):
            page.get_by_text(WORDS[f"vgg_layers.tab.{tab}"], exact=True).click()
            expect(page.get_by_role("radio", name=WORDS[f"vgg_layers.tab.{tab}"])).to_be_checked()
            settled(page)
            expect(page.get_by_test_id("stException")).to_have_count(0)
        heights = page.locator("[data-testid=stImage] img").evaluate_all("all => all.map((one) => one.clientHeight)")
        assert max(heights) <= 900
