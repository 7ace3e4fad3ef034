"""Which phone scanned is forgotten after 180 days; the scan itself is not."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from points.foundation import clock
from points.journal.tables import RefusedScan
from points.service import checkin, stays
from points.service.tables import Scan, Stay
from tests import make

NINE = clock.at_local(make.TODAY, time(9))
LATER = NINE + timedelta(days=180, seconds=1)


@pytest.fixture
def scans(session: Session) -> Session:
    """One accepted scan and one refused."""
    activity = make.activity(session, walk_in_ok=True)
    make.scanned(session, activity, make.volunteer(session), "in", at=NINE, device="phone-1")
    with pytest.raises(checkin.ScanRefusal):
        make.scanned(session, activity, make.volunteer(session), "out", at=NINE, device="phone-2")
    return session


def test_a_device_is_known_for_180_days(scans: Session) -> None:
    assert stays.forget_devices(scans, at=NINE + timedelta(days=180)) == 0
    assert scans.scalars(select(Scan.device)).one() == "phone-1"


def test_then_it_is_forgotten_and_everything_else_kept(scans: Session) -> None:
    nonce = scans.scalars(select(Scan.nonce)).one()
    assert stays.forget_devices(scans, at=LATER) == 3
    kept = scans.execute(select(Scan.device, Scan.nonce, Scan.direction)).one()
    assert (kept.device[:10], kept.nonce, kept.direction) == ("forgotten:", nonce, "in")
    assert scans.scalars(select(Stay.device_hash)).one() == ""
    assert scans.scalars(select(RefusedScan.device)).one() == ""
    assert stays.forget_devices(scans, at=LATER) == 0


def test_nothing_else_of_a_scan_can_be_changed(scans: Session) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        scans.execute(update(Scan).values(nonce="another"))
