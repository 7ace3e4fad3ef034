"""A staff sign-in is closed for good: what waits and what was begun is looked at, and somebody is left who decides."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts, tokens
from points.access.tables import Account, ApiToken, RoleGrant
from points.foundation.actors import SYSTEM, NotPermitted
from points.journal.tables import AuditEntry
from points.office import closing
from points.rewards import adjustments
from points.service import activities
from tests import make


def closed(session: Session, login: str) -> Account:
    return closing.close_account(session, login=login, reason="调走了", by=SYSTEM, at=make.NOW)


def test_roles_tokens_and_sign_in_end_and_what_was_begun_is_counted(session: Session) -> None:
    login = make.signed_up_staff(session, role="street_admin")
    make.signed_up_staff(session, role="street_admin")
    account = accounts.by_login(session, login)
    me = accounts.actor(session, account.id, on=make.TODAY)
    tokens.add(session, name="gate", role="station_staff", place=make.station(session).code, by=me, at=make.NOW)
    person = make.volunteer(session)
    make.rules(session)
    case = adjustments.propose(
        session, volunteer=person.code, points=5, reason="一次性的补偿说明文字", by=me, at=make.NOW
    )
    work = closing.open_work(session, login=login, at=make.NOW)
    assert (work.unsigned, work.tokens) == (1, ["gate"])
    closed(session, login)
    session.expire_all()
    assert account.status == "disabled"
    assert session.scalars(select(ApiToken.revoked_at)).one() == make.NOW
    held = select(RoleGrant.id).where(RoleGrant.account_id == account.id, RoleGrant.valid_to.is_(None))
    assert session.scalars(held).all() == []
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.close")).one()
    assert entry.facts == {"waits": 0, "unsigned": 1, "tokens": 1}
    other = make.street_admin(session)
    assert adjustments.decide(session, adjustment=case.code, approve=True, by=other, at=make.NOW).status == "approved"


def test_a_street_keeps_somebody_who_decides(session: Session) -> None:
    login = make.signed_up_staff(session, role="street_admin")
    make.street_admin(session)  # has chosen no password yet
    with pytest.raises(closing.NobodyElse):
        closed(session, login)
    make.signed_up_staff(session, role="street_admin", place="ZJJ")
    assert closed(session, login).status == "disabled"


def test_a_community_where_something_waits_keeps_somebody_too(session: Session) -> None:
    login = make.signed_up_staff(session, role="community_admin", place="BZ")
    waiting = make.activity(session, published=False)
    activities.submit(session, activity=waiting.code, by=SYSTEM, at=make.NOW)
    with pytest.raises(closing.NobodyElse) as refusal:
        closed(session, login)
    assert (refusal.value.area, refusal.value.count) == ("北正社区", 1)
    make.signed_up_staff(session, role="street_admin")
    assert closed(session, login).status == "disabled"


def test_nobody_closes_their_own_or_a_strangers(session: Session) -> None:
    login = make.signed_up_staff(session, role="street_admin")
    me = accounts.actor(session, accounts.by_login(session, login).id, on=make.TODAY)
    with pytest.raises(accounts.OwnAccount):
        closing.close_account(session, login=login, reason="调走了", by=me, at=make.NOW)
    with pytest.raises(NotPermitted):
        closing.close_account(session, login=login, reason="调走了", by=make.stranger(session), at=make.NOW)
