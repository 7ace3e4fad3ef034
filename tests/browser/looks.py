"""How every page must look and be operated: axe-core's rules and our own, in every size, colour and language.

A **choice** is what asks for a decision at first sight: a link, a button or something to unfold in the main part of the
page. Header, tabs (at most five) and footer stand apart; fields belong to the button of their form. In large print a
page offers at most five choices; a list shows a few, and "More" the next ones.
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Browser, Page

from points import http
from points.web import pages
from tests.browser.service import Service
from tests.browser.visitor import Visitor
from tests.web import addresses
from tests.web.conftest import lively

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules of axe that ask for colours: the dark look changes nothing else."""
LIGHT = [("light", TAGS)]
DARK = [("dark", OF_COLOUR)]

ALL = os.environ.get("LOOKS") == "all"
"""Whether axe is asked everywhere (`make looks`), or on a phone and in Chinese, and in the dark in normal print only:
large print has the same colours, and is strong where that is soft."""
WIDTHS = (360, 768, 1280)
AXE_WIDTHS = WIDTHS if ALL else WIDTHS[:1]
ZOOMED = (640, 320)  # 1280 px at 200 %, and half of that
CHOICES = 5
CONTRAST = 4.5
MEASURES = (Path(__file__).parent / "looks.js").read_text()
ASK_AXE = """only => axe.run(document, {runOnly: only, resultTypes: ["violations", "incomplete"], preload: false})
  .then(({violations, incomplete}) => [
    violations.flatMap(({id, nodes}) => nodes.map(({html, target}) => `${id}: ${target} ${html.slice(0, 120)}`)),
    incomplete.filter(({id}) => id === "color-contrast").flatMap(({nodes}) => nodes.map(({target}) => String(target))),
  ])"""


def look_through(browser: Browser, service: Service, audience: str, language: str) -> list[str]:
    """Open every page of an audience in this language; what is wrong with it, in sentences."""
    service.set_clock(8, 0)
    with service.transaction() as session:
        street = lively(session)  # it commits
    with service.transaction() as session:
        cookie = addresses.visit(session, audience, street)
    visitor = Visitor(browser, service.address, {"width": 360, "height": 740}, keeps=True)
    visitor.context.set_default_timeout(20_000)
    _hold(visitor, {http.LOCALE_COOKIE: language, **({http.SESSION_COOKIE: cookie} if cookie else {})})
    listed = addresses.AUDIENCES[audience](street)
    paths = [path for endpoint, path in listed.items() if endpoint not in addresses.PIECES]
    wrong = []
    for path in (*paths, *addresses.states(street).get(audience, ())):
        for elder in ("", "1"):
            _hold(visitor, {pages.ELDER_COOKIE: elder})
            visitor.open(path)
            visitor.page.evaluate(MEASURES)
            if language == "zh_CN" or ALL:
                visitor.page.evaluate(AXE_SCRIPT)
                looks = _large(visitor.page) if elder else _normal(visitor.page)
            else:
                looks = _fits(visitor.page)
            wrong += [f"{path}{' in large print' if elder else ''} {sentence}" for sentence in looks]
    visitor.leave()
    return wrong


def _fits(page: Page) -> Iterator[str]:
    """Whether the words of a page find room."""
    for width in (360, 1280):
        _resize(page, width)
        yield from (f"at {width} px {found}" for found in page.evaluate("looks.wide()"))


def _normal(page: Page) -> Iterator[str]:
    """What is wrong with an open page, also when it is walked from end to end with the Tab key."""
    if page.locator("h1").count() < 1:
        yield "has no heading"
    yield from page.evaluate("looks.dull()")
    yield from _axe(page, LIGHT + DARK)
    for width in (*ZOOMED, *reversed(WIDTHS)):
        _resize(page, width)
        asked = ["looks.wide()"]
        if width in (360, 1280):
            asked += ["looks.small(44)", "looks.fine(14, 14)", "looks.jumps()"]
        yield from (f"at {width} px {found}" for found in _asked(page, asked))
    for _ in range(page.evaluate("looks.follow()") + 5):  # and round the end, where the browser has stops of its own
        page.keyboard.press("Tab")
    yield from page.evaluate("looks.followed()")


def _large(page: Page) -> Iterator[str]:
    """What is wrong with a page in large print: words of 20 px, then of 30 px."""
    yield from _axe(page, LIGHT + DARK if ALL else LIGHT)
    for width in (320, *reversed(WIDTHS)):
        _resize(page, width)
        asked = ["looks.wide()"]
        if width in (360, 1280):
            asked += ["looks.small(60)", "looks.fine(20, 20)", "looks.tight(1.5)"]
        yield from (f"at {width} px {found}" for found in _asked(page, asked))
    choices = page.evaluate("looks.choices()")
    if len(choices) > CHOICES:
        yield f"offers {len(choices)} choices: {', '.join(choices)}"
    page.evaluate("document.documentElement.classList.add('huge')")
    asked = ["looks.wide()", "looks.small(60)", "looks.fine(30, 20)"]
    yield from (f"at 30 px {found}" for found in _asked(page, asked))


def _asked(page: Page, questions: list[str]) -> list[str]:
    """What the page answers to several questions of `looks.js` at once."""
    return list(page.evaluate(f"[{', '.join(questions)}].flat()"))


def _axe(page: Page, schemes: list[tuple[str, list[str]]]) -> Iterator[str]:
    """What axe-core finds at every width; where it cannot tell a contrast, the pixels do."""
    for scheme, rules in schemes:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in AXE_WIDTHS:
            _resize(page, width)
            wrong, unclear = page.evaluate(ASK_AXE, rules)
            yield from (f"({scheme}, {width} px) {found}" for found in wrong)
            if unclear:
                yield from (f"({scheme}, {width} px) {found}" for found in _faint(page, unclear))
    page.emulate_media(color_scheme="light")


def _faint(page: Page, selectors: list[str]) -> Iterator[str]:
    """Words whose contrast to any pixel of the ground they stand on is too weak."""
    lettering = page.evaluate("looks.lettering", selectors)
    page.evaluate("looks.ground(true)")
    ground = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    page.evaluate("looks.ground(false)")
    for name, colour, x, y, width, height in lettering:
        ink = _luminance(tuple(int(part) for part in re.findall(r"\d+", colour)[:3]))
        under = ground.crop((int(x), int(y), int(x + width) + 1, int(y + height) + 1))
        weakest = min(_contrast(ink, _luminance(pixel)) for _, pixel in under.getcolors(1 << 20) or ())
        if weakest < CONTRAST:
            yield f"{name} has a contrast of {weakest:.2f}"


def _luminance(colour: tuple[int, ...]) -> float:
    """The relative luminance of a colour, WCAG 2."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _resize(page: Page, width: int) -> None:
    if page.viewport_size != {"width": width, "height": 740}:
        page.set_viewport_size({"width": width, "height": 740})


def _hold(visitor: Visitor, cookies: dict[str, str]) -> None:
    visitor.context.add_cookies(
        [{"name": name, "value": value, "url": visitor.address} for name, value in cookies.items()]
    )  # type: ignore[list-item]
