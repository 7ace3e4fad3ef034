"""Activities: from a draft to settlement, with their rotating code."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Response
from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.names import codes_of, leaders_of, supervises_only
from points.api.room import IfMatch, Room, tagged
from points.database import db, transaction
from points.foundation import clock, qr
from points.foundation.codes import STEP_SECONDS
from points.people.tables import Team, Volunteer
from points.places import areas
from points.places.tables import Area, Station
from points.service import activities, checkin, stays
from points.service.activities import notices, themes
from points.service.statuses import JOINABLE
from points.service.tables import Activity, ActivityCategory
from points.shapes.activities import (
    ActivitiesQuery,
    ActivityChangeShape,
    ActivityShape,
    BackfillShape,
    CategoriesShape,
    ChangesShape,
    NewActivityShape,
    OpenActivitiesShape,
    ScreenCodeShape,
    UntilShape,
    WhyShape,
)
from points.shapes.fields import Given
from points.shapes.paging import page_of

NAMED = ("category", "area", "team", "leader", "station", "theme")
"""What an activity has by its key and shows by its code or name."""
room = Room("activities", __name__, description="Service occasions and their codes.")

NOT_FOR_SUPERVISORS = {"contact_name": "", "contact_phone": "", "submitted_by": None, "approved_by": None}


@room.read("/activity-categories", answer=CategoriesShape)
def list_categories() -> object:
    """The kinds of service."""
    return {"items": activities.categories(db.session())}


@room.read("/activities", query=ActivitiesQuery, answer=page_of(ActivityShape))
def list_activities(given: Given) -> object:
    """The activities in your reach, latest start first."""
    session = db.session()
    asked = {name: value for name, value in given.items() if name not in ("cursor", "limit", "status")}
    which = activities.Which(status=(given["status"],) if "status" in given else (), **asked)
    found = activities.listing(
        session, by=http.current_actor(), which=which, cursor=given.get("cursor"), limit=given["limit"] + 1
    )
    kept = found[: given["limit"]]
    return paging.page(_shown(session, kept), kept[-1].code if len(found) > len(kept) else None)


@room.read("/activities/open", answer=OpenActivitiesShape)
def list_open_activities() -> object:
    """What a volunteer may join now in their street, soonest first; for staff, what goes on in their reach."""
    session, by = db.session(), http.current_actor()
    if by.volunteer_id is None:
        found = activities.listing(session, by=by, which=activities.Which(status=JOINABLE), limit=200)
    else:
        street = session.get_one(Volunteer, by.volunteer_id).street_id
        found = activities.public_listing(session, at=clock.now(), street_id=street, limit=200)
    return {"items": _shown(session, found)}


@room.read("/activities/<code:code>", answer=ActivityShape)
def show_activity(code: str) -> object:
    """One activity."""
    session = db.session()
    return _tagged(session, activities.seen(session, code, by=http.current_actor()))


@room.read("/activities/<code:code>/changes", answer=ChangesShape)
def list_changes(code: str) -> object:
    """What everybody signed up was told: another time or place, or that it is called off; the latest first."""
    session = db.session()
    found = activities.seen(session, code, by=http.current_actor())
    return {"items": notices.of(session, found.id)}


@room.act("/activities", body=NewActivityShape, answer=ActivityShape, status=201)
def draft_activity(given: Given) -> object:
    """Write down an activity, to be submitted later."""
    with transaction() as session:
        plan = _plan(session, given)
        return _tagged(session, activities.draft(session, plan=plan, by=http.current_actor(), at=clock.now()))


@room.act("/activities/emergency", body=NewActivityShape, answer=ActivityShape, status=201, once=True)
def start_emergency(given: Given) -> object:
    """Publish an emergency at once, at the street; it may have begun up to two hours ago."""
    with transaction() as session:
        plan = _plan(session, given)
        return _tagged(session, activities.start(session, plan=plan, by=http.current_actor(), at=clock.now()))


@room.act("/activities/backfill", body=BackfillShape, answer=ActivityShape, status=201, once=True)
def backfill_activity(given: Given) -> object:
    """Propose an activity of the last ten working days that was not planned here; the street approves it."""
    by, at = http.current_actor(), clock.now()
    people = [stays.Attendee(**person) for person in given["attendees"]]
    with transaction() as session:
        plan = _plan(session, {name: value for name, value in given.items() if name != "attendees"})
        activity = activities.backfill(session, plan=plan, by=by, at=at)
        stays.list_backfilled(session, activity=activity.code, attendees=people, by=by, at=at)
        return _tagged(session, activity)


@room.change("/activities/<code:code>", body=ActivityChangeShape, answer=ActivityShape)
def change_activity(given: Given, code: str, if_match: IfMatch) -> object:
    """Change a draft, or what may still change of a published activity."""
    version, by = if_match.version(), http.current_actor()
    with transaction() as session:
        found = activities.seen(session, code, by=by)
        columns = {name: value for name, value in given.items() if name != "themed"}
        if "themed" in given:
            area, day = areas.code_of(session, found.area_id), given.get("start_at", found.start_at)
            columns["theme_id"] = _theme(session, area, day) if given["themed"] else None
        changed = activities.change(session, activity=code, version=version, by=by, at=clock.now(), **columns)
        return _tagged(session, changed)


@room.act("/activities/<code:code>/submit", answer=ActivityShape)
def submit_activity(given: Given, code: str) -> object:
    """Hand a draft in for review."""
    return _moved(activities.submit, given, code)


@room.act("/activities/<code:code>/approve", answer=ActivityShape)
def approve_activity(given: Given, code: str) -> object:
    """Publish a submitted activity."""
    return _moved(activities.approve, given, code)


@room.act("/activities/<code:code>/send-back", body=WhyShape, answer=ActivityShape)
def send_back_activity(given: Given, code: str) -> object:
    """Return a submitted activity to its author."""
    return _moved(activities.send_back, given, code)


@room.act("/activities/<code:code>/cancel", body=WhyShape, answer=ActivityShape)
def cancel_activity(given: Given, code: str) -> object:
    """Call an activity off."""
    return _moved(activities.cancel, given, code)


@room.act("/activities/<code:code>/extend", body=UntilShape, answer=ActivityShape)
def extend_activity(given: Given, code: str) -> object:
    """Let a running activity end later, by at most 120 minutes."""
    return _moved(activities.extend, given, code)


@room.read("/activities/<code:code>/code", answer=ScreenCodeShape)
def show_screen_code(code: str) -> object:
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
def draw_screen_code(code: str) -> object:
    """The rotating code of this moment as a QR to show."""
    token = checkin.screen_token(_run_by_caller(code), clock.now())
    picture = qr.png(f"{http.public_url()}/s/{token}")
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "no-store"})


def _plan(session: Session, given: Given) -> activities.Plan:
    plan = {name: value for name, value in given.items() if name != "themed"}
    theme = _theme(session, given["area"], given["start_at"]) if given.get("themed") else None
    return activities.Plan(**plan, theme_id=theme)


def _theme(session: Session, area: str, day: datetime) -> int:
    return themes.chosen(session, area=area, day=clock.local_date(day))


def _moved(verb: Callable[..., Activity], given: Given, code: str) -> object:
    by = http.current_actor()
    with transaction() as session:
        activities.seen(session, code, by=by)
        return _tagged(session, verb(session, activity=code, **given, by=by, at=clock.now()))


def _tagged(session: Session, activity: Activity) -> object:
    return tagged(_shown(session, [activity])[0], activity.version)


def _shown(session: Session, found: list[Activity]) -> list[dict[str, object]]:
    categories = codes_of(session, ActivityCategory, (activity.category_id for activity in found))
    in_areas = codes_of(session, Area, (activity.area_id for activity in found))
    teams = codes_of(session, Team, (activity.team_id for activity in found))
    by = http.current_actor()
    leaders = leaders_of(session, (activity.leader_id for activity in found), by=by)
    hidden = NOT_FOR_SUPERVISORS if supervises_only(by) else {}
    titles = themes.titles(session, (activity.theme_id for activity in found))
    stations = codes_of(session, Station, (activity.station_id for activity in found))
    same = [name for name in ActivityShape.names() if name not in NAMED]
    return [
        {name: getattr(activity, name) for name in same}
        | {
            "category": categories[activity.category_id],
            "area": in_areas[activity.area_id],
            "team": teams[activity.team_id],
            "leader": leaders[activity.leader_id],
            "station": stations[activity.station_id],
            "theme": titles[activity.theme_id],
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
