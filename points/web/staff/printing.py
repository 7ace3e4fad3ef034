"""What staff print: cards, posters, rosters, shelf labels, lists for signature, a person's passbook."""

import re
from dataclasses import dataclass, replace
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import exchange_days, goods
from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, Refusal
from points.people import cards, minors, teams
from points.people.cards import Printed
from points.people.guardians import OF_AGE
from points.places import areas, stations
from points.places.tables import Station
from points.service import activities, checkin, signups
from points.service.statuses import JOINABLE, SignupStatus
from points.shapes.fields import Code, Text, Whole, Word
from points.shapes.forms import Form, Several
from points.web import forms, pages, printed, spans
from points.web.paper import cards as paper_cards
from points.web.paper import labels, passbook, posters, tables
from points.web.paper.fonts import lacking
from points.web.paper.tables import TICK, Column
from points.web.staff import bp
from points.web.usual import AtStation

AT_ONCE = 1000
ON_THE_LIST = (SignupStatus.APPROVED, SignupStatus.ATTENDED, SignupStatus.NO_SHOW)
SPARE_ROWS = 5


@dataclass(eq=False)
class NothingToPrint(Conflict):
    """The choice leaves an empty sheet."""

    code = "nothing-to-print"
    title = N_("Nothing to print")
    detail = N_("Nothing that was chosen can be printed: there is no card or no label yet.")
    next_step = N_("Issue the cards or put the goods on the shelf first, then print.")


@dataclass(eq=False)
class TooManyChosen(Invalid):
    """More codes were typed than are printed at once."""

    code = "too-many-chosen"
    title = N_("Too many at once")
    detail = N_("%(chosen)d codes were given, and at most %(most)d are printed at once.")
    next_step = N_("Print them in parts.")
    chosen: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Choice(Form):
    """Whose cards: a team's, a community's (or of it those issued at a time), or those of some codes."""

    team: Annotated[str, Text(40)] = ""
    community: Annotated[str, Text(40)] = ""
    issued: Annotated[str, Text(40)] = ""
    codes: Annotated[str, Text(20 * AT_ONCE, lines=True)] = ""


@dataclass(frozen=True, kw_only=True)
class Part(Form):
    """Which thousand of them."""

    part: Annotated[int, Whole(least=1, most=1_000_000)] = 1


@dataclass(frozen=True, kw_only=True)
class Issue(Form):
    """In which community everybody gets a card."""

    community: Annotated[str, Code()]


@dataclass(frozen=True, kw_only=True)
class Purpose(Form):
    """What a poster is for."""

    to: Annotated[str, Word("join", data_key="for")] = ""


@dataclass(frozen=True, kw_only=True)
class Items(Form):
    """Which items; all that are on offer, unless said."""

    item: Annotated[tuple[str, ...], Several(Code())] = ()


@bp.get("/print/cards")
def print_cards() -> Response:
    """Choose whose cards to print: a team's, a community's, or some; and see how many that are before the paper."""
    session, by = db.session(), http.current_actor()
    chosen: list[Printed] | None = None
    choice, refused = Choice(), None
    try:
        choice = forms.read_address(Choice)
        chosen = _chosen_cards(session, choice, by) if choice != Choice() else None
    except Refusal as refusal:
        refused = refusal
    ready = [one for one in chosen or [] if one.card]
    reach = by.reaches("card.issue")
    return pages.show(
        "staff/print_cards.html",
        refusal=refused,
        form=forms.shown(Choice),
        asked=forms.address(choice),
        chosen=chosen,
        ready=len(ready),
        lacking=len(chosen or ()) - len(ready),
        parts=[
            (number, start + 1, min(start + AT_ONCE, len(ready)))
            for number, start in enumerate(range(0, len(ready), AT_ONCE), 1)
        ],
        by_hand=[f"{one.name} {one.volunteer}" for one in ready if lacking(one.name)],
        teams=[(team.code, team.name) for team in teams.visible(session, by=by) if team.status == "active"],
        communities=[
            (area.code, area.name)
            for area in areas.subtree(session, path="/", types=("community",))
            if by.role_for("card.issue", area_path=area.path)
        ],
        may_issue=bool(reach),
        may_fill=bool(choice.community) and not choice.issued,
        missing=cards.without(chosen or []),
    )


@bp.post("/print/cards/issue")
def print_cards_issue() -> Response:
    """Issue a card to everybody of a community who has none, and show the sheets of exactly these."""
    community, at = forms.read(Issue).community, clock.now()

    def issue(session: Session) -> str:
        issued = cards.issue_missing(session, community=community, by=http.current_actor(), at=at)
        return f"{len(issued)} {at.isoformat()}"

    count, _, moment = forms.once(issue).partition(" ")
    flash(gettext("%(n)d cards issued.", n=int(count)))
    return redirect(url_for(".print_cards", community=community, issued=moment), 303)


