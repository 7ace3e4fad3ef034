"""Goods on offer, their dated prices, and the classes that may never be offered."""

from points.exchange.goods.changing import BadFigure, WrongStatus
from points.exchange.goods.lifecycle import (
    Change,
    ChangedMeanwhile,
    ClassUnconfirmed,
    NeedsMerchant,
    NewItem,
    NoSuchDrawing,
    add,
    change,
    put_on_shelf,
    retire,
    take_off_shelf,
)
from points.exchange.goods.limits import (
    ALLOWED,
    FORBIDDEN,
    GUIDE_FEN,
    ForbiddenClass,
    ForbiddenGoods,
    Guide,
    price_guide,
    refuse_forbidden,
)
from points.exchange.goods.prices import PriceSet, ShortNotice, notice, price_of_day, price_on, prices, set_price
from points.exchange.goods.queries import Offer, by_code, by_label, listing, on_offer

__all__ = [
    "ALLOWED",
    "FORBIDDEN",
    "GUIDE_FEN",
    "BadFigure",
    "Change",
    "ChangedMeanwhile",
    "ClassUnconfirmed",
    "ForbiddenClass",
    "ForbiddenGoods",
    "Guide",
    "NeedsMerchant",
    "NewItem",
    "NoSuchDrawing",
    "Offer",
    "PriceSet",
    "ShortNotice",
    "WrongStatus",
    "add",
    "by_code",
    "by_label",
    "change",
    "listing",
    "notice",
    "on_offer",
    "price_guide",
    "price_of_day",
    "price_on",
    "prices",
    "put_on_shelf",
    "refuse_forbidden",
    "retire",
    "set_price",
    "take_off_shelf",
]
