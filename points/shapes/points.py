"""The shapes of points."""

from marshmallow import fields as shown

from points.rewards.statuses import AdjustmentStatus
from points.shapes import paging
from points.shapes.fields import Code, Day, Flag, Parameters, Shape, Text, Whole, Word


class AccountShape(Shape):
    """What a volunteer has: `balance` = `spendable` + `frozen` + `lapsed`; beside it `held` and `owed`.

    Frozen while their record is disputed; lapsed: their last day is over and it is not booked yet.
    """

    volunteer = shown.String(required=True)
    balance = shown.Integer(required=True)
    held = shown.Integer(required=True)
    spendable = shown.Integer(required=True)
    owed = shown.Integer(required=True)
    frozen = shown.Integer(required=True)
    lapsed = shown.Integer(required=True)
    next_expiry = shown.Date(required=True, allow_none=True)
    next_expiring = shown.Integer(required=True)


class LotShape(Shape):
    """Points earned by one event, with their own expiry."""

    points = shown.Integer(required=True)
    remaining = shown.Integer(required=True)
    source_type = shown.String(required=True)
    source_ref = shown.String(required=True)
    rule_version = shown.String(required=True)
    earned_on = shown.Date(required=True)
    expires_on = shown.Date(required=True, allow_none=True)
    status = shown.String(required=True)


class LotsShape(Shape):
    """The lots with points left, in the order in which they are spent."""

    items = shown.List(shown.Nested(LotShape), required=True)


class TransferShape(Shape):
    """One line of the statement; `points` is positive when the balance grew. `id` names it in addresses."""

    id = shown.String(required=True)
    at = shown.AwareDateTime(required=True)
    purpose = shown.String(required=True)
    points = shown.Integer(required=True)
    reference = shown.String(required=True)
    reason = shown.String(required=True)
    by = shown.String(required=True)
    source_ref = shown.String(required=True, allow_none=True)
    expires_on = shown.Date(required=True, allow_none=True)


class EvidenceShape(Shape):
    """The whole chain behind it: record, scans, operator, rule version; or item, batch, donor, clerk."""

    evidence = shown.Dict(required=True)


class RuleSetShape(Shape):
    """One version of a street's rules."""

    version = shown.String(required=True)
    street = shown.String(required=True)
    effective_from = shown.Date(required=True)
    status = shown.String(required=True)
    params = shown.Dict(required=True)
    based_on = shown.String(required=True, allow_none=True)
    resolution_ref = shown.String(required=True)
    drafted_by = shown.String(required=True)
    published_by = shown.String(required=True, allow_none=True)
    published_at = shown.AwareDateTime(required=True, allow_none=True)


class NewRuleSetShape(Shape):
    """A rule set to draft: the newest published parameters of the street with those of `params` instead."""

    street = Code(required=True)
    effective_from = Day(required=True)
    params = Parameters(load_default=dict)
    resolution_ref = Text(120, load_default="")


class WithdrawShape(Shape):
    """Why a rule set that was announced is not to come; everybody reads it."""

    reason = Text(200, least=10, required=True)


class RuleSetWithdrawalShape(Shape):
    """The wish that a published rule set does not begin."""

    version = shown.String(required=True)
    reason = shown.String(required=True)
    status = shown.String(required=True)
    proposed_by = shown.String(required=True)


class AdjustmentShape(Shape):
    """A plus or minus by hand; posted when a second person approves."""

    code = shown.String(required=True)
    volunteer = shown.String(required=True)
    points = shown.Integer(required=True)
    reason = shown.String(required=True)
    status = shown.String(required=True)
    proposed_by = shown.String(required=True)
    decided_by = shown.String(required=True, allow_none=True)
    decided_at = shown.AwareDateTime(required=True, allow_none=True)


class AdjustmentsQuery(paging.Named):
    """Which adjustments."""

    status = Word(*AdjustmentStatus)


class NewAdjustmentShape(Shape):
    """An adjustment to propose."""

    volunteer = Code(required=True)
    points = Whole(least=-100, most=100, required=True)
    reason = Text(200, least=1, required=True)


class VerdictShape(Shape):
    """Approve, or decline."""

    approve = Flag(required=True)


class CivicShape(Shape):
    """An item of the published civic list, for a person, on a date."""

    volunteer = Code(required=True)
    item = Code(required=True)
    day = Day(required=True)


class GivenShape(Shape):
    """How many points it was."""

    points = shown.Integer(required=True)
