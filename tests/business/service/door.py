"""At the door of an activity: somebody with a place, a card scanned by staff, and what was kept of it."""

from datetime import timedelta

from sqlalchemy import select

from points.foundation.actors import SYSTEM
from points.journal.tables import RefusedScan
from points.service import checkin, signups
from points.service.checkin import ScanRequest
from points.service.tables import Stay
from tests import make

START = make.NOW + timedelta(hours=1)
END = START + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


def joined(session, person=None, **facts):
    """A published activity and a person with a place at it."""
    activity, person = make.activity(session, **facts), person or make.volunteer(session)
    signups.sign_up(
        session,
        activity=activity.code,
        volunteer=person.code,
        by=SYSTEM,
        at=activity.start_at - timedelta(hours=20),
        guardian_present=True,
    )
    return activity, person


def by_staff(session, activity, person, direction="auto", *, at, nonce=None, by=None, **facts):
    return checkin.scan(
        session,
        ScanRequest(
            code="/c/" + make.card_of(session, person).code,
            activity=activity.code,
            direction=direction,
            nonce=nonce or f"s{at.timestamp()}{direction}{person.code}",
            **facts,
        ),
        by=by or make.street_admin(session),
        at=at,
    )


def all_stays(session):
    return list(session.scalars(select(Stay).execution_options(populate_existing=True)))


def journal(session):
    return [row.reason for row in session.scalars(select(RefusedScan).order_by(RefusedScan.id))]
