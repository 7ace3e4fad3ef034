"""The shapes of service records, make-ups and settlement."""

from marshmallow import fields as shown

from points.service.makeups import REASONS
from points.service.statuses import Grade, RecordStatus
from points.shapes import paging
from points.shapes.fields import Code, Day, Flag, Shape, Text, Time, Whole, Word
from points.shapes.signing import SignerShape


class RecordShape(Shape):
    """One version of a record: minutes given by a person, at an activity, on a date."""

    code = shown.String(required=True)
    volunteer = shown.String(required=True)
    activity = shown.String(required=True, allow_none=True)
    local_date = shown.Date(required=True)
    version = shown.Integer(required=True)
    latest = shown.Boolean(required=True)
    minutes_raw = shown.Integer(required=True)
    minutes_credited = shown.Integer(required=True)
    minutes_pending = shown.Integer(required=True)
    assurance = shown.String(required=True)
    source = shown.String(required=True)
    status = shown.String(required=True)
    flags = shown.List(shown.String(), required=True)
    community = shown.String(required=True)
    recording_org = shown.String(required=True)
    confirmed_by = shown.String(required=True, allow_none=True)
    confirmed_at = shown.AwareDateTime(required=True, allow_none=True)
    void_reason = shown.String(required=True)


class RecordsQuery(paging.Named):
    """Which records."""

    activity = Code()
    status = Word(*RecordStatus)
    date_from = Day()
    date_to = Day()


class VersionsShape(Shape):
    """Every version of a record, oldest first."""

    items = shown.List(shown.Nested(RecordShape), required=True)


class HoursShape(Shape):
    """All confirmed service of a person; `hours` is floored once, to 0.1."""

    volunteer = shown.String(required=True)
    minutes = shown.Integer(required=True)
    hours = shown.String(required=True)
    stars = shown.Integer(required=True)
    minutes_to_next_star = shown.Integer(required=True, allow_none=True)


class EarnedShape(Shape):
    """The net points that a decision posted, and of how many dates."""

    points = shown.Integer(required=True)
    dates = shown.Integer(required=True)


class RecordReasonShape(Shape):
    """Why."""

    reason = Text(200, least=1, lines=True, required=True)


class AmendShape(Shape):
    """The right minutes, and why."""

    minutes = Whole(most=1440, required=True)
    reason = Text(200, least=1, required=True)


class VoidRecordShape(Shape):
    """Why, and the second person."""

    reason = Text(200, least=1, required=True)
    second = shown.Nested(SignerShape, required=True)


class GradeShape(Shape):
    """How the service was done."""

    grade = Word(*Grade, required=True)
    note = Text(100, load_default="")


class TransferInShape(Shape):
    """Hours verified from another organisation's certificate; they count for stars, nowhere else."""

    volunteer = Code(required=True)
    minutes = Whole(least=1, most=1_000_000, required=True)
    day = Day(required=True)
    organiser = Text(80, least=1, required=True)


class OverdueShape(Shape):
    """An unconfirmed record whose activity should have been settled by `due_on`."""

    record = shown.String(required=True)
    activity = shown.String(required=True)
    title = shown.String(required=True)
    volunteer = shown.String(required=True)
    local_date = shown.Date(required=True)
    minutes = shown.Integer(required=True)
    assurance = shown.String(required=True)
    due_on = shown.Date(required=True)


class OverdueListShape(Shape):
    """The overdue records, oldest first."""

    items = shown.List(shown.Nested(OverdueShape), required=True)


class SettleShape(Shape):
    """What the leader adds at settlement."""

    beneficiaries = Whole(most=1_000_000, load_default=0)
    head_count = Whole(most=100_000, load_default=None, allow_none=True)
    result_note = Text(500, load_default="")


class SettledShape(Shape):
    """What the settlement did; `left` records wait for the community administrator."""

    activity = shown.String(required=True)
    records = shown.Integer(required=True)
    people = shown.Integer(required=True)
    minutes = shown.Integer(required=True)
    points = shown.Integer(required=True)
    left = shown.Integer(required=True)
    by_own_hand = shown.Integer(
        required=True, metadata={"description": "Those left to another one, since you typed, ticked or forced the stay"}
    )
    attended = shown.Integer(required=True)
    no_show = shown.Integer(required=True)
    late = shown.Boolean(required=True)
    head_count_differs = shown.Boolean(
        required=True, metadata={"description": "Counted and checked-in people differ by more than a tenth"}
    )


class MakeupShape(Shape):
    """A claim of attendance after the fact."""

    code = shown.String(required=True)
    activity = shown.String(required=True)
    volunteer = shown.String(required=True)
    claimed_in = shown.AwareDateTime(required=True)
    claimed_out = shown.AwareDateTime(required=True)
    reason = shown.String(required=True)
    note = shown.String(required=True)
    proposed_by = shown.String(required=True)
    status = shown.String(required=True)
    decided_by = shown.String(required=True, allow_none=True)
    decided_at = shown.AwareDateTime(required=True, allow_none=True)


class NewMakeupShape(Shape):
    """A claim to propose."""

    activity = Code(required=True)
    volunteer = Code(required=True)
    claimed_in = Time(required=True)
    claimed_out = Time(required=True)
    reason = Word(*REASONS, required=True)
    note = Text(100, load_default="")


class MakeupDecisionShape(Shape):
    """Approve, or decline."""

    approve = Flag(required=True)
