"""Activities: from a draft to settlement, with their rotating code."""

from datetime import datetime, timedelta
from typing import Any

from flask import Response
from marshmallow import fields as shown
from marshmallow import validate
from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.fields import Code, Day, Flag, Shape, Text, Time, Whole, Word
from points.api.names import codes_of, leaders_of, supervises_only
from points.api.room import Given, IfMatch, Room, tagged
from points.database import db, transaction
from points.foundation import clock, qr
from points.foundation.codes import STEP_SECONDS
from points.people.tables import Team, Volunteer
from points.places.tables import Area, Station
from points.service import activities, checkin, stays
from points.service.tables import Activity, ActivityCategory

room = Room("activities", __name__, description="Service occasions and their codes.")

NOT_FOR_SUPERVISORS = {"contact_name": "", "contact_phone": "", "submitted_by": None, "approved_by": None}

STATUSES = ("draft", "pending_review", "published", "in_progress", "ended", "settled", "archived", "cancelled")


class ActivityShape(Shape):
    """A service occasion."""

    code = shown.String(required=True)
    title = shown.String(required=True)
    category = shown.String(required=True)
    origin = shown.String(required=True)
    area = shown.String(required=True)
    team = shown.String(required=True)
    station = shown.String(required=True, allow_none=True)
    leader = shown.String(required=True)
    place = shown.String(required=True)
    start_at = shown.AwareDateTime(required=True)
    end_at = shown.AwareDateTime(required=True)
    breaks = shown.List(shown.List(shown.String()), required=True)
    capacity = shown.Integer(required=True)
    places_taken = shown.Integer(required=True)
    min_age = shown.Integer(required=True)
    max_age = shown.Integer(required=True, allow_none=True)
    required_skill = shown.String(required=True)
    hazard = shown.Boolean(required=True)
    insurance_ref = shown.String(required=True)
    risk_notice = shown.String(required=True)
    guarantee_note = shown.String(required=True)
    contact_name = shown.String(required=True)
    contact_phone = shown.String(required=True)
    check_mode = shown.String(required=True)
    walk_in_ok = shown.Boolean(required=True)
    points_eligible = shown.Boolean(required=True)
    extra_pct = shown.Integer(required=True)
    max_minutes_pp_day = shown.Integer(required=True, allow_none=True)
    emergency = shown.Boolean(required=True)
    content = shown.String(required=True)
    bring = shown.String(required=True)
    status = shown.String(required=True)
    status_reason = shown.String(required=True)
    submitted_by = shown.String(required=True, allow_none=True)
    approved_by = shown.String(required=True, allow_none=True)
    settled_at = shown.AwareDateTime(required=True, allow_none=True)
    settled_late = shown.Boolean(required=True)
    head_count = shown.Integer(required=True, allow_none=True)
    beneficiaries = shown.Integer(required=True)
    result_note = shown.String(required=True)
    version = shown.Integer(required=True)


def _pause() -> shown.Field:
    return shown.List(Time(), validate=validate.Length(equal=2))


class ActivityChangeShape(Shape):
    """What to change; once published only place, capacity, contact and the way of check-in."""

    title = Text(60, least=4)
    place = Text(80, least=1)
    start_at = Time()
    end_at = Time()
    breaks = shown.List(_pause(), validate=validate.Length(max=10))
    capacity = Whole(least=1, most=2000)
    min_age = Whole(least=6, most=120)
    max_age = Whole(least=6, most=200, allow_none=True)
    required_skill = Text(40)
    hazard = Flag()
    insurance_ref = Text(60)
    risk_notice = Text(500)
    guarantee_note = Text(200)
    contact_name = Text(40, least=1)
    contact_phone = Text(20, least=1)
    check_mode = Word("dynamic", "static", "staff", "roster")
    walk_in_ok = Flag()
    points_eligible = Flag()
    extra_pct = Whole(least=100, most=150, metadata={"description": "100, 120 or 150"})
    max_minutes_pp_day = Whole(least=1, most=1440, allow_none=True)
    emergency = Flag()
    content = Text(1000, least=10)
    bring = Text(100)


class NewActivityShape(ActivityChangeShape):
    """An activity to draft."""

    team = Code(required=True)
    category = Code(required=True)
    title = Text(60, least=4, required=True)
    area = Code(required=True)
    place = Text(80, least=1, required=True)
    start_at = Time(required=True)
    end_at = Time(required=True)
    capacity = Whole(least=1, most=2000, required=True)
    leader = Code(required=True, metadata={"description": "A volunteer code"})
    contact_name = Text(40, least=1, required=True)
    contact_phone = Text(20, least=1, required=True)
    content = Text(1000, least=10, required=True)
    station = Code(load_default=None, allow_none=True)


