"""Households (家庭户): separate earning, shared spending by consent.

`membership` says who is in, `sharing` whose points are shared, `queries` answers.
"""

from points.people.households.membership import answer, ask, found, join, leave, remove, take_back
from points.people.households.queries import asked, asking, by_code, members, membership, of
from points.people.households.refusals import AskedElsewhere, InAHousehold, NobodyAsks, NotInHousehold, OnlyTheHead
from points.people.households.sharing import choose_pool, pool, pool_on_paper, pooling, pooling_with

__all__ = [
    "AskedElsewhere",
    "InAHousehold",
    "NobodyAsks",
    "NotInHousehold",
    "OnlyTheHead",
    "answer",
    "ask",
    "asked",
    "asking",
    "by_code",
    "choose_pool",
    "found",
    "join",
    "leave",
    "members",
    "membership",
    "of",
    "pool",
    "pool_on_paper",
    "pooling",
    "pooling_with",
    "remove",
    "take_back",
]
