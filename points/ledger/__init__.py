"""The books: accounts, transfers, lots and their uses. They know points and people, never hours or goods."""

from points.ledger.accounts import AccountState, lock_accounts
from points.ledger.booking import Earning, Taking, adjust, earn, earn_many, is_posted, take_back, take_back_many
from points.ledger.expiry import expire_due, freeze_from, unfreeze_from
from points.ledger.merging import follow, move_all
from points.ledger.paying import (
    InsufficientPoints,
    Spending,
    give_back,
    release,
    reserve,
    spend,
    spend_held,
    spend_many,
)
from points.ledger.queries import (
    Balance,
    LotLine,
    Statement,
    StatementLine,
    balance,
    balances,
    booking_id,
    lots,
    statement,
    uses,
)

__all__ = [
    "AccountState",
    "Balance",
    "Earning",
    "InsufficientPoints",
    "LotLine",
    "Spending",
    "Statement",
    "StatementLine",
    "Taking",
    "adjust",
    "balance",
    "balances",
    "booking_id",
    "earn",
    "earn_many",
    "expire_due",
    "follow",
    "freeze_from",
    "give_back",
    "is_posted",
    "lock_accounts",
    "lots",
    "move_all",
    "release",
    "reserve",
    "spend",
    "spend_held",
    "spend_many",
    "statement",
    "take_back",
    "take_back_many",
    "unfreeze_from",
    "uses",
]
