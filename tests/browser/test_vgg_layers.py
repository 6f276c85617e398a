"""A real photo, never seen before, becomes the Gram matrix that gramlib computes from the same file."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from pages.ui.numbers import number
from pages.ui.text import words
from tests.browser.conftest import settled

PHOTOS = Path(__file__).parents[2] / "assets" / "images" / "photos"
WORDS = words("en")

PASTE = """({ data, type }) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "image.png", { type }));
  const options = { clipboardData, bubbles: true, composed: true, cancelable: true };
  document.body.dispatchEvent(new ClipboardEvent("paste", options));
}"""

# a camera for machines without one: a green picture
CAMERA = """
const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
const context = canvas.getContext("2d");
setInterval(() => { context.fillStyle = "rgb(0, 160, 0)"; context.fillRect(0, 0, 320, 240); }, 50);
window.__stopped = 0;
Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => {
  const stream = canvas.captureStream(20);
  for (const track of stream.getTracks()) {
    const stop = track.stop.bind(track);
    track.stop = () => { window.__stopped += 1; stop(); };
  }
  return stream;
} } });
"""
NO_CAMERA = """
Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => {
  throw new DOMException("nothing there", "NotFoundError");
} } });
"""


def opened(page: Page) -> Locator:
    """The heading of the open cell."""
    return page.get_by_role("heading", level=2, name=re.compile(WORDS["vgg_layers.cell"].partition("{")[0]))


def at_rest(page: Page) -> None:
    """Until all layers are there: the caption then says how long they took."""
    expect(page.get_by_text(WORDS["vgg_layers.took"].partition("{")[0])).to_be_visible()


def mirrored_cat() -> bytes:
    file = io.BytesIO()
    with Image.open(PHOTOS / "cat.jpg") as cat:
        cat.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(file, "PNG")
    return file.getvalue()


def gram_of(file: bytes, layer: str) -> np.ndarray:
    from gramlib import VGG, feature_gram, open_image, to_tensor

    return feature_gram(VGG().features(to_tensor(open_image(file), 256), [layer])[layer]).numpy()


def expect_facts(page: Page, gram: np.ndarray) -> None:
    norm, trace = (number(float(value)) for value in (np.linalg.norm(gram), np.trace(gram)))
    expect(page.get_by_text(WORDS["vgg_layers.facts"].format(norm=norm, trace=trace))).to_be_visible()


def test_the_browser_says_once_that_another_picture_is_drawn(page: Page, server: str) -> None:
    said: list[int] = []
    page.on("response", lambda answer: said.append(answer.status) if "/api/drawn/" in answer.url else None)
    page.goto(f"{server}/vgg_layers?lang=en&picture=cat&size=128&layer=relu1_1")
    at_rest(page)
    settled(page)
    assert said == [], "nobody waits"
    choose = page.get_by_role("combobox", name=WORDS["vgg_layers.picture"])
    for picture, count in (("Grass", 1), ("Cat", 2)):  # new to the server, and known to it
        choose.click()
        choose.fill(picture)
        with page.expect_response("**/api/drawn/*") as answer:
            page.get_by_role("option", name=picture).first.click()
        assert answer.value.status == 204
        at_rest(page)
        settled(page)
        assert said == count * [204]


@pytest.mark.slow
def test_an_uploaded_photo_is_shown_as_its_gram_matrix_down_to_a_cell(page: Page, server: str, tmp_path: Path) -> None:
    photo = tmp_path / "mirrored.png"
    photo.write_bytes(mirrored_cat())
    gram = gram_of(photo.read_bytes(), "relu3_1")

    page.goto(f"{server}/vgg_layers?lang=en")
    at_rest(page)
    page.get_by_role("button", name=WORDS["picture.upload"]).click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(photo)
    expect_facts(page, gram)
    at_rest(page)
    page.keyboard.press("Escape")  # closes the place to upload
    expect(page.locator("[data-testid=stFileUploaderDropzoneInput]")).to_have_count(0)

    canvas = page.locator("canvas.cells").first
    canvas.scroll_into_view_if_needed()
    before = opened(page).inner_text()
    place = canvas.evaluate("(element) => ({ x: element.clientWidth * 0.6, y: element.clientHeight * 0.4 })")
    canvas.click(position=place)
    # the canvas says at once which cell was pressed, and what is in it; Python opens that cell
    reading = page.locator(".matrix .reading").first
    expect(opened(page)).not_to_have_text(before)
    i, j = (int(channel) - 1 for channel in re.findall(r"\d+", reading.inner_text())[:2])
    assert reading.inner_text() == f"G[{i + 1}, {j + 1}] = {number(gram[i, j])}"
    expect(opened(page)).to_have_text(WORDS["vgg_layers.cell"].format(i=i + 1, j=j + 1, value=number(gram[i, j])))


@pytest.mark.slow
def test_a_layer_and_a_channel_are_chosen_in_the_browser(page: Page, server: str) -> None:
    gram = gram_of((PHOTOS / "cat.jpg").read_bytes(), "relu4_2")
    order = np.argsort(-np.diag(gram), kind="stable")
    share = 100 * np.diag(gram) / np.trace(gram)

    def said(rank: int) -> str:
        values = {"channel": order[rank] + 1, "share": number(float(share[order[rank]]), 2)}
        return WORDS["channel_sheet.enlarged"].format(**values, rank=rank + 1, count=512)

    page.goto(f"{server}/vgg_layers?lang=en&picture=cat")
    at_rest(page)
    layer = page.get_by_role("button", name="relu4_2")
    layer.click()
    expect(layer).to_have_attribute("aria-pressed", "true")
    expect_facts(page, gram)
    # the rest of the page and the link follow by themselves
    expect(opened(page)).to_have_text(re.compile(rf"\b{order[0] + 1}\b.*\b{order[1] + 1}\b"))
    page.wait_for_url(re.compile("layer=relu4_2"))
    page.get_by_text(WORDS["vgg_layers.tab.sheet"], exact=True).click()
    caption, sheet = page.locator("figcaption"), page.locator(".scroller")
    expect(caption).to_have_text(said(0))
    page.locator("canvas.channels").click(position={"x": 140, "y": 40})  # the second of the first row
    expect(caption).to_have_text(said(1))
    sheet.press("End")
    expect(caption).to_have_text(said(511))
    sheet.press("ArrowLeft")
    expect(caption).to_have_text(said(510))
    page.wait_for_url(re.compile(rf"channel={order[510] + 1}(&|$)"))
    assert sheet.evaluate("(element) => element.scrollTop") > 1000


@pytest.mark.slow
def test_a_picture_is_pasted_anywhere(page: Page, server: str) -> None:
    photo = mirrored_cat()
    page.goto(f"{server}/vgg_layers?lang=en", wait_until="commit")
    page.wait_for_function("Symbol.for('gramlab.browser') in window")  # before anything is there to take it
    page.evaluate(PASTE, {"data": base64.b64encode(photo).decode(), "type": "image/png"})
    expect_facts(page, gram_of(photo, "relu3_1"))
    settled(page)
    page.evaluate(PASTE, {"data": base64.b64encode(b"not a picture").decode(), "type": "image/png"})
    expect(page.get_by_text(WORDS["errors.image_unreadable"].format(size=13))).to_be_visible()


def test_a_missing_camera_and_a_file_that_is_no_picture_are_said(page: Page, server: str, tmp_path: Path) -> None:
    chinese = words("zh")
    page.add_init_script(NO_CAMERA)
    page.goto(f"{server}/vgg_layers?lang=zh&size=128")
    page.get_by_role("button", name=chinese["picture.upload"]).click()
    page.get_by_role("button", name=chinese["camera.start"]).click()
    expect(page.get_by_text(chinese["camera.none"])).to_be_visible()
    wrong = tmp_path / "picture.jpg"
    wrong.write_text("this is not a picture")
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(wrong)
    expect(page.locator("[data-testid=stAlert]")).to_contain_text(chinese["errors.image_unreadable"].format(size=21))


@pytest.mark.slow
def test_a_telephone_need_not_scroll_sideways(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/vgg_layers?lang=en&picture=cat&size=128")
    at_rest(page)
    for tab in ("sheet", "spectrum", "compare", "take_away", "pairs"):
        page.get_by_text(WORDS[f"vgg_layers.tab.{tab}"], exact=True).click()
        expect(page.locator("[data-testid=stSpinner]")).to_have_count(0)
        settled(page)
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390, tab
    found = page.locator("canvas.cells, .strip").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert found
    for left, right in found:
        assert left >= 0
        assert right <= 390
