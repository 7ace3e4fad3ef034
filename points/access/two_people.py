"""Two people are two people: the one place that decides whether a second signature counts (design §2).

A person signs by a volunteer code or by the login of their first account, and tokens by their owner. Of two signatures
the second counts when neither person had a hand in the other's sign-in within seven days: made the account, made a link
to choose its password, granted it a role, let it in again, said whose it is, or set the person's PIN. A chain of such
hands is one hand, so that an account made by one that was made yesterday is no way around. Two administrators whom the
same person made in this week do not sign for each other either; of two clerks so made the office is told
(`points.office.watch`), since a new station has no others.

Who used a link, nobody can know: its maker holds it too. That is why seven days must pass, in which the person whose
account it is signs in, and the office sees the link in its list.

The command line is no person: what the installation made ties nobody. Its tokens without an owner are one person.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from points.access.tables import Account, AccountHand, ApiToken, RoleGrant, Signature, StaffPerson
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import Refusal
from points.foundation.orm import adding
from points.foundation.statements import run
from points.people.tables import MergedNumber, Volunteer
from points.places.tables import Area

HAND_COUNTS_FOR = timedelta(days=7)
ADMINISTRATORS = ("community_admin", "street_admin", "sysadmin")
NOBODY = frozenset({SYSTEM.person, ""})
"""What is no person, and therefore nobody's hand."""

# --- what happens


def sign(
    session: Session,
    *,
    first: str,
    second: Actor,
    action: str,
    target: str,
    at: datetime,
    area_path: str | None = None,
) -> None:
    """Keep who signed for whom; `refuse_one_person` was asked before anything was written."""
    run(session, _ADD, signature(first=first, second=second, action=action, target=target, at=at, area_path=area_path))


# --- what can be asked


def refuse_one_person(session: Session, refusal: Refusal, *, first: str, second: Actor, at: datetime) -> None:
    """Refuse a second signature that is the first person's own, or by their hand. Raises `refusal`."""
    if is_one_hand(session, first, second, at=at):
        raise refusal


def is_one_hand(session: Session, first: str, second: Actor, *, at: datetime) -> bool:
    """Whether a signature of `second` beside the person `first` would be one person's, or by one person's hand."""
    return first == second.person or (first not in NOBODY and first in tied(session, by=second, at=at))


def is_plainly_oneself(by: Actor, volunteer: str, *, volunteer_id: int) -> bool:
    """Whether who acts signs as this volunteer, by their own sign-in or a token; without asking the database."""
    return by.oneself == volunteer_id or by.person == volunteer


def is_oneself(session: Session, volunteer: str, *, by: Actor, volunteer_id: int | None = None) -> bool:
    """Whether who acts is this volunteer, under whatever number or by a token; a statement only for who has none."""
    if by.omnipotent:
        return by.person == volunteer
    if volunteer_id is not None and is_plainly_oneself(by, volunteer, volunteer_id=volunteer_id):
        return True
    return volunteer in names(session, [by.person])


def tied(session: Session, *, by: Actor, at: datetime) -> frozenset[str]:
    """Every name whose signature this person cannot second: their own names, and who is tied to them by a hand."""
    own = names(session, [by.person])
    since = at - HAND_COUNTS_FOR
    above = _follow(session, own, _makers, since)
    below = _follow(session, own, _made, since)
    beside: set[str] = set()
    if above - own and _fresh_administrators(session, own, since):
        beside = _fresh_administrators(session, _follow(session, above - own, _made, since), since)
    return frozenset((own | above | below | beside) - NOBODY)


def has_another(session: Session, *, by: Actor, roles: Iterable[str], area_path: str, at: datetime) -> bool:
    """Whether anybody who is not tied to this person holds one of the roles there, and has chosen a password."""
    day = clock.local_date(at)
    found = session.scalars(
        select(Account.login)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(Area, Area.id == RoleGrant.area_id)
        .where(
            RoleGrant.role.in_(list(roles)),
            RoleGrant.valid_from <= day,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= day),
            Account.status == "active",
            Account.password_hash.is_not(None),
            literal(area_path).startswith(Area.path),
        )
    )
    return not set(found) <= tied(session, by=by, at=at)


def names(session: Session, given: Iterable[str]) -> set[str]:
    """The same people under all their names: volunteer codes, also merged ones, logins, and tokens of theirs."""
    found = set(given) - NOBODY
    while more := _other_names(session, found) - found:
        found |= more
    return found


