"""Volunteers: registered, changed, suspended, closed. The table stands in `persons`, guardians in `guardians`."""

from points.people.guardians import NewGuardian
from points.people.persons import by_code, search, seen
from points.people.skills import add as add_skill
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
from points.people.volunteers.from_list import enrol
from points.people.volunteers.lifecycle import Changes, NotInState, change, close, reinstate, set_pin, suspend
from points.people.volunteers.newcomers import (
    AmbiguousPlace,
    ForeignNumber,
    Newcomer,
    NumberTaken,
    RegisteredAlready,
    TwiceInList,
)
from points.people.volunteers.registration import NEWCOMER, ConsentNeeded, GuardianNeeded, NewVolunteer, register

__all__ = [
    "NEWCOMER",
    "OF_AGE",
    "PHONE_OPTIONAL_FROM",
    "YOUNGEST",
    "AmbiguousPlace",
    "BadName",
    "BadPhone",
    "BadPin",
    "Changes",
    "ConsentNeeded",
    "ForeignNumber",
    "GuardianNeeded",
    "NationalNumberTaken",
    "NewGuardian",
    "NewVolunteer",
    "Newcomer",
    "NotBornYet",
    "NotInState",
    "NumberTaken",
    "PhoneNeeded",
    "PhoneTaken",
    "RegisteredAlready",
    "TooYoung",
    "TwiceInList",
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
