"""What the details of a person must be: name, age, phone, PIN, neighbour group (domain §3.2, §3.9)."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import masking, typed
from points.foundation.errors import N_, Conflict, Invalid
from points.people import guardians
from points.people.tables import Volunteer
from points.people.volunteers import pins
from points.places import areas
from points.places.tables import Area

YOUNGEST = 6
OF_AGE = guardians.OF_AGE
PHONE_OPTIONAL_FROM = 60
_PIN = re.compile(r"[0-9]{4,6}")

# --- what is refused


@dataclass(eq=False)
class BadName(Invalid):
    """A name has 2–20 Chinese characters, letters or middle dots."""

    code = "bad-name"
    title = N_("Please check the name")
    detail = N_("A name has 2 to 20 characters: Chinese characters, letters and the middle dot.")
    next_step = N_("Enter the name as on the identity card, without titles.")
    field: str = "name"


@dataclass(eq=False)
class StrangeSign(BadName):
    """A name has a sign that is no character, letter or middle dot, or a dot that stands between no two."""

    code = "strange-sign-in-name"
    title = N_("Please check the name")
    detail = N_("“%(sign)s” cannot stand there in a name.")
    next_step = N_("Take it out. Between two parts of a name stands the middle dot ·.")
    sign: str = ""


@dataclass(eq=False)
class BlankInName(BadName):
    """A name has a blank, of which nobody knows what it stands for."""

    code = "blank-in-name"
    title = N_("Please check the name")
    detail = N_("There is a blank in the name.")
    next_step = N_("Take the blank out, or write the middle dot · between the parts of the name.")


@dataclass(eq=False)
class BadPhone(Invalid):
    """No phone of the mainland."""

    code = "bad-phone"
    title = N_("Please check the phone number")
    detail = N_("There is no such phone number on the mainland.")
    next_step = N_("Enter the 11 digits of a mobile phone, or a landline with its area code.")
    field: str = "phone"


@dataclass(eq=False)
class MobileNeeded(Invalid):
    """A landline is a whole household's, and nobody can be told there what is theirs alone."""

    code = "mobile-needed"
    title = N_("A mobile phone is needed")
    detail = N_("Up to %(until)s one's own mobile phone is needed; this is another kind of number.")
    next_step = N_("Enter the 11 digits of a mobile phone.")
    until: int


@dataclass(eq=False)
class BadPin(Invalid):
    """A PIN has 4–6 digits."""

    code = "bad-pin"
    title = N_("Please check the PIN")
    detail = N_("A PIN has 4 to 6 digits.")
    next_step = N_("Choose 4 to 6 digits that you remember easily and others do not guess.")


@dataclass(eq=False)
class WeakPin(Invalid):
    """A PIN that others guess."""

    code = "weak-pin"
    title = N_("Others would guess this PIN")
    detail = N_(
        "Rows such as 1234, repeated digits, years, a birthday, the phone or a line on the keys are tried first."
    )
    next_step = N_("Choose another 4 to 6 digits.")


@dataclass(eq=False)
class PhoneNeeded(Invalid):
    """Only minors and people from 60 on register without a phone."""

    code = "phone-needed"
    title = N_("A phone number is needed")
    detail = N_("From 18 to %(until)s a phone number is needed to register.")
    next_step = N_("Enter a phone number.")
    until: int


@dataclass(eq=False)
class PhoneTaken(Conflict):
    """The phone is another volunteer's."""

    code = "phone-taken"
    title = N_("This phone number is already registered")
    detail = N_("Another volunteer has registered with this phone number.")
    next_step = N_("Sign in with it, or ask at the station.")


@dataclass(eq=False)
class NationalNumberTaken(Conflict):
    """The national volunteer number is another volunteer's."""

    code = "national-number-taken"
    title = N_("This national volunteer number is already registered")
    detail = N_("Another volunteer has the national volunteer number %(number)s.")
    next_step = N_("Check the number, or leave it empty.")
    number: str


@dataclass(eq=False)
class TooYoung(Invalid):
    """Nobody below six takes part (domain §3.9)."""

    code = "too-young"
    title = N_("Too young")
    detail = N_("Volunteers are at least %(minimum)s years old.")
    next_step = N_("Come back when the child is %(minimum)s.")
    minimum: int


