"""A whole register at once: the volunteers of a list that was kept elsewhere, all of them or none."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points.foundation import clock, initials, masking, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch, each
from points.foundation.orm import table_of
from points.foundation.progress import Progress, unheard
from points.foundation.statements import run
from points.journal import audit, counters
from points.people import consents, guardians
from points.people.consents import TEXT_VERSION
from points.people.guardians import NewGuardian
from points.people.tables import Consent, Guardian, Volunteer
from points.people.volunteers import details
from points.people.volunteers.newcomers import (
    AmbiguousPlace,
    ForeignNumber,
    Newcomer,
    NumberTaken,
    PhoneTwiceInList,
    RegisteredAlready,
    TwiceInList,
)
from points.people.volunteers.registration import ConsentNeeded, GuardianNeeded
from points.places.areas import NotACommunity, PlaceClosed
from points.places.tables import Area, Compound

CHUNK = 1_000

# --- what happens


def enrol(
    session: Session, *, people: Mapping[int, Newcomer], by: Actor, at: datetime, progress: Progress = unheard
) -> list[str]:
    """Register everybody on the list, whose lines are numbered as in the file; their codes, in that order.

    Each is registered as `register` would, with the consents given on paper. A guardian may stand on the same list.
    One audit entry a community. `progress` hears of each line twice: when it is looked at and when it is written.
    Raises RowsRefused, which holds for each line what `register` would refuse, and TwiceInList, RegisteredAlready,
    NumberTaken, ForeignNumber, AmbiguousPlace.
    """
    checked = _Checked(session, listed=people.values(), by=by, at=at)
    each(people, checked.take, progress=progress)
    enrolled = checked.write(session, progress=progress)
    for home, role, count in checked.homes():
        audit.write(
            session,
            by=by,
            role=role,
            action="volunteer.enrol",
            target=f"area:{home.code}",
            at=at,
            area_path=home.path,
            facts={"volunteers": count},
        )
    return enrolled


class _Values(TypedDict):
    """A row of the table of volunteers; who brings no number has none until all are numbered."""

    code: str | None
    name: str
    initials: str
    gender: str
    birth_date: date
    phone: str | None
    phone_none: bool
    street_id: int
    community_id: int
    neighbour_group_id: int | None
    area_path: str
    compound_id: int | None
    residence_text: str
    service_categories: str
    availability: str
    emergency_contact: str
    national_volunteer_no: str | None
    registered_via: str
    status: str
    points_policy: str
    elder_mode: bool
    is_demo: bool
    created_at: datetime
    created_by: str


class _Checked:
    """The lines found good so far, and what is known for looking at the next one without asking the database."""

    def __init__(self, session: Session, *, listed: Iterable[Newcomer], by: Actor, at: datetime) -> None:
        self.by, self.at, self.day = by, at, clock.local_date(at)
        self._map = _Map(session)
        self._phones = set(session.scalars(select(Volunteer.phone).where(Volunteer.phone.is_not(None))))
        self._numbers = set(session.scalars(select(Volunteer.national_volunteer_no)))
        self._codes = set(session.scalars(select(Volunteer.code)))
        known = select(Volunteer.name, Volunteer.birth_date, Volunteer.community_id, Volunteer.code)
        self._known = {
            (one.name, one.birth_date, one.community_id): one.code
            for one in session.execute(known.where(Volunteer.status != "anonymised"))
        }
        self._adults = {
            one.code: one.id
            for one in session.execute(select(Volunteer.code, Volunteer.id, Volunteer.birth_date))
            if masking.age_on(one.birth_date, self.day) >= details.OF_AGE
        }
        self._listed_adults = {typed.number(one.code) for one in listed if one.code and not self._minor(one)}
        self._roles: dict[str, str] = {}
        self._listed: set[str | tuple[str, date, int]] = set()
        self._rows: list[tuple[Newcomer, _Values]] = []

    def take(self, one: Newcomer) -> None:
        home = self._map.community(one.community)
        group = self._map.group(one.neighbour_group, home) if one.neighbour_group else None
        path = group.path if group else home.path
        if home.path not in self._roles:
            self._roles[home.path] = self.by.require("volunteer.register", area_path=home.path)
        name = details.tidy_name(one.name)
        age = details.checked_age(one.birth_date, self.day)
        street_id = self._map.street_of(home)
        code = self._free_code(one, street_id) if one.code else None
        phone = self._free_phone(one, age)
        number = self._free_number(one)
        self._refuse_known(name, one.birth_date, home, brings_number=code is not None)
        if "register" not in one.consents:
            raise ConsentNeeded(purpose="register")
        consents.refuse_unfounded(list(one.consents), channel="paper", paper_ref=one.paper_ref)
        if age < details.OF_AGE:
            self._refuse_bad_guardian(one.guardian)
        self._rows.append(
            (
                one,
                {
                    "code": code,
                    "name": name,
                    "initials": initials.of(name),
                    "gender": one.gender,
                    "birth_date": one.birth_date,
                    "phone": phone,
                    "phone_none": phone is None,
                    "street_id": street_id,
                    "community_id": home.id,
                    "neighbour_group_id": group.id if group else None,
                    "area_path": path,
                    "compound_id": self._map.compound(one.compound, home) if one.compound else None,
                    "residence_text": one.residence_text,
                    "service_categories": one.service_categories,
                    "availability": one.availability,
                    "emergency_contact": one.emergency_contact,
                    "national_volunteer_no": number,
                    "registered_via": "import",
                    "status": one.status,
                    "points_policy": one.points_policy,
                    "elder_mode": False,
                    "is_demo": one.is_demo,
                    "created_at": self.at,
                    "created_by": self.by.person,
                },
            )
        )

    def write(self, session: Session, *, progress: Progress) -> list[str]:
        """The people first, so that everybody's guardian is there."""
        self._number(session)
        ids: dict[str, int] = {}
        table = table_of(Volunteer)
        for rows in self._chunks():
            written = insert(table).returning(table.c.code, table.c.id)
            ids |= dict(iter(run(session, written, [dict(row) for _, row in rows])))
        self._adults |= {code: ids[code] for code in self._listed_adults}
        for rows in self._chunks():
            self._write_consents(session, rows, ids)
            progress(len(rows))
        return [str(row["code"]) for _, row in self._rows]

    def homes(self) -> list[tuple[Area, str, int]]:
        """The communities that somebody lives in: the role in which they were registered there, and how many."""
        counts = Counter(row["community_id"] for _, row in self._rows)
        return [(home, self._roles[home.path], counts[home.id]) for home in self._map.communities if home.id in counts]

    def _chunks(self) -> Iterator[list[tuple[Newcomer, _Values]]]:
        for start in range(0, len(self._rows), CHUNK):
            yield self._rows[start : start + CHUNK]

    def _number(self, session: Session) -> None:
        """Give everybody who brings no number the next one of their street, after those that were brought."""
        brought: dict[str, int] = {}
        asking: Counter[str] = Counter()
        for _, row in self._rows:
            word = self._map.letters[row["street_id"]]
            if row["code"]:
                brought[word] = max(brought.get(word, 0), int(row["code"].removeprefix(word)))
            else:
                asking[word] += 1
        for word, highest in sorted(brought.items()):
            counters.go_on_after(session, f"volunteer:{word}", highest)
        free = {
            word: iter(counters.next_numbers(session, f"volunteer:{word}", count))
            for word, count in sorted(asking.items())
        }
        for _, row in self._rows:
            if not row["code"]:
                word = self._map.letters[row["street_id"]]
                row["code"] = f"{word}{next(free[word]):06d}"

    def _write_consents(self, session: Session, rows: list[tuple[Newcomer, _Values]], ids: Mapping[str, int]) -> None:
        common = {"created_at": self.at, "created_by": self.by.person}
        agreed = [
            {
                "subject_id": ids[str(row["code"])],
                "purpose": purpose,
                "text_version": TEXT_VERSION,
                "granted_at": self.at,
                "channel": "paper",
                "paper_ref": one.paper_ref.strip(),
                "recorded_by": self.by.person,
                **common,
            }
            for one, row in rows
            for purpose in self._purposes(one)
        ]
        consent = table_of(Consent)
        given = {
            one.subject_id: one.id
            for one in run(
                session, insert(consent).returning(consent.c.id, consent.c.subject_id, consent.c.purpose), agreed
            )
            if one.purpose == "guardian"
        }
        if given:
            run(
                session,
                insert(table_of(Guardian)),
                [
                    {
                        "minor_id": ids[str(row["code"])],
                        "name": typed.name(one.guardian.name),
                        "phone": details.guardian_phone(one.guardian.phone),
                        "relation": one.guardian.relation,
                        "guardian_volunteer_id": self._adults[typed.number(one.guardian.volunteer)]
                        if one.guardian.volunteer
                        else None,
                        "consent_id": given[ids[str(row["code"])]],
                        "verified_by": "" if one.status == "pending" else self.by.person,
                        **common,
                    }
                    for one, row in rows
                    if one.guardian is not None and self._minor(one)
                ],
            )

    def _purposes(self, one: Newcomer) -> list[str]:
        """What the paper agrees to; a minor's is the guardian's too."""
        given = [purpose for purpose in dict.fromkeys(one.consents) if purpose != "guardian"]
        return [*given, "guardian"] if self._minor(one) else given

    def _minor(self, one: Newcomer) -> bool:
        return masking.age_on(one.birth_date, self.day) < details.OF_AGE

    def _free_phone(self, one: Newcomer, age: int) -> str | None:
        if age < details.OF_AGE:
            return None
        if not one.phone.strip():
            if age >= details.PHONE_OPTIONAL_FROM or one.code:
                return None
            raise details.PhoneNeeded(until=details.PHONE_OPTIONAL_FROM - 1)
        phone = details.a_phone(one.phone, age=age)
        if phone in self._phones:
            raise details.PhoneTaken()
        if phone in self._listed:
            raise PhoneTwiceInList(phone=phone, elder=details.PHONE_OPTIONAL_FROM)
        self._listed.add(phone)
        return phone

    def _free_code(self, one: Newcomer, street_id: int) -> str:
        code, letters = typed.number(one.code), self._map.letters[street_id]
        digits = re.fullmatch(f"{letters}([0-9]{{6,9}})", code)
        if digits is None or code != f"{letters}{int(digits[1]):06d}":
            raise ForeignNumber(volunteer=one.code, example=f"{letters}000123")
        if code in self._codes:
            raise NumberTaken(volunteer=code)
        self._once(f"code:{code}", code)
        return code

    def _free_number(self, one: Newcomer) -> str | None:
        number = typed.code(one.national_volunteer_no)
        if not number:
            return None
        if number in self._numbers:
            raise details.NationalNumberTaken(number=number)
        self._once(f"number:{number}", number)
        return number

    def _refuse_known(self, name: str, birth_date: date, home: Area, *, brings_number: bool) -> None:
        person = (name, birth_date, home.id)
        if person in self._known:
            raise RegisteredAlready(name=name, volunteer=self._known[person])
        if not brings_number:
            self._once(person, name)

    def _once(self, key: str | tuple[str, date, int], shown: str) -> None:
        if key in self._listed:
            raise TwiceInList(value=shown)
        self._listed.add(key)

    def _refuse_bad_guardian(self, guardian: NewGuardian | None) -> None:
        if guardian is None:
            raise GuardianNeeded()
        details.tidy_name(guardian.name, field="guardian_name")
        details.guardian_phone(guardian.phone)
        volunteer = typed.number(guardian.volunteer or "")
        if volunteer and volunteer not in self._adults and volunteer not in self._listed_adults:
            raise guardians.GuardianNeedsAge(volunteer=volunteer)


