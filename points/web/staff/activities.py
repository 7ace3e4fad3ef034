"""Activities for those who run them: plan, approve, show the code, tick the roster, settle."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.codes import STEP_SECONDS
from points.foundation.errors import Refusal
from points.office.first_steps import FirstSteps, first_steps
from points.people import cards, teams
from points.people.tables import Team, TeamMember
from points.rewards import settlement
from points.service import activities as occasions
from points.service import checkin, signups, stays
from points.service import records as book
from points.service.activities import series
from points.service.tables import Activity, ActivityCategory
from points.web import handed, pages
from points.web.staff import bp
from points.web.staff.planning import mind

SCREEN_RENEWS = 5  # seconds
MANY = 200
TEACHING = "child"  # 四点半课堂: children taught are counted, not registered (domain M17)
EXPECTED = ("approved", "attended", "waitlisted")


@bp.get("/")
def today() -> Any:
    """The activities in one's reach: today's first, then what comes, what is to be settled, what is over."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    on, which = clock.local_date(at), request.args.get("show", "today")
    open_ = ("draft", "pending_review", "published", "in_progress", "ended")
    asked: dict[str, Any] = {
        "today": {"date_from": on, "date_to": on, "soonest": True},
        "coming": {"date_from": on + timedelta(days=1), "status": open_, "soonest": True, "limit": MANY},
        "settle": {"status": ("ended",)},
        "drafts": {"status": ("draft", "pending_review"), "soonest": True, "limit": MANY},
        "over": {"status": ("settled", "archived", "cancelled")},
    }
    which = which if which in asked else "today"
    found = occasions.listing(session, by=by, **asked[which])
    shown, more = series.firsts(found) if which in ("coming", "drafts") else (found, {})
    return pages.show(
        "staff/today.html",
        found=shown,
        more=more,
        may={one.code: _may(one, by) for one in shown},
        which=which,
        to_settle=len(occasions.listing(session, by=by, status=("ended",), limit=MANY)),
        to_approve=len(occasions.waiting_for_approval(session, by=by)) if by.reaches("activity.approve") else 0,
        my_teams=[team for member, team in _led(session, by) if team.status == "active"],
        may_create=bool(by.reaches("activity.create")),
        sees_activities=bool(by.reaches("activity.see")),
        steps=first_steps(session) if by.reaches("area.change") and not found else FirstSteps(),
    )


@bp.get("/activities/<code>")
def activity(code: str) -> Any:
    """One activity, and the one next thing to do with it."""
    return _activity(code)


@bp.post("/activities/<code>/<step>")
def activity_step(code: str, step: str) -> Any:
    """Submit, approve, send back or cancel."""
    form, by, at = request.form, http.current_actor(), clock.now()
    reason = form.get("reason", "").strip()
    try:
        with transaction() as session:
            match step:
                case "submit":
                    occasions.submit(session, activity=code, by=by, at=at)
                case "approve":
                    occasions.approve(session, activity=code, by=by, at=at)
                case "send-back":
                    occasions.send_back(session, activity=code, reason=reason, by=by, at=at)
                case "cancel":
                    occasions.cancel(session, activity=code, reason=reason, by=by, at=at)
                case "let-stand":
                    stays.decide_flags(session, activity=code, by=by, at=at)
                case "confirm-c":
                    settlement.confirm_c(session, activity=code, by=by, at=at)
                case _:
                    pages.not_here()
    except Refusal as refusal:
        return _activity(code, refusal=refusal)
    flash(gettext("Done."))
    return redirect(pages.our_page(form.get("back", ""), url_for(".activity", code=code)), 303)


@bp.get("/activities/<code>/screen")
def activity_screen(code: str) -> Any:
    """The code, as large as the screen is; it renews itself."""
    return pages.show("staff/activity_screen.html", **_screen(code), renews=SCREEN_RENEWS)


@bp.get("/activities/<code>/screen/now")
def activity_screen_now(code: str) -> Any:
    """Only the part of the screen that renews itself."""
    return pages.show("staff/activity_screen_now.html", **_screen(code))


@bp.get("/activities/<code>/roster")
def activity_roster(code: str) -> Any:
    """Everybody who signed up, each with one tick for in and one for out."""
    return _roster(code)


@bp.post("/activities/<code>/roster/tick")
def activity_tick(code: str) -> Any:
    """Tick one person in or out; also somebody who came along, by card or volunteer code."""
    form, by, at = request.form, http.current_actor(), clock.now()
    key, tick = form.get("key", ""), form.get("tick", "")
    direction, _, volunteer = tick.partition(":")
    try:
        with transaction(keyed=True) as session:
            if card := form.get("card", "").strip():
                answer = checkin.scan(session, code=card, activity=code, direction="auto", nonce=key, by=by, at=at)
            else:
                answer = checkin.roster_tick(
                    session,
                    activity=code,
                    volunteer=volunteer,
                    direction=direction,
                    nonce=key and f"{key}:{tick}",  # one form for all rows: each button of it acts once
                    by=by,
                    at=at,
                )
    except Refusal as refusal:
        return _roster(code, refusal=refusal)
    told = gettext("%(name)s is in.") if answer.direction == "in" else gettext("%(name)s is out.")
    flash(told % {"name": answer.volunteer_name})
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.post("/activities/<code>/roster/minors")
def activity_minors(code: str) -> Any:
    """Show the names of the minors of this roster for ten minutes; their families can read that we looked."""
    with transaction() as session:
        signups.show_minors(session, activity=code, by=http.current_actor(), at=clock.now())
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.post("/activities/<code>/roster/decide")
def activity_decide(code: str) -> Any:
    """Let a pending sign-up in, or decline it."""
    form, by = request.form, http.current_actor()
    try:
        with transaction() as session:
            signups.decide(
                session,
                activity=code,
                volunteer=form.get("let_in") or form.get("decline", ""),
                approve="let_in" in form,
                by=by,
                at=clock.now(),
            )
    except Refusal as refusal:
        return _roster(code, refusal=refusal)
    return redirect(url_for(".activity_roster", code=code), 303)