class AttendeeShape(Shape):
    """A person who was there, with arrival and departure."""

    volunteer = Code(required=True)
    in_at = Time(required=True)
    out_at = Time(required=True)


class BackfillShape(NewActivityShape):
    """An activity that took place without having been planned here, and who was there."""

    risk_notice = Text(500, least=1, required=True)
    attendees = shown.List(shown.Nested(AttendeeShape), required=True, validate=validate.Length(1, 500))


class OpenActivitiesShape(Shape):
    """What goes on and may be joined."""

    items = shown.List(shown.Nested(ActivityShape), required=True)


class ActivitiesQuery(paging.Named):
    """Which activities."""

    status = Word(*STATUSES)
    team = Code()
    area = Code(metadata={"description": "This area and all below it"})
    category = Code()
    date_from = Day()
    date_to = Day()
    text = Text(60, least=1)


class CategoryShape(Shape):
    """A kind of service and its coefficient in percent."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    coef_pct = shown.Integer(required=True)
    hours_eligible = shown.Boolean(required=True)
    minors_ok = shown.Boolean(required=True)


class CategoriesShape(Shape):
    """The kinds of service."""

    items = shown.List(shown.Nested(CategoryShape), required=True)


class WhyShape(Shape):
    """A reason."""

    reason = Text(200, least=1, required=True)


class UntilShape(Shape):
    """A later end."""

    end_at = Time(required=True)


class ScreenCodeShape(Shape):
    """What the leader's screen shows: a URL to draw as QR, and six digits. Both are renewed every 30 seconds."""

    code = shown.String(required=True)
    url = shown.String(required=True)
    digits = shown.String(required=True)
    poster_url = shown.String(required=True)
    valid_until = shown.AwareDateTime(required=True)
    renew_in_seconds = shown.Integer(required=True)


@room.read("/activity-categories", answer=CategoriesShape)
def list_categories() -> Any:
    """The kinds of service."""
    return {"items": activities.categories(db.session())}


@room.read("/activities", query=ActivitiesQuery, answer=paging.page_of(ActivityShape))
def list_activities(given: Given) -> Any:
    """The activities in your reach, latest start first."""
    session = db.session()
    asked = {name: value for name, value in given.items() if name not in ("status", "limit")}
    found = activities.listing(
        session,
        by=http.current_actor(),
        status=(given["status"],) if "status" in given else (),
        limit=given["limit"] + 1,
        **asked,
    )
    kept = found[: given["limit"]]
    return paging.page(_shown(session, kept), kept[-1].code if len(found) > len(kept) else None)


@room.read("/activities/open", answer=OpenActivitiesShape)
def list_open_activities() -> Any:
    """What a volunteer may join now in their street, soonest first; for staff, what goes on in their reach."""
    session, by = db.session(), http.current_actor()
    if by.volunteer_id is None:
        found = activities.listing(session, by=by, status=("published", "in_progress"), limit=200)
    else:
        street = session.get_one(Volunteer, by.volunteer_id).street_id
        found = activities.public_listing(session, at=clock.now(), street_id=street, limit=200)
    return {"items": _shown(session, found)}


@room.read("/activities/<code:code>", answer=ActivityShape)
def show_activity(code: str) -> Any:
    """One activity."""
    session = db.session()
    return _tagged(session, activities.seen(session, code, by=http.current_actor()))


@room.act("/activities", body=NewActivityShape, answer=ActivityShape, status=201)
def draft_activity(given: Given) -> Any:
    """Write down an activity, to be submitted later."""
    with transaction() as session:
        plan = activities.Plan(**given)
        return _tagged(session, activities.draft(session, plan=plan, by=http.current_actor(), at=clock.now()))


@room.act("/activities/backfill", body=BackfillShape, answer=ActivityShape, status=201, once=True)
def backfill_activity(given: Given) -> Any:
    """Propose an activity of the last ten working days that was not planned here; the street approves it."""
    by, at = http.current_actor(), clock.now()
    plan = activities.Plan(**{name: value for name, value in given.items() if name != "attendees"})
    people = [stays.Attendee(**person) for person in given["attendees"]]
    with transaction() as session:
        activity = activities.backfill(session, plan=plan, by=by, at=at)
        stays.list_backfilled(session, activity=activity.code, attendees=people, by=by, at=at)
        return _tagged(session, activity)


