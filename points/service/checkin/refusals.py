"""Why a scan is refused; every code of design §5, each with a sentence, a phrase to say aloud and a next step."""

from dataclasses import dataclass
from datetime import datetime

from points.foundation.errors import N_, Conflict, Invalid, NotAllowed, Refusal

# --- what is refused


class ScanRefusal(Refusal):
    """A refused scan. It is journalled, so what it wrote is kept."""

    keeps_writes = True


@dataclass(eq=False)
class InvalidCode(ScanRefusal, Invalid):
    """The code, or what came with it, means nothing here. `reason` is stable."""

    code = "invalid"
    title = N_("Not a valid code")
    detail = N_("This code cannot be used for check-in (%(reason)s).")
    next_step = N_("Scan the code on the leader's screen, or let the leader tick you off.")
    spoken = N_("Not valid")
    reason: str = "unknown"


@dataclass(eq=False)
class AmbiguousCode(ScanRefusal, Invalid):
    """The code alone does not say which activity or which person is meant."""

    code = "ambiguous"
    title = N_("Which one is meant?")
    detail = N_("The code needs a %(missing)s with it.")
    next_step = N_("Choose the %(missing)s and scan again.")
    spoken = N_("Please choose first")
    missing: str


@dataclass(eq=False)
class CodeExpired(ScanRefusal, Conflict):
    """The rotating code, the six digits or the ticket is too old, or the ticket was used."""

    code = "code-expired"
    title = N_("The code has expired")
    detail = N_("The code on the screen renews itself every 30 seconds; this one is too old.")
    next_step = N_("Scan the code that the screen shows now.")
    spoken = N_("Code expired, please scan again")


@dataclass(eq=False)
class CodeRevoked(ScanRefusal, Conflict):
    """The card was reported lost or replaced."""

    code = "code-revoked"
    title = N_("This card is no longer valid")
    detail = N_("The card was reported lost or replaced.")
    next_step = N_("Use the new card, or ask at the station for one.")
    spoken = N_("Card no longer valid")


@dataclass(eq=False)
class PersonSuspended(ScanRefusal, NotAllowed):
    """The volunteer is not active."""

    code = "person-suspended"
    title = N_("Registration not active")
    detail = N_("The registration of %(volunteer)s is “%(status)s”.")
    next_step = N_("Ask at your community.")
    spoken = N_("Please ask the leader")
    volunteer: str
    status: str


@dataclass(eq=False)
class PersonSuspendedYet(PersonSuspended):
    """A minor whom no station has seen yet with the guardian."""

    next_step = N_("Come to a station once with your guardian.")


@dataclass(eq=False)
class NotSignedUp(ScanRefusal, Conflict):
    """No place at this activity, and it takes no walk-ins (of this kind)."""

    code = "not-signed-up"
    title = N_("Not signed up")
    detail = N_("%(volunteer)s has no place at %(activity_title)s.")
    next_step = N_("Ask the leader, who may let you in.")
    spoken = N_("Not signed up")
    volunteer: str
    activity: str
    activity_title: str


@dataclass(eq=False)
class ActivityCancelled(ScanRefusal, Conflict):
    """The activity was called off."""

    code = "activity-cancelled"
    title = N_("The activity was called off")
    detail = N_("%(activity)s was called off: %(reason)s")
    next_step = N_("Look for another activity.")
    spoken = N_("The activity was called off")
    activity: str
    reason: str


@dataclass(eq=False)
class TooEarly(ScanRefusal, Conflict):
    """Check-in opens 30 minutes before the start."""

    code = "too-early"
    title = N_("Too early")
    detail = N_("Check-in opens at %(opens_at)s.")
    next_step = N_("Come back then and scan again.")
    spoken = N_("Too early")
    activity: str
    opens_at: datetime


@dataclass(eq=False)
class TooLate(ScanRefusal, Conflict):
    """Check-in closes at the end, check-out 30 minutes after it, everything at settlement."""

    code = "too-late"
    title = N_("Too late")
    detail = N_("It was possible until %(closed_at)s.")
    next_step = N_("Ask the leader to make up the attendance.")
    spoken = N_("Too late, please ask the leader")
    activity: str
    closed_at: datetime


