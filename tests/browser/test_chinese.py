"""A Chinese reader meets no English where things go wrong, in lists, menus and dialogs, seen or spoken."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocketRoute, expect

from pages.ui.text import words
from tests.browser.conftest import settled

CHINESE = words("zh")
# what a Chinese teacher writes in Latin letters, too
NAMES = [
    *["Gramlab", "Gram", "VGG", "ImageNet", "PyTorch", "Adam", "BFGS", "relu", "det", "RGB", "English"],
    *["CSV", "TXT", "NPY", "NPZ", "JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF", "Ctrl", "CPU"],
]

# the Latin words that are seen, or spoken by a screen reader; code, formulas and icons aside
LATIN = r"""(names) => {
  const found = new Set();
  const words = (text) => (text.match(/[A-Za-z]{3,}/g) ?? []).filter((word) => !names.includes(word));
  const look = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node instanceof Element ? node : node.parentElement;
      if (element?.closest("code, style, script, noscript, .katex, [translate=no]")) continue;
      if (!(node instanceof Element)) {
        if (element?.checkVisibility() && words(node.nodeValue).length) found.add(node.nodeValue);
        continue;
      }
      if (node.shadowRoot) look(node.shadowRoot);
      if (!node.checkVisibility()) continue;
      for (const name of ["aria-label", "aria-roledescription", "placeholder", "title", "alt"])
        if (words(node.getAttribute(name) ?? "").length) found.add(`${name}=${node.getAttribute(name)}`);
    }
  };
  look(document.body);
  return [...found];
}"""


def latin(page: Page, *more: str) -> list[str]:
    found: list[str] = page.evaluate(LATIN, [*NAMES, *more])
    return found


def test_nothing_is_english_when_things_go_wrong(page: Page, server: str) -> None:
    connections: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        connections[:] = [socket, socket.connect_to_server()]

    page.route_web_socket("**/_stcore/stream", connect)

    # case: nothing of the page has come yet
    page.route("**/_stcore/health", lambda route: None)  # it is neither answered nor refused
    page.goto(f"{server}/gram?lang=zh")
    expect(page.get_by_role("link", name=CHINESE["browser.skip"])).to_be_attached()
    assert latin(page) == []
    page.unroute("**/_stcore/health")

    # case: an address that leads nowhere
    page.goto(f"{server}/nopage?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    dialog = page.get_by_role("dialog", name=CHINESE["browser.no_page"])
    expect(dialog).to_contain_text(CHINESE["browser.no_such_page"])
    settled(page)
    assert latin(page) == []
    dialog.get_by_role("button", name=CHINESE["browser.close"]).click()

    # case: the menu; a number out of range; a file that is too large
    page.get_by_role("link", name=CHINESE["gram.title"]).first.click()
    expect(page).to_have_title(CHINESE["shell.tab"].format(title=CHINESE["gram.title"]))
    page.get_by_role("button", name=CHINESE["browser.menu"]).click()
    expect(page.get_by_role("menuitem")).to_have_text([CHINESE["browser.print"]])
    assert latin(page) == []
    page.keyboard.press("Escape")
    page.get_by_label(CHINESE["gram.count"]).fill("20")
    page.get_by_label(CHINESE["gram.count"]).press("Enter")
    page.get_by_test_id("stTooltipErrorHoverTarget").hover()
    outside = CHINESE["browser.outside"].format(low=1, high=16)
    expect(page.get_by_role("tooltip")).to_have_text(CHINESE["browser.error"].format(what=outside))
    page.get_by_text(CHINESE["gram.file"], exact=True).first.click()
    page.get_by_test_id("stFileUploaderDropzoneInput").evaluate(
        "(input) => { const files = new DataTransfer();"
        "files.items.add(new File([new Uint8Array(21 * 2 ** 20)], '大.csv'));"
        "input.files = files.files; input.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    too_large = CHINESE["browser.too_large"].format(size=20)
    expect(page.get_by_role("alert").filter(has_text=too_large)).to_be_attached()
    assert latin(page, "csv") == []

    # case: a list in which nothing is found
    page.goto(f"{server}/feature_maps?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    settled(page)
    page.get_by_test_id("stSelectbox").locator("input").press_sequentially("zz")
    expect(page.get_by_text(CHINESE["browser.nothing_found"])).to_be_visible()
    assert latin(page, "zz") == []
    page.keyboard.press("Escape")

    # case: the connection is lost
    page.route("**/_stcore/**", lambda route: route.abort())
    for end in connections:
        end.close()
    expect(page.get_by_text(CHINESE["browser.connecting"], exact=True)).to_be_visible()
    assert latin(page) == []
    expect(page.get_by_role("dialog", name=CHINESE["browser.connection_error"])).to_be_visible()
    assert latin(page) == []
