"""The site that `make docs` has built: its links lead somewhere, and a browser shows every page without a complaint.

`make test` builds it first. Without it, or without Chromium, the tests are skipped.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from functools import cache, partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import unquote, urlsplit

import nbclient
import nbformat
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

ROOT: Final = Path(__file__).parents[1]
SITE: Final = ROOT / "build" / "docs"
GALLERY: Final = ROOT / "docs" / "gallery"
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# A browser asks its maker's hosts for much that a test does not need.
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ABORTED: Final = "net::ERR_ABORTED"  # the next page was opened before all of this one had come
PHONE: Final[ViewportSize] = {"width": 390, "height": 800}
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
SHOWN: Final[Sequence[tuple[ViewportSize, Literal["dark", "light"]]]] = ((PHONE, "dark"), (DESKTOP, "light"))

pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="the site is not built: make docs")


def pages() -> list[str]:
    """All pages but those that show source code, which are alike."""
    found = [path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")]
    return sorted(page for page in found if not page.startswith(("_modules/pydezero/", "_static/")))


class _Parts(HTMLParser):
    """The links, the targets of links and the images of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.targets: set[str] = set()
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        self.targets.update(value for key in ("id", "name") if (value := of.get(key)))
        if tag == "a" and (link := of.get("href")):
            self.links.append(link)
        if tag == "img":
            self.images.append(of)


@cache
def parts(path: Path) -> _Parts:
    found = _Parts()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def test_every_link_of_the_site_leads_somewhere() -> None:
    broken: list[str] = []
    for page in pages():
        for link in parts(SITE / page).links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (SITE / page).parent / unquote(url.path) if url.path else SITE / page
            if not target.exists() or (
                target.suffix == ".html" and url.fragment and unquote(url.fragment) not in parts(target).targets
            ):
                broken.append(f"{page}: {link}")
    assert len(pages()) > 50
    assert not broken


def test_every_image_says_what_it_shows() -> None:
    """A thumbnail of the gallery has its title beside it."""
    images = [(page, image) for page in pages() for image in parts(SITE / page).images]
    assert not [(page, image) for page, image in images if not image.get("alt") and "_thumb." not in str(image["src"])]


def test_korean_pages_say_so() -> None:
    """So that the browser breaks lines between words, and a screen reader reads them."""
    for page, language in (("book/ko/index.html", "ko"), ("book/en/index.html", "en")):
        assert f'<html lang="{language}"' in (SITE / page).read_text(encoding="utf-8")


def test_functions_link_to_their_source() -> None:
    page = (SITE / "generated" / "reference" / "functions_elementwise.html").read_text(encoding="utf-8")
    for name in ("sin", "maximum", "clip"):  # made by another function; written as a function
        assert re.search(rf'_modules/pydezero/functions/elementwise/\w+\.html#(\w+\.)*{name}"', page), name


def test_a_notebook_of_the_gallery_runs() -> None:
    """Sphinx-gallery writes one for each program."""
    notebook = nbformat.read(  # type: ignore[no-untyped-call]  # nbformat has types in part
        GALLERY / "curve_fit.ipynb", as_version=4
    )
    nbclient.NotebookClient(notebook, timeout=120).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("amplitude" in output.get("text", "") for output in outputs)
    assert any("image/png" in output.get("data", ()) for output in outputs)


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The site, served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(SITE)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def collect_complaints(page: Page, found: list[str]) -> None:
    """Add what the browser complains about."""
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda request: found.append(request.url) if request.failure != ABORTED else None)


def test_every_page_in_a_browser(browser: Browser, address: str) -> None:
    """On a phone in the dark, and on a desktop in the light."""
    wide: list[str] = []
    found: list[str] = []
    for viewport, scheme in SHOWN:
        with browser.new_context(viewport=viewport, color_scheme=scheme) as context:
            page = context.new_page()
            collect_complaints(page, found)
            for name in pages():
                page.goto(f"{address}/{name}", wait_until="load")
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    wide.append(f"{name}, {viewport['width']} pixels")
    assert not found
    assert not wide, "these pages are wider than the window"


def test_search_finds_a_function(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/search.html?q=logsumexp")
        page.wait_for_selector("#search-results li a")
        assert "logsumexp" in page.inner_text("#search-results")
