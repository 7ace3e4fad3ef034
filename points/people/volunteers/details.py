"""What the details of a person must be: name, age, phone, PIN, neighbour group (domain §3.2, §3.9)."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import masking
from points.foundation.errors import N_, Conflict, Invalid
from points.people import guardians, persons
from points.people.tables import Volunteer
from points.places import areas
from points.places.tables import Area

YOUNGEST = 6
OF_AGE = guardians.OF_AGE
PHONE_OPTIONAL_FROM = 60
_NAME = re.compile(r"[^\W\d_〇]|〇")
_PHONE = re.compile(r"[0-9]{7,15}")
_PIN = re.compile(r"[0-9]{4,6}")

# --- what is refused


@dataclass(eq=False)
class BadName(Invalid):
    """A name has 2–20 Chinese characters, letters or middle dots."""

    code = "bad-name"
    title = N_("Please check the name")
    detail = N_("A name has 2 to 20 characters: Chinese characters, letters and the middle dot.")
    next_step = N_("Enter the name as on the identity card, without titles.")


@dataclass(eq=False)
class BadPhone(Invalid):
    """A phone number has 7–15 digits."""

    code = "bad-phone"
    title = N_("Please check the phone number")
    detail = N_("A phone number has 7 to 15 digits.")
    next_step = N_("Enter the digits only.")


@dataclass(eq=False)
class BadPin(Invalid):
    """A PIN has 4–6 digits."""

    code = "bad-pin"
    title = N_("Please check the PIN")
    detail = N_("A PIN has 4 to 6 digits.")
    next_step = N_("Choose 4 to 6 digits that you remember easily and others do not guess.")


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


def tidy_name(name: str) -> str:
    """`name` as it is stored. Raises BadName."""
    name = re.sub("[•・‧．]", "·", name.strip())
    letters = name.replace("·", "")
    if not 2 <= len(name) <= 20 or not letters or not all(_NAME.fullmatch(letter) for letter in letters):
        raise BadName()
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

    `of` is the id of whose it may be already. Raises PhoneNeeded, BadPhone or PhoneTaken.
    """
    if age < OF_AGE:
        return None
    if not phone or not phone.strip():
        if none and age >= PHONE_OPTIONAL_FROM:
            return None
        raise PhoneNeeded(until=PHONE_OPTIONAL_FROM - 1)
    phone = persons.tidy_phone(phone)
    refuse_bad_phone(phone)
    holder = session.scalar(select(Volunteer.id).where(Volunteer.phone == phone))
    if holder is not None and holder != of:
        raise PhoneTaken()
    return phone


def free_national_number(session: Session, number: str | None, *, of: int | None = None) -> str | None:
    """The national volunteer number to store, or None. `of` as in `free_phone`. Raises NationalNumberTaken."""
    number = (number or "").strip()
    if not number:
        return None
    holder = session.scalar(select(Volunteer.id).where(Volunteer.national_volunteer_no == number))
    if holder is not None and holder != of:
        raise NationalNumberTaken(number=number)
    return number


def refuse_bad_phone(phone: str) -> None:
    """Raises BadPhone."""
    if not _PHONE.fullmatch(phone):
        raise BadPhone()


def refuse_bad_pin(pin: str) -> None:
    """Raises BadPin."""
    if not _PIN.fullmatch(pin):
        raise BadPin()


def neighbour_group_of(session: Session, code: str, home: Area) -> Area:
    """The 邻 with this code in the community `home`. Raises NoSuch or WrongNeighbourGroup."""
    group = areas.by_code(session, code)
    if group.type != "neighbour_group" or not group.path.startswith(home.path):
        raise WrongNeighbourGroup(neighbour_group=code, community=home.code)
    return group
