"""The rules of a street: their versions and dates; a new one is drafted by one person and published by another."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, cast

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import two_people
from points.database import db, one_moment
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Refusal
from points.places import areas
from points.places.tables import Area
from points.rewards import preview, rulesets
from points.rewards.parameters import Params
from points.rewards.preview import Preview
from points.rewards.statuses import RuleSetStatus
from points.rewards.tables import RuleSet
from points.shapes.fields import Code, Whole
from points.shapes.forms import Each, Form
from points.shapes.points import NewRuleSetShape
from points.web import forms, pages
from points.web.staff import bp

Amount = Annotated[int | None, Whole(most=1_000_000)]

COMMON = {
    "points_per_hour": N_("Points for one hour"),
    "quantum_min": N_("Counted in steps of so many minutes"),
    "min_minutes": N_("Least minutes that count"),
    "activity_cap_points": N_("At most points an activity"),
    "day_cap_points": N_("At most points a day"),
    "month_cap_points": N_("At most points a month; 0 for no limit"),
    "leader_bonus_points": N_("More points for the leader"),
    "leader_bonus_min_people": N_("From so many people for the leader"),
    "pickup_days": N_("Days to collect a reservation"),
    "return_days": N_("Days to return goods"),
    "price_notice_days": N_("Days before a new price begins"),
}
"""The parameters that a street changes; the others go on as they are in force."""


@dataclass(frozen=True, kw_only=True)
class OfStreet(Form):
    """Which street."""

    street: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class NewRules(Form, like=NewRuleSetShape):
    """What changes of the rules in force, from which day on; `share`: the weight of each kind of service."""

    street: str
    effective_from: date
    resolution_ref: str = ""
    points_per_hour: Amount = None
    quantum_min: Amount = None
    min_minutes: Amount = None
    activity_cap_points: Amount = None
    day_cap_points: Amount = None
    month_cap_points: Amount = None
    leader_bonus_points: Amount = None
    leader_bonus_min_people: Amount = None
    pickup_days: Amount = None
    return_days: Amount = None
    price_notice_days: Amount = None
    share: Annotated[dict[str, int], Each(Whole(least=50, most=200))] = field(default_factory=dict)


@bp.get("/rules")
def rules() -> Response:
    """Every version of the rules, the latest first."""
    session, by = db.session(), http.current_actor()
    streets = _streets(session, by, "ruleset.draft")
    return pages.show(
        "staff/rules.html",
        versions=rulesets.listing(session, by=by),
        in_force=_in_force(session, streets),
        may_draft=bool(streets),
        no_street=not areas.subtree(session, path="/", types=("street",)),
        today=clock.local_date(clock.now()),
    )


@bp.get("/rules/new")
def rules_new() -> Response:
    """The form of a new version, filled in with what is in force."""
    http.current_actor().require_somewhere("ruleset.draft")
    return _new()


@bp.post("/rules")
def rules_draft() -> Response:
    """Write down a draft: what is in force, with what was changed."""
    by, at = http.current_actor(), clock.now()

    def draft(session: Session) -> str:
        street = areas.street_by_code(session, form.street)
        return rulesets.draft(
            session,
            street=street.code,
            effective_from=form.effective_from,
            params=_changed(_base(session, street), form),
            resolution_ref=form.resolution_ref,
            by=by,
            at=at,
        ).version

    try:
        form = forms.read(NewRules)
        version = forms.once(draft)
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Drafted. A second person publishes it."))
    return redirect(url_for(".rules_version", version=version), 303)


@bp.post("/rules/preview")
def rules_preview() -> Response:
    """What the rules in the form would have given last quarter; nothing is written down."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(NewRules)
        with one_moment() as session:
            street = areas.street_by_code(session, form.street)
            found = preview.of_params(
                session,
                street=street.code,
                params=_changed(_base(session, street), form),
                effective_from=form.effective_from,
                by=by,
                at=at,
            )
    except Refusal as refusal:
        return _new(refusal=refusal)
    return _new(found=found)


