"""Every page of the service with a real thing in its address, by audience; a test proves that none is left out."""

from tests.web.conftest import Street


def public(street: Street) -> dict[str, str]:
    return {
        "public.home": "/",
        "public.station": "/stations/NLJ-1",
        "public.label": f"/g/{street.label}",
        "public.rules": "/rules",
        "public.privacy": "/privacy",
        "public.privacy_minors": "/privacy/minors",
        "public.complaints": "/complaints",
        "public.consent_words": "/privacy/consents",
        "public.register": "/register",
        "public.register_minor": "/register/minor",
        "public.sign_in": "/sign-in",
        "public.staff_sign_in": "/sign-in/staff",
        "public.set_up": "/set-up/never-given",
        "public.card": f"/c/{street.card}",
        "public.pick_up": f"/p/{street.pickup}",
        "public.activity_code": f"/s/{street.poster}",
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
        "volunteer.sign_ins": "/my/sign-ins",
        "volunteer.scan": "/my/scan/never-given",
    }


def staff(street: Street) -> dict[str, str]:
    return {
        "staff.today": "/staff/",
        "staff.activity_new": "/staff/activities/new",
        "staff.activity": f"/staff/activities/{street.running}",
        "staff.activity_screen": f"/staff/activities/{street.running}/screen",
        "staff.activity_screen_now": f"/staff/activities/{street.running}/screen/now",
        "staff.activity_roster": f"/staff/activities/{street.running}/roster",
        "staff.activity_settle": f"/staff/activities/{street.ended}/settle",
        "staff.waiting": "/staff/waiting",
        "staff.adjustments": "/staff/adjustments",
        "staff.rules": "/staff/rules",
        "staff.rules_new": "/staff/rules/new",
        "staff.rules_version": "/staff/rules/RS-01",
        "staff.people": "/staff/people?text=赵",
        "staff.people_new": "/staff/people/new",
        "staff.print_cards": f"/staff/print/cards?codes={street.volunteer}",
        "staff.people_person": f"/staff/people/{street.volunteer}",
        "staff.people_card_print": f"/staff/people/{street.volunteer}/card",
        "staff.sign_ins": "/staff/sign-ins",
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
        "staff.session": f"/staff/sessions/{street.event}",
        "staff.print_labels": "/staff/print/labels?station=NLJ-1",
    }


def paper(street: Street) -> dict[str, str]:
    """What is printed: PDF, not pages."""
    return {
        "volunteer.points_passbook": "/my/points/passbook.pdf",
        "staff.people_passbook": f"/staff/people/{street.volunteer}/passbook.pdf",
        "staff.print_cards_pdf": f"/staff/print/cards.pdf?codes={street.volunteer}",
        "staff.activity_poster": f"/staff/activities/{street.running}/poster.pdf",
        "staff.activity_roster_pdf": f"/staff/activities/{street.running}/roster.pdf",
        "staff.print_labels_pdf": "/staff/print/labels.pdf?station=NLJ-1",
        "staff.session_list_pdf": f"/staff/sessions/{street.event}/list.pdf",
    }
