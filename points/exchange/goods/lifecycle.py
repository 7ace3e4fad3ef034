"""Items are proposed, changed, put on the shelf, taken off it and retired."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points.access import two_people
from points.exchange.goods import changing
from points.exchange.goods.limits import refuse_class, refuse_forbidden
from points.exchange.statuses import NOT_OFFERED, GoodsClass, GoodsKind, GoodsStatus
from points.exchange.tables import ICONS, GoodsItem, GoodsPrice, Merchant
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.foundation.orm import rows_changed
from points.places import areas

MANAGES = "street_admin"
"""Who puts goods on the shelf."""

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


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """An item to propose. `merchant` is the code of a voucher's merchant, `icon` one of the drawings to choose from."""

    code: str
    name: str
    spec: str
    unit_name: str
    price: int
    ref_value_fen: int
    kind: GoodsKind = GoodsKind.GOODS
    limit_pp_month: int = 0
    perishable: bool = False
    min_age: int = 0
    merchant: str | None = None
    icon: str = "package"
    goods_class: GoodsClass = GoodsClass.OTHER


# --- what is refused


@dataclass(eq=False)
class ClassUnconfirmed(NotAllowed):
    """Who proposed goods puts them on the shelf, and nobody else looked at what they are."""

    code = "class-unconfirmed"
    title = N_("A second person confirms what it is")
    detail = N_("%(item)s was proposed or renamed by you, or by an account of your making.")
    next_step = N_("Ask a colleague who manages goods to put it on the shelf.")
    item: str


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
class ChangedMeanwhile(Conflict):
    """Somebody changed the item since it was read."""

    code = "changed-meanwhile"
    title = N_("Changed meanwhile")
    detail = N_("%(item)s was changed since you opened it (version %(version)d).")
    next_step = N_("Open it again and repeat your change.")
    item: str
    version: int


# --- what happens


def add(session: Session, *, street: str, new: NewItem, by: Actor, at: datetime) -> GoodsItem:
    """Propose an item for a street, as a draft; its first price holds from today.

    A price outside the guide is allowed and shown (`price_guide`).
    Raises ForbiddenClass, ForbiddenGoods, CodeTaken, BadFigure, NoSuchDrawing, NeedsMerchant, NoSuch, NotPermitted.
    """
    area = areas.street_by_code(session, street)
    role = changing.role_to_propose(session, by=by, street=area)
    refuse_class(new.goods_class)
    refuse_forbidden(f"{new.name} {new.spec}")
    changing.refuse_bad_figures(
        price=new.price, ref_value_fen=new.ref_value_fen, limit_pp_month=new.limit_pp_month, min_age=new.min_age
    )
    _refuse_unknown_drawing(new.icon)
    code = areas.free_code(session, GoodsItem.code, new.code, kind=N_("item"))
    item = GoodsItem(
        street_id=area.id,
        code=code,
        label_code=codes.new(),
        name=new.name,
        spec=new.spec,
        unit_name=new.unit_name,
        kind=new.kind,
        ref_value_fen=new.ref_value_fen,
        perishable=new.perishable,
        limit_pp_month=new.limit_pp_month,
        min_age=new.min_age,
        merchant_id=_merchant_id(session, new, street_id=area.id),
        icon=new.icon,
        goods_class=new.goods_class,
        status=GoodsStatus.DRAFT,
        version=1,
        created_at=at,
        created_by=by.person,
    )
    session.add(item)
    session.flush()
    today = clock.local_date(at)
    session.add(GoodsPrice(item_id=item.id, price=new.price, effective_from=today, created_at=at, created_by=by.person))
    session.flush()
    facts = {"price": new.price, "ref_value_fen": new.ref_value_fen, "kind": new.kind}
    changing.note(session, "goods.propose", item, by=by, role=role, at=at, path=area.path, facts=facts)
    return item


