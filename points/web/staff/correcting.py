"""What is kept of a resident is put right in the office, or the resident is suspended for a time."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import guardians, minors, volunteers
from points.people.tables import Volunteer
from points.people.volunteers import NewGuardian
from points.places import areas, compounds
from points.places.tables import Area, Compound
from points.registry import correcting
from points.shapes.fields import Code, Flag, Text
from points.shapes.forms import Form, of
from points.shapes.volunteers import NewGuardianShape, SuspensionShape, VolunteerChangeShape
from points.web import forms, pages, words
from points.web.staff import bp
from points.web.staff.people import show_person
from points.web.usual import Why

SAME_NAMES = (
    "name",
    "birth_date",
    "gender",
    "residence_text",
    "service_categories",
    "availability",
    "emergency_contact",
    "elder_mode",
)


@dataclass(frozen=True, kw_only=True)
class Correction(Form, like=VolunteerChangeShape):
    """What is kept of a resident, and why it is changed."""

    name: str
    birth_date: date
    phone: str = ""
    gender: str = "unsaid"
    community: Annotated[str, Code()]
    neighbour_group: Annotated[str, Code()] = ""
    compound: Annotated[str, Text(60)] = ""
    residence_text: str = ""
    service_categories: str = ""
    availability: str = ""
    emergency_contact: str = ""
    national_volunteer_no: str = ""
    elder_mode: bool = False
    hours_only: Annotated[bool, Flag()] = False
    guardian_name: Annotated[str, of(NewGuardianShape, "name")] = ""
    guardian_phone: Annotated[str, of(NewGuardianShape, "phone")] = ""
    guardian_relation: Annotated[str, of(NewGuardianShape, "relation")] = ""
    paper_ref: str = ""
    reason: Annotated[str, Text(200, least=2)]


@dataclass(frozen=True, kw_only=True)
class Suspension(Form, like=SuspensionShape):
    """Why somebody is suspended, and to the end of which day."""

    reason: str
    until: date | None = None


@bp.get("/people/<code>/correct")
def people_correct(code: str) -> Response:
    """What is kept of this resident, to be put right."""
    return _correct(code)


@bp.post("/people/<code>/correct")
def people_correct_now(code: str) -> Response:
    """Put right what is kept of a resident, and say what followed from it."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Correction)

        def act(session: Session) -> str:
            person = minors.seen(session, code, by=by, at=at)
            changes = _changes(session, person, form)
            done = correcting.correct(session, volunteer=code, changes=changes, by=by, at=at, reason=form.reason)
            return _given_back(done.given_back)

        lost = forms.once(act)
    except minors.ReasonNeeded:
        raise
    except Refusal as refusal:
        return _correct(code, refusal=refusal)
    flash(gettext("Saved. The log says who changed it, and why."), "good")
    if lost:
        flash(lost, "care")
    return redirect(url_for(".people_person", code=code), 303)


@bp.get("/people/<code>/suspend")
def people_suspend(code: str) -> Response:
    """What a suspension means, before it begins."""
    return _suspend(code)


