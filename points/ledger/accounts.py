"""Accounts and their locks: a volunteer's account is made when first needed and locked before anything is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Executable, Select, SQLColumnExpression, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ListedRow, Listing, insert, table_of
from points.foundation.statements import run
from points.ledger.statuses import SYSTEM_KINDS, AccountKind
from points.ledger.tables import PointAccount
from points.people.tables import MergedNumber, Volunteer

Asked = TypeVarTuple("Asked")

# --- what there is


@dataclass(frozen=True, slots=True)
class AccountState:
    """A volunteer's account as it stood when it was locked. `system` maps a kind to its street's counted account.

    `balance` includes points in frozen or not yet swept lots; what can be spent is the spendable lots' sum.
    """

    id: int
    volunteer_id: int
    volunteer: str
    street_id: int
    balance: int
    held: int
    system: Mapping[AccountKind, int]


# --- what happens


def lock_accounts(session: Session, *, volunteer_ids: Sequence[int], at: datetime) -> dict[int, AccountState]:
    """Lock the accounts of these volunteers in the order of their ids, opening those that are missing.

    The answer maps each volunteer's id to the account; a merged number's to that of the number it was merged into.
    One statement where all accounts exist.
    Raises NoSuch for an unknown volunteer.
    """
    wanted = set(volunteer_ids)
    found = _locked(session, _LOCK, {"volunteers": sorted(wanted)})
    if len(found) < len(wanted):
        _open(session, volunteer_ids=sorted(wanted - found.keys()), at=at)
        found = _locked(session, _LOCK, {"volunteers": sorted(wanted)})
    return found


def lock_by_id(session: Session, *, account_ids: Sequence[int]) -> dict[int, AccountState]:
    """Lock volunteers' accounts by their own ids, in that order; the answer maps account id to account."""
    states = _locked(session, _LOCK_BY_ID, {"accounts": sorted(set(account_ids))}).values()
    return {state.id: state for state in states}


def with_accounts(statement: Select[*Asked], whose: ColumnElement[bool]) -> Listing:
    """`statement` with the accounts of whom `whose` says, locked in their order; `state_of` reads them."""
    return (
        statement.add_columns(*_STATE)
        .join(PointAccount, whose)
        .join(_OWNER, _OWNER.id == PointAccount.volunteer_id)
        .order_by(PointAccount.id)
        .with_for_update(key_share=True, of=PointAccount)
    )


def state_of(row: ListedRow) -> AccountState:
    """The account in a row of a statement that `with_accounts` made."""
    return AccountState(
        id=row.account_id,
        volunteer_id=row.account_volunteer_id,
        volunteer=row.account_volunteer,
        street_id=row.account_street_id,
        balance=row.account_balance,
        held=row.account_held,
        system={kind: getattr(row, f"system_{kind}") for kind in SYSTEM_KINDS},
    )


_SYSTEM, _OWNER, _ASKED = aliased(PointAccount), aliased(Volunteer), aliased(Volunteer)
_STATE: tuple[SQLColumnExpression[object], ...] = (
    PointAccount.id.label("account_id"),
    PointAccount.volunteer_id.label("account_volunteer_id"),
    _OWNER.code.label("account_volunteer"),
    PointAccount.street_id.label("account_street_id"),
    PointAccount.balance.label("account_balance"),
    PointAccount.held.label("account_held"),
    *(
        select(_SYSTEM.id)
        .where(_SYSTEM.street_id == PointAccount.street_id, _SYSTEM.kind == kind, _SYSTEM.volunteer_id.is_(None))
        .correlate(PointAccount)
        .scalar_subquery()
        .label(f"system_{kind}")
        for kind in SYSTEM_KINDS
    ),
)
_LOCK = with_accounts(
    select(_ASKED.id.label("asked_id")).outerjoin(MergedNumber, MergedNumber.gone_id == _ASKED.id),
    PointAccount.volunteer_id == func.coalesce(MergedNumber.kept_id, _ASKED.id),
).where(_ASKED.id.in_(bindparam("volunteers", expanding=True)))
_LOCK_BY_ID = with_accounts(select(_ASKED.id.label("asked_id")), PointAccount.volunteer_id == _ASKED.id).where(
    PointAccount.id.in_(bindparam("accounts", expanding=True))
)


def _locked(session: Session, statement: Executable, parameters: dict[str, list[int]]) -> dict[int, AccountState]:
    return {row.asked_id: state_of(row) for row in run(session, statement, parameters)}


def _open(session: Session, *, volunteer_ids: Sequence[int], at: datetime) -> None:
    people = session.execute(select(Volunteer.id, Volunteer.street_id).where(Volunteer.id.in_(volunteer_ids))).all()
    if unknown := set(volunteer_ids) - {person.id for person in people}:
        raise NoSuch(kind=N_("volunteer"), key=str(min(unknown)))
    written = {"created_at": at, "created_by": "system", "balance": 0, "held": 0}
    session.execute(
        insert(session, table_of(PointAccount)).on_conflict_do_nothing(),
        [
            {"street_id": street_id, "kind": kind, "volunteer_id": None, **written}
            for street_id in sorted({person.street_id for person in people})
            for kind in SYSTEM_KINDS
        ]
        + [
            {"street_id": person.street_id, "kind": AccountKind.VOLUNTEER, "volunteer_id": person.id, **written}
            for person in people
        ],
    )
