"""The texts of the consents in plain words, as they are read before agreeing; their version is `VERSION`."""

from points.foundation.errors import N_
from points.people import consents

VERSION = consents.TEXT_VERSION

TEXTS = {
    "register": (
        N_("We keep your name, birth date, phone and community, and when and where you served."),
        N_("It is used to record your service and to reach you, and for nothing else."),
        N_("Service records stay at least 10 years, as the law asks. Close your account and the rest is removed."),
    ),
    "points": (
        N_("Your hours become points by the published rules, and points become everyday goods."),
        N_("Without this your hours count all the same, only without points."),
    ),
    "publish_name": (
        N_("When the community thanks people in public, your full name may stand there."),
        N_("Without this only your family name is shown."),
    ),
    "share_unit": (
        N_("If you reported in from your workplace, its liaison may see that it was you who served."),
        N_("Without this the liaison sees numbers only."),
    ),
    "household_pool": (
        N_("People of your household who agreed too may exchange your points, and you theirs."),
        N_("Take it back and sharing ends at once. What was exchanged before stays as it is."),
    ),
    "notice": (N_("We may tell you about activities in your community. Nothing else is sent."),),
    "guardian": (
        N_("I am the parent or legal guardian, and I agree that the child takes part and that this is recorded."),
        N_("My name and phone are kept to reach me; the child is never called."),
        N_("Staff look once at the station that it is really me. Until then the child cannot join anything."),
    ),
}
"""What each consent means, by purpose; a sentence each: what is done, what for, and what happens without it."""
