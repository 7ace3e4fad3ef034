"""Vouchers: a redeemed service, proved once by its merchant."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from points.access import two_people
from points.exchange.statuses import VoucherStatus
from points.exchange.tables import GoodsItem, Merchant, Redemption, RedemptionLine, Voucher
from points.foundation import clock, secrets, typed
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, NoSuch, NotAllowed
from points.journal import audit
from points.places import areas
from points.places.tables import Area, Station

# --- what there is


@dataclass(frozen=True)
class SettlementLine:
    """What a merchant did of one item in a month: `count` uses at `ref_value_fen` each."""

    merchant: str
    merchant_name: str
    item: str
    name: str
    count: int
    ref_value_fen: int

    @property
    def total_fen(self) -> int:
        return self.count * self.ref_value_fen


# --- what is refused


@dataclass(eq=False)
class NotAMerchant(NotAllowed):
    """The token belongs to no active merchant."""

    code = "not-a-merchant"
    title = N_("Not a merchant's sign-in")
    detail = N_("This link belongs to no merchant of the programme.")
    next_step = N_("Ask the street office for a new link.")


@dataclass(eq=False)
class OtherMerchant(Conflict):
    """The voucher is for another merchant."""

    code = "other-merchant"
    title = N_("Another merchant's voucher")
    detail = N_("This voucher is for %(merchant)s.")
    next_step = N_("Please go to %(merchant)s with it.")
    merchant: str


@dataclass(eq=False)
class VoucherUsed(Conflict):
    """The voucher has done its service."""

    code = "voucher-used"
    title = N_("Already used")
    detail = N_("This voucher was used on %(used_on)s.")
    next_step = N_("A voucher is good for one use; exchange another one at a station.")
    used_on: date


@dataclass(eq=False)
class VoucherVoid(Conflict):
    """The voucher was returned."""

    code = "voucher-void"
    title = N_("Not valid any more")
    detail = N_("This voucher was returned and its points given back.")
    next_step = N_("Exchange a new one at a station.")


@dataclass(eq=False)
class OwnVoucher(NotAllowed):
    """A member of staff accepts the voucher of their own exchange."""

    code = "own-voucher"
    title = N_("Not one's own voucher")
    detail = N_("%(clerk)s exchanged points for this voucher and cannot book it as used.")
    next_step = N_("Ask a colleague to book it.")
    clerk: str


# --- what happens


def add_merchant(
    session: Session, *, street: str, code: str, name: str, by: Actor, at: datetime
) -> tuple[Merchant, str]:
    """Add a merchant to a street; the merchant and the token of its link, shown once.

    Raises CodeTaken, NoSuch, NotPermitted.
    """
    area = areas.street_by_code(session, street)
    role = by.require("goods.change", area_path=area.path)
    code = areas.free_code(session, Merchant.code, code, kind=N_("merchant"))
    token = secrets.new_token()
    merchant = Merchant(
        code=code,
        name=name,
        street_id=area.id,
        token_hash=secrets.token_hash(token),
        active=True,
        created_at=at,
        created_by=by.person,
    )
    session.add(merchant)
    session.flush()
    audit.write(session, by=by, role=role, action="merchant.add", target=f"merchant:{code}", at=at, area_path=area.path)
    return merchant, token


def new_token(session: Session, *, merchant: str, by: Actor, at: datetime) -> str:
    """Replace the token of a merchant's link; the old link is dead. Raises NoSuch, NotPermitted."""
    row, path = _merchant(session, merchant)
    role = by.require("goods.change", area_path=path)
    token = secrets.new_token()
    row.token_hash = secrets.token_hash(token)
    session.flush()
    audit.write(
        session, by=by, role=role, action="merchant.token", target=f"merchant:{merchant}", at=at, area_path=path
    )
    return token


def dismiss_merchant(session: Session, *, merchant: str, reason: str, by: Actor, at: datetime) -> Merchant:
    """End a merchant's part; its link is dead, its vouchers stay as they are. Raises NoSuch, NotPermitted."""
    row, path = _merchant(session, merchant)
    role = by.require("goods.change", area_path=path)
    row.active = False
    row.token_hash = None
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="merchant.dismiss",
        target=f"merchant:{merchant}",
        at=at,
        area_path=path,
        reason=reason,
    )
    return row


