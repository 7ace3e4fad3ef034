"""At the counter with the person there: signing their phone in, and seeing who a minor's guardian is."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.access import assisted_sign_in, identity
from points.database import db
from points.foundation import clock
from points.foundation.errors import N_, Invalid, Refusal
from points.people import guardians, minors, volunteers
from points.places import stations
from points.shapes.fields import Code, Digits, Flag
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.identified import Identified, proof_of
from points.web.staff.people import GuardianThere, show_person


@dataclass(frozen=True, kw_only=True)
class LetIn(Identified):
    """The number on the phone, how we know the person, and whether the guardian is there."""

    station: Annotated[str, Code()]
    number: Annotated[str, Digits(4)]
    guardian_present: Annotated[bool, Flag()] = False


class WhoIsThere(Invalid):
    """Nobody said how the person's identity was checked."""

    code = "who-is-there"
    title = N_("Is it really this person?")
    detail = N_("The phone is signed in for half a year, so look who is there.")
    next_step = N_("Ask for the last four digits of the phone or the PIN, or let a colleague vouch.")


@bp.get("/people/<code>/sign-in")
def people_let_in(code: str) -> Response:
    """The number on the phone, and how we know the person."""
    return _let_in(code)


@bp.post("/people/<code>/sign-in")
@http.limiter.limit("20 per minute")
def people_approve(code: str) -> Response:
    """Let the phone with this number be signed in as the person."""
    at = clock.now()
    try:
        form = forms.read(LetIn)
        proof = proof_of(form)
        if proof is None:
            raise WhoIsThere()
        forms.once(
            lambda session: assisted_sign_in.approve(
                session,
                station=form.station,
                number=form.number,
                volunteer=code,
                identity=identity.checked(session, proof, volunteer=code, clerk=http.current_actor(), at=at),
                guardian_present=form.guardian_present,
                by=http.current_actor(),
                at=at,
            )
        )
    except Refusal as refusal:
        return _let_in(code, refusal=refusal)
    flash(gettext("Done. The phone goes on by itself, or by its button."), "good")
    return redirect(url_for(".people_person", code=code), 303)


@bp.post("/people/<code>/guardian")
def people_guardian(code: str) -> Response:
    """Note that the guardian was here and was recognised, and which volunteer that is."""
    try:
        adult = forms.read(GuardianThere).guardian_volunteer or None
        forms.once(
            lambda session: guardians.verify(
                session, minor=code, volunteer=adult, by=http.current_actor(), at=clock.now()
            )
        )
    except forms.FormUnreadable as unreadable:
        return show_person(code, refusal=unreadable)
    except Refusal as refusal:
        flash(f"{http.title_of(refusal)}. {http.detail_of(refusal)} {http.next_step_of(refusal)}", "care")
        return redirect(url_for(".people_person", code=code), 303)
    flash(gettext("Noted. The child can join activities."), "good")
    return redirect(url_for(".people_person", code=code), 303)


def _let_in(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    person = minors.seen(session, code, by=by, at=clock.now())
    mine = [
        (station.code, station.name)
        for station in stations.visible(session, by=by)
        if by.role_for("volunteer.sign_in", station_id=station.id, area_path=stations.area_path(session, station))
    ]
    return pages.show(
        "staff/let_in.html",
        refusal=refusal,
        form=forms.shown(LetIn),
        person=person,
        stations=mine,
        minor=volunteers.is_minor(person, clock.local_date(clock.now())),
        guardian=guardians.of(session, person.id),
    )
