"""Every table of the service. A room that nobody imports has no tables, so all of them are imported here."""

from points.access import accounts, assisted, attempts, devices, sessions, tokens  # noqa: F401
from points.exchange import closing, goods, redemption, stock, vouchers  # noqa: F401
from points.exchange import sessions as exchange_sessions  # noqa: F401
from points.foundation.orm import Base
from points.journal import audit, counters, idempotency, jobs, refused_scans  # noqa: F401
from points.ledger import books  # noqa: F401
from points.oversight import feedback  # noqa: F401
from points.people import aliases, cards, consents, guardians, households, persons, skills, teams, units, volunteers  # noqa: F401
from points.places import areas, calendar, stations  # noqa: F401
from points.rewards import adjustments, earning, rulesets  # noqa: F401
from points.service import activities, attendance, checkin, makeups, records, signups  # noqa: F401

metadata = Base.metadata
