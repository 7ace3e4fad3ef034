"""Why something cannot be done with a record."""

from dataclasses import dataclass

from points.foundation.errors import N_, Conflict, Invalid, NotAllowed

# --- what is refused


@dataclass(eq=False)
class RecordState(Conflict):
    """The record is not in a state in which this can be done, or a newer version has replaced it."""

    code = "record-state"
    title = N_("Not possible in this state")
    detail = N_("The record %(record)s is “%(status)s”.")
    next_step = N_("Reload the record to see its latest version.")
    record: str
    status: str


@dataclass(eq=False)
class OwnRecord(NotAllowed):
    """Nobody decides about their own record."""

    code = "own-record"
    title = N_("This is your own record")
    detail = N_("Someone else must decide about %(record)s.")
    next_step = N_("Ask a colleague.")
    record: str


@dataclass(eq=False)
class ByOwnHand(NotAllowed):
    """Whoever ticked, typed or forced a stay does not confirm its record alone, in whatever role (domain §3.5)."""

    code = "by-own-hand"
    title = N_("Somebody else confirms this")
    detail = N_("You ticked, typed or forced %(count)s of these stays yourself.")
    next_step = N_("Another administrator of the community or the street confirms them.")
    count: int


@dataclass(eq=False)
class RecordInvalid(Invalid):
    """A field of the request cannot be so."""

    code = "record-invalid"
    title = N_("The record cannot be so")
    detail = N_("%(why)s")
    next_step = N_("Correct it and send it again.")
    field: str
    why: str