@bp.get("/rules/<version>")
def rules_version(version: str) -> Response:
    """One version in words; a draft with its two buttons."""
    return _version(version)


@bp.post("/rules/<version>/<step>")
def rules_step(version: str, step: str) -> Response:
    """Publish a draft, or drop it."""
    steps = {"publish": rulesets.publish, "drop": rulesets.drop}
    if step not in steps:
        pages.not_here()
    try:
        forms.once(lambda session: steps[step](session, version=version, by=http.current_actor(), at=clock.now()))
    except Refusal as refusal:
        return _version(version, refusal=refusal)
    flash(gettext("Published.") if step == "publish" else gettext("Dropped."))
    return redirect(url_for(".rules"), 303)


def _new(*, refusal: Refusal | None = None, found: Preview | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    streets = _streets(session, by, "ruleset.draft")
    if not streets:
        raise NotPermitted(action="ruleset.draft")
    asked = forms.asked(OfStreet).street
    street = next((one for one in streets if asked in ("", one.code)), None)
    if street is None:
        pages.not_here()
    params = _base(session, street)
    named: Mapping[str, object] = params
    return pages.show(
        "staff/rules_new.html",
        refusal=refusal,
        form=forms.shown(NewRules),
        streets=streets,
        street=street,
        common=[(name, label, named[name]) for name, label in COMMON.items()],
        shares=sorted(params["categories"].items()),
        categories=pages.category_names(session),
        first=(first := not _in_force(session, [street])),
        earliest=clock.local_date(clock.now()) + (timedelta(0) if first else rulesets.NOTICE),
        preview=found,
    )


def _version(version: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = next((one for one in rulesets.listing(session, by=by) if one.version == version), None)
    if found is None:
        pages.not_here()
    path = areas.path_of(session, found.street_id)
    return pages.show(
        "staff/rules_version.html",
        refusal=refusal,
        rules=found,
        tied=two_people.tied(session, by=by, at=clock.now()),
        hourly={found.version: rulesets.hourly(found)},
        categories=pages.category_names(session),
        may_publish=by.role_for("ruleset.publish", area_path=path) is not None,
        may_drop=by.role_for("ruleset.draft", area_path=path) is not None,
        earliest=clock.local_date(clock.now()) + rulesets.NOTICE,
        first=not _in_force(session, [session.get_one(Area, found.street_id)]),
        preview=_preview(session, found, by),
    )


def _preview(session: Session, found: RuleSet, by: Actor) -> Preview | None:
    """What a draft would have given last quarter; None for what is no draft, or has no rules to be compared with."""
    if found.status == RuleSetStatus.DRAFT:
        with suppress(rulesets.NoRulesInForce), one_moment() as together:
            return preview.of_draft(together, version=found.version, by=by, at=clock.now())
    return None


def _streets(session: Session, by: Actor, action: str) -> list[Area]:
    return [
        street
        for street in areas.subtree(session, path="/", types=("street",))
        if by.role_for(action, area_path=street.path) is not None
    ]


def _in_force(session: Session, streets: list[Area]) -> set[str]:
    """The versions that count today in these streets."""
    today, found = clock.local_date(clock.now()), set()
    for street in streets:
        with suppress(rulesets.NoRulesInForce):
            found.add(rulesets.in_force(session, street_id=street.id, day=today).version)
    return found


def _base(session: Session, street: Area) -> Params:
    """The parameters in force in the street today, or the customary ones where it has none yet."""
    in_force: RuleSet | None = None
    with suppress(rulesets.NoRulesInForce):
        in_force = rulesets.in_force(session, street_id=street.id, day=clock.local_date(clock.now()))
    known: Mapping[str, object] = {} if in_force is None else in_force.params
    return cast(Params, {name: known.get(name, default) for name, default in rulesets.DEFAULT_PARAMS.items()})


def _changed(base: Params, form: NewRules) -> Params:
    typed = {name: value for name in COMMON if (value := getattr(form, name)) is not None}
    shares = {code: form.share.get(code, share) for code, share in base["categories"].items()}
    return cast(Params, {**base, **typed, "categories": shares})
