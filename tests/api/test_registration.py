"""Registering, losing a card, contesting a record: what staff does about a person through the API."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points.people.guardians import NewGuardian
from points.people.volunteers import NEWCOMER
from tests import make
from tests.api.conftest import Program


def test_a_minor_who_registered_alone_becomes_active_once_the_guardian_was_seen(
    ground: Session, program: Callable[..., Program]
) -> None:
    family = NewGuardian(name="钱家长", phone="13900000001", relation="母亲")
    minor = make.minor(ground, guardian=family, by=NEWCOMER)
    ground.commit()
    clerk = program("station_staff", "NLJ-1")
    address = f"/volunteers/{minor.code}"
    assert clerk.get(address).json["code"] == "reason-needed"
    assert clerk.post(f"{address}/look", {"reason": "correction"}).status_code == 200
    assert clerk.get(address).json["status"] == "pending"
    assert program("auditor").post(f"{address}/guardian/verify").status_code in (403, 404)
    assert clerk.post(f"{address}/guardian/verify").json["status"] == "active"


def test_a_lost_card_is_revoked_and_identifies_nobody_any_more(
    ground: Session, program: Callable[..., Program]
) -> None:
    person = make.volunteer(ground)
    card = make.card(ground, person)
    ground.commit()
    clerk = program("station_staff", "NLJ-1")
    assert clerk.get(f"/cards/{card.code}").json["code"] == person.code
    assert clerk.post(f"/volunteers/{person.code}/cards/revoke", {"reason": "丢了"}).status_code == 200
    assert clerk.get(f"/cards/{card.code}").json["code"] == "code-revoked"


def test_a_contested_record_that_is_right_is_confirmed_again(
    lived: dict[str, str], program: Callable[..., Program]
) -> None:
    admin, record = program("street_admin"), f"/records/{lived['records']}"
    assert admin.post(f"{record}/dispute", {"reason": "多算了半小时"}).json["status"] == "disputed"
    assert admin.post(f"{record}/confirm").json == {"points": 0, "dates": 1}
    assert admin.get(record).json["status"] == "confirmed"
