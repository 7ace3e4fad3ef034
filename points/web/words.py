"""What the business's states and kinds are called on pages; English message ids, translated when shown."""

from points.exchange.statuses import GoodsClass
from points.foundation.errors import N_, Refusal
from points.help.statuses import FeedbackKind
from points.people.statuses import LookReason
from points.web import audit_words, service_words

FIELD: dict[str, str | tuple[str, ...]] = {
    "guardian-needed": "guardian_name",
    "invalid": ("digits", "card"),
    "code-expired": ("digits", "card"),
    "ambiguous": ("digits", "card"),
    "second-person-needed": "second_login",
    "not-two-people": "second_login",
    "wrong-secret": ("second_password", "pin", "password", "old"),
    "attendee-unreadable": "people",
    "stay-invalid": "people",
    "login-unreadable": "login",
    "login-taken": "login",
    "code-taken": "code",
    "leader-not-of-age": "leader",
    "number-taken": "number",
    "reason-too-short": "reason",
    "adjustment-out-of-range": "points",
    "bad-birth-date": "birth_date",
    "too-young": "birth_date",
    "mobile-needed": "phone",
    "phone-needed": "phone",
    "phone-taken": "phone",
    "wrong-neighbour-group": "neighbour_group",
    "wrong-parent": "type",
    "wrong-below": "type",
    "bad-pin": "pin",
    "pins-differ": "again",
}
"""The field that a refusal is about; of several names the first that the form has."""
PROVED_BY = {"pin": "pin", "card_pin": "pin", "phone4": "phone4", "known_by_two": "second_password"}
"""The field of each way to prove who somebody is."""
TYPED_AS = {"start_at": "start", "end_at": "end", "breaks": "break_until", "claimed_in": "came", "claimed_out": "went"}
"""What a form calls the field that a refusal calls otherwise."""
PURPOSE = {
    "earn": N_("Service"),
    "opening": N_("Brought over from before"),
    "reserve": N_("Set aside for a reservation"),
    "release": N_("Reservation ended, back to you"),
    "spend": N_("Exchanged for goods"),
    "return": N_("Goods returned"),
    "expire": N_("Expired"),
    "reverse": N_("Record corrected"),
    "adjust": N_("Adjusted"),
}
REDEMPTION = {
    "reserved": N_("Reserved"),
    "fulfilled": N_("Handed over"),
    "cancelled": N_("Cancelled"),
    "lapsed": N_("Not collected in time"),
    "returned": N_("Returned"),
}
IDENTITY = {
    "pin": N_("PIN"),
    "card_pin": N_("Card and PIN"),
    "phone4": N_("Last four digits of the phone"),
    "known_by_two": N_("Known to two staff members"),
}
CONSENT = {
    "register": N_("Keep my data to record my service"),
    "points": N_("Earn points for my service"),
    "publish_name": N_("Show my full name when the community thanks people"),
    "share_unit": N_("Tell my employer's liaison that it was me"),
    "household_pool": N_("Let my household spend my points with theirs"),
    "guardian": N_("Guardian's consent"),
    "wish_publish": N_("Publish my wish without my name"),
    "notice": N_("Tell me about activities on my page or by phone"),
}
LOOK: dict[str, str] = {
    LookReason.COUNTER: N_("The child is here at the counter"),
    LookReason.GUARDIAN: N_("The guardian asks, or I call the guardian"),
    LookReason.ACTIVITY: N_("For an activity the child takes part in"),
    LookReason.CORRECTION: N_("To correct what is kept"),
    LookReason.SAFETY: N_("The child's safety"),
}
LIST = {
    "areas": N_("Areas"),
    "stations": N_("Stations"),
    "volunteers": N_("Volunteers"),
    "households": N_("Households"),
    "teams": N_("Teams"),
    "members": N_("Members of teams"),
    "units": N_("Units"),
    "report-ins": N_("Members reporting in from their units"),
    "activities": N_("Activities"),
    "signups": N_("Sign-ups"),
    "attendance": N_("Check-ins and check-outs"),
    "records": N_("Service records"),
    "merchants": N_("Merchants"),
    "goods": N_("Goods"),
    "stock": N_("Stock"),
    "stock-moves": N_("Stock in and out"),
    "sessions": N_("Exchange sessions"),
    "redemptions": N_("Exchanges"),
    "balances": N_("Points that are open"),
    "transfers": N_("Points booked"),
    "audit": N_("Who did what"),
}
CARD_GONE = {
    "lost": N_("Lost"),
    "broken": N_("Broken or not readable"),
    "name": N_("The name has changed"),
}
ALIKE = {
    "same_person": N_("Same name and birth date"),
    "same_guardian": N_("Same name and guardian's phone"),
    "similar_name": N_("Same birth date, similar name"),
    "similar_date": N_("Same name, similar birth date"),
}
FEEDBACK: dict[str, str] = {
    FeedbackKind.COMPLAINT: N_("Complaint"),
    FeedbackKind.SUGGESTION: N_("Suggestion"),
    FeedbackKind.PRAISE: N_("Praise"),
}
POINTS_GO = {
    "use": N_("They are used up at the station within 30 days"),
    "pool": N_("The household uses them up within 30 days"),
    "waive": N_("They are given up"),
}
EXCHANGE_DAY = {"planned": N_("Planned"), "open": N_("Going on"), "closed": N_("Closed"), "cancelled": N_("Cancelled")}
SOURCE = {
    "budget": N_("Bought by the street"),
    "donation": N_("Donated"),
    "sponsor": N_("Sponsored"),
    "transfer": N_("From another station"),
}
DRAWING = {
    "package": N_("Parcel"),
    "gift": N_("Gift"),
    "shopping-basket": N_("Basket"),
    "ticket": N_("Ticket"),
    "trash-2": N_("Bin"),
    "bath": N_("Bath"),
    "soap-dispenser-droplet": N_("Soap"),
    "scroll": N_("Paper"),
    "toothbrush": N_("Toothbrush"),
    "spray-can": N_("Spray"),
    "washing-machine": N_("Laundry"),
    "shirt": N_("Clothes"),
    "brush": N_("Brush"),
    "droplets": N_("Drops"),
    "wheat": N_("Grain"),
    "cooking-pot": N_("Pot"),
    "egg": N_("Egg"),
    "milk": N_("Bottle"),
    "amphora": N_("Jar"),
    "bean": N_("Beans"),
    "carrot": N_("Vegetables"),
    "apple": N_("Fruit"),
    "fish": N_("Fish"),
    "candy": N_("Sweets"),
    "cake-slice": N_("Cake"),
    "soup": N_("Bowl"),
    "utensils": N_("Meal"),
    "cup-soda": N_("Cup"),
    "coffee": N_("Tea"),
    "umbrella": N_("Umbrella"),
    "lamp": N_("Lamp"),
    "lightbulb": N_("Light bulb"),
    "battery-charging": N_("Battery"),
    "bed": N_("Bedding"),
    "book-open": N_("Book"),
    "notebook-pen": N_("Exercise book"),
    "backpack": N_("School bag"),
    "toy-brick": N_("Toy"),
    "baby": N_("Baby"),
    "flower-2": N_("Flower"),
    "footprints": N_("Shoes"),
    "scissors": N_("Haircut"),
    "wrench": N_("Repair"),
    "key-round": N_("Keys"),
    "air-vent": N_("Appliance"),
}
ROLE = {
    "team_leader": N_("Team leader"),
    "station_staff": N_("Station staff"),
    "community_admin": N_("Community administrator"),
    "neighbour_lead": N_("Neighbourhood lead"),
    "unit_liaison": N_("Unit liaison"),
    "street_admin": N_("Street administrator"),
    "auditor": N_("Auditor"),
    "sysadmin": N_("System administrator"),
}
CATEGORY = {
    "policy": N_("Policy talks"),
    "environment": N_("Environment"),
    "elderly_disabled": N_("Help for the elderly and disabled"),
    "civility": N_("Civility"),
    "safety": N_("Safety patrol"),
    "mediation": N_("Mediation"),
    "care": N_("Care visits"),
    "child": N_("Children after school"),
    "skills": N_("Skilled services"),
    "culture": N_("Culture and sports"),
    "employment": N_("Employment"),
    "custom": N_("Better customs"),
    "emergency": N_("Emergency"),
    "other": N_("Other"),
}
GOODS_CLASS: dict[str, str] = {
    GoodsClass.FOOD: N_("Food"),
    GoodsClass.HOUSEHOLD: N_("Household goods"),
    GoodsClass.HYGIENE: N_("Washing and hygiene"),
    GoodsClass.STATIONERY: N_("Stationery"),
    GoodsClass.BOOK: N_("Books"),
    GoodsClass.SERVICE: N_("Service"),
    GoodsClass.OTHER: N_("Other everyday goods"),
    GoodsClass.CASH_LIKE: N_("Money, cards and vouchers to shop with"),
    GoodsClass.TOBACCO: N_("Tobacco"),
    GoodsClass.ALCOHOL: N_("Alcohol"),
    GoodsClass.MEDICINE: N_("Medicine"),
    GoodsClass.SECURITIES: N_("Securities"),
    GoodsClass.LOTTERY: N_("Lottery"),
    GoodsClass.FEE: N_("Tied to a fee, or topping up"),
}
GOODS_STATE = {
    "on_shelf": N_("Offered"),
    "draft": N_("Draft"),
    "off_shelf": N_("Not offered now"),
    "retired": N_("Retired"),
}
KIND = {"goods": N_("Goods"), "voucher": N_("Voucher"), "service": N_("Service")}
FIGURE = {
    "occasions": N_("Occasions"),
    "person_times": N_("Person-times"),
    "persons": N_("Persons"),
    "minutes": N_("Minutes of service"),
    "beneficiaries": N_("People helped (self-reported)"),
    "c_records": N_("Person-times of grade C"),
    "makeups": N_("Person-times made up"),
    "sessions": N_("Exchange sessions"),
    "redemptions": N_("Visits to exchange"),
    "items": N_("Goods handed over"),
    "points_redeemed": N_("Points exchanged here"),
    "balance_before": N_("Points open before"),
    "points_issued": N_("Points earned"),
    "points_brought": N_("Points brought over"),
    "points_adjusted": N_("Points adjusted"),
    "points_spent": N_("Points exchanged by residents"),
    "points_expired": N_("Points expired"),
    "balance_open": N_("Points still open"),
    "teams": N_("Teams"),
    "stations": N_("Stations"),
    "volunteers": N_("Volunteers"),
}
GENDER = {"female": N_("female"), "male": N_("male"), "unsaid": ""}
NOT_SAID = N_("not said")
TEAM_KIND = {
    "community": N_("Community"),
    "street": N_("Street"),
    "unit": N_("Unit"),
    "party": N_("Party members"),
    "women": N_("Women"),
    "elder": N_("Older people"),
    "youth": N_("Young people"),
    "professional": N_("Skilled"),
}
TEAM_NEWS = {
    "joined": N_("You belong to the team %(team)s now."),
    "deputy": N_("You are a deputy leader of the team %(team)s now."),
    "leader": N_("You lead the team %(team)s now."),
    "not_in": N_("You are not in the team %(team)s. Its leader tells you why."),
    "dissolved": N_("The team %(team)s was dissolved. Your hours and points stay."),
}
TEAM_ROLE = {"leader": N_("Team leader"), "deputy": N_("Deputy leader"), "member": N_("Member")}
UNIT_KIND = {
    "backing": N_("Backing unit"),
    "resident": N_("Unit of the area"),
    "co_build": N_("Co-building unit"),
    "other": N_("Other"),
}
REPORT_IN_KIND = {"linked": N_("For the unit"), "residence": N_("Where one lives")}
STOCK_MOVE = {
    "in": N_("Received"),
    "redeem": N_("Handed over"),
    "return": N_("Returned"),
    "transfer": N_("Between stations"),
    "loss": N_("Lost or damaged"),
    "expired": N_("Past its date"),
    "stocktake": N_("Counted on the shelf"),
}
STOCK_TRANSFER = {"sent": N_("On the way"), "received": N_("Received there"), "taken_back": N_("Taken back")}
POINT_ACCOUNT = {
    "volunteer": N_("Volunteer"),
    "issued": N_("Points given out"),
    "held": N_("Set aside for a reservation"),
    "redeemed": N_("Exchanged for goods"),
    "expired": N_("Expired"),
    "adjusted": N_("Adjusted"),
    "opening": N_("Brought over from before"),
}
PLACE = {
    "city": N_("City"),
    "district": N_("District"),
    "street": N_("Street"),
    "community": N_("Community"),
    "grid": N_("Grid"),
    "microgrid": N_("Microgrid"),
    "neighbour_group": N_("Neighbour group"),
}
HANGS = {
    "areas": N_("Areas below"),
    "stations": N_("Stations"),
    "compounds": N_("Housing estates"),
    "residents": N_("Residents"),
    "households": N_("Households"),
    "teams": N_("Teams"),
    "units": N_("Units"),
    "accounts": N_("Staff sign-ins"),
    "activities": N_("Activities that are open"),
    "records": N_("Service records"),
    "stock": N_("Goods in stock"),
    "reservations": N_("Reservations to be fetched"),
    "exchange_days": N_("Exchange sessions that are not closed"),
}

