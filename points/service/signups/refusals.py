"""Why a sign-up is refused."""

from dataclasses import dataclass

from points.foundation.errors import N_, Conflict, NotAllowed

# --- what is refused


@dataclass(eq=False)
class NotOpenForSignup(Conflict):
    """The activity takes no sign-ups (any more, or yet)."""

    code = "signup-closed"
    title = N_("Sign-up is closed")
    detail = N_("%(activity)s takes no sign-ups now (%(status)s).")
    next_step = N_("Look for another activity, or ask the leader whether walk-ins are welcome.")
    activity: str
    status: str


@dataclass(eq=False)
class PersonNotActive(NotAllowed):
    """The volunteer is suspended or closed."""

    code = "person-suspended"
    title = N_("Volunteer not active")
    detail = N_("The registration of %(volunteer)s is “%(status)s”.")
    next_step = N_("Ask at your community.")
    volunteer: str
    status: str


@dataclass(eq=False)
class PersonNotActiveYet(PersonNotActive):
    """A minor whom no station has seen yet with the guardian."""

    next_step = N_("Come to a station once with your guardian.")


@dataclass(eq=False)
class NotSuitable(NotAllowed):
    """The activity is not for this person: age, danger, hour or skill. `reason` is stable."""

    code = "not-suitable"
    title = N_("Not for this volunteer")
    detail = N_("%(volunteer)s cannot take part in %(activity)s: %(why)s")
    next_step = N_("Choose another activity; the leader can say which.")
    activity: str
    volunteer: str
    reason: str
    why: str


@dataclass(eq=False)
class GuardianNeeded(NotAllowed):
    """A minor needs the guardian's consent, and below ten the guardian at the activity."""

    code = "needs-guardian"
    title = N_("A guardian is needed")
    detail = N_("%(volunteer)s is %(age)s and needs a guardian's %(needed)s.")
    next_step = N_("Come with the guardian, or let the guardian consent at the station.")
    volunteer: str
    age: int
    needed: str


@dataclass(eq=False)
class AlreadyRejected(Conflict):
    """The leader has declined this sign-up."""

    code = "signup-rejected"
    title = N_("Sign-up was declined")
    detail = N_("The sign-up of %(volunteer)s for %(activity)s was declined.")
    next_step = N_("Ask the leader of the activity.")
    activity: str
    volunteer: str


@dataclass(eq=False)
class SignupState(Conflict):
    """The sign-up is not in a state in which this can be done."""

    code = "signup-state"
    title = N_("Not possible in this state")
    detail = N_("The sign-up of %(volunteer)s for %(activity)s is “%(status)s”.")
    next_step = N_("Reload the page to see where it stands.")
    activity: str
    volunteer: str
    status: str
