"""A whole day through the API alone: from a registration to goods on the counter, and back to the evidence."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from points import database, proof
from points.foundation import clock
from points.people.tables import Volunteer
from points.service import activities
from tests import make
from tests.api.conftest import Program

PERSON = {
    "name": "赵立春",
    "birth_date": "1980-03-01",
    "community": "BZ",
    "consents": ["register", "points"],
    "phone": "13900000000",
    "paper_ref": "P-1",
    "pin": "246813",
}


def test_hours_become_points_and_points_become_goods(ground: Session, program: Callable[..., Program]) -> None:
    make.rules(ground)
    make.category(ground)
    team = make.team(ground)
    leader = code_of_leader(ground, team.leader_id)
    make.signed_up_staff(ground, role="street_admin")
    second = make.signed_up_staff(ground, role="community_admin", place="BZ")
    community, street = program("community_admin", "BZ"), program("street_admin")
    clerk = program("station_staff", "NLJ-1")
    person = clerk.post("/volunteers", PERSON).json["code"]
    card = clerk.post(f"/volunteers/{person}/cards", {"reason": "第一张"}).json["code"]
    assert clerk.get(f"/cards/{card}").json["code"] == person

    starts, ends = make.NOW + timedelta(hours=1), make.NOW + timedelta(hours=3)
    planned = community.post(
        "/activities",
        {
            "team": team.code,
            "category": "environment",
            "title": "清洁家园",
            "area": "BZ",
            "place": "北正社区广场",
            "start_at": starts.isoformat(),
            "end_at": ends.isoformat(),
            "capacity": 20,
            "leader": leader,
            "contact_name": "钱家明",
            "contact_phone": "19900000001",
            "content": "一起打扫社区广场，带上水杯。",
            "risk_notice": "注意脚下湿滑。",
        },
    )
    activity = f"/activities/{planned.json['code']}"
    assert community.post(f"{activity}/submit").json["status"] == "pending_review"
    assert street.post(f"{activity}/approve").json["status"] == "published"
    assert community.post(f"{activity}/signups", {"volunteer": person}).json["status"] == "approved"

    for direction, at in (("in", starts), ("out", ends)):
        with clock.frozen(at):
            scan = {"code": card, "activity": planned.json["code"], "direction": direction}
            answer = community.post("/scans", {**scan, "nonce": f"scan-{direction}-{person}"})
            assert (answer.json["result"], answer.json["direction"]) == ("ok", direction)
    with clock.frozen(ends + timedelta(hours=1)):
        with database.write_transaction(ground):
            activities.advance(ground, at=clock.now())
        settled = community.post(f"{activity}/settle", {"beneficiaries": 12})
        assert (settled.json["people"], settled.json["minutes"], settled.json["points"]) == (1, 120, 20)

        street.post(
            "/goods",
            {
                "street": "YD",
                "code": "G02",
                "name": "毛巾",
                "spec": "1 条",
                "unit_name": "条",
                "price": 20,
                "ref_value_fen": 600,
            },
        )
        alone = street.post("/goods/G02/put-on-shelf")
        assert alone.json["code"] == "class-unconfirmed", "a second person says what it is"
        assert program("street_admin").post("/goods/G02/put-on-shelf").status_code == 200
        received = clerk.post(
            "/stock-moves/receipts",
            {
                "station": "NLJ-1",
                "item": "G02",
                "qty": 5,
                "source": "budget",
                "second": {"login": second, "password": "correct horse"},
            },
        )
        assert (received.status_code, received.json.get("qty_left")) == (201, 5), received.text
        basket = {
            "volunteer": person,
            "station": "NLJ-1",
            "lines": [{"item": "G02", "qty": 1}],
            "identity": {"check": "card_pin", "pin": "246813"},
        }
        assert clerk.post("/redemptions", basket).json["code"] == "proof-by-own-hand", "who set the PIN this morning"
        bought = program("station_staff", "NLJ-1").post("/redemptions", basket)
        assert (bought.status_code, bought.json["status"]) == (201, "fulfilled")
        assert clerk.get(f"/volunteers/{person}/account").json["balance"] == 0
        assert clerk.get("/stations/NLJ-1/offers").json["items"][0]["left"] == 4

        spent, earned = street.get(f"/volunteers/{person}/transfers").json["items"]
        assert (spent["points"], earned["points"]) == (-20, 20)
        chain = street.get(f"/volunteers/{person}/transfers/{earned['id']}/evidence").json["evidence"]
        assert chain["activity"]["code"] == planned.json["code"]
        assert [scan["direction"] for scan in chain["attendance"][0]["scans"]] == ["in", "out"]
        chain = street.get(f"/volunteers/{person}/transfers/{spent['id']}/evidence").json["evidence"]
        assert chain["redemption"]["code"] == bought.json["code"]
        assert chain["redemption"]["lines"][0]["batch"]["code"] == received.json["batch"]

        figures = street.get("/reports/figures", area="YD").json
        assert (figures["occasions"], figures["person_times"], figures["points_redeemed"]) == (1, 1, 20)
        ground.rollback()
        assert list(proof.check(ground, at=clock.now())) == []


def code_of_leader(session: Session, leader_id: int) -> str:
    """The code of a team's leader."""
    return session.get_one(Volunteer, leader_id).code