OF = {
    "activity": service_words.ACTIVITY,
    "signup": service_words.SIGNUP,
    "record": service_words.RECORD,
    "assurance": service_words.ASSURANCE,
    "proof": service_words.PROOF,
    "purpose": PURPOSE,
    "redemption": REDEMPTION,
    "identity": IDENTITY,
    "alike": ALIKE,
    "consent": CONSENT,
    "feedback": FEEDBACK,
    "flag": service_words.FLAG,
    "exchange_day": EXCHANGE_DAY,
    "stay": service_words.STAY,
    "source": SOURCE,
    "role": ROLE,
    "kind": KIND,
    "goods_state": GOODS_STATE,
    "goods_class": GOODS_CLASS,
    "drawing": DRAWING,
    "category": CATEGORY,
    "check_mode": service_words.CHECK_MODE,
    "method": service_words.METHOD,
    "makeup": service_words.MAKEUP_REASON,
    "claim": service_words.CLAIM,
    "figure": FIGURE,
    "audit_kind": audit_words.KIND,
    "audit_deed": audit_words.DEED,
    "audit_role": ROLE | audit_words.ROLE,
    "audit_fact": audit_words.FACT,
    "gender": GENDER,
    "team_kind": TEAM_KIND,
    "team_role": TEAM_ROLE,
    "team_news": TEAM_NEWS,
    "unit_kind": UNIT_KIND,
    "report_in_kind": REPORT_IN_KIND,
    "stock_move": STOCK_MOVE,
    "stock_transfer": STOCK_TRANSFER,
    "point_account": POINT_ACCOUNT,
    "place": PLACE,
    "hangs": HANGS,
    "look": LOOK,
    "list": LIST,
}

