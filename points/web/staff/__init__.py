"""Pages of staff and team leaders: activities, the desk, stock, registration."""

from flask import Blueprint

from points.web import guards, tabs

bp = Blueprint("staff", __name__, url_prefix="/staff")
guards.stand_before(bp, guards.staff)
bp.context_processor(tabs.staff)

from points.web.staff import (  # noqa: E402, F401 – they hang their pages on `bp`
    account,
    accounts,
    activities,
    adjustments,
    audit,
    backfill,
    calendar,
    correcting,
    desk,
    duplicates,
    estate,
    exchange_days,
    feedback,
    figures,
    goods,
    household,
    kinds,
    leaving,
    let_in,
    list_in,
    lists,
    makeups,
    merchants,
    people,
    place,
    places,
    planning,
    printing,
    redemption,
    refused,
    registered,
    residence,
    rules,
    series,
    skills,
    station,
    stock,
    stock_goods,
    stock_keeping,
    stock_transfers,
    team,
    today,
    tokens,
    units,
    waiting,
    watch,
)
