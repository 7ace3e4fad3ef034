"""Retention: which device scanned is forgotten after 180 days (domain §3.9); that somebody scanned is kept."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, literal, update
from sqlalchemy.orm import Session

from points.journal.tables import RefusedScan
from points.service.tables import AttendanceSession, Scan

DEVICES_KEPT = timedelta(days=180)

# --- what happens


def forget_devices(session: Session, *, at: datetime) -> int:
    """Blank what told one browser from another on stays, scans and refused scans older than 180 days; how many.

    Part of the sweep. A scan keeps a device name of its own, so that (device, nonce) stays unique. What staff scanned
    with an enrolled device stays, since it names the station's device and nobody's phone.
    """
    before = at - DEVICES_KEPT
    own_name = literal("forgotten:") + cast(Scan.id, String)
    forgotten = 0
    for blanked in (
        update(AttendanceSession)
        .where(AttendanceSession.created_at < before, AttendanceSession.device_hash != "")
        .values(device_hash="")
        .returning(AttendanceSession.id),
        update(Scan)
        .where(
            Scan.created_at < before,
            Scan.operator_account_id.is_(None),
            Scan.device.not_like("forgotten:%"),
            Scan.device.not_like("by:%"),
        )
        .values(device=own_name)
        .returning(Scan.id),
        update(RefusedScan)
        .where(RefusedScan.created_at < before, RefusedScan.device != "")
        .values(device="")
        .returning(RefusedScan.id),
    ):
        forgotten += len(session.execute(blanked, execution_options={"synchronize_session": False}).all())
    return forgotten
