"""Check-in: in and out, repeats, the refusals of design §5, force, two clocks, flags, and the statement budget."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from points.access import devices
from points.foundation.actors import SYSTEM
from points.foundation.orm import dialect_of
from points.journal.tables import AuditEntry
from points.people import volunteers
from points.service import activities, checkin
from points.service.auto_close import auto_close
from points.service.checkin import ScanRequest
from points.service.tables import Scan, Signup
from tests import make
from tests.business.service.door import END, MINUTE, START, all_stays, by_staff, joined, journal
from tests.statements import counted


def test_the_first_scan_checks_in_and_the_second_out(session):
    activity, person = joined(session)
    came = make.scanned(session, activity, person, "auto", at=START - 13 * MINUTE)
    left = make.scanned(session, activity, person, "auto", at=END + 6 * MINUTE)
    assert (came.direction, left.direction, left.session) == ("in", "out", came.session)
    (stay,) = all_stays(session)
    assert (stay.status, stay.in_at, stay.out_at) == ("closed", START - 13 * MINUTE, END + 6 * MINUTE)
    assert (stay.in_method, stay.out_method, stay.flags) == ("scan_dynamic", "scan_dynamic", [])
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.target == f"attendance:{stay.code}"))
    assert set(actions) == {"attendance.in", "attendance.out"}


def test_the_same_nonce_does_the_same_once_even_when_the_code_has_expired(session):
    activity, person = joined(session)
    first = make.scanned(session, activity, person, "in", at=START, nonce="once")
    code = checkin.screen_token(activity, START)
    by = make.volunteer_actor(session, person)
    again = checkin.scan(
        session,
        ScanRequest(code=code, nonce="once", device=f"phone-{person.code}"),
        by=by,
        at=START + timedelta(hours=1),
    )
    assert again.replayed
    assert (again.session, again.direction, again.in_at) == (first.session, "in", first.in_at)
    assert session.scalar(select(func.count()).select_from(Scan)) == 1


def test_a_nonce_is_not_lent_to_another_person(session):
    activity, person = joined(session, walk_in_ok=True)
    make.scanned(session, activity, person, "in", at=START, nonce="once", device="shared")
    with pytest.raises(checkin.NonceReused):
        make.scanned(session, activity, make.volunteer(session), "in", at=START, nonce="once", device="shared")


def test_a_second_tap_within_two_minutes_changes_nothing(session):
    activity, person = joined(session)
    first = make.scanned(session, activity, person, "auto", at=START)
    again = make.scanned(session, activity, person, "auto", at=START + MINUTE)
    assert (again.direction, again.session, again.replayed) == ("in", first.session, True)
    out = make.scanned(session, activity, person, "auto", at=START + timedelta(hours=1))
    tapped = make.scanned(session, activity, person, "auto", at=START + timedelta(hours=1) + MINUTE)
    assert (out.direction, tapped.direction, tapped.replayed) == ("out", "out", True)
    assert len(all_stays(session)) == 1


def test_already_in_says_who_let_them_in_when_and_where(session):
    activity, person = joined(session)
    by = make.street_admin(session)
    by_staff(session, activity, person, "in", at=START, by=by)
    with pytest.raises(checkin.AlreadyIn) as refused:
        by_staff(session, activity, person, "in", at=START + 10 * MINUTE, by=by)
    assert refused.value.facts() == {
        "volunteer": person.code,
        "activity": activity.code,
        "since": START,
        "let_in_by": by.person,
        "where": activity.place,
    }


def test_not_in_too_early_too_late(session):
    activity, person = joined(session)
    for direction, at, refusal in (
        ("out", START, checkin.NotIn),
        ("in", START - 31 * MINUTE, checkin.TooEarly),
        ("in", END + MINUTE, checkin.TooLate),
    ):
        with pytest.raises(refusal):
            make.scanned(session, activity, person, direction, at=at)
    assert journal(session) == ["not-in", "too-early", "too-late"]
    assert all_stays(session) == []


def test_one_person_is_at_one_place_at_a_time(session):
    first, person = joined(session)
    second, _ = joined(session, person)
    make.scanned(session, first, person, "in", at=START)
    with pytest.raises(checkin.OtherStayOpen) as refused:
        make.scanned(session, second, person, "in", at=START + 5 * MINUTE)
    assert refused.value.other_activity == first.code


def test_without_a_place_only_a_walk_in_comes_in_and_takes_one(session):
    closed, welcoming = make.activity(session), make.activity(session, walk_in_ok=True, capacity=1)
    person, late = make.volunteer(session), make.volunteer(session)
    with pytest.raises(checkin.NotSignedUp):
        make.scanned(session, closed, person, "in", at=START)
    make.scanned(session, welcoming, person, "in", at=START)
    signup = session.scalars(select(Signup).where(Signup.activity_id == welcoming.id)).one()
    assert (signup.status, signup.walk_in) == ("attended", True)
    with pytest.raises(checkin.Full):
        make.scanned(session, welcoming, late, "in", at=START)


def test_a_walk_in_must_be_suitable(session):
    activity = make.activity(session, walk_in_ok=True, min_age=18)
    with pytest.raises(checkin.NeedsGuardian):
        make.scanned(session, activity, make.minor(session), "in", at=START)
    skilled = make.activity(session, walk_in_ok=True, required_skill="理发")
    with pytest.raises(checkin.NotSignedUp):
        make.scanned(session, skilled, make.volunteer(session), "in", at=START)


def test_an_eight_year_old_checks_in_with_a_guardian_only(session):
    activity = make.activity(session, walk_in_ok=True)
    child = make.minor(session, birth_date=date(2018, 1, 1))
    with pytest.raises(checkin.NeedsGuardian):
        by_staff(session, activity, child, "in", at=START, nonce="n1")
    assert by_staff(session, activity, child, "in", at=START, nonce="n2", guardian_present=True).direction == "in"


def test_a_cancelled_activity_lets_nobody_in_but_out(session):
    activity, person = joined(session)
    make.scanned(session, activity, person, "in", at=START)
    activities.cancel(session, activity=activity.code, reason="大雨", by=SYSTEM, at=START + 30 * MINUTE)
    with pytest.raises(checkin.ActivityCancelled) as refused:
        make.scanned(session, activity, make.volunteer(session), "in", at=START + 40 * MINUTE)
    assert refused.value.reason == "大雨"
    assert make.scanned(session, activity, person, "out", at=START + 40 * MINUTE).direction == "out"


def test_a_suspended_person_is_sent_to_the_community(session):
    activity, person = joined(session)
    volunteers.suspend(session, volunteer=person.code, reason="核实中", by=SYSTEM, at=make.NOW)
    with pytest.raises(checkin.PersonSuspended):
        make.scanned(session, activity, person, "in", at=START)


def test_a_revoked_device_scans_no_more(session):
    activity, person = joined(session)
    device = devices.enrol(session, name="一号站平板", area="BZ", by=SYSTEM, at=make.NOW)
    by_staff(session, activity, person, "in", at=START, device=device.code)
    devices.revoke(session, code=device.code, reason="丢失", by=SYSTEM, at=START)
    with pytest.raises(checkin.DeviceRevoked):
        by_staff(session, activity, person, "out", at=END, device=device.code)


def test_a_draft_cannot_be_scanned_and_is_not_told_from_an_unknown_code(session):
    activity = make.activity(session, published=False)
    with pytest.raises(checkin.InvalidCode):
        make.scanned(session, activity, make.volunteer(session), "in", at=START)


def test_where_the_leader_scans_nobody_checks_themselves_in(session):
    activity, person = joined(session, check_mode="staff")
    with pytest.raises(checkin.InvalidCode) as refused:
        make.scanned(session, activity, person, "in", at=START)
    assert refused.value.reason == "staff-only"
    assert by_staff(session, activity, person, "in", at=START).direction == "in"


@pytest.mark.parametrize(
    "facts",
    [
        {"code": ""},
        {"code": "x" * 3000},
        {"code": "/g/0000000000"},
        {"code": "0000000001"},
        {"direction": "sideways"},
        {"nonce": ""},
        {"nonce": "n" * 65},
        {"occurred_at": datetime.fromisoformat("2999-01-01T00:00:00+08:00")},
        {"occurred_at": START + timedelta(minutes=5, seconds=1)},
    ],
)
def test_nonsense_is_invalid_and_journalled(session, facts):
    activity, person = joined(session)
    asked = {"code": checkin.screen_token(activity, START), "nonce": "n", **facts}
    with pytest.raises(checkin.InvalidCode):
        checkin.scan(session, ScanRequest(**asked), by=make.volunteer_actor(session, person), at=START)
    assert journal(session) == ["invalid"]
    assert all_stays(session) == []


def test_at_most_three_stays_a_day(session):
    activity, person = joined(session, minutes=300)
    for number in range(3):
        at = START + number * timedelta(hours=1)
        make.scanned(session, activity, person, "in", at=at)
        make.scanned(session, activity, person, "out", at=at + 30 * MINUTE)
    with pytest.raises(checkin.StaysUsedUp) as refused:
        make.scanned(session, activity, person, "in", at=START + timedelta(hours=4))
    assert (refused.value.code, refused.value.stays) == ("already-in", 3)


# --- force, two clocks, flags


def test_force_is_kept_only_where_the_rules_said_no(session):
    activity, person = joined(session)
    stranger = make.volunteer(session)
    by_staff(session, activity, person, "in", at=START, force=True)
    answer = by_staff(session, activity, stranger, "in", at=START, force=True)
    assert answer.flags == ("forced",)
    scans = {scan.forced: scan.refusal_overridden for scan in session.scalars(select(Scan))}
    assert scans == {False: "", True: "not-signed-up"}


def test_a_volunteer_cannot_force(session):
    activity = make.activity(session)
    with pytest.raises(checkin.NotSignedUp):
        make.scanned(session, activity, make.volunteer(session), "in", at=START, force=True)


def test_a_scan_sent_late_happened_when_it_happened_and_goes_to_review(session):
    activity, person = joined(session)
    by_staff(session, activity, person, "in", occurred_at=START, at=START + timedelta(hours=5))
    answer = by_staff(session, activity, person, "out", occurred_at=END, at=START + timedelta(hours=6))
    (stay,) = all_stays(session)
    assert (stay.in_at, stay.out_at, stay.flags) == (START, END, ["late"])
    assert answer.out_at == END
    assert session.scalars(select(Scan.created_at).order_by(Scan.id)).first() == START + timedelta(hours=5)


def test_an_exit_that_arrives_after_the_clock_closed_the_stay_still_counts(session):
    activity, person = joined(session)
    by_staff(session, activity, person, "in", at=START)
    auto_close(session, at=END + timedelta(hours=2))
    assert all_stays(session)[0].status == "auto_closed"
    by_staff(session, activity, person, "out", occurred_at=END, at=END + timedelta(hours=3))
    (stay,) = all_stays(session)
    assert (stay.status, stay.out_at, stay.flags) == ("closed", END, ["late"])


def test_many_check_ins_from_one_phone_are_flagged_and_let_in(session):
    activity = make.activity(session, walk_in_ok=True)
    answers = [
        make.scanned(session, activity, make.volunteer(session), "in", at=START + number * MINUTE, device="one-phone")
        for number in range(6)
    ]
    assert [answer.flags for answer in answers] == [(), (), (), (), ("burst",), ("burst",)]


def test_a_stay_below_half_an_hour_is_flagged(session):
    activity, person = joined(session)
    make.scanned(session, activity, person, "in", at=START)
    assert make.scanned(session, activity, person, "out", at=START + 20 * MINUTE).flags == ("short",)


# --- the page before the button


def test_the_preview_says_what_the_button_will_do_and_changes_nothing(session):
    activity, person = joined(session)

    def preview(at):
        return checkin.preview(session, code=checkin.screen_token(activity, at), volunteer_id=person.id, at=at)

    assert (preview(START).direction, preview(START).refusal) == ("in", None)
    make.scanned(session, activity, person, "in", at=START)
    before = len(all_stays(session))
    assert preview(START + timedelta(hours=1)).direction == "out"
    late = preview(END + timedelta(hours=1))
    assert late.refusal is not None
    assert late.refusal.code == "too-late"
    assert len(all_stays(session)) == before
    assert journal(session) == []


# --- the budget


def test_a_scan_is_one_question_and_on_postgresql_one_statement_that_writes(session):
    activity, person = joined(session)
    person_by = make.volunteer_actor(session, person)
    staff = make.street_admin(session)
    open_house, also_open = make.activity(session, walk_in_ok=True), make.activity(session, walk_in_ok=True)
    card = make.card(session, person)
    ticket = checkin.ticket(session, code=checkin.screen_token(open_house, START), at=START)
    token = checkin.screen_token(activity, START)
    waiting = make.volunteer(session)
    session.add(
        Signup(
            activity_id=also_open.id, volunteer_id=waiting.id, status="waitlisted", queued_at=START,
            created_at=START, created_by="test",
        )
    )  # fmt: skip
    session.flush()

    def spent(by, *, at=START, **asked):
        with counted(session) as sent:
            checkin.scan(session, ScanRequest(**asked), by=by, at=at)
        return len([each for each in sent if not each.upper().startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])

    used = {
        "in": spent(person_by, code=token, nonce="a"),
        "replay": spent(person_by, code=token, nonce="a"),
        "out by card": spent(staff, code="/c/" + card.code, activity=activity.code, nonce="b", at=END),
        "walk-in by ticket": spent(make.volunteer_actor(session, make.volunteer(session)), ticket=ticket, nonce="c"),
        "walk-in from the waiting list": spent(staff, code=waiting.code, activity=also_open.code, nonce="d"),
    }
    at_once = {"in": 2, "replay": 2, "out by card": 2, "walk-in by ticket": 3, "walk-in from the waiting list": 3}
    row_by_row = {"in": 4, "replay": 2, "out by card": 4, "walk-in by ticket": 7, "walk-in from the waiting list": 6}
    assert used == (at_once if dialect_of(session) == "postgresql" else row_by_row)
