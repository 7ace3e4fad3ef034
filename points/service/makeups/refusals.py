"""Why attendance cannot be made up."""

from dataclasses import dataclass
from datetime import date

from points.foundation.errors import N_, Conflict, Invalid, NotAllowed

# --- what is refused


@dataclass(eq=False)
class ClaimInvalid(Invalid):
    """The claimed times or the reason cannot be so."""

    code = "makeup-invalid"
    title = N_("The claim cannot be so")
    detail = N_("%(why)s")
    next_step = N_("Correct the times; they lie within the activity.")
    field: str
    why: str


@dataclass(eq=False)
class MakeupTooLate(Conflict):
    """A make-up is proposed within ten working days."""

    code = "makeup-too-late"
    title = N_("Too late to make up")
    detail = N_("Attendance at %(activity)s could be made up until %(until)s.")
    next_step = N_("Nothing can be done here any more; ask the street if this is a hardship.")
    activity: str
    until: date


@dataclass(eq=False)
class MakeupState(Conflict):
    """There is a claim already, it was decided, or the stay is already known."""

    code = "makeup-state"
    title = N_("Not possible now")
    detail = N_("%(why)s")
    next_step = N_("Look at the earlier claim first.")
    makeup: str
    why: str


@dataclass(eq=False)
class OwnMakeup(NotAllowed):
    """Who proposed a make-up, or gains by it, does not decide it."""

    code = "own-makeup"
    title = N_("Someone else must decide")
    detail = N_("You proposed %(makeup)s, or it is about your own hours.")
    next_step = N_("Ask another administrator of the community or the street.")
    makeup: str
