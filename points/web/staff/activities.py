"""Activities for those who run them: plan, approve, show the code, tick the roster, settle."""

import json
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.codes import STEP_SECONDS
from points.foundation.errors import Refusal
from points.people import cards
from points.places import stations
from points.rewards import attending, settlement
from points.service import activities, checkin, records, signups, stays
from points.service.activities import notices, series, themes
from points.service.checkin import ScanRequest
from points.service.statuses import (
    JOINABLE,
    NOT_OVER,
    OVER,
    RUNNING,
    SETTLED,
    ActivityOrigin,
    ActivityStatus,
    RecordStatus,
    SignupStatus,
    StayStatus,
)
from points.service.tables import Activity, ActivityCategory, Stay
from points.shapes.fields import Code, Text
from points.shapes.forms import Form
from points.shapes.records import SettleShape
from points.web import forms, handed, pages
from points.web.staff import bp
from points.web.staff.planning import mind
from points.web.usual import Onward, Why

SCREEN_RENEWS = 5  # seconds
SCREEN_RELOADS = 3 * SCREEN_RENEWS  # as a whole, where there is no script
TEACHING = "child"  # 四点半课堂: children taught are counted, not registered (domain M17)
EXPECTED = (SignupStatus.APPROVED, SignupStatus.ATTENDED, SignupStatus.WAITLISTED)
WITH_REASON = ("send-back", "cancel")


@dataclass(frozen=True, kw_only=True)
class Tick(Form):
    """A tick of the roster such as in:YD000123, or a card that was scanned or typed."""

    key: Annotated[str, Text(200)] = ""
    card: Annotated[str, Text(300)] = ""
    tick: Annotated[str, Text(60)] = ""


@dataclass(frozen=True, kw_only=True)
class Decision(Form):
    """Who is let in, or declined."""

    let_in: Annotated[str, Code()] = ""
    decline: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Settlement(Form, like=SettleShape):
    """What the leader adds."""

    beneficiaries: int
    head_count: int | None = None
    result_note: str = ""


@bp.get("/activities/<code>")
def activity(code: str) -> Response:
    """One activity, and the one next thing to do with it."""
    return _activity(code)


@bp.post("/activities/<code>/<step>")
def activity_step(code: str, step: str) -> Response:
    """Submit, approve, send back or cancel."""
    by, at = http.current_actor(), clock.now()
    try:
        reason = forms.read(Why).reason if step in WITH_REASON else ""

        def act(session: Session) -> None:
            match step:
                case "submit":
                    activities.submit(session, activity=code, by=by, at=at)
                case "approve":
                    activities.approve(session, activity=code, by=by, at=at)
                case "send-back":
                    activities.send_back(session, activity=code, reason=reason, by=by, at=at)
                case "cancel":
                    activities.cancel(session, activity=code, reason=reason, by=by, at=at)
                case "let-stand":
                    stays.decide_flags(session, activity=code, by=by, at=at)
                case "confirm-c":
                    settlement.confirm_c(session, activity=code, by=by, at=at)
                case _:
                    pages.not_here()

        forms.once(act)
    except Refusal as refusal:
        return _activity(code, refusal=refusal, step=step)
    flash(gettext("Done."))
    return redirect(pages.our_page(forms.asked(Onward).back, url_for(".activity", code=code)), 303)


@bp.get("/activities/<code>/screen")
def activity_screen(code: str) -> Response:
    """The code, as large as the screen is; it renews itself."""
    return _screen(code, "staff/activity_screen.html")


@bp.get("/activities/<code>/screen/now")
def activity_screen_now(code: str) -> Response:
    """Only the part of the screen that renews itself."""
    return _screen(code, "staff/activity_screen_now.html")


@bp.get("/activities/<code>/roster")
def activity_roster(code: str) -> Response:
    """Everybody who signed up, each with one tick for in and one for out."""
    return _roster(code)


