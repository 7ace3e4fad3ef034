"""The rules of a street: their versions and dates; a new one is drafted by one person and published by another."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import count, islice
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
from points.foundation.errors import Refusal
from points.places import areas
from points.places.tables import Area
from points.rewards import preview, rulesets, withdrawal
from points.rewards.parameters import Expiry, Params
from points.rewards.preview import Preview
from points.rewards.statuses import RuleSetStatus
from points.rewards.tables import RuleSet
from points.shapes.fields import Code, Flag, Text, Whole, Word
from points.shapes.forms import Each, Form
from points.shapes.points import NewRuleSetShape, WithdrawShape
from points.web import forms, pages
from points.web.staff import bp, rule_words

MORE_ITEMS = 5
"""Empty lines for civic items that are new."""


@dataclass(frozen=True, kw_only=True)
class OfStreet(Form):
    """Which street."""

    street: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class NewRules(Form, like=NewRuleSetShape):
    """The rules from a day on; what stays empty is as in the newest published ones.

    `number`: the parameters that are one number; `share`: the weight of each kind of service; `star`: the hours for
    each; `civic_title` and `civic_points` are the items of the civic list by their codes.
    """

    street: str
    effective_from: date
    resolution_ref: str = ""
    number: Annotated[dict[str, int], Each(Whole(most=1_000_000))] = field(default_factory=dict)
    share: Annotated[dict[str, int], Each(Whole(least=50, most=200))] = field(default_factory=dict)
    poor_rating_pays: Annotated[bool, Flag()] = False
    expiry: Annotated[str, Word("year_end_plus", "months", "never")] = "year_end_plus"
    expiry_years: Annotated[int | None, Whole(most=20)] = None
    expiry_months: Annotated[int | None, Whole(least=1, most=240)] = None
    star: Annotated[dict[str, int], Each(Whole(least=1, most=100_000))] = field(default_factory=dict)
    civic_on: Annotated[bool, Flag()] = False
    civic_title: Annotated[dict[str, str], Each(Text(60, least=2))] = field(default_factory=dict)
    civic_points: Annotated[dict[str, int], Each(Whole(least=1, most=100))] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Withdraw(Form, like=WithdrawShape):
    """Why rules that were announced are not to come."""

    reason: str


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
            params=_changed(rulesets.base_of(rulesets.newest_of(session, street_id=street.id)), form),
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
            changed = _changed(rulesets.base_of(rulesets.newest_of(session, street_id=street.id)), form)
            found = preview.of_params(
                session,
                street=street.code,
                params=changed,
                effective_from=form.effective_from,
                by=by,
                at=at,
            )
    except Refusal as refusal:
        return _new(refusal=refusal)
    return _new(found=found, changed=changed)


@bp.get("/rules/<version>")
def rules_version(version: str) -> Response:
    """One version in words; a draft with its two buttons."""
    return _version(version)


@bp.post("/rules/<version>/withdrawal")
def rules_withdraw(version: str) -> Response:
    """Ask that published rules do not begin; another person decides."""
    try:
        form = forms.read(Withdraw)
        forms.once(
            lambda session: withdrawal.propose(
                session, version=version, reason=form.reason, by=http.current_actor(), at=clock.now()
            )
        )
    except Refusal as refusal:
        return _version(version, refusal=refusal)
    flash(gettext("Asked. A second street administrator decides it."))
    return redirect(url_for(".rules_version", version=version), 303)


@bp.post("/rules/<version>/<step>")
def rules_step(version: str, step: str) -> Response:
    """Publish a draft, or drop it; withdraw published rules that another person asks to be withdrawn, or keep them."""
    by, at = http.current_actor(), clock.now()
    steps: dict[str, Callable[..., object]] = {
        "publish": rulesets.publish,
        "drop": rulesets.drop,
        "withdraw": partial(withdrawal.decide, approve=True),
        "keep": partial(withdrawal.decide, approve=False),
    }
    told = {
        "publish": gettext("Published."),
        "drop": gettext("Dropped."),
        "withdraw": gettext("Withdrawn. The rules in force go on."),
        "keep": gettext("They stay as they are announced."),
    }
    if step not in steps:
        pages.not_here()
    try:
        forms.once(lambda session: steps[step](session, version=version, by=by, at=at))
    except Refusal as refusal:
        return _version(version, refusal=refusal)
    flash(told[step])
    return redirect(url_for(".rules"), 303)


def _new(*, refusal: Refusal | None = None, found: Preview | None = None, changed: Params | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    streets = _streets(session, by, "ruleset.draft")
    if not streets:
        raise NotPermitted(action="ruleset.draft")
    asked = forms.asked(OfStreet).street
    street = next((one for one in streets if asked in ("", one.code)), None)
    if street is None:
        pages.not_here()
    newest = rulesets.newest_of(session, street_id=street.id)
    params = rulesets.base_of(newest)
    named: Mapping[str, object] = params
    earliest = clock.local_date(clock.now()) + (rulesets.NOTICE if newest else timedelta(0))
    items = {code: (item["title"], item["points"]) for code, item in params["civic"]["items"].items()}
    more = _free_codes(items)
    return pages.show(
        "staff/rules_new.html",
        refusal=refusal,
        form=forms.shown(NewRules),
        streets=streets,
        street=street,
        newest=newest,
        groups=[
            (label, [(name, called, named[name]) for name, called in group.items()])
            for label, group in rule_words.NUMBERS.items()
        ],
        params=params,
        star_hours=_star_hours(params),
        civic_items=[(code, *item) for code, item in items.items()] + [(code, "", "") for code in more],
        shares=sorted(params["categories"].items()),
        categories=(categories := pages.category_names(session)),
        first=newest is None,
        earliest=max(earliest, newest.effective_from) if newest else earliest,
        preview=found,
        differences=rule_words.differences(params, changed, categories) if changed else [],
    )


def _version(version: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    found = next((one for one in rulesets.listing(session, by=by) if one.version == version), None)
    if found is None:
        pages.not_here()
    path, at = areas.path_of(session, found.street_id), clock.now()
    newest = rulesets.newest_of(session, street_id=found.street_id)
    earliest = clock.local_date(at) + rulesets.NOTICE
    categories = pages.category_names(session)
    from_version = newest if found.status == RuleSetStatus.DRAFT else _drafted_from(session, found)
    return pages.show(
        "staff/rules_version.html",
        refusal=refusal,
        form=forms.shown(Withdraw),
        rules=found,
        tied=two_people.tied(session, by=by, at=at),
        hourly={found.version: rulesets.hourly(found)},
        categories=categories,
        may_publish=by.role_for("ruleset.publish", area_path=path) is not None,
        may_drop=by.role_for("ruleset.draft", area_path=path) is not None,
        earliest=earliest,
        first=newest is None,
        outdated=found.status == RuleSetStatus.DRAFT and (newest.version if newest else None) != found.based_on,
        newest=newest,
        from_version=from_version,
        differences=rule_words.differences(from_version.params, found.params, categories) if from_version else [],
        may_withdraw=found.status == RuleSetStatus.PUBLISHED and withdrawal.may_be(session, found, at=at),
        asked=withdrawal.asked(session, rule_set_id=found.id),
        preview=_preview(session, found, by),
    )


def _drafted_from(session: Session, found: RuleSet) -> RuleSet | None:
    return rulesets.by_version(session, found.based_on) if found.based_on else None


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


def _changed(base: Params, form: NewRules) -> Params:
    """The parameters of the form; those that it leaves empty are as in `base`."""
    numbers = {name: form.number[name] for name in rule_words.NUMBER if name in form.number}
    hours = _star_hours(base)
    stars = [
        base["star_minutes"][int(place) - 1] if hours.get(place) == typed else typed * 60
        for place, typed in sorted(form.star.items())
        if place.isdigit()
    ]
    if form.civic_title.keys() != form.civic_points.keys():
        odd = form.civic_title.keys() ^ form.civic_points.keys()
        names = {f"civic_{'title' if code in form.civic_points else 'points'}-{code}": forms.MISSING for code in odd}
        raise forms.wrong(NewRules, **names)
    items = {code: {"title": title, "points": form.civic_points[code]} for code, title in form.civic_title.items()}
    return cast(
        Params,
        {
            **base,
            **numbers,
            "categories": {code: form.share.get(code, share) for code, share in base["categories"].items()},
            "poor_rating_pays": form.poor_rating_pays,
            "expiry": _expiry(base["expiry"], form),
            "star_minutes": stars or base["star_minutes"],
            "civic": {"on": form.civic_on, "items": items},
        },
    )


def _expiry(base: Expiry, form: NewRules) -> Expiry:
    if form.expiry == "never":
        return {"type": "never"}
    if form.expiry == "months":
        months = form.expiry_months or base.get("months")
        if months is None:
            raise forms.wrong(NewRules, expiry_months=forms.MISSING)
        return {"type": "months", "months": months}
    years = form.expiry_years if form.expiry_years is not None else base.get("years", 1)
    return {"type": "year_end_plus", "years": years}


def _star_hours(params: Params) -> dict[str, int]:
    """The hours for each star by its number; a part of an hour is kept as it is unless the hours are changed."""
    return {str(number): minutes // 60 for number, minutes in enumerate(params["star_minutes"], start=1)}


def _free_codes(items: Mapping[str, object]) -> list[str]:
    """Codes for civic items that are new."""
    free = (f"C{number:02d}" for number in count(1))
    return list(islice((code for code in free if code not in items), MORE_ITEMS))
