"""Sign-in with the help of staff: the phone shows four digits, staff see who is there and let that phone in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from points.access import sign_ins, two_people
from points.access.identity import Identity
from points.access.tables import SignIn, SignInRequest
from points.foundation import clock, codes, masking, secrets, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NotAllowed
from points.foundation.orm import insert, table_of
from points.journal import audit
from points.people import guardians, persons
from points.people.tables import Volunteer
from points.places import stations

SHOWN_FOR = timedelta(minutes=30)
MOST_OPEN = 200
DRAWS = 40
FORGOTTEN_AFTER = timedelta(days=1)

# --- what is refused


@dataclass(eq=False)
class NoPhoneWaits(Conflict):
    """No phone at this station shows this number now."""

    code = "no-phone-waits"
    title = N_("No phone shows this number")
    detail = N_("No phone at this station waits with the number %(number)s.")
    next_step = N_("Read the number on the phone again; a new one is one tap there.")
    number: str


@dataclass(eq=False)
class TooManyWait(Conflict):
    """More phones wait at this station than anybody could serve."""

    code = "too-many-wait"
    title = N_("Too many phones are waiting")
    detail = N_("Many phones ask to be signed in here at the moment.")
    next_step = N_("Try again in half an hour, or sign in with your phone number and PIN.")


@dataclass(eq=False)
class OwnSignIn(NotAllowed):
    """Nobody lets their own phone in."""

    code = "own-sign-in"
    title = N_("Nobody signs themselves in here")
    detail = N_("This number would be approved for yourself.")
    next_step = N_("Sign in with your phone number and PIN, or ask a colleague.")


@dataclass(eq=False)
class NotSignedInWhile(NotAllowed):
    """Suspended, closed, or a minor whose guardian nobody has seen yet."""

    code = "person-suspended"
    title = N_("Not active")
    detail = N_("%(volunteer)s is not active (%(status)s).")
    next_step = N_("Ask the community administrator.")
    volunteer: str
    status: str


@dataclass(eq=False)
class GuardianAbsent(NotAllowed):
    """A minor is signed in with the guardian standing beside."""

    code = "needs-guardian"
    title = N_("The guardian is needed")
    detail = N_("%(volunteer)s is under age and is signed in with the guardian present.")
    next_step = N_("Ask the guardian to come along, and tick that they are here.")
    volunteer: str


@dataclass(eq=False)
class VouchedByOne(NotAllowed):
    """Known by two, but no second member of staff confirms."""

    code = "second-staff-needed"
    title = N_("Two of the staff must know the person")
    detail = N_("Without PIN or phone, a second member of staff confirms who this is.")
    next_step = N_("Ask a colleague to sign in and confirm.")


# --- what happens


def ask(
    session: Session, *, station: str, agent: str, at: datetime, cookie: str | None = None
) -> tuple[SignInRequest, str]:
    """Show a new number on a phone at a station; returns the request and the phone's new secret.

    What the phone asked before with `cookie` ends. Raises NoSuch or TooManyWait.
    """
    here = stations.by_code(session, station)
    at_this = (SignInRequest.station_id == here.id, SignInRequest.status == "open")
    waiting = select(func.count()).where(*at_this, SignInRequest.expires_at > at)
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooManyWait()
    if cookie:
        withdraw(session, cookie=cookie)
    session.execute(
        update(SignInRequest).where(*at_this, SignInRequest.expires_at <= at).values(status="ended"),
        execution_options={"synchronize_session": False},
    )
    secret = secrets.new_token()
    row = {
        "token_hash": secrets.token_hash(secret),
        "station_id": here.id,
        "agent": agent[:120],
        "status": "open",
        "expires_at": at + SHOWN_FOR,
        "created_at": at,
        "created_by": "phone",
    }
    for _draw in range(DRAWS):
        drawn = insert(session, table_of(SignInRequest)).values(number=codes.digits(4), **row)
        taken = session.execute(drawn.on_conflict_do_nothing().returning(SignInRequest.id)).scalar()
        if taken is not None:
            return session.get_one(SignInRequest, taken), secret
    raise TooManyWait()


def withdraw(session: Session, *, cookie: str) -> None:
    """End what this phone asked, if it still waits: its number signs nobody in any more."""
    session.execute(
        update(SignInRequest)
        .where(SignInRequest.token_hash == secrets.token_hash(cookie), SignInRequest.status.in_(("open", "approved")))
        .values(status="ended"),
        execution_options={"synchronize_session": False},
    )


def approve(
    session: Session,
    *,
    station: str,
    number: str,
    volunteer: str,
    identity: Identity,
    by: Actor,
    at: datetime,
    guardian_present: bool = False,
) -> SignInRequest:
    """Let the phone that shows `number` at this station be signed in as `volunteer`, whose identity was checked.

    Raises NotPermitted, NoSuch, OwnSignIn, NotSignedInWhile, GuardianAbsent, VouchedByOne or NoPhoneWaits.
    """
    here = stations.by_code(session, station)
    path = stations.area_path(session, here)
    by.require("volunteer.sign_in", station_id=here.id, area_path=path)
    person = persons.seen(session, volunteer, by=by)
    if two_people.is_oneself(session, person.code, by=by, volunteer_id=person.id):
        raise OwnSignIn()
    role = by.require("volunteer.sign_in", area_path=person.area_path)
    _refuse_unfit(person, guardian_present=guardian_present, on=at)
    second = identity.second
    if identity.check == "known_by_two":
        if second is None or two_people.is_oneself(session, person.code, by=second, volunteer_id=person.id):
            raise VouchedByOne()
        second.require("volunteer.sign_in", station_id=here.id, area_path=path)
        two_people.refuse_one_person(session, VouchedByOne(), first=by.person, second=second, at=at)
    request = session.scalars(
        select(SignInRequest)
        .where(
            SignInRequest.station_id == here.id,
            SignInRequest.number == typed.digits(number),
            SignInRequest.status == "open",
            SignInRequest.expires_at > at,
        )
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).first()
    if request is None:
        raise NoPhoneWaits(number=typed.digits(number))
    request.status, request.volunteer_id = "approved", person.id
    request.approved_by, request.approved_at = by.person, at
    request.identity_check, request.identity_second = identity.check, second.person if second else None
    session.flush()
    if second is not None:
        two_people.sign(
            session,
            first=by.person,
            second=second,
            action="volunteer.sign_in",
            target=f"volunteer:{person.code}",
            at=at,
            area_path=path,
        )
    audit.write(
        session,
        by=by,
        role=role,
        action="volunteer.sign_in",
        target=f"volunteer:{person.code}",
        at=at,
        area_path=person.area_path,
        facts={"station": here.code, "identity": identity.check, "phone": request.agent, "guardian": guardian_present},
    )
    return request


def collect(session: Session, *, cookie: str, at: datetime) -> tuple[SignIn, str] | None:
    """Sign the phone in that staff approved, for 180 days; its session and cookie, or None while nobody has.

    Each approval signs in once, and only the phone that keeps the secret.
    """
    collected = session.execute(
        update(SignInRequest)
        .where(
            SignInRequest.token_hash == secrets.token_hash(cookie),
            SignInRequest.status == "approved",
            SignInRequest.expires_at > at,
        )
        .values(status="collected")
        .returning(SignInRequest.volunteer_id, SignInRequest.agent),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if collected is None:
        return None
    person = session.get_one(Volunteer, collected.volunteer_id)
    return sign_ins.open_approved(session, volunteer=person, agent=collected.agent, at=at)


def forget_old(session: Session, *, at: datetime) -> int:
    """Drop what phones asked a day ago; how many there were. Who approved what stays in the audit log."""
    old = delete(SignInRequest).where(SignInRequest.created_at <= at - FORGOTTEN_AFTER)
    return len(session.execute(old.returning(SignInRequest.id)).all())


# --- what can be asked


def waiting(session: Session, *, cookie: str, at: datetime) -> SignInRequest | None:
    """What this phone asked and nobody has decided yet, or what was approved and not collected."""
    return session.scalars(
        select(SignInRequest).where(
            SignInRequest.token_hash == secrets.token_hash(cookie),
            SignInRequest.status.in_(("open", "approved")),
            SignInRequest.expires_at > at,
        )
    ).first()


def _refuse_unfit(person: Volunteer, *, guardian_present: bool, on: datetime) -> None:
    if person.status != "active":
        raise NotSignedInWhile(volunteer=person.code, status=person.status)
    minor = masking.age_on(person.birth_date, clock.local_date(on)) < guardians.OF_AGE
    if minor and not guardian_present:
        raise GuardianAbsent(volunteer=person.code)
