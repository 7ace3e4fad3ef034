"""Why something about an activity is refused."""

from dataclasses import dataclass

from points.foundation.errors import N_, Conflict, Invalid, NotAllowed

# --- what is refused


@dataclass(eq=False)
class ActivityInvalid(Invalid):
    """A field of the activity cannot be so."""

    code = "activity-invalid"
    title = N_("The activity cannot be so")
    detail = N_("%(why)s")
    next_step = N_("Correct it and send it again.")
    field: str
    why: str


@dataclass(eq=False)
class ActivityIncomplete(Conflict):
    """A guard of submission or approval is not met."""

    code = "activity-incomplete"
    title = N_("The activity is not ready")
    detail = N_("%(why)s")
    next_step = N_("Complete the activity, then try again.")
    field: str
    why: str


@dataclass(eq=False)
class WrongState(Conflict):
    """The activity is not in a state in which this can be done."""

    code = "activity-state"
    title = N_("Not possible in this state")
    detail = N_("The activity %(activity)s is “%(status)s”.")
    next_step = N_("Reload the page to see where the activity stands.")
    activity: str
    status: str


@dataclass(eq=False)
class SelfApproval(NotAllowed):
    """Whoever submits an activity does not approve it, unless at the street."""

    code = "self-approval"
    title = N_("Someone else must approve")
    detail = N_("You submitted %(activity)s yourself.")
    next_step = N_("Ask another administrator to approve it.")
    activity: str


@dataclass(eq=False)
class ChangedMeanwhile(Conflict):
    """Someone changed the activity after it was read."""

    code = "changed-meanwhile"
    title = N_("Changed by someone else")
    detail = N_("%(activity)s was changed after you opened it.")
    next_step = N_("Reload it and change it again.")
    activity: str
