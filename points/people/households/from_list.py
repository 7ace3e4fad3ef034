"""Households from a list that was kept elsewhere: all of them or none."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from points.foundation import codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, each
from points.foundation.orm import Base, table_of
from points.foundation.progress import Progress, unheard
from points.foundation.statements import run
from points.journal import audit
from points.people import consents
from points.people.consents import TEXT_VERSION
from points.people.households import InAHousehold
from points.people.lookup import Found, People
from points.people.tables import Consent, Household, HouseholdMember
from points.people.volunteers import TwiceInList

K = TypeVar("K", int, str)

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One line of the list: a person in a household, which the list numbers as it likes.

    `pool`: the person agreed on the paper `paper_ref` that the household spends their points.
    """

    household: str
    volunteer: str
    head: bool = False
    pool: bool = False
    paper_ref: str = ""


# --- what is refused


@dataclass(eq=False)
class OneHead(Invalid):
    """A household of the list has no head, or two."""

    code = "one-head"
    title = N_("One head a household")
    detail = N_("Household “%(household)s” has %(heads)s heads in the list.")
    next_step = N_("Mark one of its people as the head.")
    household: str
    heads: int


# --- what happens


def gather(
    session: Session, *, members: Mapping[int, Member], by: Actor, at: datetime, progress: Progress = unheard
) -> dict[str, str]:
    """Found every household of the list with its people; its code by the list's own number.

    One audit entry a household. `progress` hears of each line twice: when it is looked at and when it is written.
    Raises RowsRefused, which holds for each line NoSuch, NotPermitted, InAHousehold,
    TwiceInList, OneHead or PaperNeedsReference.
    """
    people = People(session, (one.volunteer for one in members.values()))
    housed = set(session.scalars(select(HouseholdMember.volunteer_id).where(HouseholdMember.left_at.is_(None))))
    consent = select(Consent.subject_id, Consent.id).where(Consent.purpose == "household_pool")
    agreed: dict[int, int] = dict(iter(session.execute(consent.where(Consent.withdrawn_at.is_(None)))))
    heads = Counter(one.household for one in members.values() if one.head)
    families: dict[str, list[tuple[Member, Found]]] = defaultdict(list)
    listed: set[int] = set()

    def take(one: Member) -> None:
        if heads[one.household] != 1:
            raise OneHead(household=one.household, heads=heads[one.household])
        person = people.named(one.volunteer)
        by.require("household.change", area_path=person.area_path)
        if person.id in housed:
            raise InAHousehold(volunteer=person.code)
        if person.id in listed:
            raise TwiceInList(value=one.volunteer)
        if one.pool and person.id not in agreed:
            consents.refuse_unfounded(["household_pool"], channel="paper", paper_ref=one.paper_ref)
        listed.add(person.id)
        families[one.household].append((one, person))

    each(members, take, progress=progress)
    return _write(session, families, agreed, by=by, at=at, progress=progress)


def _write(
    session: Session,
    families: Mapping[str, list[tuple[Member, Found]]],
    agreed: dict[int, int],
    *,
    by: Actor,
    at: datetime,
    progress: Progress,
) -> dict[str, str]:
    common = {"created_at": at, "created_by": by.person}
    codes_of = {household: codes.new() for household in families}
    lines = [(household, one, person) for household, family in families.items() for one, person in family]
    agreeing = [(one, person) for _, one, person in lines if one.pool and person.id not in agreed]
    agreed |= _numbered(
        session,
        Consent,
        Consent.subject_id,
        [
            {
                "subject_id": person.id,
                "purpose": "household_pool",
                "text_version": TEXT_VERSION,
                "granted_at": at,
                "channel": "paper",
                "paper_ref": one.paper_ref.strip(),
                "recorded_by": by.person,
                **common,
            }
            for one, person in agreeing
        ],
    )
    ids = _numbered(
        session,
        Household,
        Household.code,
        [
            {"code": codes_of[household], "community_id": person.community_id, "head_id": person.id, **common}
            for household, one, person in lines
            if one.head
        ],
    )
    if lines:
        run(
            session,
            insert(table_of(HouseholdMember)),
            [
                {
                    "household_id": ids[codes_of[household]],
                    "volunteer_id": person.id,
                    "pool_consent_id": agreed[person.id] if one.pool else None,
                    "joined_at": at,
                    **common,
                }
                for household, one, person in lines
            ],
        )
    for household, one, person in lines:
        if one.head:
            audit.write(
                session,
                by=by,
                role=by.require("household.change", area_path=person.area_path),
                action="household.gather",
                target=f"household:{codes_of[household]}",
                at=at,
                area_path=person.area_path,
                facts={"head": person.code, "people": len(families[household])},
            )
        progress(1)
    return codes_of


def _numbered(
    session: Session, mapped: type[Base], key: InstrumentedAttribute[K], rows: list[dict[str, object]]
) -> dict[K, int]:
    """Insert `rows`; the id of each by its column `key`."""
    if not rows:
        return {}
    table = table_of(mapped)
    written = run(session, insert(table).returning(table.c[key.key], table.c.id), rows)
    return dict(iter(written))