STATES = (
    N_("draft"), N_("pending_review"), N_("published"), N_("in_progress"), N_("ended"), N_("settled"), N_("archived"),
    N_("cancelled"), N_("pending"), N_("approved"), N_("rejected"), N_("waitlisted"), N_("attended"), N_("no_show"),
    N_("active"), N_("suspended"), N_("closed"), N_("anonymised"), N_("paused"), N_("on_shelf"), N_("off_shelf"),
    N_("retired"), N_("reserved"), N_("fulfilled"), N_("lapsed"), N_("returned"), N_("planned"), N_("open"),
    N_("declined"), N_("computed"), N_("confirmed"), N_("disputed"), N_("amended"), N_("voided"), N_("annulled"),
    N_("auto_closed"), N_("corrected"), N_("left"), N_("removed"), N_("applied"), N_("dissolved"), N_("unknown"),
    N_("mistyped"), N_("too-long"), N_("not-for-check-in"),
    N_("not-an-activity"), N_("staff-only"), N_("direction"), N_("nonce"), N_("in-the-future"),
)  # fmt: skip
"""States and reasons as they stand in the sentence of a refusal; here so that they have their translations."""


def fields_of(refusal: Refusal) -> tuple[str, ...]:
    """The names of the field that a refusal is about, as forms call it; none where it is about the whole."""
    about = FIELD.get(refusal.code) or str(refusal.facts().get("field", ""))
    names = (about,) if isinstance(about, str) else about
    return tuple(TYPED_AS.get(name, name) for name in names if name)


def called(value: str, kind: str) -> str:
    """The message id for `value` among the words of `kind`; the value itself where nobody gave it a word."""
    return OF[kind].get(value, value)
