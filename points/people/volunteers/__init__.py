"""Volunteers: registered, changed, suspended, closed. The table stands in `persons`, guardians in `guardians`."""

from points.people.guardians import Guardian, NewGuardian
from points.people.persons import Volunteer, by_code, search, seen
from points.people.skills import VolunteerSkill
from points.people.skills import add as add_skill
from points.people.volunteers.changing import NotInState, change, close, reinstate, set_pin, suspend
from points.people.volunteers.details import (
    OF_AGE,
    PHONE_OPTIONAL_FROM,
    YOUNGEST,
    BadName,
    BadPhone,
    BadPin,
    NationalNumberTaken,
    NotBornYet,
    PhoneNeeded,
    PhoneTaken,
    TooYoung,
    WrongNeighbourGroup,
    age,
    is_minor,
    tidy_name,
)
from points.people.volunteers.enrolling import (
    AmbiguousPlace,
    ForeignNumber,
    Newcomer,
    NumberTaken,
    RegisteredAlready,
    TwiceInList,
    enrol,
)
from points.people.volunteers.registration import NEWCOMER, ConsentNeeded, GuardianNeeded, register

__all__ = [
    "NEWCOMER",
    "OF_AGE",
    "PHONE_OPTIONAL_FROM",
    "YOUNGEST",
    "AmbiguousPlace",
    "BadName",
    "BadPhone",
    "BadPin",
    "ConsentNeeded",
    "ForeignNumber",
    "Guardian",
    "GuardianNeeded",
    "NationalNumberTaken",
    "NewGuardian",
    "Newcomer",
    "NotBornYet",
    "NotInState",
    "NumberTaken",
    "PhoneNeeded",
    "PhoneTaken",
    "RegisteredAlready",
    "TooYoung",
    "TwiceInList",
    "Volunteer",
    "VolunteerSkill",
    "WrongNeighbourGroup",
    "add_skill",
    "age",
    "by_code",
    "change",
    "close",
    "enrol",
    "is_minor",
    "register",
    "reinstate",
    "search",
    "seen",
    "set_pin",
    "suspend",
    "tidy_name",
]
