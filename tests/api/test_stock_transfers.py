"""Goods between stations, by programs: sent, listed page by page, received once."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tests import make
from tests.api.conftest import Program

PASSWORD = "correct horse"


def second(ground: Session, place: str) -> dict[str, str]:
    login = make.signed_up_staff(ground, role="station_staff", place=place)
    ground.commit()
    return {"login": login, "password": PASSWORD}


def test_goods_go_from_one_station_to_another(ground: Session, program: Callable[..., Program]) -> None:
    make.station(ground, "NLJ-2")
    batch = make.stocked(ground, make.item(ground), 9)
    sender, receiver, auditor = (
        program("station_staff", "NLJ-1"), program("station_staff", "NLJ-2"), program("auditor")
    )  # fmt: skip
    body = {"from_station": "NLJ-1", "to_station": "NLJ-2", "item": "G02", "qty": 2, "second": second(ground, "NLJ-1")}
    codes = []
    for key in ("the-first-key", "the-first-key", "another-key"):
        sent = sender.post("/stock-moves/transfers", body, key=key)
        assert (sent.status_code, sent.json["on_the_way"], sent.json["status"]) == (201, 2, "sent")
        codes.append(sent.json["code"])
    assert len(set(codes)) == 2
    page = auditor.get("/stock-moves/transfers", station="NLJ-2", limit=1).json
    rest = auditor.get("/stock-moves/transfers", station="NLJ-2", limit=1, cursor=page["next_cursor"]).json
    assert [one["code"] for one in page["items"] + rest["items"]] == [codes[2], codes[0]]
    assert rest["next_cursor"] is None
    address = f"/stock-moves/transfers/{codes[0]}"
    arrivals = [{"batch": batch.code, "received": 1, "reason": "路上丢失"}]
    told = {"arrivals": arrivals, "second": second(ground, "NLJ-2")}
    assert sender.post(f"{address}/receive", told).status_code == 403
    assert program("street_admin", "NZP").post(f"{address}/receive", told).status_code == 404
    done = receiver.post(f"{address}/receive", told)
    assert (done.status_code, done.json["items"][0]["qty_left"]) == (201, 1)
    again = receiver.post(f"{address}/receive", told)
    assert (again.status_code, again.json["code"]) == (409, "not-on-the-way")
    shown = auditor.get(address).json
    assert (shown["status"], shown["on_the_way"], shown["lines"][0]["received"]) == ("received", 0, 1)
    back = sender.post(
        f"/stock-moves/transfers/{codes[2]}/take-back", {"reason": "发错了站点", "second": body["second"]}
    )
    assert (back.status_code, back.json["status"]) == (200, "taken_back")
    pages, cursor = [], {}
    while cursor is not None:
        page = auditor.get("/stock-moves", station="NLJ-1", item="G02", limit=2, **cursor).json
        pages.append([(one["kind"], one["delta"]) for one in page["items"]])
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert pages == [[("in", 9), ("transfer", -2)], [("transfer", -2), ("transfer", 2)]]
    open_ones = auditor.get("/stock-moves/transfers", status="sent").json["items"]
    assert open_ones == []
