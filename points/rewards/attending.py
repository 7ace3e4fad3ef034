"""Coming and going by the street's rules: how often a day one person may check in to one activity (domain §3.4)."""

from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.rewards import rulesets
from points.service import checkin
from points.service.checkin import Preview, ScanAnswer, ScanRequest

# --- what happens


def scan(session: Session, asked: ScanRequest, *, by: Actor, at: datetime) -> ScanAnswer:
    """Check a person in or out. The refusals are those of `checkin.scan`."""
    return checkin.scan(session, asked, by=by, at=at, stays_a_day=rulesets.stays_a_day)


def roster_tick(session: Session, asked: ScanRequest, *, by: Actor, at: datetime) -> ScanAnswer:
    """Tick a person of the roster in or out. The refusals are those of `checkin.roster_tick`."""
    return checkin.roster_tick(session, asked, by=by, at=at, stays_a_day=rulesets.stays_a_day)


# --- what can be asked


def preview(
    session: Session, *, ticket: str, volunteer_id: int, at: datetime, guardian_present: bool = False
) -> Preview:
    """What a signed-in volunteer's scan would do now. The refusals are those of `checkin.preview`."""
    return checkin.preview(
        session,
        ticket=ticket,
        volunteer_id=volunteer_id,
        at=at,
        guardian_present=guardian_present,
        stays_a_day=rulesets.stays_a_day,
    )
