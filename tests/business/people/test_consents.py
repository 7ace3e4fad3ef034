"""Consents: one per purpose, versioned, as easily withdrawn as given."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.foundation.errors import NoSuch
from points.people import consents
from points.people.tables import Consent
from tests import make

LATER = make.NOW + timedelta(days=1)


def test_a_consent_given_is_open_until_withdrawn(session: Session) -> None:
    person = make.volunteer(session)
    me = make.volunteer_actor(session, person)
    given = consents.grant(
        session, volunteer=person.code, purpose="publish_name", text_version="1", channel="web", by=me, at=make.NOW
    )
    assert "publish_name" in consents.open_for(session, person.id)
    assert consents.withdraw(session, volunteer=person.code, purpose="publish_name", by=me, at=LATER)
    assert "publish_name" not in consents.open_for(session, person.id)
    session.refresh(given)
    assert given.withdrawn_at == LATER
    assert not consents.withdraw(session, volunteer=person.code, purpose="publish_name", by=me, at=LATER)


def test_given_again_a_consent_stays_and_a_new_text_replaces_it(session: Session) -> None:
    person = make.volunteer(session)

    def grant(version: str) -> Consent:
        me = make.volunteer_actor(session, person)
        return consents.grant(
            session, volunteer=person.code, purpose="notice", text_version=version, channel="web", by=me, at=make.NOW
        )

    first = grant("1")
    assert grant("1") is first
    second = grant("2")
    assert first.withdrawn_at == make.NOW
    assert second.withdrawn_at is None


@pytest.mark.parametrize("purpose", ["register", "guardian"])
def test_what_the_account_rests_on_ends_with_the_account(session: Session, purpose: str) -> None:
    person = make.minor(session)
    with pytest.raises(consents.RegisterConsentStays):
        consents.withdraw(
            session, volunteer=person.code, purpose=purpose, by=make.volunteer_actor(session, person), at=LATER
        )
    assert purpose in consents.open_for(session, person.id)


def test_paper_needs_its_reference_and_a_stranger_records_nothing(session: Session) -> None:
    person = make.volunteer(session)
    for by, refusal in ((make.clerk(session), consents.PaperNeedsReference), (make.stranger(session), NoSuch)):
        with pytest.raises(refusal):
            consents.grant(
                session,
                volunteer=person.code,
                purpose="share_unit",
                text_version="1",
                channel="paper",
                by=by,
                at=make.NOW,
            )
    assert "share_unit" not in consents.open_for(session, person.id)
