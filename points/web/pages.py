"""What every page may use: the words and numbers as they are shown, icons, QR codes, the reader's choices."""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NoReturn, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, make_response, render_template, request
from flask_babel import get_locale, gettext
from jinja2 import pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from points import http
from points.database import db
from points.foundation import clock, masking, qr
from points.foundation.actors import Actor
from points.foundation.errors import N_, Refusal
from points.http import clock_time, day, month, when
from points.people import minors
from points.people.tables import Volunteer
from points.places import stations
from points.service import hours
from points.service.tables import ActivityCategory
from points.web import assets, filled, guards, handed, security, spans, sums, words
from points.web.forms import Shown

SPRITE = "vendor/lucide-static-1.62.0/sprite.svg"
ELDER_COOKIE = "points_elder"
LARGE = ("1", "2")  # large print with words of 20 px, and with words of 30 px
YEAR = 366 * 24 * 3600
_INDENTED = re.compile("^ +", re.MULTILINE)
DEMO_ASKED_AGAIN_AFTER = 60  # seconds
Asked = TypeVar("Asked")
Form = Mapping[str, object]


# --- answering


def show(template: str, *, refusal: Refusal | None = None, form: Form | None = None, **shown: object) -> Response:
    """The page `template`; with a refusal, its sentence above the form, what was typed kept, and its status."""
    of = form if isinstance(form, Shown) else Shown(form or {})
    page = render_template(template, refusal=refusal, form=of, **shown)
    return make_response(page, 200 if refusal is None else http.status_of(refusal))


def new_key() -> str:
    """The hidden key of a form that moves something: the same form sent twice acts once."""
    return secrets.token_urlsafe(18)


def our_page(wanted: str, default: str) -> str:
    """`wanted` if it is an address on this service, otherwise `default`: no form sends a reader elsewhere."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if ours and wanted.isprintable() and "\\" not in wanted else default


def remember(answer: Response, cookie: str, value: str) -> None:
    """Let the browser keep a choice of its reader for a year."""
    answer.set_cookie(cookie, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure, path="/")


def not_here() -> NoReturn:
    """Answer with the page that says there is none."""
    abort(404)


# --- what templates get


def init_app(app: Flask) -> None:
    """Give the templates their words, numbers, icons and the reader's choices."""
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # Chinese takes half the room
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(_Outdented)
    app.jinja_env.globals.update(
        asset=assets.address,
        script=assets.script,
        early_script=assets.early_script,
        icon=_icon,
        symbol=_symbol,
        qr_svg=_qr_svg,
        nonce=security.nonce,
        rules_of_sending=handed.for_sending,
        new_key=new_key,
        in_parts=in_parts,
        title_of=http.title_of,
        detail_of=http.detail_of,
        next_step_of=http.next_step_of,
        spoken_of=http.spoken_of,
        public_url=http.public_url,
    )
    app.jinja_env.filters.update(
        asides=sums.asides,
        day=day,
        month=month,
        clock=clock_time,
        when=when,
        span=spans.span_shown,
        times=spans.times,
        held=spans.held,
        pauses=spans.pauses,
        hours=hours.shown,
        signed=signed,
        yuan=yuan,
        words=_words_now,
        named=named,
        offered=offered,
        translated=translated,
        hide_phone=masking.hide_phone,
        mask_phone=masking.mask_phone,
        browser=browser_label,
        person=person_shown,
        dialled=lambda phone: phone.partition("转")[0],
    )
    app.context_processor(_reader)


class _Outdented(Extension):
    """A line of a template begins with one blank at most: pages go out as they are, and weighed a sixth more."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENTED.sub(" ", source)


def _reader() -> dict[str, object]:
    actor = http.signed_in() if request else None
    return {
        "me": actor,
        "is_staff": guards.is_staff(actor),
        "is_volunteer": actor is not None and actor.volunteer_id is not None,
        "sees_stock": actor is not None and bool(actor.reaches("stock.see")),
        "hands_out": actor is not None and bool(actor.reaches("redemption.operate")),
        "elder": elder(),
        "language": str(get_locale()).replace("_", "-"),
        "demo": is_demo(),
        "contact": contact(),
        "here": _here(),
        "answers_a_form": bool(request) and request.method == "POST",
    }


def _here() -> str:
    """The address of this page for who comes back to it: of the answer to a form the page that the form stood on."""
    if not request or request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?") if request else "/"
    return our_page(filled.page_of_form(), "/")


def elder() -> str:
    """The large print that the reader chose; empty for the normal size."""
    chosen = request.cookies.get(ELDER_COOKIE, "")
    return chosen if chosen in LARGE else ""


def is_demo() -> bool:
    """Whether the people in this database are made up; then every page says so. Asked once a minute."""
    return bool(_kept("demo", lambda: db.session.scalar(select(Volunteer.id).where(Volunteer.is_demo).limit(1))))


def contact() -> stations.Door | None:
    """The station whose phone stands at the foot of every page. Asked once a minute."""
    return _kept("contact", lambda: next(iter(stations.doors(db.session())), None))


def _kept(name: str, ask: Callable[[], Asked]) -> Asked:
    kept: dict[str, tuple[Asked, float]] = current_app.extensions.setdefault("points_pages", {})
    if name not in kept or time.monotonic() - kept[name][1] >= DEMO_ASKED_AGAIN_AFTER:
        kept[name] = (ask(), time.monotonic())
    return kept[name][0]


def category_names(session: Session) -> dict[str, str]:
    """The names of the activity categories by code."""
    return dict(session.execute(select(ActivityCategory.code, ActivityCategory.name)).all())


def category_labels(session: Session) -> dict[int, str]:
    """The names of the activity categories by their key, beside an activity."""
    return dict(session.execute(select(ActivityCategory.id, ActivityCategory.name)).all())


def person_label(session: Session, volunteer_id: int, *, by: Actor) -> str:
    """A person, name and code, as `by` may see them; see `people_labels`."""
    return people_labels(session, [volunteer_id], by=by)[volunteer_id]


def people_labels(session: Session, volunteer_ids: Iterable[int], *, by: Actor) -> dict[int, str]:
    """These people, as `by` may see them: masked for who may not see the residents there, minors until one says why."""
    found = session.execute(
        select(Volunteer.id, Volunteer.name, Volunteer.code, Volunteer.birth_date, Volunteer.area_path).where(
            Volunteer.id.in_(set(volunteer_ids))
        )
    ).all()
    names = minors.names(session, found, by=by, at=clock.now())
    return {
        one.id: f"{names[one.code]} {one.code}"
        if one.id == by.volunteer_id or by.role_for("volunteer.see", area_path=one.area_path)
        else f"{masking.mask_name(one.name)} {masking.mask_code(one.code)}"
        for one in found
    }


def names_of(session: Session, codes: Iterable[str], *, by: Actor) -> dict[str, str]:
    """The names of these people by code for who may see them: minors are masked until one says why one looks."""
    found = session.execute(
        select(Volunteer.id, Volunteer.code, Volunteer.name, Volunteer.birth_date).where(Volunteer.code.in_(set(codes)))
    )
    return minors.names(session, found.all(), by=by, at=clock.now())


# --- how things are written


def signed(points: int) -> str:
    """+24 or −20."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def yuan(fen: int) -> str:
    """Hundredths of a yuan as ¥3 or ¥3.50."""
    return f"¥{fen // 100}" if fen % 100 == 0 else f"¥{fen / 100:.2f}"