def signature(
    *, first: str, second: Actor, action: str, target: str, at: datetime, area_path: str | None = None
) -> dict[str, object]:
    """The row that keeps who signed for whom."""
    return {
        "first_by": first,
        "action": action,
        "target": target,
        "area_path": area_path,
        "created_at": at,
        "created_by": second.person,
    }


_ADD = adding(Signature)
_OWNER = aliased(Account)
_KEPT, _NUMBER = aliased(Volunteer), aliased(Volunteer)
_Step = Callable[[Session, set[str], datetime], set[str]]


def _follow(session: Session, start: set[str], step: _Step, since: datetime) -> set[str]:
    """`start` and whoever is reached from it by `step` after step."""
    found = set(start)
    new = found
    while new:
        new = names(session, step(session, new, since)) - found
        found |= new
    return found


def _makers(session: Session, of: set[str], since: datetime) -> set[str]:
    """Who had a hand in the sign-in of these people."""
    accounts = select(AccountHand.created_by).where(
        AccountHand.created_at > since, AccountHand.account_id.in_(_accounts_of(of))
    )
    pins = select(Volunteer.pin_set_by).where(Volunteer.code.in_(of), Volunteer.pin_set_at > since)
    return {one for one in session.scalars(union(accounts, pins)) if one} - NOBODY


def _made(session: Session, by: set[str], since: datetime) -> set[str]:
    """In whose sign-in these people had a hand."""
    hands = select(AccountHand.account_id).where(AccountHand.created_at > since, AccountHand.created_by.in_(by))
    pins = select(Volunteer.code).where(Volunteer.pin_set_at > since, Volunteer.pin_set_by.in_(by))
    return {*session.scalars(select(Account.login).where(Account.id.in_(hands))), *session.scalars(pins)}


def _fresh_administrators(session: Session, of: set[str], since: datetime) -> set[str]:
    """The logins among these people's that somebody made an administrator's since then."""
    granted = select(AccountHand.account_id).where(
        AccountHand.created_at > since,
        AccountHand.role.in_(ADMINISTRATORS),
        AccountHand.created_by.not_in(NOBODY),
        AccountHand.account_id.in_(_accounts_of(of)),
    )
    return names(session, session.scalars(select(Account.login).where(Account.id.in_(granted))))


def _accounts_of(people: Iterable[str]) -> Select[int]:
    """The ids of the accounts of the people with these names."""
    called = list(people)
    return (
        select(Account.id)
        .outerjoin(StaffPerson, StaffPerson.id == Account.person_id)
        .outerjoin(Volunteer, Volunteer.id == Account.volunteer_id)
        .where(or_(Account.login.in_(called), StaffPerson.key.in_(called), Volunteer.code.in_(called)))
    )


def _other_names(session: Session, people: set[str]) -> set[str]:
    """Names that are known to be of these people too, one step further; one statement."""
    if not people:
        return set()
    mine = Account.id.in_(_accounts_of(people))
    numbers = (
        select(_NUMBER.code)
        .join(MergedNumber, or_(MergedNumber.kept_id == _NUMBER.id, MergedNumber.gone_id == _NUMBER.id))
        .join(_KEPT, or_(MergedNumber.kept_id == _KEPT.id, MergedNumber.gone_id == _KEPT.id))
        .where(_KEPT.code.in_(people))
    )
    owned = select(ApiToken.account_id).join(_OWNER, _OWNER.id == ApiToken.owner_id)
    without_owner = select(ApiToken.account_id).where(ApiToken.owner_id.is_(None))
    found = union(
        numbers,
        select(Account.login).where(mine),
        select(StaffPerson.key).join(Account, Account.person_id == StaffPerson.id).where(mine),
        select(Volunteer.code).join(Account, Account.volunteer_id == Volunteer.id).where(mine),
        # the phone tells that a volunteer and a name with phone are one person
        select(Volunteer.code)
        .join(StaffPerson, StaffPerson.phone == Volunteer.phone)
        .where(StaffPerson.key.in_(people)),
        select(StaffPerson.key).join(Volunteer, Volunteer.phone == StaffPerson.phone).where(Volunteer.code.in_(people)),
        # a token is its owner; those without one are all of the command line
        select(_OWNER.login)
        .join(ApiToken, ApiToken.owner_id == _OWNER.id)
        .join(Account, ApiToken.account_id == Account.id)
        .where(mine),
        select(Account.login).where(Account.id.in_(owned.where(_OWNER.id.in_(_accounts_of(people))))),
        select(Account.login).where(
            Account.id.in_(without_owner), without_owner.where(ApiToken.account_id.in_(_accounts_of(people))).exists()
        ),
    )
    return set(session.scalars(found))
