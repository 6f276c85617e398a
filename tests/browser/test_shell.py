"""The frame of every page in a real browser: Back, the system's theme, the words of screen readers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from pages.ui.colours import DARK, LIGHT
from pages.ui.text import words
from tests.browser.conftest import at_rest, settled

CHINESE = words("zh")


def paper_becomes(page: Page, colour: str) -> None:
    page.wait_for_function(
        "colour => getComputedStyle(document.documentElement).getPropertyValue('--gramlab-paper').trim() === colour",
        arg=colour,
    )


def test_one_back_leads_to_the_page_before_and_one_forward_returns(page: Page, server: str) -> None:
    heading = page.get_by_role("heading", level=1)
    page.goto(f"{server}/?lang=zh")
    expect(heading).to_contain_text(CHINESE["home.title"])
    page.get_by_role("link", name=CHINESE["vectors.title"]).first.click()
    expect(page).to_have_url(re.compile("/vectors.*lang=zh"))
    field = page.get_by_role("textbox", name=CHINESE["vectors.field"].format(name="a"))
    for typed in ("5, 2", "5, 3"):  # what changes on a page is no step in the history
        field.fill(typed)
        expect(page).to_have_url(re.compile(f"a=5%2C.{typed[-1]}"))
    page.get_by_role("link", name=CHINESE["gram.title"]).first.click()
    expect(page).to_have_url(re.compile("/gram.*lang=zh"))
    page.go_back()
    expect(heading).to_contain_text(CHINESE["vectors.title"])
    expect(field).to_have_value("5, 3")
    settled(page)  # Streamlit loses its way when Back is pressed twice within one run
    page.go_back()
    expect(heading).to_have_text(CHINESE["home.title"])
    page.go_forward()
    expect(field).to_have_value("5, 3")


def test_a_change_of_the_systems_theme_reaches_the_canvases(page: Page, server: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{server}/vectors?lang=en")
    arrow = page.locator(".arrow.first").first
    expect(arrow).to_have_css("color", _rgb(LIGHT.first))
    paper_becomes(page, LIGHT.paper)
    page.emulate_media(color_scheme="dark")
    expect(arrow).to_have_css("color", _rgb(DARK.first))
    paper_becomes(page, DARK.paper)
    page.emulate_media(color_scheme="light")
    expect(arrow).to_have_css("color", _rgb(LIGHT.first))


def test_the_main_button_can_be_read_in_both_themes_also_where_it_cannot_be_pressed(page: Page, server: str) -> None:
    page.goto(f"{server}/style_distance?lang=en&pictures=great_wave,brick")
    add = page.get_by_role("button", name=re.compile(f"{words('en')['crop.add']}$"))
    for scheme, theme in (("light", LIGHT), ("dark", DARK)):
        page.emulate_media(color_scheme=scheme)
        paper_becomes(page, theme.paper)
        expect(add).to_have_css("background-color", _rgb(theme.product))
        expect(add.locator("p")).to_have_css("color", _rgb(theme.paper))
    page.get_by_role("button", name=words("en")["crop.frame.whole"], exact=True).click()
    whole = page.get_by_role("button", name=words("en")["crop.add_whole"])
    expect(whole).to_be_disabled()  # the whole picture is already among them
    expect(whole.locator("p")).not_to_have_css("color", _rgb(DARK.paper))


def test_an_experiment_brings_what_it_shows_into_view_and_says_it_there(page: Page, server: str) -> None:
    english = words("en")
    page.set_viewport_size({"width": 1366, "height": 680})
    page.goto(f"{server}/gram?lang=en")
    note = page.locator(".gramlab.effect")
    for name, seen in (("flat", ".st-key-lab"), ("orthonormal", "h1")):
        page.get_by_role("button", name=english[f"gram.try.{name}"]).click()
        expect(note).to_contain_text(english[f"gram.try.{name}_why"])
        expect(note).to_contain_text(english["link.names.gram.vectors"])
        settled(page)
        expect(page.locator(seen).first).to_be_in_viewport()
    note.get_by_text(english["frame.effect_back"]).click()
    expect(page.locator(".st-key-experiments")).to_be_in_viewport()
    expect(note).to_have_count(0)
    page.get_by_role("button", name=english["gram.try.opposed"]).click()
    expect(note).to_be_in_viewport()
    page.get_by_role("radio", name="中文").click()
    expect(note).to_contain_text(CHINESE["gram.try.opposed_why"])
    page.get_by_role("link", name=CHINESE["vectors.title"]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CHINESE["vectors.title"])
    expect(note).to_have_count(0)


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def test_on_a_projector_type_is_larger_and_nothing_is_missing(page: Page, server: str) -> None:
    english = words("en")
    page.goto(f"{server}/vectors?lang=en")
    tip, folded = page.locator(".tip[data-index='0'] .hit"), page.get_by_text(english["frame.in_code"], exact=True)
    before = at_rest(page, tip)
    expect(folded).to_be_visible()
    page.get_by_text(english["shell.projector"]).click()
    expect(page).to_have_url(re.compile("projector=on"))
    expect(folded).to_be_visible()
    after = at_rest(page, tip)
    assert after["width"] > 1.2 * before["width"]
    x, y = after["x"] + after["width"] / 2, after["y"] + after["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y, steps=3)
    page.mouse.move(x, y, steps=3)
    page.mouse.up()
    expect(page.get_by_role("textbox", name=english["vectors.field"].format(name="a"))).to_have_value("3, 1")
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(english["gram.title"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_door_opens_wherever_it_is_pressed(page: Page, server: str) -> None:
    page.goto(f"{server}/?lang=en")
    door = page.locator(".st-key-door-2")
    at_rest(page, door)
    door.get_by_text(words("en")["gram.door"]).click(force=True)  # its words lie below the link that covers it
    expect(page.get_by_role("heading", level=1)).to_contain_text(words("en")["gram.title"])


def test_without_webgl_a_sentence_stands_in_the_place_of_a_picture_in_space(page: Page, server: str) -> None:
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return /webgl/.test(kind) ? null : get.call(this, kind, ...rest); };"
    )
    page.goto(f"{server}/vectors?lang=zh&a=1,2,3&b=3,2,1")
    expect(page.get_by_text(words("zh")["plots.no_webgl"])).to_be_visible()
    expect(page.locator("[class*='st-key-in-space-']")).to_be_hidden()
    expect(page.get_by_text("10", exact=True).first).to_be_visible()