@room.change("/activities/<code:code>", body=ActivityChangeShape, answer=ActivityShape)
def change_activity(given: Given, code: str, if_match: IfMatch) -> Any:
    """Change a draft, or what may still change of a published activity."""
    version, by = if_match.version(), http.current_actor()
    with transaction() as session:
        activities.seen(session, code, by=by)
        changed = activities.change(session, activity=code, version=version, by=by, at=clock.now(), **given)
        return _tagged(session, changed)


@room.act("/activities/<code:code>/submit", answer=ActivityShape)
def submit_activity(given: Given, code: str) -> Any:
    """Hand a draft in for review."""
    return _moved(activities.submit, given, code)


@room.act("/activities/<code:code>/approve", answer=ActivityShape)
def approve_activity(given: Given, code: str) -> Any:
    """Publish a submitted activity."""
    return _moved(activities.approve, given, code)


@room.act("/activities/<code:code>/send-back", body=WhyShape, answer=ActivityShape)
def send_back_activity(given: Given, code: str) -> Any:
    """Return a submitted activity to its author."""
    return _moved(activities.send_back, given, code)


@room.act("/activities/<code:code>/cancel", body=WhyShape, answer=ActivityShape)
def cancel_activity(given: Given, code: str) -> Any:
    """Call an activity off."""
    return _moved(activities.cancel, given, code)


@room.act("/activities/<code:code>/extend", body=UntilShape, answer=ActivityShape)
def extend_activity(given: Given, code: str) -> Any:
    """Let a running activity end later, by at most 120 minutes."""
    return _moved(activities.extend, given, code)


@room.read("/activities/<code:code>/code", answer=ScreenCodeShape)
def show_screen_code(code: str) -> Any:
    """The rotating code of this moment, for whoever runs the activity."""
    activity, at = _run_by_caller(code), clock.now()
    token = checkin.screen_token(activity, at)
    left = STEP_SECONDS - int(at.timestamp()) % STEP_SECONDS
    return {
        "code": token,
        "url": f"{http.public_url()}/s/{token}",
        "digits": checkin.screen_digits(activity, at),
        "poster_url": f"{http.public_url()}/s/{checkin.poster_token(activity)}",
        "valid_until": _full_second(at) + timedelta(seconds=left + STEP_SECONDS),
        "renew_in_seconds": left,
    }


@room.picture("/activities/<code:code>/code.png")
def draw_screen_code(code: str) -> Any:
    """The rotating code of this moment as a QR to show."""
    token = checkin.screen_token(_run_by_caller(code), clock.now())
    picture = qr.png(f"{http.public_url()}/s/{token}")
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "no-store"})


def _moved(verb: Any, given: Given, code: str) -> Any:
    by = http.current_actor()
    with transaction() as session:
        activities.seen(session, code, by=by)
        return _tagged(session, verb(session, activity=code, **given, by=by, at=clock.now()))


def _tagged(session: Session, activity: Activity) -> Any:
    return tagged(_shown(session, [activity])[0], activity.version)


def _shown(session: Session, found: list[Activity]) -> list[dict[str, Any]]:
    categories = codes_of(session, ActivityCategory, (activity.category_id for activity in found))
    areas = codes_of(session, Area, (activity.area_id for activity in found))
    teams = codes_of(session, Team, (activity.team_id for activity in found))
    by = http.current_actor()
    leaders = leaders_of(session, (activity.leader_id for activity in found), by=by)
    hidden = NOT_FOR_SUPERVISORS if supervises_only(by) else {}
    stations = codes_of(session, Station, (activity.station_id for activity in found))
    same = [name for name in ActivityShape.names() if name not in ("category", "area", "team", "leader", "station")]
    return [
        {name: getattr(activity, name) for name in same}
        | {
            "category": categories[activity.category_id],
            "area": areas[activity.area_id],
            "team": teams[activity.team_id],
            "leader": leaders[activity.leader_id],
            "station": stations[activity.station_id],
        }
        | hidden
        for activity in found
    ]


def _run_by_caller(code: str) -> Activity:
    activity = activities.seen(db.session(), code, by=http.current_actor())
    activities.require_runner(activity, http.current_actor(), "activity.run")
    return activity


def _full_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