@dataclass(eq=False)
class AlreadyIn(ScanRefusal, Conflict):
    """The person is checked in here already: who let them in, when and where."""

    code = "already-in"
    title = N_("Already checked in")
    detail = N_("%(volunteer)s has been in since %(since)s (by %(let_in_by)s).")
    next_step = N_("Scan again at the end to check out.")
    spoken = N_("Already checked in")
    volunteer: str
    activity: str
    since: datetime
    let_in_by: str
    where: str


@dataclass(eq=False)
class StaysUsedUp(ScanRefusal, Conflict):
    """As many stays per person, activity and date as the street's rules allow."""

    code = "already-in"
    title = N_("Nobody comes in so often on one day")
    detail = N_("%(volunteer)s has been in and out %(stays)s times today.")
    next_step = N_("Ask the leader.")
    spoken = N_("Please ask the leader")
    volunteer: str
    activity: str
    stays: int


@dataclass(eq=False)
class NotIn(ScanRefusal, Conflict):
    """There is no open stay to leave."""

    code = "not-in"
    title = N_("Not checked in")
    detail = N_("%(volunteer)s is not checked in here, so there is nothing to check out of.")
    next_step = N_("Ask the leader to make up the attendance.")
    spoken = N_("Not checked in")
    volunteer: str
    activity: str


@dataclass(eq=False)
class Full(ScanRefusal, Conflict):
    """No place is left for a walk-in."""

    code = "full"
    title = N_("All places are taken")
    detail = N_("All %(capacity)s places of %(activity)s are taken.")
    next_step = N_("Ask the leader, who can add places.")
    spoken = N_("All places are taken")
    activity: str
    capacity: int


@dataclass(eq=False)
class NeedsGuardian(ScanRefusal, NotAllowed):
    """A minor may not take part, or not without a guardian."""

    code = "needs-guardian"
    title = N_("A guardian is needed")
    detail = N_("%(volunteer)s is a minor and cannot check in alone here.")
    next_step = N_("Come with the guardian, or ask the leader.")
    spoken = N_("Please come with a guardian")
    volunteer: str
    activity: str


@dataclass(eq=False)
class OnDuty(ScanRefusal, NotAllowed):
    """Paid staff earn no hours at their own place during office hours (§3.4 rule 8)."""

    code = "on-duty"
    title = N_("On duty")
    detail = N_("%(volunteer)s is on duty here on working days from 09:00 to 17:00.")
    next_step = N_("The street can allow it with a reason.")
    spoken = N_("On duty")
    volunteer: str
    activity: str


@dataclass(eq=False)
class OtherStayOpen(ScanRefusal, Conflict):
    """One person is at one place at a time."""

    code = "other-session-open"
    title = N_("Still checked in elsewhere")
    detail = N_("%(volunteer)s is still checked in at %(other_title)s since %(since)s.")
    next_step = N_("Check out there first, or ask its leader to do so.")
    spoken = N_("Still checked in elsewhere")
    volunteer: str
    other_activity: str
    other_title: str
    since: datetime


@dataclass(eq=False)
class DeviceRevoked(ScanRefusal, NotAllowed):
    """The scanning device was taken out of service."""

    code = "device-revoked"
    title = N_("This device may no longer scan")
    detail = N_("The device was taken out of service.")
    next_step = N_("Use another device, or have this one enrolled again.")
    spoken = N_("Device not allowed")


@dataclass(eq=False)
class NonceReused(Invalid):
    """The nonce stands for another scan."""

    code = "nonce-reused"
    title = N_("This scan was sent before for someone else")
    detail = N_("The nonce was first sent with a different scan.")
    next_step = N_("Use a new nonce for a new scan.")


@dataclass(eq=False)
class UndoTooLate(Conflict):
    """A scan is undone within 15 minutes, from the same device, while nothing has followed it."""

    code = "undo-too-late"
    title = N_("Too late to undo")
    detail = N_("A scan can be undone for 15 minutes, before anything follows it.")
    next_step = N_("Ask the community to correct the stay.")
