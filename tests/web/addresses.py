"""Every page of the service with a real thing in its address, by audience; a test proves that none is left out."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tests.web.conftest import Street, staff_cookie, volunteers_cookie

PIECES = {"staff.activity_screen_now", "staff.exchange_day_screen_now", "public.sign_in_help_now"}
"""What pages fetch for a part of themselves: not whole pages."""

APART = {"staff.activity_form", "staff.stock_sent"}
"""What leads back to its form, and goods on the way to a second station, which has a test of its own."""


def public(street: Street) -> dict[str, str]:
    return {
        "public.home": "/",
        "public.station": "/stations/NLJ-1",
        "public.label": f"/g/{street.label}",
        "public.rules": "/rules",
        "public.privacy": "/privacy",
        "public.privacy_minors": "/privacy/minors",
        "public.complaints": "/complaints",
        "public.complaint": f"/complaints/{street.feedback}",
        "public.consent_words": "/privacy/consents",
        "public.register": "/register",
        "public.register_minor": "/register/minor",
        "public.sign_in": "/sign-in",
        "public.sign_in_help": "/sign-in/help",
        "public.sign_in_help_now": "/sign-in/help/now",
        "public.staff_sign_in": "/sign-in/staff",
        "public.set_up": "/set-up/never-given",
        "public.card": f"/c/{street.card}",
        "public.pick_up": f"/p/{street.pickup}",
        "public.activity_code": f"/s/{street.poster}",
        "public.merchant": f"/m/{street.merchant_token}",
    }


def volunteer(street: Street) -> dict[str, str]:
    return {
        "volunteer.home": "/my/",
        "volunteer.activities": "/my/activities",
        "volunteer.activity": f"/my/activities/{street.coming}",
        "volunteer.points": "/my/points",
        "volunteer.points_line": f"/my/points/{street.line}",
        "volunteer.records": "/my/records",
        "volunteer.record": f"/my/records/{street.record}",
        "volunteer.makeup": f"/my/activities/{street.ended}/makeup",
        "volunteer.goods": "/my/goods",
        "volunteer.reservation": f"/my/reservations/{street.reserved}",
        "volunteer.me": "/my/me",
        "volunteer.household": "/my/household",
        "volunteer.teams": "/my/teams",
        "volunteer.skills": "/my/skills",
        "volunteer.leave": "/my/me/leave",
        "volunteer.profile": "/my/me/profile",
        "volunteer.children": "/my/children",
        "volunteer.sign_ins": "/my/sign-ins",
        "volunteer.scanner": "/my/scan",
        "volunteer.scan": "/my/scan/never-given",
    }


def guardian(street: Street) -> dict[str, str]:
    """The pages of a child, on the guardian's phone."""
    child = f"/my/children/{street.child}"
    return {
        "child.home": f"{child}/",
        "child.activities": f"{child}/activities",
        "child.activity": f"{child}/activities/{street.coming}",
        "child.points": f"{child}/points",
        "child.records": f"{child}/records",
        "child.makeup": f"{child}/activities/{street.ended}/makeup",
        "child.goods": f"{child}/goods",
        "child.household": f"{child}/household",
        "child.me": f"{child}/me",
        "child.profile": f"{child}/me/profile",
        "child.scanner": f"{child}/scan",
    }


def staff(street: Street) -> dict[str, str]:
    return {
        "staff.today": "/staff/",
        "staff.activity_new": "/staff/activities/new?new=1",
        "staff.backfill": "/staff/activities/backfill",
        "staff.activity_change": f"/staff/activities/{street.draft}/change",
        "staff.approvals": "/staff/approvals",
        "staff.series_page": f"/staff/series/{street.series}",
        "staff.team_list": "/staff/teams",
        "staff.units": "/staff/units",
        "staff.unit": f"/staff/units/{street.unit}",
        "staff.skills": "/staff/skills",
        "staff.people_skills": f"/staff/people/{street.volunteer}/skills",
        "staff.people_correct": f"/staff/people/{street.volunteer}/correct",
        "staff.people_suspend": f"/staff/people/{street.volunteer}/suspend",
        "staff.team": f"/staff/teams/{street.team}",
        "staff.activity": f"/staff/activities/{street.running}",
        "staff.activity_screen": f"/staff/activities/{street.running}/screen",
        "staff.activity_screen_now": f"/staff/activities/{street.running}/screen/now",
        "staff.activity_roster": f"/staff/activities/{street.running}/roster",
        "staff.activity_settle": f"/staff/activities/{street.ended}/settle",
        "staff.refused": "/staff/refused",
        "staff.waiting": "/staff/waiting",
        "staff.waiting_part": "/staff/waiting/all/late",
        "staff.audit": "/staff/audit?kind=activity",
        "staff.accounts": "/staff/accounts",
        "staff.account_new": "/staff/accounts/new",
        "staff.account_page": f"/staff/accounts/{street.clerk}",
        "staff.figures": "/staff/figures?area=YD&year=2026",
        "staff.figures_rows": "/staff/figures/person_times?area=YD&year=2026",
        "staff.adjustments": "/staff/adjustments",
        "staff.lists": "/staff/lists",
        "staff.list_in": "/staff/lists/in",
        "staff.account_tokens": "/staff/tokens",
        "staff.places": "/staff/places",
        "staff.place": "/staff/places/BZ",
        "staff.place_categories": "/staff/kinds",
        "staff.place_of_station": "/staff/stations/NLJ-1",
        "staff.place_estate": f"/staff/estates/{street.estate}",
        "staff.people_home": f"/staff/people/{street.volunteer}/home",
        "staff.calendar": "/staff/calendar?year=2026",
        "staff.rules": "/staff/rules",
        "staff.rules_new": "/staff/rules/new",
        "staff.rules_version": "/staff/rules/RS-01",
        "staff.people": "/staff/people?text=赵",
        "staff.people_new": "/staff/people/new",
        "staff.people_duplicates": "/staff/people/duplicates",
        "staff.people_compare": f"/staff/people/duplicates/{street.volunteer}/{street.leader}",
        "staff.feedback": "/staff/feedback",
        "staff.feedback_one": f"/staff/feedback/{street.feedback}",
        "staff.print_cards": f"/staff/print/cards?codes={street.volunteer}",
        "staff.people_person": f"/staff/people/{street.volunteer}",
        "staff.people_registered": f"/staff/people/{street.volunteer}/registered",
        "staff.people_household": f"/staff/people/{street.volunteer}/household",
        "staff.people_leave": f"/staff/people/{street.volunteer}/leave",
        "staff.people_let_in": f"/staff/people/{street.volunteer}/sign-in",
        "staff.people_card_print": f"/staff/people/{street.volunteer}/card",
        "staff.sign_ins": "/staff/sign-ins",
        "staff.password": "/staff/password",
        "staff.watch": "/staff/watch",
        "staff.merchants": "/staff/merchants",
        "staff.merchant": f"/staff/merchants/{street.merchant}",
    }