@pass_context  # so that a constant is not translated once and for all when its template is compiled
def _words_now(_context: Context, value: str, kind: str = "") -> str:
    return shown_words(value, kind)


def shown_words(value: str, kind: str = "") -> str:
    """A state or kind of the business, or a marked message id, in the reader's language."""
    message = words.called(value, kind) if kind else value
    return str(gettext(message)) if message else ""


def named(values: Iterable[str], kind: str) -> list[tuple[str, str]]:
    """States or kinds with their words, as a form offers them."""
    return [(value, shown_words(value, kind)) for value in values]


class Coded(Protocol):
    """What has a code and a name."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


def offered(found: Iterable[Coded]) -> list[tuple[str, str]]:
    """What has a code and a name, as a form offers it."""
    return [(one.code, one.name) for one in found]


def translated(pairs: Iterable[tuple[object, str]]) -> list[tuple[object, str]]:
    """Values with marked message ids, as a form offers them."""
    return [(value, gettext(message)) for value, message in pairs]


def in_parts(items: Iterable[object], first: int) -> list[tuple[Sequence[object], int]]:
    """A list in the parts in which it is shown, each with how many there are from it on.

    In large print a part has `first` of the items, and one more item than that is no reason for a second part.
    """
    found = list(items)
    if not elder() or len(found) <= first + 1:
        return [(found, len(found))]
    return [(found[start : start + first], len(found) - start) for start in range(0, len(found), first)]


@dataclass(frozen=True)
class Turned:
    """A page of a list that is turned over: which it is of how many, the one before and the one after it, or 0."""

    page: int
    pages: int
    before: int
    after: int


def turned(page: int, count: int, *, a_page: int) -> Turned:
    """Page `page` of a list of `count` rows, `a_page` on each."""
    pages = max(1, -(-count // a_page))
    return Turned(page=page, pages=pages, before=page - 1, after=page + 1 if page < pages else 0)


def browser_label(agent: str) -> str:
    """A browser and its system in words that people know, from the long name it gives itself."""
    browsers = ("MicroMessenger", "Edg", "HuaweiBrowser", "MiuiBrowser", "QQBrowser", "Firefox", "Chrome", "Safari")
    systems = ("HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    browser = next((name for name in browsers if name in agent), "")
    system = next((name for name in systems if name in agent), "")
    browser = {"MicroMessenger": "WeChat", "Edg": "Edge"}.get(browser, browser)
    return " · ".join(part for part in (browser, system) if part) or gettext("Unknown device")


def person_shown(person: str) -> str:
    """Who did something, as it is shown to the person concerned: themselves as "you", jobs in words."""
    actor = http.signed_in()
    if actor is not None and actor.person == person:
        return str(gettext("you"))
    unnamed = {"system": N_("the system"), "somebody": N_("somebody without a name")}
    return str(gettext(unnamed[person])) if person in unnamed else person


def _icon(name: str, label: str = "") -> Markup:
    """One drawing of the sprite; without a label it is only decoration."""
    sprite = assets.address(SPRITE)
    hidden = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    return Markup('<svg class="icon" focusable="false"{}><use href="{}#{}"></use></svg>').format(hidden, sprite, name)


@cache
def _symbol(name: str) -> Markup:
    """One drawing of the sprite to stand in the page itself, where a list shows it some hundred times."""
    drawings = (assets.STATIC / SPRITE).read_text(encoding="utf-8")
    found = re.search(rf'<symbol id="{re.escape(name)}".*?</symbol>', drawings)
    assert found, f"no drawing named {name}"
    return Markup(found[0])


def _qr_svg(address: str, label: str) -> Markup:
    return Markup(qr.svg(address, label=label))
