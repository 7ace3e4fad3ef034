"""Every refused scan of these tests is watched: what it wrote is committed, so it writes into its journal only."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.journal.refused_scans import RefusedScan
from points.service import checkin
from points.service.checkin.refusals import ScanRefusal
from tests.statements import counted

CHANGES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(autouse=True)
def refused_scans_change_nothing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the refusals seen, each of which wrote one row of `refused_scan` and nothing else."""
    seen: list[str] = []
    for verb in (checkin.scan, checkin.roster_tick):
        monkeypatch.setattr(checkin, verb.__name__, _watched(verb, seen))
    return seen


def _watched(verb: Any, seen: list[str]) -> Any:
    def watched(session: Session, **facts: Any) -> Any:
        with counted(session) as sent:
            try:
                return verb(session, **facts)
            except ScanRefusal as refusal:
                seen.append(refusal.code)
                written = [statement for statement in sent if statement.lstrip().startswith(CHANGES)]
                assert len(written) == 1, written
                assert written[0].startswith(f"INSERT INTO {RefusedScan.__tablename__} "), written
                raise

    return watched
