"""A person's own picture in a real browser: a reload finds it by the cookie; a folder comes from its route."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from pages.ui.text import words
from tests.browser.conftest import at_rest, settled

ENGLISH = words("en")


def test_a_photo_travels_and_outlives_a_reload(page: Page, server: str, tmp_path: Path) -> None:
    photo = tmp_path / "my photo.png"
    Image.linear_gradient("L").convert("RGB").resize((40, 32)).save(photo)
    page.goto(f"{server}/filters?lang=en")
    page.get_by_role("button", name=ENGLISH["picture.upload"]).first.click()
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(photo)
    shown = page.get_by_role("application", name=ENGLISH["picture.own"].format(name=photo.name)).first
    expect(shown).to_be_visible()
    settled(page)
    page.reload()
    expect(shown).to_be_visible()
    page.get_by_role("link", name=ENGLISH["feature_maps.title"]).first.click()
    expect(page).to_have_url(re.compile(r"/feature_maps\?.*picture=own-"))
    page.context.clear_cookies()
    page.goto(page.url)  # in another browser
    sentence = ENGLISH["link.left_behind"].format(name=ENGLISH["link.names.feature_maps.picture"])
    expect(page.get_by_text(sentence)).to_be_visible()


def test_the_folder_is_downloaded(page: Page, server: str, tmp_path: Path) -> None:
    table = tmp_path / "vectors.csv"
    np.savetxt(table, np.ones((2, 700)), delimiter=",")
    page.goto(f"{server}/gram?lang=en")
    page.get_by_text(ENGLISH["gram.file"], exact=True).click()
    page.locator("input[type=file]").first.set_input_files(table)
    expect(page.get_by_text(ENGLISH["gram.file_shown"].format(k=2, n=700))).to_be_visible()
    settled(page)
    page.get_by_text(ENGLISH["frame.in_code"], exact=True).click()
    link = page.get_by_role("link", name=ENGLISH["frame.folder"])
    at_rest(page, link)  # while the fold opens it slides away from under the mouse that is pressed on it
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "folder.zip")
    with zipfile.ZipFile(tmp_path / "folder.zip") as folder:
        assert "gramlab-2/vectors.csv" in folder.namelist()