@bp.post("/activities/<code>/roster/tick")
def activity_tick(code: str) -> Response:
    """Tick one person in or out; also somebody who came along, by card or volunteer code."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Tick)
        direction, _, volunteer = form.tick.partition(":")
        with transaction(keyed=True) as session:
            if form.card:
                scanned = ScanRequest(code=form.card, activity=code, nonce=form.key)
                answer = attending.scan(session, scanned, by=by, at=at)
            else:
                nonce = form.key and f"{form.key}:{form.tick}"  # one form for all rows: each button of it acts once
                ticked = ScanRequest(activity=code, volunteer=volunteer, direction=direction, nonce=nonce)
                answer = attending.roster_tick(session, ticked, by=by, at=at)
    except Refusal as refusal:
        return _roster(code, refusal=refusal)
    told = gettext("%(name)s is in.") if answer.direction == "in" else gettext("%(name)s is out.")
    flash(told % {"name": answer.volunteer_name})
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.post("/activities/<code>/roster/minors")
def activity_minors(code: str) -> Response:
    """Show the names of the minors of this roster for ten minutes; their families can read that we looked."""
    forms.once(lambda session: signups.show_minors(session, activity=code, by=http.current_actor(), at=clock.now()))
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.post("/activities/<code>/roster/decide")
def activity_decide(code: str) -> Response:
    """Let a pending sign-up in, or decline it."""
    by = http.current_actor()
    try:
        form = forms.read(Decision)
        forms.once(
            lambda session: signups.decide(
                session,
                activity=code,
                volunteer=form.let_in or form.decline,
                approve=bool(form.let_in),
                by=by,
                at=clock.now(),
            )
        )
    except Refusal as refusal:
        return _roster(code, refusal=refusal)
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.get("/activities/<code>/settle")
def activity_settle(code: str) -> Response:
    """Who was there, what is in the way, and one number to enter."""
    return _settle(code)


@bp.post("/activities/<code>/settle")
def activity_settled(code: str) -> Response:
    """Confirm the records and give the points."""
    by = http.current_actor()

    def settle(session: Session) -> str:
        settled = settlement.settle(
            session,
            activity=code,
            by=by,
            at=clock.now(),
            beneficiaries=form.beneficiaries,
            head_count=form.head_count,
            result_note=form.result_note,
        )
        return json.dumps(vars(settled))

    try:
        form = forms.read(Settlement)
        said = forms.once(settle)
    except Refusal as refusal:
        return _settle(code, refusal=refusal)
    return pages.show("staff/activity_settled.html", settled=json.loads(said))


def _activity(code: str, *, refusal: Refusal | None = None, step: str = "") -> Response:
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    may = may_do(found, by)
    if may["confirm_c"]:
        may["confirm_c"] = any(
            one.status == RecordStatus.COMPUTED for one in records.of_activity(session, activity=code, by=by)
        )
    return pages.show(
        "staff/activity.html",
        refusal=refusal,
        why={name: forms.shown(Why, here=name == step) for name in WITH_REASON},
        activity=found,
        kinds=pages.category_labels(session),
        leader=pages.person_label(session, found.leader_id, by=by),
        may=may,
        sees_people=any(may[one] for one in may if one not in ("submit", "change"))
        or by.role_for("volunteer.see", area_path=found.area_path),
        mind=mind(found) if may["approve"] else [],
        in_series=series.of(session, found),
        station=stations.name_of(session, found.station_id),
        told=notices.of(session, found.id),
        listed=_listed(session, found, by),
        theme=themes.titles(session, [found.theme_id])[found.theme_id],
        head_count_differs=stays.head_count_differs(session, found),
        undecided=len(stays.undecided(session, activity_id=found.id)),
        poster=f"{http.public_url()}/s/{checkin.poster_token(found)}",
    )


def _listed(session: Session, found: Activity, by: Actor) -> list[tuple[Stay, str]]:
    """Who was there by what somebody typed afterwards, and from when until when."""
    if found.origin != ActivityOrigin.BACKFILL:
        return []
    there = stays.of_activity(session, activity_id=found.id)
    names = pages.names_of(session, (code for _, code in there), by=by)
    return [(stay, f"{names[code]} {code}") for stay, code in there]


def may_do(found: Activity, by: Actor) -> dict[str, bool]:
    """Which buttons are worth showing; the verbs decide for themselves."""
    own = by.volunteer_id is not None and by.volunteer_id == found.leader_id

    def allowed(action: str, *, leader: bool = True) -> bool:
        here = by.role_for(action, area_path=found.area_path, team_id=found.team_id, station_id=found.station_id)
        return (own and leader) or here is not None

    draft = found.status == ActivityStatus.DRAFT
    written = draft and activities.wrote(found, by) and allowed("activity.propose", leader=False)
    return {
        "submit": draft and (written or allowed("activity.create")),
        "change": written or (found.status in (ActivityStatus.DRAFT, *JOINABLE) and allowed("activity.create")),
        "keep": allowed("activity.create"),
        "approve": found.status == ActivityStatus.PENDING_REVIEW and allowed("activity.approve", leader=False),
        "cancel": found.status in NOT_OVER and allowed("activity.run"),
        "run": found.status in RUNNING and allowed("activity.run"),
        "print": found.status in RUNNING and allowed("activity.run"),
        "settle": found.status == ActivityStatus.ENDED and allowed("activity.settle"),
        "make_up": found.status in OVER and allowed("makeup.propose"),
        "confirm_c": found.status in SETTLED and allowed("record.confirm_c", leader=False),
    }


def _screen(code: str, template: str) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = activities.seen(session, code, by=by)
    activities.require_runner(found, by, "activity.run")
    lines = signups.roster(session, activity=code, by=by, at=clock.now())
    opens = found.start_at - activities.OPENS_BEFORE
    return pages.show(
        template,
        activity=found,
        address=f"{http.public_url()}/s/{checkin.screen_token(found, at)}",
        digits=checkin.screen_digits(found, at),
        good_for=2 * STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS,
        opens=opens if at < opens else None,
        over=found.status in (ActivityStatus.CANCELLED, ActivityStatus.SETTLED, ActivityStatus.ARCHIVED),
        here_now=sum(line.stay_status == StayStatus.OPEN for line in lines),
        come=sum(line.stay_status is not None for line in lines),
        expected=sum(line.status in EXPECTED for line in lines),
        renews=SCREEN_RENEWS,
        reloads=SCREEN_RELOADS,
    )


def _roster(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    lines = signups.roster(session, activity=code, by=by, at=clock.now())
    return pages.show(
        "staff/activity_roster.html",
        refusal=refusal,
        form=forms.shown(Tick),
        activity=found,
        lines=lines,
        nameless=any(line.name_hidden for line in lines),
        may=may_do(found, by),
        cards=cards.fingerprints(session, volunteers=[line.volunteer for line in lines], salt=found.code),
        now=clock.now(),
        rules=handed.for_the_roster(),
    )


def _settle(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = activities.seen(session, code, by=by)
    lines = signups.roster(session, activity=code, by=by, at=clock.now())
    return pages.show(
        "staff/activity_settle.html",
        refusal=refusal,
        form=forms.shown(Settlement),
        activity=found,
        lines=lines,
        still_in=[line for line in lines if line.stay_status == StayStatus.OPEN],
        flagged=[line for line in lines if line.flags],
        undecided=len(stays.undecided(session, activity_id=found.id)),
        there=sum(line.stay_status in (StayStatus.CLOSED, StayStatus.CORRECTED) for line in lines),
        teaches=session.get_one(ActivityCategory, found.category_id).code == TEACHING,
    )
