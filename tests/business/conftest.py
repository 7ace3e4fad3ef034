"""Every refusal in every test of the business is watched: a verb looks first, and has written nothing when it refuses.

A refusal that keeps its writes, a refused scan or a wrong PIN, has written its journal row only.
"""

import functools
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.access import identity, sign_ins
from points.foundation.errors import Refusal
from tests.house.verbs import all_verbs
from tests.statements import counted

CHANGES = ("INSERT", "UPDATE", "DELETE")
JOURNALS = ("INSERT INTO refused_scan ", "INSERT INTO failed_attempt ", "INSERT INTO idempotency_key ")

LATE = {
    ("points.access.sign_ins.revoke", "not-found"): "one conditional UPDATE, which found no row",
    ("points.exchange.goods.lifecycle.change", "changed-meanwhile"): "one conditional UPDATE, which found no row",
    ("points.ledger.expiry.unfreeze", "not-found"): "one conditional UPDATE, which found no row",
    ("points.exchange.redemption.lifecycle.fulfil", "batch-expired"): "test_reservations compares every table",
    ("points.exchange.redemption.lifecycle.fulfil", "over-session-limit"): "test_reservations compares every table",
    ("points.exchange.redemption.counter.redeem", "insufficient-points"): "test_redeem compares every table",
}
"""Who refuses after writing, which the transaction then undoes; and how we know that nothing is left."""


@pytest.fixture(autouse=True)
def refusals_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch the outermost verb of every call."""
    for module, name, watched in _places():
        monkeypatch.setattr(module, name, watched)


@functools.cache
def _places() -> list[tuple[Any, str, Any]]:
    """Where each verb can be called from, with what is called there instead."""
    verbs = all_verbs()
    for verb in (
        identity.verify_pin,
        identity.verify_phone4,
        identity.witness,
        sign_ins.sign_in_staff,
        sign_ins.sign_in_volunteer,
    ):
        verbs[f"{verb.__module__}.{verb.__name__}"] = verb
    inside: list[str] = []
    watched = {verb: _watched(name, verb, inside) for name, verb in verbs.items()}
    return [
        (module, name, watched[one])
        for module in _modules()
        for name, one in list(vars(module).items())
        if isinstance(one, FunctionType) and one in watched
    ]


def _modules() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if name.startswith(("points.", "tests.")):
            yield module


def _watched(name: str, verb: FunctionType, inside: list[str]) -> Any:
    @functools.wraps(verb)
    def watched(session: Session, *rest: Any, **facts: Any) -> Any:
        if inside:
            return verb(session, *rest, **facts)
        inside.append(name)
        try:
            with counted(session) as sent:
                return verb(session, *rest, **facts)
        except Refusal as refusal:
            if (name, refusal.code) not in LATE:
                _expect_nothing_written(sent, refusal, of=name)
            raise
        finally:
            inside.remove(name)

    return watched


def _expect_nothing_written(sent: list[str], refusal: Refusal, *, of: str) -> None:
    written = [statement for statement in sent if statement.lstrip().startswith(CHANGES)]
    if refusal.keeps_writes:
        assert 1 <= len(written) <= 2, written
        assert all(one.startswith(JOURNALS) for one in written), written
    else:
        assert not written, f"{of} refused with {refusal.code} after {written}"
