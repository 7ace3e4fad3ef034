"""Items are proposed, priced, put on the shelf, taken off it and retired."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Unpack

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from points.exchange.goods.limits import refuse_forbidden
from points.exchange.goods.queries import parameter
from points.exchange.tables import ICONS, GoodsItem, GoodsPrice, Merchant
from points.foundation import clock, codes
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.foundation.orm import rows_changed
from points.journal import audit
from points.places import areas
from points.places.tables import Area, Station

# --- what there is


@dataclass(frozen=True)
class Change:
    """What may be changed of an item besides its price and status; None leaves it as it is."""

    name: str | None = None
    spec: str | None = None
    unit_name: str | None = None
    ref_value_fen: int | None = None
    perishable: bool | None = None
    limit_pp_month: int | None = None
    min_age: int | None = None
    icon: str | None = None


# --- what is refused


@dataclass(eq=False)
class BadFigure(Invalid):
    """A price, value, limit or age outside what makes sense."""

    code = "bad-figure"
    title = N_("This number is not possible")
    detail = N_("%(field)s cannot be %(value)s.")
    next_step = N_("Enter a whole number: a price of at least 1 point, the others 0 or more.")
    field: str
    value: int


@dataclass(eq=False)
class NoSuchDrawing(Invalid):
    """A drawing that is not among those to choose from."""

    code = "no-such-drawing"
    title = N_("No such drawing")
    detail = N_("There is no drawing called %(icon)s.")
    next_step = N_("Choose one of those shown.")
    icon: str


@dataclass(eq=False)
class NeedsMerchant(Invalid):
    """A voucher without the merchant who provides the service."""

    code = "needs-merchant"
    title = N_("A voucher needs its merchant")
    detail = N_("The voucher %(item)s names no merchant that provides the service.")
    next_step = N_("Add the merchant first, then name it here.")
    item: str


@dataclass(eq=False)
class ShortNotice(Conflict):
    """A new price that would begin before its notice has passed."""

    code = "short-notice"
    title = N_("Too soon for a new price")
    detail = N_(
        "A price of an offered item begins at the earliest on %(earliest)s, %(days)d days after it is made known."
    )
    next_step = N_("Choose %(earliest)s or a later date.")
    earliest: date
    days: int


@dataclass(eq=False)
class PriceSet(Conflict):
    """There is a price from this date already; prices are not rewritten."""

    code = "price-already-set"
    title = N_("A price is set for this date")
    detail = N_("%(item)s has a price from %(effective_from)s already.")
    next_step = N_("Choose another date.")
    item: str
    effective_from: date


@dataclass(eq=False)
class WrongStatus(Conflict):
    """The item is not in a state that allows this."""

    code = "goods-wrong-status"
    title = N_("Not possible now")
    detail = N_("%(item)s is %(status)s.")
    next_step = N_("Look at the item again; somebody may have changed it.")
    item: str
    status: str


@dataclass(eq=False)
class ChangedMeanwhile(Conflict):
    """Somebody changed the item since it was read."""

    code = "changed-meanwhile"
    title = N_("Changed meanwhile")
    detail = N_("%(item)s was changed since you opened it (version %(version)d).")
    next_step = N_("Open it again and repeat your change.")
    item: str
    version: int


# --- what happens


def add(
    session: Session,
    *,
    street: str,
    code: str,
    name: str,
    spec: str,
    unit_name: str,
    price: int,
    ref_value_fen: int,
    by: Actor,
    at: datetime,
    kind: str = "goods",
    limit_pp_month: int = 0,
    perishable: bool = False,
    min_age: int = 0,
    merchant: str | None = None,
    icon: str = "package",
) -> GoodsItem:
    """Propose an item for a street, as a draft; its first price holds from today.

    `merchant` is the code of a voucher's merchant, `icon` one of the drawings to choose from.
    A price outside the guide is allowed and shown (`price_guide`).
    Raises ForbiddenGoods, CodeTaken, BadFigure, NoSuchDrawing, NeedsMerchant, NoSuch, NotPermitted.
    """
    area = areas.street_by_code(session, street)
    role = _require_propose(session, by=by, street=area)
    refuse_forbidden(f"{name} {spec}")
    _refuse_bad_figures(price=price, ref_value_fen=ref_value_fen, limit_pp_month=limit_pp_month, min_age=min_age)
    _refuse_unknown_drawing(icon)
    if session.scalar(select(GoodsItem.id).where(GoodsItem.code == code)) is not None:
        raise areas.CodeTaken(kind=N_("item"), key=code)
    merchant_id = None
    if merchant is not None:
        merchant_id = session.scalar(
            select(Merchant.id).where(Merchant.code == merchant, Merchant.street_id == area.id, Merchant.active)
        )
        if merchant_id is None:
            raise NoSuch(kind=N_("merchant"), key=merchant)
    if kind == "voucher" and merchant_id is None:
        raise NeedsMerchant(item=code)
    item = GoodsItem(
        street_id=area.id,
        code=code,
        label_code=codes.new(),
        name=name,
        spec=spec,
        unit_name=unit_name,
        kind=kind,
        ref_value_fen=ref_value_fen,
        perishable=perishable,
        limit_pp_month=limit_pp_month,
        min_age=min_age,
        merchant_id=merchant_id,
        icon=icon,
        status="draft",
        version=1,
        created_at=at,
        created_by=by.person,
    )
    session.add(item)
    session.flush()
    today = clock.local_date(at)
    session.add(GoodsPrice(item_id=item.id, price=price, effective_from=today, created_at=at, created_by=by.person))
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="goods.propose",
        target=f"goods:{code}",
        at=at,
        area_path=area.path,
        facts={"price": price, "ref_value_fen": ref_value_fen, "kind": kind},
    )
    return item


def change(session: Session, *, item: str, version: int, change: Change, by: Actor, at: datetime) -> GoodsItem:
    """Change what `change` names of an item read at `version`.

    Raises ChangedMeanwhile, ForbiddenGoods, BadFigure, NoSuchDrawing, WrongStatus when retired, NoSuch, NotPermitted.
    """
    goods, path, role = _for_change(session, item, by)
    values = {field: value for field, value in vars(change).items() if value is not None}
    refuse_forbidden(f"{values.get('name', '')} {values.get('spec', '')}")
    _refuse_bad_figures(**{field: value for field, value in values.items() if field in _FIGURES})
    _refuse_unknown_drawing(values.get("icon", goods.icon))
    if goods.status == "retired":
        raise WrongStatus(item=item, status=goods.status)
    changed = session.execute(
        update(GoodsItem)
        .where(GoodsItem.id == goods.id, GoodsItem.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(changed):
        raise ChangedMeanwhile(item=item, version=goods.version)
    session.refresh(goods)
    _note(session, "goods.change", goods, by=by, role=role, at=at, path=path, facts=values)
    return goods


def set_price(session: Session, *, item: str, price: int, effective_from: date, by: Actor, at: datetime) -> GoodsPrice:
    """Set the price of an item from a date on, with the rule set's notice (15 days); a draft's may begin today.

    Raises ShortNotice, PriceSet, BadFigure, WrongStatus when retired, NoSuch, NotPermitted.
    """
    goods, path, role = _for_change(session, item, by)
    _refuse_bad_figures(price=price)
    if goods.status == "retired":
        raise WrongStatus(item=item, status=goods.status)
    today = clock.local_date(at)
    notice = parameter(session, "price_notice_days", street_id=goods.street_id, day=today)
    days = 0 if goods.status == "draft" else notice
    if effective_from < today + timedelta(days=days):
        raise ShortNotice(earliest=today + timedelta(days=days), days=days)
    if session.scalar(
        select(GoodsPrice.id).where(GoodsPrice.item_id == goods.id, GoodsPrice.effective_from == effective_from)
    ):
        raise PriceSet(item=item, effective_from=effective_from)
    row = GoodsPrice(item_id=goods.id, price=price, effective_from=effective_from, created_at=at, created_by=by.person)
    session.add(row)
    session.flush()
    facts = {"price": price, "effective_from": effective_from.isoformat()}
    _note(session, "goods.price", goods, by=by, role=role, at=at, path=path, facts=facts)
    return row


def put_on_shelf(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Offer an item at every station of its street that has it in stock.

    Raises WrongStatus when it is on the shelf or retired, NoSuch, NotPermitted.
    """
    return _move(session, item, to="on_shelf", of=("draft", "off_shelf"), by=by, at=at)


