"""Somebody with a browser: what they open, type, press and see, and what their browser notices on the way."""

import io
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

PICTURES = os.environ.get("SCREENSHOTS")
"""Where `make tour` wants the pictures; otherwise none are kept."""

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
HEAVIEST = 200 * 1024  # bytes of a page with all it loads, on the wire and not compressed, domain §3.13
READER = "/vendor/zxing-wasm-"
"""Where the reader of codes lies. It is no part of a page: only who opens the camera or chooses a photo fetches it."""

EITHER_WAY = pytest.mark.parametrize(
    ("service", "hands"), [("sqlite", "pointer"), ("postgresql", "keys")], indirect=True
)
"""Marks a journey that is made twice: by pointer on SQLite, and by keyboard alone on PostgreSQL."""
FARTHEST = 150
"""After how many presses of Tab something counts as out of reach."""
AT = """wanted => {
  const one = document.activeElement, style = getComputedStyle(one);
  const shown = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
  return [one === wanted, shown || one === document.body, one.name || one.innerText || one.localName];
}"""
STATE = 10_000  # ms until a page shows what it should, on a slow machine that does other things as well
HANDS = 60  # milliseconds between two keys of somebody who types fast
NAVIGATION = 20_000  # ms until another page has come
expect.set_options(timeout=STATE)

