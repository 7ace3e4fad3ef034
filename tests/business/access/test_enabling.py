"""A disabled account is enabled again: it signs in anew, and what was ended stays ended."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts, attempts, sign_ins
from points.foundation.actors import SYSTEM
from points.foundation.errors import Refusal
from points.journal.tables import AuditEntry
from tests import make


def test_an_enabled_account_signs_in_again_but_its_old_sessions_stay_ended(session: Session) -> None:
    login = make.signed_up_staff(session, role="community_admin")
    _, cookie = sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="", at=make.NOW)
    accounts.disable(session, login=login, reason="休假", by=SYSTEM, at=make.NOW)
    with pytest.raises(attempts.WrongSecret):
        sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="", at=make.NOW)
    accounts.enable(session, login=login, reason="回来了", by=SYSTEM, at=make.NOW)
    assert sign_ins.actor(session, cookie, at=make.NOW) is None
    _, anew = sign_ins.sign_in_staff(session, login=login, password="correct horse", agent="", at=make.NOW)
    found = sign_ins.actor(session, anew, at=make.NOW)
    assert found is not None
    assert found.reaches("volunteer.change")
    entries = session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "account.enable")).all()
    assert entries == ["回来了"]


def test_who_does_not_manage_the_place_enables_nobody(session: Session) -> None:
    login = make.signed_up_staff(session, role="community_admin")
    accounts.disable(session, login=login, reason="离职", by=SYSTEM, at=make.NOW)
    with pytest.raises(Refusal):
        accounts.enable(session, login=login, reason="", by=make.stranger(session), at=make.NOW)
