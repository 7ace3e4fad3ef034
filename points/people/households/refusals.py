"""What households refuse."""

from dataclasses import dataclass

from points.foundation.errors import N_, Conflict, NotAllowed

# --- what is refused


@dataclass(eq=False)
class InAHousehold(Conflict):
    """A person belongs to one household at a time."""

    code = "in-a-household"
    title = N_("Already in a household")
    detail = N_("%(volunteer)s already belongs to a household.")
    next_step = N_("Leave that household first.")
    volunteer: str


@dataclass(eq=False)
class NotInHousehold(Conflict):
    """The person has no open membership."""

    code = "not-in-household"
    title = N_("Not in a household")
    detail = N_("%(volunteer)s belongs to no household.")
    next_step = N_("Join a household first.")
    volunteer: str


@dataclass(eq=False)
class AskedElsewhere(Conflict):
    """The person asks one household at a time."""

    code = "asked-elsewhere"
    title = N_("You asked another household before")
    detail = N_("%(volunteer)s already asked to join another household, which has not answered yet.")
    next_step = N_("Take that request back first.")
    volunteer: str


@dataclass(eq=False)
class NobodyAsks(Conflict):
    """There is no open request: it was decided, or taken back."""

    code = "nobody-asks"
    title = N_("Nobody asks any more")
    detail = N_("%(volunteer)s does not ask to join now: it was decided, or taken back.")
    next_step = N_("Look at the household again.")
    volunteer: str


@dataclass(eq=False)
class OnlyTheHead(NotAllowed):
    """Who belongs to a household is decided by its head, or by staff with both present."""

    code = "only-the-head"
    title = N_("The head of the household decides")
    detail = N_("Who joins a household or has to leave it is decided by its head.")
    next_step = N_("Ask the head of the household, or go to the station together.")