@bp.get("/print/cards.pdf")
@http.limiter.limit("20 per minute")
def print_cards_pdf() -> Response:
    """The sheets of the cards chosen, a thousand at a time."""
    session, by = db.session(), http.current_actor()
    part = forms.asked(Part).part
    ready = [one for one in _chosen_cards(session, forms.read_address(Choice), by) if one.card]
    doors, host = stations.doors(session), http.public_url()
    made = [_card(one, doors, host) for one in ready[(part - 1) * AT_ONCE : part * AT_ONCE]]
    if not made:
        raise NothingToPrint()
    title, said = gettext("Service cards"), _said()
    heading = f"{gettext('Xiangmeizi Energy Home')} · {gettext('Service card')}"
    return printed.answer(title, lambda: paper_cards.pdf(made, title=title, heading=heading, **said))


@bp.get("/activities/<code>/poster.pdf")
def activity_poster(code: str) -> Response:
    """The poster to check in with, or with `?for=join` the one that invites to join."""
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    activities.require_runner(found, by, "activity.run")
    if found.status not in JOINABLE:
        raise activities.WrongState(activity=found.code, status=found.status)
    joins = forms.asked(Purpose).to == "join"
    steps = (
        (gettext("Scan"), gettext("Sign up"), gettext("Come"))
        if joins
        else (gettext("Scan"), gettext("Press"), gettext("Done"))
    )
    path = f"/my/activities/{found.code}" if joins else f"/s/{checkin.poster_token(found)}"
    poster = posters.Poster(
        title=found.title,
        when=spans.span(found.start_at, found.end_at),
        place=found.place,
        address=http.public_url() + path,
        steps=steps,
        foot=gettext("No phone? Bring your card, or tell your name to the leader.")
        + f" {found.contact_name} {found.contact_phone}",
    )
    heading, said = gettext("Xiangmeizi Energy Home"), _said()
    return printed.answer(poster.title, lambda: posters.pdf(poster, heading=heading, **said))


@bp.get("/activities/<code>/roster.pdf")
def activity_roster_pdf(code: str) -> Response:
    """The roster to tick with a pen: who has a place, and empty rows for who comes along."""
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    rows = [
        (
            line.name,
            line.volunteer,
            http.clock_time(line.in_at) if line.in_at else TICK,
            http.clock_time(line.out_at) if line.out_at else TICK,
            "",
        )
        for line in signups.roster(session, activity=code, by=by, at=clock.now())
        if line.status in ON_THE_LIST
    ]
    roster = tables.List(
        title=gettext("Roster: %(title)s", title=found.title),
        facts=[
            f"{spans.span(found.start_at, found.end_at)} · {found.place}",
            f"{found.code} · {gettext('Leader')} {pages.person_label(session, found.leader_id, by=by)}",
        ],
        columns=[
            Column("", 0.5, "right"),
            Column(gettext("Name"), 2),
            Column(gettext("Volunteer code"), 1.5),
            Column(gettext("In"), 1.2),
            Column(gettext("Out"), 1.2),
            Column(gettext("Signature"), 2),
        ],
        rows=rows,
        blank=("", "", TICK, TICK, ""),
        foot=gettext("Tick, and write the time. Enter it afterwards on the roster page; then destroy this sheet."),
        spare=SPARE_ROWS,
        to_fill=[gettext("People there"), gettext("People helped"), gettext("Signature of the leader")],
        page=gettext("Page %(page)d of %(pages)d"),
    )
    said = _said()
    return printed.answer(roster.title, lambda: tables.pdf(roster, **said))


@bp.get("/print/labels")
def print_labels() -> Response:
    """Choose which shelf labels of a station to print."""
    session, by = db.session(), http.current_actor()
    here, mine = _station(session, by), stations.visible(session, by=by)
    offers = goods.on_offer(session, station=here.code, day=clock.local_date(clock.now()))
    return pages.show("staff/print_labels.html", station=here, stations=mine, offers=offers)


@bp.get("/print/labels.pdf")
def print_labels_pdf() -> Response:
    """The shelf labels of a station: of everything on offer, or of the items chosen."""
    session, by = db.session(), http.current_actor()
    here = _station(session, by)
    offers = goods.on_offer(session, station=here.code, day=clock.local_date(clock.now()))
    wanted = dict.fromkeys(forms.read_address(Items).item)
    for code in wanted:
        if code not in {offer.code for offer in offers}:
            raise NoSuch(kind=N_("item"), key=code)
    host = http.public_url()
    made = [
        labels.Label(
            name=offer.name,
            spec=offer.spec or offer.unit_name,
            points=gettext("%(n)d points", n=offer.price),
            code=offer.code,
            address=f"{host}/g/{offer.label_code}",
        )
        for offer in offers
        if not wanted or offer.code in wanted
    ]
    if not made:
        raise NothingToPrint()
    title, said = gettext("Shelf labels: %(station)s", station=here.name), _said()
    return printed.answer(title, lambda: labels.pdf(made, title=title, **said))


