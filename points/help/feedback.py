"""Complaints and suggestions (投诉建议): anyone writes, gets a number, and finds the answer under it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from points.foundation import clock, codes, typed, workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.foundation.orm import rows_changed
from points.help.statuses import FeedbackKind
from points.help.tables import LONGEST, Feedback
from points.journal import audit
from points.people import aliases
from points.places import areas, calendar
from points.places.tables import Area

ANSWER_WD = 5
"""Within so many working days everybody gets an answer."""
KEPT_FOR = timedelta(days=3 * 366)
"""How long an answered item is kept (domain §3.9)."""
SOMEBODY = Actor(person="somebody")
"""Who writes without being signed in."""

# --- what there is


@dataclass(frozen=True)
class Item:
    """What somebody wrote, with the name of the place it is for; `late` when the answer is overdue."""

    feedback: Feedback
    place: str
    late: bool


# --- what is refused


@dataclass(eq=False)
class FeedbackInvalid(Invalid):
    """The text is missing or too long, or the kind is none."""

    code = "feedback-invalid"
    title = N_("Please write a little")
    detail = N_("A message has between 2 and %(longest)s characters.")
    next_step = N_("Say in your own words what happened or what could be better.")
    longest: int = LONGEST


@dataclass(eq=False)
class AnsweredBefore(Conflict):
    """The item has its answer."""

    code = "feedback-answered"
    title = N_("Answered before")
    detail = N_("%(number)s has been answered.")
    next_step = N_("Open the list again; nothing else needs to be done.")
    number: str


# --- what happens


def write(session: Session, *, kind: str, text: str, area: str, by: Actor, at: datetime, contact: str = "") -> Feedback:
    """Write to a street or community, signed in or not (`SOMEBODY`); the answer is due within five working days.

    Raises NoSuch or FeedbackInvalid.
    """
    place = areas.by_code(session, area)
    if place.type not in ("street", "community"):
        raise NoSuch(kind=N_("area"), key=area)
    text, contact = typed.lines(text), typed.one_line(contact)
    if kind not in tuple(FeedbackKind) or not 2 <= len(text) <= LONGEST or len(contact) > 60:
        raise FeedbackInvalid()
    item = Feedback(
        code=codes.new(),
        kind=kind,
        area_id=place.id,
        area_path=place.path,
        volunteer_id=by.volunteer_id,
        text=text,
        contact=contact,
        due_on=workdays.add_workdays(clock.local_date(at), ANSWER_WD, calendar.overrides(session)),
        created_at=at,
        # who wrote anonymously stays so; who is signed in stands in `volunteer_id`
        created_by=SOMEBODY.person,
    )
    session.add(item)
    session.flush()
    audit.write(
        session,
        by=SOMEBODY,
        role="public",
        action="feedback.write",
        target=f"feedback:{item.code}",
        at=at,
        area_path=place.path,
        facts={"kind": kind},
    )
    return item


def reply(session: Session, *, number: str, text: str, by: Actor, at: datetime) -> Feedback:
    """Answer; what the writer left to be reached by is emptied. Raises NoSuch, NotPermitted, FeedbackInvalid or
    AnsweredBefore.
    """
    item = session.scalars(
        select(Feedback)
        .where(Feedback.code == typed.random_code(number))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if item is None or by.role_for("feedback.see", area_path=item.area_path) is None:
        raise NoSuch(kind=N_("message"), key=number)
    role = by.require("feedback.reply", area_path=item.area_path)
    if item.replied_at is not None:
        raise AnsweredBefore(number=item.code)
    text = text.strip()
    if not 2 <= len(text) <= LONGEST:
        raise FeedbackInvalid()
    item.reply, item.replied_by, item.replied_at, item.contact = text, by.person, at, ""
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="feedback.reply",
        target=f"feedback:{item.code}",
        at=at,
        area_path=item.area_path,
        facts={"late": clock.local_date(at) > item.due_on},
    )
    return item


def forget_old(session: Session, *, at: datetime) -> int:
    """Delete what was answered three years ago; how many that were."""
    return rows_changed(session.execute(delete(Feedback).where(Feedback.replied_at < at - KEPT_FOR)))


def forget_writer(session: Session, *, volunteer_id: int) -> None:
    """Know no longer who wrote, nor how to reach them; the text and its answer stay. Part of forgetting people."""
    mine = update(Feedback).where(Feedback.volunteer_id == volunteer_id)
    session.execute(mine.values(volunteer_id=None, contact=""))


# --- what can be asked


def by_number(session: Session, number: str, *, at: datetime) -> Item:
    """The item with this number, for whoever has the number. Raises NoSuch."""
    found = _items(session, Feedback.code == typed.random_code(number), at=at, limit=1)
    if not found:
        raise NoSuch(kind=N_("message"), key=number)
    return found[0]


def mine(session: Session, *, volunteer_id: int, at: datetime) -> list[Item]:
    """All that this person wrote signed in, the latest first."""
    return _items(session, aliases.of_person(Feedback.volunteer_id, volunteer_id), at=at)


def inbox(session: Session, *, by: Actor, at: datetime) -> list[Item]:
    """All that waits for an answer within the actor's reach, the first due first."""
    return _items(session, _in_reach(by) & Feedback.replied_at.is_(None), at=at, oldest_first=True)


def answered(session: Session, *, by: Actor, at: datetime, offset: int, limit: int) -> tuple[list[Item], int]:
    """What was answered within the actor's reach, the latest first: a part of it, and how much there is in all."""
    condition = _in_reach(by) & Feedback.replied_at.is_not(None)
    all_ = session.execute(select(func.count()).select_from(Feedback).where(condition)).scalar_one()
    return _items(session, condition, at=at, offset=offset, limit=limit), all_


def seen(session: Session, number: str, *, by: Actor, at: datetime) -> Item:
    """The item as those who answer see it. Raises NoSuch."""
    item = by_number(session, number, at=at)
    if by.role_for("feedback.see", area_path=item.feedback.area_path) is None:
        raise NoSuch(kind=N_("message"), key=number)
    return item


def _items(
    session: Session,
    condition: ColumnElement[bool],
    *,
    at: datetime,
    offset: int = 0,
    limit: int | None = None,
    oldest_first: bool = False,
) -> list[Item]:
    today = clock.local_date(at)
    order = (Feedback.due_on, Feedback.id) if oldest_first else (Feedback.id.desc(),)
    rows = session.execute(
        select(Feedback, Area.name)
        .join(Area, Area.id == Feedback.area_id)
        .where(condition)
        .order_by(*order)
        .offset(offset)
        .limit(limit)
    )
    return [Item(item, place, item.replied_at is None and today > item.due_on) for item, place in rows]


def _in_reach(by: Actor) -> ColumnElement[bool]:
    return areas.within(by.reaches("feedback.see"), area_path=Feedback.area_path)