def change(session: Session, *, item: str, version: int, change: Change, by: Actor, at: datetime) -> GoodsItem:
    """Change what `change` names of an item read at `version`.

    Under another name or size it is something else: its class has to be confirmed again, by another than who changed
    it, and until then it leaves the shelf.
    Raises ChangedMeanwhile, ForbiddenGoods, BadFigure, NoSuchDrawing, WrongStatus when retired, NoSuch, NotPermitted.
    """
    goods, path, role = changing.locked(session, item, by=by)
    values = {field: value for field, value in vars(change).items() if value is not None}
    refuse_forbidden(f"{values.get('name', '')} {values.get('spec', '')}")
    changing.refuse_bad_figures(**{field: value for field, value in values.items() if field in _FIGURES})
    _refuse_unknown_drawing(values.get("icon", goods.icon))
    changing.refuse_retired(goods)
    facts = dict(values)
    if _is_something_else(goods, change):
        values |= {"confirmed_by": None, "renamed_by": by.person}
        if goods.status == GoodsStatus.ON_SHELF:
            values["status"] = GoodsStatus.OFF_SHELF
    changed = session.execute(
        update(GoodsItem)
        .where(GoodsItem.id == goods.id, GoodsItem.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(changed):
        raise ChangedMeanwhile(item=item, version=goods.version)
    session.refresh(goods)
    changing.note(session, "goods.change", goods, by=by, role=role, at=at, path=path, facts=facts)
    return goods


def put_on_shelf(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Offer an item at every station of its street that has it in stock; the first time, its class is confirmed by it.

    That is another person than who proposed it, unless nobody else manages the street's goods yet.
    Raises WrongStatus when it is on the shelf or retired, ClassUnconfirmed, NoSuch, NotPermitted.
    """
    return _move(session, item, to=GoodsStatus.ON_SHELF, of=NOT_OFFERED, by=by, at=at)


def take_off_shelf(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Stop offering an item; reservations made before are still handed over.

    Raises WrongStatus when it is not on the shelf, NoSuch, NotPermitted.
    """
    return _move(session, item, to=GoodsStatus.OFF_SHELF, of=(GoodsStatus.ON_SHELF,), by=by, at=at)


def retire(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Never offer an item again.

    Raises WrongStatus when it is on the shelf or retired, NoSuch, NotPermitted.
    """
    return _move(session, item, to=GoodsStatus.RETIRED, of=NOT_OFFERED, by=by, at=at)


_FIGURES = frozenset({"ref_value_fen", "limit_pp_month", "min_age"})


def _refuse_unknown_drawing(icon: str) -> None:
    if icon not in ICONS:
        raise NoSuchDrawing(icon=icon)


def _is_something_else(goods: GoodsItem, change: Change) -> bool:
    """Whether confirmed goods get another name or size."""
    renamed = (change.name or goods.name, change.spec or goods.spec) != (goods.name, goods.spec)
    return renamed and goods.confirmed_by is not None


def _merchant_id(session: Session, new: NewItem, *, street_id: int) -> int | None:
    """The merchant whom the new item names. Raises NoSuch, or NeedsMerchant for a voucher that names none."""
    if new.merchant is None:
        if new.kind == GoodsKind.VOUCHER:
            raise NeedsMerchant(item=new.code)
        return None
    found = session.scalar(
        select(Merchant.id).where(Merchant.code == new.merchant, Merchant.street_id == street_id, Merchant.active)
    )
    if found is None:
        raise NoSuch(kind=N_("merchant"), key=new.merchant)
    return found


def _move(
    session: Session, code: str, *, to: GoodsStatus, of: tuple[GoodsStatus, ...], by: Actor, at: datetime
) -> GoodsItem:
    goods, path, role = changing.locked(session, code, by=by)
    if goods.status not in of:
        raise changing.WrongStatus(item=code, status=goods.status)
    facts = {"from": goods.status, "to": to}
    if to == GoodsStatus.ON_SHELF and goods.confirmed_by is None:
        _confirm(session, goods, path, by=by, at=at)
    goods.status = to
    goods.version += 1
    session.flush()
    changing.note(session, f"goods.{to}", goods, by=by, role=role, at=at, path=path, facts=facts)
    return goods


def _confirm(session: Session, goods: GoodsItem, path: str, *, by: Actor, at: datetime) -> None:
    """Let `by` stand for the class of the goods. Raises ClassUnconfirmed."""
    proposer = goods.renamed_by or goods.created_by
    alone = not by.omnipotent and two_people.is_one_hand(session, proposer, by, at=at)
    if alone and two_people.has_another(session, by=by, roles=(MANAGES,), area_path=path, at=at):
        raise ClassUnconfirmed(item=goods.code)
    goods.confirmed_by = by.person
    if not alone:
        two_people.sign(
            session,
            first=proposer,
            second=by,
            action="goods.confirm",
            target=f"goods:{goods.code}",
            at=at,
            area_path=path,
        )