@dataclass(eq=False)
class NotBornYet(Invalid):
    """The birth date lies in the future or too far back."""

    code = "bad-birth-date"
    title = N_("Please check the birth date")
    detail = N_("This birth date cannot be right.")
    next_step = N_("Enter year, month and day of birth.")


@dataclass(eq=False)
class WrongNeighbourGroup(Invalid):
    """The 邻 does not lie in the community."""

    code = "wrong-neighbour-group"
    title = N_("This group lies elsewhere")
    detail = N_("“%(neighbour_group)s” is no 邻 of “%(community)s”.")
    next_step = N_("Choose a group of this community.")
    neighbour_group: str
    community: str


# --- what can be asked


def tidy_name(name: str, *, field: str = "name") -> str:
    """`name` as it is stored; `field` is what a form calls it. Raises BadName, StrangeSign or BlankInName."""
    name = typed.name(name)
    if sign := typed.stranger_in(name):
        raise StrangeSign(sign=sign, field=field) if sign != " " else BlankInName(field=field)
    if not 2 <= len(name) <= 20:
        raise BadName(field=field)
    return name


def age(volunteer: Volunteer, day: date) -> int:
    """Full years of age on `day`."""
    return masking.age_on(volunteer.birth_date, day)


def is_minor(volunteer: Volunteer, day: date) -> bool:
    """Whether the volunteer is under 18 on `day`."""
    return age(volunteer, day) < OF_AGE


def checked_age(birth_date: date, day: date) -> int:
    """The age on `day`. Raises NotBornYet or TooYoung."""
    years = masking.age_on(birth_date, day)
    if birth_date > day or years > 120:
        raise NotBornYet()
    if years < YOUNGEST:
        raise TooYoung(minimum=YOUNGEST)
    return years


def free_phone(session: Session, phone: str | None, *, none: bool, age: int, of: int | None = None) -> str | None:
    """The phone to store: none for minors (the guardian's is the contact) and for elders without one.

    `of` is the id of whose it may be already. Raises PhoneNeeded, BadPhone, MobileNeeded or PhoneTaken.
    """
    if age < OF_AGE:
        return None
    if not phone or not phone.strip():
        if none and age >= PHONE_OPTIONAL_FROM:
            return None
        raise PhoneNeeded(until=PHONE_OPTIONAL_FROM - 1)
    phone = a_phone(phone, age=age)
    holder = session.scalar(select(Volunteer.id).where(Volunteer.phone == phone))
    if holder is not None and holder != of:
        raise PhoneTaken()
    return phone


def free_national_number(session: Session, number: str | None, *, of: int | None = None) -> str | None:
    """The national volunteer number to store, or None. `of` as in `free_phone`. Raises NationalNumberTaken."""
    number = typed.code(number or "")
    if not number:
        return None
    holder = session.scalar(select(Volunteer.id).where(Volunteer.national_volunteer_no == number))
    if holder is not None and holder != of:
        raise NationalNumberTaken(number=number)
    return number


def a_phone(text: str, *, age: int, field: str = "phone") -> str:
    """The phone as it is stored, of somebody of this age: up to 59 a mobile. Raises BadPhone or MobileNeeded."""
    phone = typed.phone(text)
    if phone is None or phone.kind == typed.PhoneKind.SERVICE:
        raise BadPhone(field=field)
    if phone.kind != typed.PhoneKind.MOBILE and age < PHONE_OPTIONAL_FROM:
        raise MobileNeeded(until=PHONE_OPTIONAL_FROM - 1)
    return phone.number


def guardian_phone(text: str) -> str:
    """A guardian's phone as it is stored, mobile or landline. Raises BadPhone."""
    return a_phone(text, age=PHONE_OPTIONAL_FROM, field="guardian_phone")


def refuse_bad_pin(pin: str, *, birth_date: date | None = None, phone: str | None = None) -> None:
    """Refuse what is no PIN, and what whoever finds a card would try first. Raises BadPin or WeakPin."""
    if not _PIN.fullmatch(pin):
        raise BadPin()
    if pins.is_weak(pin, birth_date=birth_date, phone=phone):
        raise WeakPin()


def neighbour_group_of(session: Session, code: str, home: Area) -> Area:
    """The 邻 with this code in the community `home`. Raises NoSuch or WrongNeighbourGroup."""
    group = areas.by_code(session, code)
    if group.type != "neighbour_group" or not group.path.startswith(home.path):
        raise WrongNeighbourGroup(neighbour_group=code, community=home.code)
    return group
