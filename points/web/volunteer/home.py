"""A volunteer's first page: what is next, what there is, what expires soon, and the one thing to do now."""

from datetime import timedelta

from werkzeug import Response

from points import ledger
from points.database import db
from points.exchange import redemption
from points.exchange.redemption import Which
from points.exchange.statuses import RedemptionStatus
from points.foundation import clock
from points.people import consents, households, persons, team_invitations, teams, volunteers, wards
from points.people.tables import Consent, Volunteer
from points.rewards import missed_check_outs
from points.service import signups, stays
from points.service.statuses import SignupStatus
from points.service.tables import Activity, Signup
from points.web import pages
from points.web.subjects import subject
from points.web.volunteer import bp

NEAR = timedelta(hours=1)
SOON = timedelta(days=60)


@bp.get("/")
def home() -> Response:
    """The next activity, the points, and the one main thing to do now."""
    session, who, at = db.session(), subject(), clock.now()
    today = clock.local_date(at)
    person = persons.by_code(session, who.code)
    coming = signups.expected(session, volunteer_id=who.id, at=at)
    near = next(
        (its for signup, its in coming if signup.status == SignupStatus.APPROVED and its.start_at - at <= NEAR), None
    )
    here = stays.open_stay(session, volunteer_id=who.id)
    now = {one.id for one in (near, here[1] if here else None) if one is not None}
    coming = [one for one in coming if one[1].id not in now]
    balance = ledger.balance(session, who.id, day=today)
    household = households.of(session, who.id)
    years, given = volunteers.age(person, today), consents.history(session, who.id)
    return pages.show(
        "volunteer/home.html",
        person=person,
        subject=who,
        suspension=volunteers.suspension(session, person),
        here_now=here,
        near=near,
        coming=coming,
        later=len(coming[1:]),
        bring=_bring(coming),
        balance=balance,
        soon=balance.next_expiry is not None and balance.next_expiry - today <= SOON,
        invited=[] if who.child else team_invitations.mine(session, volunteer_id=who.id),
        team_news=teams.news(session, volunteer_id=who.id, at=at),
        places_given=signups.places_given(session, volunteer_id=who.id, at=at),
        news=signups.news(session, volunteer_id=who.id, at=at),
        reserved=redemption.listing(
            session, by=who.reader, which=Which(volunteer=who.code, status=RedemptionStatus.RESERVED)
        ),
        forgotten=[one for one in missed_check_outs.mine(session, volunteer_id=who.id, at=at) if not one.claimed],
        asking=households.asking(session, household.id) if household and household.head_id == who.id else [],
        children=[] if who.child else wards.children(session, volunteer_id=who.id, day=today),
        grown="" if who.child else _grown(person, years, given),
        unagreed=_unagreed(person, given),
        agrees=who.child or years >= wards.CHOOSES_FROM,
    )


def _bring(coming: list[tuple[Signup, Activity]]) -> str:
    return coming[0][1].bring if coming else ""


def _unagreed(person: Volunteer, given: list[Consent]) -> bool:
    """Whether only a consent is missing for service to become points."""
    agreed = any(one.purpose == "points" and one.withdrawn_at is None for one in given)
    return person.points_policy == "earn" and not agreed


def _grown(person: Volunteer, years: int, given: list[Consent]) -> str:
    """What a birthday asks for: at 14 to agree oneself, at 18 a phone of one's own; empty for everybody else."""
    if wards.CHOOSES_FROM <= years < wards.OF_AGE:
        own = [one for one in given if one.purpose == "register" and one.withdrawn_at is None]
        return "14" if any(consents.given_for_child(one, person) for one in own) else ""
    grown_up = wards.OF_AGE <= years < volunteers.PHONE_OPTIONAL_FROM
    return "18" if grown_up and person.phone is None else ""