def confirm(session: Session, *, code: str, merchant_token: str, at: datetime) -> Voucher:
    """Prove that the service of a voucher was given, once, by its merchant.

    Raises NotAMerchant, OtherMerchant, VoucherUsed, VoucherVoid, NoSuch; nothing changed then.
    """
    merchant = merchant_of(session, merchant_token)
    wanted = typed.random_code(code)
    used = session.scalar(
        update(Voucher)
        .where(Voucher.code == wanted, Voucher.merchant_id == merchant.id, Voucher.status == VoucherStatus.ISSUED)
        .values(status=VoucherStatus.USED, used_at=at)
        .returning(Voucher)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if used is None:
        raise _why_not(session, wanted, merchant)
    actor = Actor(person=f"merchant:{merchant.code}")
    audit.write(
        session,
        by=actor,
        role="merchant",
        action="voucher.confirm",
        target=f"voucher:{wanted}",
        at=at,
        area_path=areas.path_of(session, merchant.street_id),
    )
    return used


def accept(session: Session, *, code: str, by: Actor, at: datetime) -> Voucher:
    """Book a voucher as used that its merchant brought on paper; by staff of the merchant's street.

    Raises VoucherUsed, VoucherVoid, OwnVoucher, NoSuch, NotPermitted; nothing changed then.
    """
    wanted = typed.random_code(code)
    row = session.execute(
        select(Voucher, Merchant, Area.path, Redemption.redeemer_id, Redemption.redeemer_code)
        .join(Merchant, Merchant.id == Voucher.merchant_id)
        .join(Area, Area.id == Merchant.street_id)
        .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(Voucher.code == wanted)
        .with_for_update(of=Voucher)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("voucher"), key=wanted)
    voucher, merchant, path, redeemer_id, redeemer = row
    role = _require_accept(session, by=by, path=path)
    if two_people.is_oneself(session, redeemer, by=by, volunteer_id=redeemer_id):
        raise OwnVoucher(clerk=by.person)
    if voucher.status != VoucherStatus.ISSUED:
        raise _why_not(session, wanted, merchant)
    voucher.status = VoucherStatus.USED
    voucher.used_at = at
    session.flush()
    facts = {"merchant": merchant.code}
    audit.write(
        session,
        by=by,
        role=role,
        action="voucher.accept",
        target=f"voucher:{wanted}",
        at=at,
        area_path=path,
        facts=facts,
    )
    return voucher


# --- what can be asked


def merchant_of(session: Session, token: str) -> Merchant:
    """The active merchant whose link has this token. Raises NotAMerchant."""
    merchant = session.scalar(select(Merchant).where(Merchant.token_hash == secrets.token_hash(token), Merchant.active))
    if merchant is None:
        raise NotAMerchant()
    return merchant


def merchants(session: Session, *, by: Actor) -> list[Merchant]:
    """The merchants within the actor's reach, by code."""
    reach = areas.within(by.reaches("voucher.see"), area_path=Area.path)
    statement = select(Merchant).join(Area, Area.id == Merchant.street_id).where(reach)
    return list(session.scalars(statement.order_by(Merchant.code)))


def merchant_seen(session: Session, code: str, *, by: Actor) -> Merchant:
    """The merchant of this code, within the actor's reach. Raises NoSuch for others."""
    reach = areas.within(by.reaches("voucher.see"), area_path=Area.path)
    statement = select(Merchant).join(Area, Area.id == Merchant.street_id).where(reach, Merchant.code == code)
    found = session.scalar(statement)
    if found is None:
        raise NoSuch(kind=N_("merchant"), key=code)
    return found


def settlement(
    session: Session, *, month: date, by: Actor | None = None, merchant: str | None = None
) -> list[SettlementLine]:
    """What each merchant did in a month, by merchant and item (domain §3.7 rule 7).

    `month` is any day of it. Without `by` (the merchant's own page) `merchant` must be named.
    """
    first = month.replace(day=1)
    start, _ = clock.day_bounds(first)
    end, _ = clock.day_bounds(date(first.year + first.month // 12, first.month % 12 + 1, 1))
    statement = (
        select(Merchant.code, Merchant.name, GoodsItem.code, GoodsItem.name, func.count(), GoodsItem.ref_value_fen)
        .join(Voucher, Voucher.merchant_id == Merchant.id)
        .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .join(Area, Area.id == Merchant.street_id)
        .where(Voucher.status == VoucherStatus.USED, Voucher.used_at >= start, Voucher.used_at < end)
        .group_by(Merchant.code, Merchant.name, GoodsItem.code, GoodsItem.name, GoodsItem.ref_value_fen)
        .order_by(Merchant.code, GoodsItem.code)
    )
    if by is not None:
        statement = statement.where(areas.within(by.reaches("voucher.see"), area_path=Area.path))
    elif merchant is None:
        raise ValueError("name the merchant, or say who asks")
    if merchant is not None:
        statement = statement.where(Merchant.code == merchant)
    return [SettlementLine(*row) for row in session.execute(statement)]


def _require_accept(session: Session, *, by: Actor, path: str) -> str:
    """The role that may accept a street's vouchers: also one held at a station in it. Raises NotPermitted."""
    role = by.role_for("voucher.accept", area_path=path)
    if role is not None:
        return role
    reaches = {reach.station_id: reach.role for reach in by.reaches("voucher.accept") if reach.station_id is not None}
    here = select(Station.id).join(Area, Area.id == Station.area_id)
    for station_id in session.scalars(here.where(Station.id.in_(reaches), Area.path.startswith(path))):
        return reaches[station_id]
    raise NotPermitted(action="voucher.accept")


def _merchant(session: Session, code: str) -> tuple[Merchant, str]:
    row = session.execute(
        select(Merchant, Area.path).join(Area, Area.id == Merchant.street_id).where(Merchant.code == code)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("merchant"), key=code)
    return row[0], row[1]


def _why_not(session: Session, code: str, merchant: Merchant) -> Exception:
    row = session.execute(
        select(Voucher, Merchant.name).join(Merchant, Merchant.id == Voucher.merchant_id).where(Voucher.code == code)
    ).one_or_none()
    if row is None:
        return NoSuch(kind=N_("voucher"), key=code)
    voucher, name = row
    if voucher.merchant_id != merchant.id:
        return OtherMerchant(merchant=name)
    if voucher.used_at is None:
        return VoucherVoid()
    return VoucherUsed(used_on=clock.local_date(voucher.used_at))