@bp.get("/sessions/<code>/list.pdf")
def exchange_day_list_pdf(code: str) -> Response:
    """The hand-overs of an exchange session, one signature each."""
    session, by = db.session(), http.current_actor()
    exchange_day = exchange_days.seen(session, code, by=by)
    lines = exchange_days.hand_overs(session, code=code, by=by)
    station = session.get_one(Station, exchange_day.station_id)
    totals = {
        "people": len(lines),
        "items": sum(one.items for one in lines),
        "points": sum(one.points for one in lines),
    }
    told = tables.List(
        title=gettext("Hand-overs: %(title)s", title=exchange_day.title),
        facts=[
            f"{station.name} · {spans.span(exchange_day.start_at, exchange_day.end_at)} · {exchange_day.code}",
            gettext("%(people)d hand-overs, %(items)d goods, %(points)d points", **totals),
        ],
        columns=[
            Column("", 0.5, "right"),
            Column(gettext("Number"), 1.5),
            Column(gettext("Name"), 2.6),
            Column(gettext("Volunteer code"), 1.4),
            Column(gettext("Goods"), 0.7, "right"),
            Column(gettext("Points"), 0.8, "right", bold=True),
            Column(gettext("Signature"), 2.2),
        ],
        rows=[
            (
                one.redemption,
                f"{one.name} ({gettext('fetched by %(name)s', name=one.proxy)})" if one.proxy else one.name,
                one.volunteer,
                str(one.items),
                str(one.points),
                "",
            )
            for one in lines
        ],
        blank=("",) * 6,
        foot=gettext("Keep this list with the accounts of the station."),
        to_fill=[gettext("Handed over by"), gettext("Counted by")],
        page=gettext("Page %(page)d of %(pages)d"),
    )
    said = _said()
    return printed.answer(told.title, lambda: tables.pdf(told, **said))


@bp.get("/people/<code>/passbook.pdf")
def people_passbook(code: str) -> Response:
    """The passbook of a person who has no phone, printed at the counter."""
    session, by = db.session(), http.current_actor()
    at = clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("points.see", area_path=person.area_path)
    book = printed.passbook(session, person=person, at=at)
    said = _said()
    return printed.answer(book.title, lambda: passbook.pdf(book, **said))


def _chosen_cards(session: Session, choice: Choice, by: Actor) -> list[Printed]:
    """The cards chosen. Raises NothingToPrint, TooManyChosen, NotPermitted or NoSuch."""
    if choice.team:
        return _named(session, cards.of_team(session, team=choice.team, by=by), by)
    if choice.community:
        found = _named(session, cards.of_community(session, community=choice.community, by=by), by)
        issued = choice.issued
        return [one for one in found if one.issued_at and one.issued_at.isoformat() == issued] if issued else found
    codes = [code for code in re.split(r"[\s,，;；、]+", choice.codes) if code]
    if not codes:
        raise NothingToPrint()
    if len(codes) > AT_ONCE:
        raise TooManyChosen(chosen=len(codes), most=AT_ONCE)
    return _named(session, cards.of_volunteers(session, volunteers=codes, by=by), by)


def _named(session: Session, found: list[Printed], by: Actor) -> list[Printed]:
    """As a list shows them: of a minor no name, on the card neither, unless somebody has just said why they look."""
    at = clock.now()
    today = clock.local_date(at)
    young = [one.volunteer for one in found if masking.age_on(one.birth_date, today) < OF_AGE]
    hidden = set(young) - minors.explained(session, young, by=by, at=at)
    return [replace(one, name=masking.mask_minor(one.volunteer)) if one.volunteer in hidden else one for one in found]


def _card(one: Printed, doors: list[stations.Door], host: str) -> paper_cards.Card:
    door = printed.door_for(doors, street_id=one.street_id, community=one.community)
    found = gettext("Found? Please bring it to any station.")
    return paper_cards.Card(
        name=one.name,
        serial=one.serial or "",
        address=f"{host}/c/{one.card}",
        found=f"{found} {door.name} {door.phone}" if door else found,
    )


def _station(session: Session, by: Actor) -> Station:
    """The station asked for, or one's first. Raises NoSuch outside one's reach."""
    asked = forms.asked(AtStation).station
    for station in stations.visible(session, by=by):
        if asked in ("", station.code):
            return station
    raise NoSuch(kind=N_("station"), key=asked)


def _said() -> dict[str, str]:
    return {"language": printed.language(), "note": printed.note()}
