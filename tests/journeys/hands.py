"""Somebody before a page, without a browser: reads it, follows links by their words, fills forms and presses buttons.

What is hidden or chosen in a form already is sent as a browser sends it, so a journey types only what a person types.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

REDIRECTS = (301, 302, 303, 307, 308)
VOID = {"input", "img", "br", "hr", "meta", "link", "source", "wbr", "col", "area", "base", "embed", "track"}


@dataclass
class Link:
    """Where it leads, and its words."""

    href: str
    text: str = ""


@dataclass
class Form:
    """A form as it stands on the page: what a browser would send, and its buttons (words, name, value, address)."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """A page, read: its words, links and forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.forms: list[Form] = []
        self._words: list[str] = []
        self._hidden = 0
        self._link: Link | None = None
        self._form: Form | None = None
        self._elsewhere: dict[str, list[tuple[str, str]]] = {}
        self._ids: dict[str, Form] = {}
        self._button: tuple[Form, dict[str, str], list[str]] | None = None
        self._select: tuple[Form, str, list[tuple[str, bool]]] | None = None
        self._area: tuple[Form, str, list[str]] | None = None
        self._later: list[tuple[str, str, dict[str, str]]] = []
        self.feed(html)
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins here."""
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "template"):
            self._hidden += 1
        elif tag == "a" and "href" in given:
            self._link = Link(given["href"])
            self.links.append(self._link)
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
            self._ids[given.get("id", "")] = self._form
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, given)
        elif tag == "option" and self._select:
            self._select[2].append((given.get("value", ""), "selected" in given))

    def handle_endtag(self, tag: str) -> None:
        """Note what ends here."""
        if tag in ("script", "style", "template"):
            self._hidden -= 1
        elif tag == "a":
            self._link = None
        elif tag == "form":
            self._form = None
        elif tag == "button" and self._button:
            form, given, words = self._button
            text = " ".join("".join(words).split()) or given.get("aria-label", "")
            if given.get("type", "submit") == "submit":
                form.buttons.append((text, given.get("name", ""), given.get("value", ""), given.get("formaction", "")))
            self._button = None
        elif tag == "select" and self._select:
            form, name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            form.fields += [(name, value) for value in chosen]
            self._select = None
        elif tag == "textarea" and self._area:
            form, name, words = self._area
            form.fields.append((name, "".join(words)))
            self._area = None

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        if self._hidden:
            return
        self._words.append(data)
        if self._link is not None:
            self._link.text += data
        if self._button:
            self._button[2].append(data)
        if self._area:
            self._area[2].append(data)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form = self._ids.get(given["form"]) if "form" in given else self._form
        if form is None or "disabled" in given:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        form.names.add(name)
        if tag == "button":
            self._button = (form, given, [])
        elif tag == "select":
            self._select = (form, name, [])
        elif tag == "textarea":
            self._area = (form, name, [])
        elif kind in ("checkbox", "radio"):
            if "checked" in given:
                form.fields.append((name, given.get("value", "on")))
        elif kind not in ("submit", "file", "image"):
            form.fields.append((name, given.get("value", "")))


class Hands:
    """One person with a browser of their own."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.address = "/"
        self.page = Page("")

    def open(self, address: str, status: int = 200) -> "Hands":
        """Open an address; the page must come."""
        return self._shown(self.client.get(address), address, status)

    def follow(self, words: str) -> "Hands":
        """Follow the first link whose words have these in them."""
        for link in self.page.links:
            if words in link.text:
                return self.open(urljoin(self.address, link.href))
        raise AssertionError(f"no link {words!r} on {self.address}: {[one.text.strip() for one in self.page.links]}")

    def press(self, label: str, status: int = 200, **typed: str | list[str]) -> "Hands":
        """Type into the form that has this button, and press it; `_` in a name stands for `-` where the form has it."""
        form, button = self._button(label, typed)
        sent = MultiDict(form.fields)
        for name, value in typed.items():
            known = name if name in form.names else name.replace("_", "-")
            assert known in form.names, f"no field {name} in the form of {label!r}: {sorted(form.names)}"
            sent.setlist(known, value if isinstance(value, list) else [value])
        if button[1]:
            sent.add(button[1], button[2])
        address = urljoin(self.address, button[3] or form.action or self.address)
        if form.method == "get":
            return self._shown(self.client.get(address, query_string=sent), address, status)
        return self._shown(self.client.post(address, data=sent), address, status)

    def says(self, *words: str) -> "Hands":
        """All of these stand on the page."""
        for one in words:
            assert one in self.page.text, f"{one!r} is not on {self.address}: {self.page.text[:3000]}"
        return self

    def silent(self, *words: str) -> "Hands":
        """None of these stands on the page."""
        for one in words:
            assert one not in self.page.text, f"{one!r} is on {self.address}"
        return self

    def found(self, pattern: str) -> str:
        """What the pattern's group matches in the words of the page."""
        match = re.search(pattern, self.page.text)
        assert match, f"nothing like {pattern!r} on {self.address}: {self.page.text[:3000]}"
        return match[1]

    def _button(self, label: str, typed: dict[str, str | list[str]]) -> tuple[Form, tuple[str, str, str, str]]:
        having = [(form, one) for form in self.page.forms for one in form.buttons if label in one[0]]
        for form, one in having:
            if all(name in form.names or name.replace("_", "-") in form.names for name in typed):
                return form, one
        buttons = [one[0] for form in self.page.forms for one in form.buttons]
        fields = [sorted(form.names) for form, _ in having]
        raise AssertionError(f"no button {label!r} for {sorted(typed)} on {self.address}: {buttons} {fields}")

    def _shown(self, answer: TestResponse, address: str, status: int) -> "Hands":
        while answer.status_code in REDIRECTS:
            address = urljoin(address, answer.location)
            answer = self.client.get(address)
        self.page = Page(answer.text) if answer.mimetype == "text/html" else Page("")
        parts = urlsplit(address)
        self.address = parts.path + (f"?{parts.query}" if parts.query else "")
        assert answer.status_code == status, f"{answer.status_code} at {address}: {self.page.text[:2000]}"
        return self