@bp.get("/activities/<code>/settle")
def activity_settle(code: str) -> Any:
    """Who was there, what is in the way, and one number to enter."""
    return _settle(code)


@bp.post("/activities/<code>/settle")
def activity_settled(code: str) -> Any:
    """Confirm the records and give the points."""
    form, by = request.form, http.current_actor()
    try:
        with transaction() as session:
            settled = settlement.settle(
                session,
                activity=code,
                by=by,
                at=clock.now(),
                beneficiaries=pages.whole_number(form, "beneficiaries"),
                head_count=pages.whole_number(form, "head_count", -1) if form.get("head_count") else None,
                result_note=form.get("result_note", "").strip(),
            )
    except Refusal as refusal:
        return _settle(code, refusal=refusal)
    return pages.show("staff/activity_settled.html", settled=settled)


def _led(session: Session, by: Actor) -> list[tuple[TeamMember, Team]]:
    """The teams that somebody leads."""
    if by.volunteer_id is None:
        return []
    return [
        (member, team) for member, team in teams.mine(session, volunteer_id=by.volunteer_id) if member.role != "member"
    ]


def _activity(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    may = _may(found, by)
    if may["confirm_c"]:
        may["confirm_c"] = any(one.status == "computed" for one in book.of_activity(session, activity=code, by=by))
    return pages.show(
        "staff/activity.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        kinds=pages.category_labels(session),
        leader=pages.person_label(session, found.leader_id, by=by),
        may=may,
        sees_people=any(may.values()) or by.role_for("volunteer.see", area_path=found.area_path),
        mind=mind(found) if may["approve"] else [],
        in_series=series.of(session, found),
        head_count_differs=stays.head_count_differs(session, found),
        undecided=len(stays.undecided(session, activity_id=found.id)),
        poster=f"{http.public_url()}/s/{checkin.poster_token(found)}",
    )


def _may(found: Activity, by: Actor) -> dict[str, bool]:
    """Which buttons are worth showing; the verbs decide for themselves."""
    own = by.volunteer_id is not None and by.volunteer_id == found.leader_id

    def allowed(action: str, *, leader: bool = True) -> bool:
        here = by.role_for(action, area_path=found.area_path, team_id=found.team_id, station_id=found.station_id)
        return (own and leader) or here is not None

    return {
        "submit": found.status == "draft" and allowed("activity.create"),
        "change": found.status in ("draft", "published", "in_progress") and allowed("activity.create"),
        "keep": allowed("activity.create"),
        "approve": found.status == "pending_review" and allowed("activity.approve", leader=False),
        "cancel": found.status in ("draft", "pending_review", "published", "in_progress") and allowed("activity.run"),
        "run": found.status in ("published", "in_progress", "ended") and allowed("activity.run"),
        "print": found.status in ("published", "in_progress", "ended") and allowed("activity.run"),
        "settle": found.status == "ended" and allowed("activity.settle"),
        "make_up": found.status in ("ended", "settled", "archived") and allowed("makeup.propose"),
        "confirm_c": found.status in ("settled", "archived") and allowed("record.confirm_c", leader=False),
    }


def _screen(code: str) -> dict[str, Any]:
    session, by, at = db.session(), http.current_actor(), clock.now()
    found = occasions.seen(session, code, by=by)
    occasions.require_runner(found, by, "activity.run")
    lines = signups.roster(session, activity=code, by=by, at=clock.now())
    return {
        "activity": found,
        "address": f"{http.public_url()}/s/{checkin.screen_token(found, at)}",
        "digits": checkin.screen_digits(found, at),
        "good_for": 2 * STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS,
        "opens": found.start_at - occasions.OPENS_BEFORE if at < found.start_at - occasions.OPENS_BEFORE else None,
        "over": found.status in ("cancelled", "settled", "archived"),
        "here_now": sum(line.session_status == "open" for line in lines),
        "come": sum(line.session_status is not None for line in lines),
        "expected": sum(line.status in EXPECTED for line in lines),
    }


def _roster(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    lines = signups.roster(session, activity=code, by=by, at=clock.now())
    return pages.show(
        "staff/activity_roster.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        lines=lines,
        nameless=any(line.name_hidden for line in lines),
        may=_may(found, by),
        cards=cards.fingerprints(session, volunteers=[line.volunteer for line in lines], salt=found.code),
        now=clock.now(),
        rules=handed.for_the_roster(),
    )


def _settle(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    found = occasions.seen(session, code, by=by)
    lines = signups.roster(session, activity=code, by=by, at=clock.now())
    return pages.show(
        "staff/activity_settle.html",
        refusal=refusal,
        form=request.form,
        activity=found,
        lines=lines,
        still_in=[line for line in lines if line.session_status == "open"],
        flagged=[line for line in lines if line.flags],
        undecided=len(stays.undecided(session, activity_id=found.id)),
        there=sum(line.session_status in ("closed", "corrected") for line in lines),
        teaches=session.get_one(ActivityCategory, found.category_id).code == TEACHING,
    )