class _Map:
    """The places that a list may name, looked up once."""

    def __init__(self, session: Session) -> None:
        everywhere = list(session.scalars(select(Area)))
        self.communities = [area for area in everywhere if area.type == "community"]
        self.letters = {area.id: _letters(area.code) for area in everywhere if area.type == "street"}
        self._areas = {area.code: area for area in everywhere}
        self._compounds = {
            (one.community_id, one.name): one.id
            for one in session.execute(select(Compound.community_id, Compound.name, Compound.id))
        }

    def community(self, word: str) -> Area:
        """By code, or by a name that only one has. Raises NoSuch, NotACommunity or AmbiguousPlace."""
        word = typed.plain(word)
        if (area := self._areas.get(word)) is not None:
            if area.type != "community":
                raise NotACommunity(key=word, type=area.type)
            if not area.active:
                raise PlaceClosed(name=area.name)
            return area
        called = [area for area in self.communities if area.active and area.name in (word, f"{word}社区")]
        if not called:
            raise NoSuch(kind=N_("community"), key=word)
        if len(called) > 1:
            raise AmbiguousPlace(name=word)
        return called[0]

    def group(self, code: str, home: Area) -> Area:
        """The 邻 of the community. Raises WrongNeighbourGroup."""
        group = self._areas.get(typed.code(code))
        if group is None or group.type != "neighbour_group" or not group.path.startswith(home.path):
            raise details.WrongNeighbourGroup(neighbour_group=code, community=home.code)
        if not group.active:
            raise PlaceClosed(name=group.name)
        return group

    def compound(self, name: str, home: Area) -> int:
        """The id of the 小区 of the community. Raises NoSuch."""
        found = self._compounds.get((home.id, typed.plain(name)))
        if found is None:
            raise NoSuch(kind=N_("compound"), key=name)
        return int(found)

    def street_of(self, home: Area) -> int:
        """The id of the street that the community lies in. Raises NoSuch."""
        for part in home.path.split("/"):
            if part and int(part) in self.letters:
                return int(part)
        raise NoSuch(kind=N_("street"), key=home.code)


def _letters(street: str) -> str:
    """The letters with which the volunteers' codes of a street begin."""
    return "".join(character for character in street.upper() if character.isalpha())