def counter(street: Street) -> dict[str, str]:
    return {
        "staff.desk": f"/staff/desk?who={street.volunteer}",
        "staff.redemption": f"/staff/redemptions/{street.receipt}",
        "staff.stock": "/staff/stock",
        "staff.stock_receive": "/staff/stock/receive",
        "staff.goods": "/staff/goods",
        "staff.goods_new": "/staff/goods/new",
        "staff.goods_item": "/staff/goods/G02",
        "staff.stock_near": "/staff/stock/near",
        "staff.stock_write_off": "/staff/stock/write-off",
        "staff.stock_transfer": "/staff/stock/transfer",
        "staff.stock_count": "/staff/stock/count",
        "staff.stock_goods": "/staff/stock/goods/G02?station=NLJ-1",
        "staff.stock_transfers": "/staff/stock/transfers",
        "staff.exchange_day_list": "/staff/sessions",
        "staff.exchange_day": f"/staff/sessions/{street.event}",
        "staff.exchange_day_screen": f"/staff/sessions/{street.event}/screen",
        "staff.exchange_day_screen_now": f"/staff/sessions/{street.event}/screen/now",
        "staff.exchange_day_close": f"/staff/sessions/{street.event}/close",
        "staff.vouchers_accept": "/staff/vouchers",
        "staff.donors": "/staff/donors",
        "staff.print_labels": "/staff/print/labels?station=NLJ-1",
    }


def community(street: Street) -> dict[str, str]:
    """What is the community's and not the street's."""
    return {"staff.activity_makeups": f"/staff/activities/{street.ended}/makeups"}


def paper(street: Street) -> dict[str, str]:
    """What is printed: PDF, not pages."""
    return {
        "volunteer.points_passbook": "/my/points/passbook.pdf",
        "staff.people_passbook": f"/staff/people/{street.volunteer}/passbook.pdf",
        "staff.print_cards_pdf": f"/staff/print/cards.pdf?codes={street.volunteer}",
        "staff.activity_poster": f"/staff/activities/{street.running}/poster.pdf",
        "staff.activity_roster_pdf": f"/staff/activities/{street.running}/roster.pdf",
        "staff.print_labels_pdf": "/staff/print/labels.pdf?station=NLJ-1",
        "staff.exchange_day_list_pdf": f"/staff/sessions/{street.event}/list.pdf",
    }


def files(street: Street) -> dict[str, str]:
    """What a spreadsheet opens."""
    return {
        "staff.figures_csv": "/staff/figures.csv?area=YD&year=2026&table=categories",
        "staff.figures_rows_csv": "/staff/figures/person_times.csv?area=YD&year=2026",
    }


AUDIENCES: dict[str, Callable[[Street], dict[str, str]]] = {
    "public": public,
    "volunteer": volunteer,
    "guardian": guardian,
    "staff": staff,
    "counter": counter,
    "community": community,
}
"""Who visits which pages. A page that is listed is looked at in every size, colour and language."""


def states(street: Street) -> dict[str, tuple[str, ...]]:
    """The same pages in other states, by audience: nothing found, nothing chosen yet, a refusal."""
    return {
        "public": ("/nothing-here", "/sign-in?next=/my/", "/c/ZZZZ-ZZZZ"),
        "volunteer": (f"/s/{street.screen}", "/nothing-here"),
        "staff": ("/staff/people", "/staff/people?text=nobody"),
        "community": (),
        "counter": ("/staff/desk", "/staff/desk?who=nobody", f"/staff/desk?who={street.card}", "/staff/people"),
    }


EVERYTHING = (*AUDIENCES.values(), paper, files)


def visit(session: Session, audience: str, street: Street) -> str:
    """Sign in who visits the pages of this audience; returns the cookie, none for the public."""
    match audience:
        case "volunteer":
            return volunteers_cookie(session, street.volunteer)
        case "guardian":
            return volunteers_cookie(session, street.guardian)
        case "staff":
            return staff_cookie(session, "street_admin")
        case "counter":
            return staff_cookie(session, "station_staff", "NLJ-1")
        case "community":
            return staff_cookie(session, "community_admin", "BZ")
        case _:
            return ""