@bp.post("/people/<code>/suspend")
def people_suspend_now(code: str) -> Response:
    """Suspend a resident; they read why, and until when, on their own page."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Suspension)

        def act(session: Session) -> str:
            done = correcting.suspend(session, volunteer=code, reason=form.reason, until=form.until, by=by, at=at)
            return _given_back(done.given_back)

        lost = forms.once(act)
    except Refusal as refusal:
        return _suspend(code, refusal=refusal)
    flash(gettext("Suspended. The person reads the reason on their own page."), "good")
    if lost:
        flash(lost, "care")
    return redirect(url_for(".people_person", code=code), 303)


@bp.post("/people/<code>/reinstate")
def people_reinstate(code: str) -> Response:
    """End a suspension before its day."""
    by, at = http.current_actor(), clock.now()
    try:
        reason = forms.read(Why).reason
        forms.once(lambda session: volunteers.reinstate(session, volunteer=code, reason=reason, by=by, at=at))
    except Refusal as refusal:
        return show_person(code, refusal=refusal)
    flash(gettext("The suspension is over. The person can take part again."), "good")
    return redirect(url_for(".people_person", code=code), 303)


def _changes(session: Session, person: Volunteer, form: Correction) -> volunteers.Changes:
    """What differs from what is kept; of another community neither 邻 nor 小区 of this one."""
    before = _kept(session, person)
    changed = {name: value for name in SAME_NAMES if (value := getattr(form, name)) != before[name]}
    if form.phone != before["phone"]:
        changed["phone"] = form.phone
    if form.national_volunteer_no and form.national_volunteer_no != before["national_volunteer_no"]:
        changed["national_volunteer_no"] = form.national_volunteer_no
    if form.hours_only != before["hours_only"]:
        changed["points_policy"] = "hours_only" if form.hours_only else "earn"
    if form.community != before["community"]:
        changed["community"] = form.community
    else:
        changed |= {
            name: value for name in ("neighbour_group", "compound") if (value := getattr(form, name)) != before[name]
        }
    if form.guardian_name or form.guardian_phone:
        changed["guardian"] = NewGuardian(form.guardian_name, form.guardian_phone, form.guardian_relation)
        changed["paper_ref"] = form.paper_ref
    return volunteers.Changes(**changed)


def _kept(session: Session, person: Volunteer) -> dict[str, object]:
    """What is kept of a person, as the form calls it."""
    group = session.get(Area, person.neighbour_group_id) if person.neighbour_group_id else None
    compound = session.get(Compound, person.compound_id) if person.compound_id else None
    return {name: getattr(person, name) for name in SAME_NAMES} | {
        "phone": person.phone or "",
        "community": areas.code_of(session, person.community_id),
        "neighbour_group": group.code if group else "",
        "compound": compound.name if compound else "",
        "national_volunteer_no": person.national_volunteer_no or "",
        "hours_only": person.points_policy == "hours_only",
    }


def _correct(code: str, *, refusal: Refusal | None = None) -> Response:
    """Raises ReasonNeeded of a minor, NotPermitted."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("volunteer.change", area_path=person.area_path)
    home = session.get_one(Area, person.community_id)
    minor = volunteers.is_minor(person, clock.local_date(at))
    return pages.show(
        "staff/correct.html",
        refusal=refusal,
        person=person,
        form=forms.shown(Correction, _kept(session, person)),
        minor=minor,
        guardian=guardians.of(session, person.id) if minor else None,
        guardian_asked=isinstance(refusal, volunteers.GuardianNeeded),
        genders=[(value, gettext(words.GENDER[value] or words.NOT_SAID)) for value in ("female", "male", "unsaid")],
        communities=[(area.code, area.name) for area in _communities(session, person, by)],
        groups=[(area.code, area.name) for area in areas.subtree(session, path=home.path, types=("neighbour_group",))],
        compounds=[(one.name, one.name) for one in compounds.of_community(session, community_id=home.id)],
    )


def _communities(session: Session, person: Volunteer, by: Actor) -> list[Area]:
    """The communities of the person's street into which this person may move somebody, and their own."""
    street = areas.path_of(session, person.street_id)
    return [
        area
        for area in areas.subtree(session, path=street, types=("community",))
        if area.id == person.community_id or by.role_for("volunteer.change", area_path=area.path)
    ]


def _suspend(code: str, *, refusal: Refusal | None = None) -> Response:
    """Raises ReasonNeeded of a minor, NotPermitted."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("volunteer.suspend", area_path=person.area_path)
    return pages.show("staff/suspend.html", refusal=refusal, person=person, form=forms.shown(Suspension))


def _given_back(titles: list[str]) -> str:
    """What is said of places that were given back; nothing of none."""
    if not titles:
        return ""
    said: str = gettext("Places given back: %(titles)s", titles=gettext(", ").join(titles))
    return said
