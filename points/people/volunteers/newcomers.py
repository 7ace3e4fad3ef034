"""A line of a list of volunteers that was kept elsewhere, and why one cannot be taken in."""

from dataclasses import dataclass
from datetime import date

from points.foundation.errors import N_, Conflict, Invalid
from points.people.guardians import NewGuardian

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One line of the list. `community` is its code, or its name where no other has it; `paper_ref` names the paper.

    `consents` are the purposes agreed to on that paper; a minor's guardian has signed it too. `is_demo`: invented.
    `code` is the number of who was registered elsewhere: it is kept, a phone is not asked for again, and who shares
    name, birth date and community with another line is another person. `status` is active, pending (the guardian is
    to be seen) or suspended.
    """

    name: str
    birth_date: date
    community: str
    consents: tuple[str, ...]
    paper_ref: str
    code: str = ""
    status: str = "active"
    phone: str = ""
    gender: str = "unsaid"
    neighbour_group: str = ""
    compound: str = ""
    residence_text: str = ""
    guardian: NewGuardian | None = None
    national_volunteer_no: str = ""
    emergency_contact: str = ""
    service_categories: str = ""
    availability: str = ""
    points_policy: str = "earn"
    is_demo: bool = False


# --- what is refused


@dataclass(eq=False)
class TwiceInList(Invalid):
    """What only one person can have stands on two lines."""

    code = "twice-in-list"
    title = N_("Twice in the list")
    detail = N_("“%(value)s” stands in the list before.")
    next_step = N_("Keep one of the two rows.")
    value: str


@dataclass(eq=False)
class PhoneTwiceInList(Invalid):
    """A phone stands on the rows of two people; nobody is to be left out for that."""

    code = "phone-twice-in-list"
    title = N_("One phone, two people")
    detail = N_("Another row of the list has the phone %(phone)s, and a phone is one person's own.")
    next_step = N_("Leave it with whose it is. From %(elder)s on the others need none; up to then ask for their own.")
    phone: str
    elder: int


@dataclass(eq=False)
class RegisteredAlready(Conflict):
    """Somebody of this name and birth date is registered in the community."""

    code = "registered-already"
    title = N_("Registered already")
    detail = N_("%(name)s with this birth date has the number %(volunteer)s in this community.")
    next_step = N_("Take the row out of the list.")
    name: str
    volunteer: str


@dataclass(eq=False)
class NumberTaken(Conflict):
    """The number that somebody brings along is another volunteer's here."""

    code = "brought-number-taken"
    title = N_("This number is taken")
    detail = N_("Another volunteer has the number %(volunteer)s.")
    next_step = N_("If it is the same person, take the row out of the list; otherwise leave the number empty.")
    volunteer: str


@dataclass(eq=False)
class ForeignNumber(Invalid):
    """The number that somebody brings along is not as those of the street are."""

    code = "foreign-number"
    title = N_("Please check the number")
    detail = N_("“%(volunteer)s” is no number of this street.")
    next_step = N_("A number is like %(example)s. Leave it empty and the next free one is given.")
    volunteer: str
    example: str


@dataclass(eq=False)
class AmbiguousPlace(Invalid):
    """The name of a community stands for several."""

    code = "ambiguous-place"
    title = N_("Which one?")
    detail = N_("Several communities are called “%(name)s”.")
    next_step = N_("Write the community's code instead.")
    name: str
