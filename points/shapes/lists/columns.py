"""The columns of each list: what they may be called, how their cells are read, and an example of each."""

from points.shapes.lists import sheets
from points.shapes.lists.sheets import Column

GENDERS = {"女": "female", "男": "male", "female": "female", "male": "male"}
KINDS = {
    "实物": "goods", "物品": "goods", "服务券": "voucher", "服务": "service",
    "goods": "goods", "voucher": "voucher", "service": "service",
}  # fmt: skip
STATES = {
    "正常": "active", "待确认": "pending", "已暂停": "suspended",
    "active": "active", "pending": "pending", "suspended": "suspended",
}  # fmt: skip

VOLUNTEERS = (
    Column("name", ("姓名", "name"), sheets.text, "赵立春", needed=True),
    Column("birth_date", ("出生日期", "birth_date"), sheets.day, "1950-03-08", needed=True),
    Column("community", ("社区", "community"), sheets.text, "北正", needed=True),
    Column("paper_ref", ("同意书编号", "paper_ref"), sheets.text, "2026-0031", needed=True),
    Column("phone", ("手机号", "手机", "电话", "phone"), sheets.text, "19900000001"),
    Column("gender", ("性别", "gender"), sheets.one_of(GENDERS), "女"),
    Column("neighbour_group", ("邻", "neighbour_group"), sheets.text, "BZ-01-1-1"),
    Column("compound", ("小区", "compound"), sheets.text, "示例花园"),
    Column("residence_text", ("住址", "residence_text"), sheets.text, "3 栋"),
    Column("points", ("同意积分", "points"), sheets.yes, "是"),
    Column("publish_name", ("同意公示姓名", "publish_name"), sheets.yes, "否"),
    Column("share_unit", ("同意告知单位", "share_unit"), sheets.yes, "否"),
    Column("guardian_name", ("监护人姓名", "guardian_name"), sheets.text, "钱立春"),
    Column("guardian_phone", ("监护人电话", "guardian_phone"), sheets.text, "19900000002"),
    Column("guardian_relation", ("监护人关系", "guardian_relation"), sheets.text, "母亲", longest=20),
    Column("guardian_volunteer", ("监护人编号", "guardian_volunteer"), sheets.text, "YD000001"),
    Column("national_volunteer_no", ("全国志愿者编号", "national_volunteer_no"), sheets.text, "430802…", longest=40),
    Column("emergency_contact", ("紧急联系人", "emergency_contact"), sheets.text, "女儿 19900000003"),
    Column("service_categories", ("服务意向", "service_categories"), sheets.text, "环境卫生", longest=200),
    Column("availability", ("可服务时间", "availability"), sheets.text, "周末", longest=120),
    Column("code", ("编号", "code"), sheets.text, "YD000001"),
    Column("status", ("状态", "status"), sheets.one_of(STATES), "正常"),
    Column("hours_only", ("只记时长", "hours_only"), sheets.yes, "否"),
)
HOUSEHOLDS = (
    Column("household", ("户号", "household"), sheets.text, "001", needed=True),
    Column("volunteer", ("志愿者", "volunteer"), sheets.text, "YD000001", needed=True),
    Column("head", ("户主", "head"), sheets.yes, "是"),
    Column("pool", ("共用积分", "pool"), sheets.yes, "是"),
    Column("paper_ref", ("同意书编号", "paper_ref"), sheets.text, "2026-0031"),
)
GOODS = (
    Column("street", ("街道", "street"), sheets.text, "YD", needed=True),
    Column("code", ("编号", "code"), sheets.text, "G14", needed=True, longest=20),
    Column("name", ("名称", "name"), sheets.text, "大米", needed=True, longest=40),
    Column("spec", ("规格", "spec"), sheets.text, "2.5 kg", needed=True, longest=40),
    Column("unit_name", ("单位", "unit_name"), sheets.text, "袋", needed=True, longest=10),
    Column("price", ("积分", "price"), sheets.whole, "50", needed=True),
    Column("ref_value_fen", ("参考价", "ref_value"), sheets.fen, "15.00", needed=True),
    Column("kind", ("类型", "kind"), sheets.one_of(KINDS), "实物"),
    Column("limit_pp_month", ("每人每月限", "limit_pp_month"), sheets.whole, "2"),
    Column("perishable", ("易腐", "perishable"), sheets.yes, "否"),
    Column("min_age", ("最低年龄", "min_age"), sheets.whole, "18"),
    Column("merchant", ("商户", "merchant"), sheets.text, "M01"),
    Column("icon", ("图案", "icon"), sheets.text, "wheat"),
)
MERCHANTS = (
    Column("street", ("街道", "street"), sheets.text, "YD", needed=True),
    Column("code", ("编号", "code"), sheets.text, "M01", needed=True, longest=20),
    Column("name", ("名称", "name"), sheets.text, "示例理发店", needed=True),
)
BALANCES = (
    Column("volunteer", ("志愿者", "volunteer"), sheets.text, "YD000001", needed=True),
    Column("points", ("积分", "points"), sheets.whole, "120", needed=True),
    Column("reference", ("凭据", "reference"), sheets.text, "2025 年台账 17", needed=True, longest=110),
    Column("earned_on", ("取得日期", "earned_on"), sheets.day, "2025-12-31", needed=True),
    Column("expires_on", ("到期日期", "expires_on"), sheets.until, "2026-12-31"),
)
