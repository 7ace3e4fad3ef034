"""What each figure means, in the words that are printed beside it."""

from collections.abc import Mapping
from types import MappingProxyType

from points.foundation.errors import N_

DEFINITION_VERSION = "2026-1"
"""Printed beside every figure; a changed definition gets a new version and the old figures keep theirs."""

DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "occasions": N_(
            "Activities ended or later with at least one confirmed record, by local start date; an activity of "
            "several days counts once for each date with records."
        ),
        "person_times": N_("Distinct (volunteer, activity, date) with minutes credited and confirmed."),
        "persons": N_(
            "Distinct volunteers among the person-times; a street's total is not the sum of its communities."
        ),
        "minutes": N_("Confirmed minutes of the person-times, without hours transferred from elsewhere."),
        "beneficiaries": N_(
            "People helped, as the leaders wrote down (self-reported), of activities ended or later with at least one "
            "confirmed record, by local start date."
        ),
        "c_records": N_("Person-times of assurance C: ticked on the roster, made up or backfilled."),
        "makeups": N_("Person-times that rest on a make-up or a backfilled activity."),
        "sessions": N_("Closed exchange sessions with at least one hand-over that was not returned."),
        "redemptions": N_("Distinct (session or counter date, redeemer) of hand-overs that were not returned."),
        "items": N_("Quantity handed over less quantity returned."),
        "points_redeemed": N_("Points of hand-overs less points of returns."),
        "balance_before": N_("Points held by volunteers before the first of these days."),
        "points_issued": N_("Points earned by service less points taken back by corrections; opening points apart."),
        "points_brought": N_("Points that people had before this service and that were brought over."),
        "points_adjusted": N_("Points given less points taken by adjustments of two people."),
        "points_spent": N_("Points that the residents of this place exchanged, wherever that was, less returns."),
        "points_expired": N_("Points that reached their last day unused."),
        "balance_open": N_(
            "Points held by volunteers at the end, those reserved for a pick-up included: those held before, plus "
            "earned, brought over and adjusted, less exchanged by the residents and expired."
        ),
        "teams": N_("Active teams."),
        "stations": N_("Stations that are not closed."),
        "volunteers": N_("Registered volunteers who are active or suspended."),
    }
)