def take_off_shelf(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Stop offering an item; reservations made before are still handed over.

    Raises WrongStatus when it is not on the shelf, NoSuch, NotPermitted.
    """
    return _move(session, item, to="off_shelf", of=("on_shelf",), by=by, at=at)


def retire(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Never offer an item again.

    Raises WrongStatus when it is on the shelf or retired, NoSuch, NotPermitted.
    """
    return _move(session, item, to="retired", of=("draft", "off_shelf"), by=by, at=at)


_FIGURES = frozenset({"price", "ref_value_fen", "limit_pp_month", "min_age"})


def _refuse_bad_figures(**figures: int) -> None:
    for field, value in figures.items():
        if value < (1 if field == "price" else 0):
            raise BadFigure(field=field, value=value)


def _refuse_unknown_drawing(icon: str) -> None:
    if icon not in ICONS:
        raise NoSuchDrawing(icon=icon)


def _require_propose(session: Session, *, by: Actor, street: Area) -> str:
    """The role that may propose goods for `street`: also one held at a station in it."""
    role = by.role_for("goods.propose", area_path=street.path)
    if role is not None:
        return role
    reaches = {reach.station_id: reach.role for reach in by.reaches("goods.propose") if reach.station_id is not None}
    statement: Select[Any] = (
        select(Station.id)
        .join(Area, Area.id == Station.area_id)
        .where(Station.id.in_(reaches), Area.path.startswith(street.path))
    )
    for station_id in session.scalars(statement):
        return reaches[station_id]
    raise NotPermitted(action="goods.propose")


def _for_change(session: Session, code: str, by: Actor) -> tuple[GoodsItem, str, str]:
    row = session.execute(
        select(GoodsItem, Area.path)
        .join(Area, Area.id == GoodsItem.street_id)
        .where(GoodsItem.code == code)
        .with_for_update(of=GoodsItem, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("item"), key=code)
    return row[0], row[1], by.require("goods.change", area_path=row[1])


def _move(session: Session, code: str, *, to: str, of: tuple[str, ...], by: Actor, at: datetime) -> GoodsItem:
    goods, path, role = _for_change(session, code, by)
    if goods.status not in of:
        raise WrongStatus(item=code, status=goods.status)
    facts = {"from": goods.status, "to": to}
    goods.status = to
    goods.version += 1
    session.flush()
    _note(session, f"goods.{to}", goods, by=by, role=role, at=at, path=path, facts=facts)
    return goods


def _note(session: Session, action: str, goods: GoodsItem, *, path: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"goods:{goods.code}", area_path=path, **act)
