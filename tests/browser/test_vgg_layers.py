"""A real photo, never seen before, becomes the Gram matrix that gramlib computes from the same file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.ui.numbers import number
from pages.ui.text import words

PHOTOS = Path(__file__).parents[2] / "assets" / "images" / "photos"


@pytest.mark.slow
def test_an_uploaded_photo_is_shown_as_its_gram_matrix_down_to_a_cell(page: Page, server: str, tmp_path: Path) -> None:
    from gramlib import VGG, feature_gram, open_image, to_tensor

    photo = tmp_path / "mirrored.png"
    with Image.open(PHOTOS / "cat.jpg") as cat:
        cat.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(photo)
    gram = feature_gram(VGG().features(to_tensor(open_image(photo), 256), ["relu3_1"])["relu3_1"]).numpy()

    page.goto(f"{server}/vgg_layers?lang=en")
    page.get_by_role("button", name=words("en")["picture.upload"]).click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(photo)
    said = words("en")["vgg_layers.facts"].split("·")[:2]
    norm, trace = (number(float(value)) for value in (np.linalg.norm(gram), np.trace(gram)))
    expect(page.get_by_text(said[0].format(norm=norm).strip())).to_contain_text(said[1].format(trace=trace).strip())
    canvas = page.locator("canvas").first
    expect(canvas).to_be_visible()

    page.keyboard.press("Escape")  # closes the place to upload
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = canvas.bounding_box()
    opened = page.get_by_role("heading", level=3, name=re.compile(r"Channels \d+ and \d+"))
    before = opened.inner_text()
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    expect(opened).not_to_have_text(before)
    i, j = (int(channel) - 1 for channel in re.search(r"Channels (\d+) and (\d+)", opened.inner_text()).groups())
    assert opened.inner_text() == words("en")["vgg_layers.cell"].format(i=i + 1, j=j + 1, value=number(gram[i, j]))


def test_a_file_that_is_no_picture_is_refused_in_words(page: Page, server: str, tmp_path: Path) -> None:
    wrong = tmp_path / "picture.jpg"
    wrong.write_text("this is not a picture")
    page.goto(f"{server}/vgg_layers?lang=zh")
    page.get_by_role("button", name=words("zh")["picture.upload"]).click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(wrong)
    expect(page.locator("[data-testid=stAlert]")).to_contain_text(words("zh")["errors.image_unreadable"][:8])
