"""What was forgotten is claimed, and what is wrong is objected to, by the person and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.people.tables import Volunteer
from points.rewards import settlement
from points.service import activities, makeups
from points.service import records as book
from points.service.tables import MakeupRequest, ServiceRecord
from tests import make
from tests.web.conftest import Browser, Street

CLAIM = {"came": "08:00", "went": "10:00", "reason": "forgot_out", "note": "钱春分"}


@pytest.fixture
def forgot(ground: Session, street: Street) -> str:
    """An activity of yesterday's morning at which 赵立春 was seen arriving only; the code of the activity."""
    team = make.team(ground, leader=person_of(ground, street.leader))
    start = make.NOW - timedelta(days=2)
    made = make.activity(ground, team=team, title="社区巡逻", start=start, walk_in_ok=True)
    activities.advance(ground, at=start)
    ground.flush()
    ground.expire_all()
    make.scanned(ground, made, person_of(ground, street.volunteer), "in", at=start)
    ground.commit()
    settlement.close_forgotten(ground, at=make.NOW)
    activities.advance(ground, at=make.NOW)
    ground.commit()
    return made.code


def person_of(session: Session, code: str) -> Volunteer:
    return session.scalars(select(Volunteer).where(Volunteer.code == code)).one()


def claims(session: Session) -> int:
    session.rollback()  # what was read before is a snapshot
    return session.scalar(select(func.count()).select_from(MakeupRequest)) or 0


def test_a_forgotten_check_out_is_claimed_and_its_state_shown(
    ground: Session, street: Street, forgot: str, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    address = f"/my/activities/{forgot}/makeup"
    for page in ("/my/", "/my/records"):
        assert f'href="{address}"' in phone.get(page).text, page
    form = phone.get(address).text
    assert "Possible until" in form
    assert "Seen arriving at 08:00" in form
    assert phone.post(address, **CLAIM).location == address
    claim = makeups.mine(ground, volunteer_id=person_of(ground, street.volunteer).id)[0]
    assert claim.status == "open"
    assert clock.local(claim.claimed_out).strftime("%H:%M") == "10:00"
    assert "The community decides" in phone.get(address).text
    assert f'href="{address}"' not in phone.get("/my/").text
    settlement.decide_makeup(ground, makeup=claim.code, approve=True, by=make.community_admin(ground), at=make.NOW)
    ground.commit()
    assert "The hours stand in your records" in phone.get(address).text
    assert "Accepted" in phone.get("/my/records").text


def test_a_declined_claim_says_whom_to_ask_and_may_be_sent_again(
    ground: Session, street: Street, forgot: str, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    address = f"/my/activities/{forgot}/makeup"
    phone.post(address, **CLAIM)
    claim = makeups.mine(ground, volunteer_id=person_of(ground, street.volunteer).id)[0]
    settlement.decide_makeup(ground, makeup=claim.code, approve=False, by=make.community_admin(ground), at=make.NOW)
    ground.commit()
    page = phone.get(address).text
    assert "Not accepted on" in page
    assert 'name="went"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"went": "25:99"}, "Write the time as 09:00."),
        ({"went": "11:30"}, "The times lie within the activity"),
        ({"reason": "bored"}, "Must be one of"),
    ],
)
def test_a_refused_claim_keeps_what_was_typed(
    ground: Session, street: Street, forgot: str, phone_of: Callable[[str], Browser], typed: dict[str, str], said: str
):
    answer = phone_of(street.volunteer).post(f"/my/activities/{forgot}/makeup", **{**CLAIM, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="钱春分"' in answer.text
    assert 'value="08:00"' in answer.text
    assert claims(ground) == 0


def test_after_ten_working_days_the_page_says_that_it_is_too_late(
    ground: Session, street: Street, forgot: str, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    with clock.frozen(make.NOW + timedelta(days=30)):
        page = phone.get(f"/my/activities/{forgot}/makeup").text
        assert "This could be added until" in page
        assert 'name="went"' not in page
        assert phone.post(f"/my/activities/{forgot}/makeup", **CLAIM).status_code == 409
        assert "/makeup" not in phone.get("/my/").text
    assert claims(ground) == 0


def test_somebody_elses_claim_is_not_shown(
    ground: Session, street: Street, forgot: str, phone_of: Callable[[str], Browser]
):
    phone_of(street.volunteer).post(f"/my/activities/{forgot}/makeup", **CLAIM)
    other = phone_of(street.leader)
    assert "钱春分 " not in other.get(f"/my/activities/{forgot}/makeup").text
    assert "What I added afterwards" not in other.get("/my/records").text
    assert other.get(f"/my/activities/{street.draft[:-1]}9/makeup").status_code == 404


def test_a_record_is_objected_to_and_its_state_shown(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    phone = phone_of(street.volunteer)
    address = f"/my/records/{street.record}"
    assert f'href="{address}"' in phone.get("/my/records").text
    assert phone.post(address, reason="我待到了十一点半").location == address
    page = phone.get(address).text
    assert "Your objection is being looked at" in page
    assert 'name="reason"' not in page
    again = phone.post(address, reason="还有一次")
    assert again.status_code == 409
    settlement.amend_record(
        ground, record=street.record, minutes=90, reason="已核对", by=make.street_admin(ground), at=make.NOW
    )
    ground.commit()
    page = phone.get(address).text
    assert "What stood here before" in page
    assert "已核对" in page


def test_an_objection_needs_its_reason(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    answer = phone_of(street.volunteer).post(f"/my/records/{street.record}", reason=" ")
    assert answer.status_code == 422
    assert "Missing data for required field." in answer.text
    assert status_of(ground, street.record) == "confirmed"


def test_a_stranger_neither_sees_nor_contests_a_record(
    ground: Session, street: Street, phone_of: Callable[[str], Browser]
):
    stranger = make.volunteer(ground, pin=True)
    ground.commit()
    phone = phone_of(stranger.code)
    assert phone.get(f"/my/records/{street.record}").status_code == 404
    assert phone.post(f"/my/records/{street.record}", reason="不对").status_code == 404
    leader = phone_of(street.leader)
    assert leader.get(f"/my/records/{street.record}").status_code == 404
    assert leader.post(f"/my/records/{street.record}", reason="不对").status_code == 404
    assert status_of(ground, street.record) == "confirmed"


def status_of(session: Session, record: str) -> str:
    session.rollback()
    return session.scalars(select(ServiceRecord.status).where(ServiceRecord.code == record)).one()


def test_the_records_page_holds_ones_own_only(ground: Session, street: Street, phone_of: Callable[[str], Browser]):
    own = book.mine(ground, volunteer_id=person_of(ground, street.volunteer).id)
    assert own
    page = phone_of(street.leader).get("/my/records").text
    assert not [record.code for record in own if record.code in page]