# a document that is refused is a page of ours, not something that failed to load
REFUSED_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Visitor:
    """One browser with its own cookies, at a size; what it loads is loaded anew and weighed, unless it `keeps`.

    Who has only `keys` comes to everything with Tab, and has to see each time where that is.
    """

    def __init__(
        self,
        browser: Browser,
        address: str,
        size: dict[str, int],
        *,
        keeps: bool = False,
        keys: bool = False,
        **options: Any,
    ) -> None:
        self.address, self._keys = address, keys
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "device_scale_factor": 1, **options}
        self.context = browser.new_context(base_url=address, viewport=size, **options)  # type: ignore[arg-type]
        self.context.set_default_timeout(STATE)
        self.context.set_default_navigation_timeout(NAVIGATION)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.weight: dict[str, int] = defaultdict(int)
        self.reader: dict[str, int] = {}
        self.reads_codes = False
        self._document: dict[str, str] = {}
        self._came: set[str] = set()
        self._request: dict[str, tuple[str, str]] = {}
        self._listen(keeps)

    # --- going about

    def open(self, path: str) -> None:
        """Open an address of the service, or a whole address."""
        self.page.goto(path)

    def type(self, name: str, text: str) -> None:
        """Type into the field of that name; in a list, choose that value."""
        field = self.page.locator(f"[name={name}]:visible").first
        kind = field.evaluate("one => one.type || one.localName")
        if self._keys:
            self._type_with_keys(field, kind, text)
        elif kind == "select-one":
            field.select_option(text)
        else:
            field.fill(text)

    def tap(self, what: Locator | str) -> None:
        """Press what stays on this page: a button, a box to tick, or the heading of that name to be unfolded."""
        found = self.page.locator("summary", has_text=what).first if isinstance(what, str) else what
        if self._keys:
            self.reach(found)
            self.page.keyboard.press("Space" if found.evaluate("one => one.type === 'checkbox'") else "Enter")
        else:
            found.click()

    def reach(self, what: Locator) -> int:
        """Press Tab until it has the focus, and at every stop see what has it; how many presses that took."""
        what.wait_for()
        wanted = what.element_handle()
        for presses in range(1, FARTHEST):
            self.page.keyboard.press("Tab")
            there, shown, name = self.page.evaluate(AT, wanted)
            assert shown, f"{name!r} has the focus on {self.path} and does not show it"
            if there:
                return presses
        raise AssertionError(f"{what} is not reached on {self.path}")

    def press(self, label: str | re.Pattern[str]) -> None:
        """Press the button with that label and wait for the page it leads to."""
        self.follow(self.page.get_by_role("button", name=label, exact=isinstance(label, str)).first)

    def follow(self, what: Locator | str) -> None:
        """Press a link or button that leads to another page."""
        found = self.page.get_by_role("link", name=what).first if isinstance(what, str) else what
        if self._keys:
            self.reach(found)
        with self.page.expect_navigation():
            if self._keys:
                self.page.keyboard.press("Enter")
            else:
                found.click(no_wait_after=True)  # the click ends with the press, so that the page has all its time

    def enters(self, text: str = "") -> None:
        """Type where the focus is, then Enter, and wait for the page that leads to."""
        with self.page.expect_navigation():
            self.types(text)
            self.page.keyboard.press("Enter")

    def types(self, text: str) -> None:
        """Type where the focus is; but for an address, no faster at its end than hands are, so that it is no gun's."""
        self.page.keyboard.type(text if text.startswith("http") else text[:-1])
        if text and not text.startswith("http"):
            self.page.wait_for_timeout(HANDS)
            self.page.keyboard.type(text[-1])

    def stands_in(self, selector: str) -> None:
        """Wait until that field has the focus, so that what is typed next goes into it."""
        expect(self.page.locator(selector)).to_be_focused()

    def sign_in(self, who: str, pin: str) -> None:
        """Sign in as a volunteer on the sign-in page."""
        self.type("who", who)
        self.type("pin", pin)
        self.press("登录")

    def sign_in_staff(self, login: str, password: str = "correct horse") -> None:
        """Sign in as staff."""
        self.open("/sign-in/staff")
        self.type("login", login)
        self.type("password", password)
        self.press("登录")

    def _type_with_keys(self, field: Locator, kind: str, text: str) -> None:
        self.reach(field)
        keyboard = self.page.keyboard
        if kind == "select-one":
            is_at, wanted = field.evaluate(
                "(one, text) => [one.selectedIndex, [...one.options].findIndex(({value}) => value === text)]", text
            )
            for _ in range(abs(wanted - is_at)):
                keyboard.press("ArrowDown" if wanted > is_at else "ArrowUp")
        elif kind == "date":
            keyboard.type("".join(text[part] for part in (slice(5, 7), slice(8, 10), slice(4))))
        elif kind == "time":
            hour = int(text[:2])
            keyboard.type(f"{(hour + 11) % 12 + 1:02}{text[3:]}{'AM' if hour < 12 else 'PM'}")
        else:
            keyboard.press("Control+a")
            self.types(text)
        expect(field).to_have_value(text)

    # --- what is seen

    @property
    def text(self) -> str:
        """All that the page says."""
        return self.page.locator("body").inner_text()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def says(self, *sentences: str) -> None:
        """Assert that the page says each of them, at once or soon."""
        for sentence in sentences:
            expect(self.page.locator("body")).to_contain_text(sentence, use_inner_text=True)

    def codes(self) -> list[str]:
        """What an independent reader reads from a picture of the page: the texts of all QR codes on it."""
        picture = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
        return [found.text for found in zxingcpp.read_barcodes(picture)]

    def code(self) -> str:
        """The one QR code of the page. All that are drawn are read."""
        drawn, read = self.page.locator(".qr svg").count(), self.codes()
        assert drawn == len(read) == 1, f"{drawn} codes are drawn and {read} read on {self.path}"
        return read[0]

    def font_size(self, selector: str) -> float:
        """The computed text size in CSS pixels."""
        size: float = self.page.locator(selector).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        return size

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def picture(self, name: str, *, whole: bool = False, large: bool = False) -> None:
        """Keep a picture of the page as `name`.png, where pictures are wanted; it may not need sideways scrolling.

        With `large`, the page is opened once more in large print, for `name`-large.png.
        """
        assert self.overflow() <= 0, f"{self.path} scrolls sideways"
        if not PICTURES or self._keys:
            return
        self.page.evaluate("window.scrollTo(0, 0)")
        size = self.page.viewport_size or PHONE
        if whole:  # a window as tall as the page, so that what is fixed to its edge stays there
            height: int = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": size["width"], "height": height})
        shot = Image.open(io.BytesIO(self.page.screenshot()))
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        plain = shot.convert("RGB").quantize(colors=128, dither=Image.Dither.NONE)
        plain.save(folder / f"{name}.png", optimize=True)
        if large:
            for size_of_print, then in (("1", f"{name}-large"), ("", "")):
                self.context.add_cookies([{"name": "points_elder", "value": size_of_print, "url": self.address}])
                self.page.reload()
                if then:
                    self.picture(then, whole=whole)

    # --- what the browser notices

    def leave(self) -> None:
        """Close the browser; nothing may have been fetched elsewhere, gone wrong, or been too heavy."""
        self.page.wait_for_timeout(20)  # the last events are on their way
        self.context.close()
        heavy = [f"{self._document[load]} weighs {weight}" for load, weight in self.weight.items() if weight > HEAVIEST]
        wrong = self.complaints + heavy
        if self.reader and not self.reads_codes:
            wrong.append(f"nobody opened the camera, and the reader of codes was fetched: {self.reader}")
        assert not wrong, "\n".join(dict.fromkeys(wrong))

    def _listen(self, keeps: bool) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error on {self.path}: {error}"))
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": not keeps})
        network.on("Network.requestWillBeSent", self._asked)
        network.on("Network.loadingFinished", self._loaded)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED_PAGE.match(message.text):
            self.complaints.append(f"console on {self.path}: {message.text}")

    def _asked(self, event: Any) -> None:
        address = event["request"]["url"]
        # the little pictures in date and time fields are the browser's own, and travel nowhere
        if not address.startswith((f"{self.address}/", "data:")):
            self.complaints.append(f"{event['documentURL']} asks {address}")
        if event.get("type") == "Document":
            self._document[event["loaderId"]] = urlsplit(address).path
        self._request[event["requestId"]] = (event["loaderId"], urlsplit(address).path)

    def _loaded(self, event: Any) -> None:
        load, address = self._request.get(event["requestId"], ("", ""))
        if READER in address:
            self.reader[address] = int(event["encodedDataLength"])
        elif load in self._document:
            itself = address == self._document[load]
            if itself and load in self._came:
                return  # a page that renews itself is no heavier than it was
            self._came |= {load} if itself else set()
            self.weight[load] += int(event["encodedDataLength"])


def words_of(page: Page) -> Iterator[tuple[str, float]]:
    """Every text that is visible on the page, with its size in CSS pixels."""
    found = page.evaluate("""() => {
      const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const text = walk.currentNode.textContent.trim(), holder = walk.currentNode.parentElement;
        if (!text || !holder.checkVisibility()) continue;
        if (holder.closest("script, noscript, svg, .hidden, .service-card")) continue;
        texts.push([text, parseFloat(getComputedStyle(holder).fontSize)]);
      }
      return texts;
    }""")
    yield from ((text, size) for text, size in found)


def targets_of(page: Page) -> list[tuple[str, float, float]]:
    """Everything visible that one presses or types into, links inside sentences aside: what it is, width, height."""
    found: list[tuple[str, float, float]] = page.evaluate("""() =>
      [...document.querySelectorAll("button, a.btn, a.card, .tabs a, .foot a, summary, select, textarea, label.tick, "
        + "input:not([type=hidden]):not([type=checkbox]):not([type=radio])")]
        .filter(one => one.checkVisibility() && !one.classList.contains("skip"))
        .map(one => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => box.width > 1)
        .map(([one, box]) => [(one.name || one.innerText || one.tagName).trim().slice(0, 30), box.width, box.height])
    """)
    return found
