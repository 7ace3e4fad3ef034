"""What may never be exchanged, and what a price should be worth: rules without a session."""

from dataclasses import dataclass
from typing import Literal

from points.exchange.statuses import NEVER_EXCHANGED, GoodsClass
from points.foundation.errors import N_, Invalid

# --- what there is

FORBIDDEN = (
    "烟", "酒", "药", "现金", "红包", "购物卡", "礼品卡", "储值卡", "充值卡", "预付卡", "加油卡", "话费",
    "彩票", "股票", "基金", "证券", "债券", "理财", "保险单", "缴费", "代缴", "抵扣费", "处方", "保健品",
)  # fmt: skip
"""Words of what may never be exchanged: money and what stands for it, tobacco, alcohol, medicine, securities, lottery,
anything tied to a fee (domain §3.2)."""
ALLOWED = ("酒精", "料酒", "烟灰", "抽油烟机", "油烟", "药皂", "药箱")
"""Household words that contain a forbidden one and mean something else."""
GUIDE_FEN = (200, 400)
"""The price guide: ten points are worth ¥2–4 of reference value (domain §3.7 rule 9)."""
Guide = Literal["worth-too-little", "worth-too-much"]


# --- what is refused


@dataclass(eq=False)
class ForbiddenGoods(Invalid):
    """The name or specification belongs to a class that may never be exchanged."""

    code = "forbidden-goods"
    title = N_("These goods may not be exchanged")
    detail = N_(
        "“%(name)s” contains “%(word)s”: money and cards, tobacco, alcohol, medicine and lottery are never exchanged."
    )
    next_step = N_("Choose everyday goods or a service instead.")
    name: str
    word: str


@dataclass(eq=False)
class ForbiddenClass(Invalid):
    """Goods of a class that is never exchanged."""

    code = "forbidden-class"
    title = N_("These goods may not be exchanged")
    detail = N_("Money and cards, tobacco, alcohol, medicine, securities, lottery and fees are never exchanged.")
    next_step = N_("Choose everyday goods or a service instead.")
    field: str = "goods_class"


# --- what can be asked


def refuse_class(goods_class: GoodsClass) -> None:
    """Raises ForbiddenClass for what stands for money, harms, or is tied to a fee (domain §3.2)."""
    if goods_class in NEVER_EXCHANGED:
        raise ForbiddenClass()


def refuse_forbidden(text: str) -> None:
    """Raises ForbiddenGoods when `text` names a class of goods that may never be exchanged."""
    remaining = text
    for word in ALLOWED:
        remaining = remaining.replace(word, "")
    for word in FORBIDDEN:
        if word in remaining:
            raise ForbiddenGoods(name=text.strip(), word=word)


def price_guide(price: int, ref_value_fen: int) -> Guide | None:
    """Whether ten points buy less or more reference value than ¥2–4; None inside the guide. A warning, no error."""
    least, most = GUIDE_FEN
    if ref_value_fen * 10 < least * price:
        return "worth-too-little"
    return "worth-too-much" if ref_value_fen * 10 > most * price else None
