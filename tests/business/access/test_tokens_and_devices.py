"""API tokens act with one role at one place; devices scan until revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import devices, tokens
from points.access.tables import ApiToken
from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from tests import make, statements


def test_a_token_acts_with_its_role_at_its_place_in_one_statement(session: Session) -> None:
    ground = make.street(session)
    secret = tokens.add(session, name="till", role="community_admin", place="BZ", by=SYSTEM, at=make.NOW)
    assert secret.startswith("pt_")
    with statements.counted(session) as counted:
        actor = tokens.actor(session, secret, at=make.NOW)
    assert len(counted) == 1
    assert actor is not None
    assert actor.person == "token:till"
    assert actor.role_for("volunteer.see", area_path=ground.a.path)
    assert actor.role_for("volunteer.see", area_path=ground.b.path) is None


def test_the_secret_is_not_kept(session: Session) -> None:
    make.street(session)
    secret = tokens.add(session, name="till", role="auditor", place="YD", by=SYSTEM, at=make.NOW)
    token = session.scalars(select(ApiToken)).one()
    assert secret not in (token.token_hash, token.name)
    assert tokens.actor(session, token.token_hash, at=make.NOW) is None


def test_a_revoked_or_expired_token_is_nobody(session: Session) -> None:
    make.street(session)
    end = make.NOW + timedelta(days=1)
    secret = tokens.add(session, name="a", role="auditor", place="YD", by=SYSTEM, at=make.NOW, expires_at=end)
    assert tokens.actor(session, secret, at=end - timedelta(seconds=1))
    assert tokens.actor(session, secret, at=end) is None
    with pytest.raises(NotPermitted):
        tokens.revoke(session, name="a", by=make.stranger(session), at=make.NOW)
    tokens.revoke(session, name="a", by=make.street_admin(session), at=make.NOW)
    assert tokens.actor(session, secret, at=make.NOW) is None
    with pytest.raises(NoSuch):
        tokens.revoke(session, name="b", by=SYSTEM, at=make.NOW)


def test_tokens_are_made_where_one_manages_and_named_once(session: Session) -> None:
    make.street(session)
    for by in (make.stranger(session), make.community_admin(session)):
        with pytest.raises(NotPermitted):
            tokens.add(session, name="x", role="community_admin", place="BZ", by=by, at=make.NOW)
    tokens.add(session, name="x", role="auditor", place="YD", by=make.street_admin(session), at=make.NOW)
    for name in ("x", "", "n" * 35):
        with pytest.raises(tokens.TokenNameTaken):
            tokens.add(session, name=name, role="auditor", place="YD", by=SYSTEM, at=make.NOW)
    assert [token.name for token in tokens.visible(session, by=make.street_admin(session))] == ["x"]
    assert tokens.visible(session, by=make.stranger(session)) == []


def test_a_device_is_revoked_by_who_manages_it(session: Session) -> None:
    make.street(session)
    device = devices.enrol(session, name="一号机", area="BZ", by=make.community_admin(session), at=make.NOW)
    with pytest.raises(NotPermitted):
        devices.revoke(session, code=device.code, reason="x", by=make.stranger(session), at=make.NOW)
    devices.revoke(session, code=device.code, reason="丢失", by=make.clerk(session), at=make.NOW)
    assert device.revoked_at == make.NOW
    with pytest.raises(NoSuch):
        devices.revoke(session, code="UNKNOWN", reason="丢失", by=SYSTEM, at=make.NOW)


def test_devices_are_seen_by_who_manages_them(session: Session) -> None:
    make.street(session)
    device = devices.enrol(session, name="一号机", area="BZ", by=SYSTEM, at=make.NOW)
    assert devices.visible(session, by=make.clerk(session)) == [device]
    assert devices.visible(session, by=make.community_admin(session, "CS")) == []
