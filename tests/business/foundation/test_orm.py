"""What is compared with a choice or a zero stands in the statement, where a partial index is matched with it."""

import pytest
from sqlalchemy import select

from points.exchange.tables import StockBatch
from points.foundation.orm import ZERO
from points.ledger.tables import PointLot
from points.people.tables import TeamMember
from points.service.tables import Stay


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Stay.status == "open", "attendance_session.status = 'open'"),
        (Stay.status != "open", "attendance_session.status != 'open'"),
        (TeamMember.status.in_(("applied", "active")), "team_member.status IN ('applied', 'active')"),
        (Stay.status.not_in(["voided"]), "(attendance_session.status NOT IN ('voided'))"),
        (PointLot.remaining > ZERO, "point_lot.remaining > 0"),
        (StockBatch.qty_left > ZERO, "stock_batch.qty_left > 0"),
    ],
)
def test_the_statement_says_it(condition, said):
    compiled = condition.compile()
    assert (str(compiled), compiled.params) == (said, {})


def test_what_is_no_choice_stays_a_parameter():
    asked = Stay.status == "open' OR 1=1 --"
    assert "OR 1=1" not in str(select(Stay.id).where(asked))
