"""What the demo street is made of: places, teams, kinds of service, goods. Every person and firm is invented."""

from datetime import date
from typing import NamedTuple

from points.exchange.statuses import GoodsKind

SEED = 20250101
FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2026, 10, 31)
MONTHS = [(year, month) for year in (2025, 2026) for month in range(1, 13) if (year, month) <= (2026, 10)]

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
TERMS = (
    "立春", "雨水", "惊蛰", "春分", "端阳", "谷雨", "立夏", "小满",
    "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露", "秋分",
    "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒",
)  # fmt: skip


def person_name(index: int) -> str:
    """The name of the `index`-th person: a surname and a solar term, 480 in all."""
    return SURNAMES[index % 20] + TERMS[index // 20 % 24]


class Community(NamedTuple):
    code: str
    name: str
    grids: int
    people: int


COMMUNITIES = (
    Community("BZ", "北正社区", 3, 70),
    Community("CS", "崇实社区", 3, 60),
    Community("HX", "后溪坪社区", 3, 66),
    Community("HL", "回龙社区", 3, 64),
    Community("JF", "解放社区", 3, 56),
    Community("SA", "示范甲社区", 2, 42),
    Community("SB", "示范乙社区", 2, 42),
    Community("SC", "示范丙社区", 2, 40),
    Community("SD", "示范丁社区", 2, 40),
)
GRIDS_OF_SIX = 13
"""The first 13 片 have six 组, the other ten five: 128 in all."""

OTHER_STREETS = (("NZ", "南庄坪街道", "南庄坪社区"), ("DY", "大庸桥街道", "月亮岛社区"))
COMPOUNDS = (("HX", "御景湾小区"), ("JF", "人民医院宿舍"), ("SA", "示例花园"), ("SB", "示例老院"))


class StationFacts(NamedTuple):
    code: str
    name: str
    community: str
    sessions: int
    points: int
    latitude: float
    longitude: float


STATIONS = (
    StationFacts("NLJ-1", "能量家一号站·北正", "BZ", 12, 2010, 29.1262, 110.4791),
    StationFacts("NLJ-2", "能量家二号站·后溪坪", "HX", 11, 1760, 29.1214, 110.4702),
    StationFacts("NLJ-3", "能量家三号站·回龙", "HL", 9, 1290, 29.1337, 110.4868),
)
OPEN_HOURS = "周二、周四 9:00–11:30, 14:30–17:00"


class TeamFacts(NamedTuple):
    name: str
    kind: str
    home: str  # a community's code, or the street's
    categories: str


TEAMS = (
    TeamFacts("北正党员先锋队", "party", "BZ", "policy environment"),
    TeamFacts("北正巾帼志愿服务队", "women", "BZ", "elderly_disabled care"),
    TeamFacts("三坊四巷环境服务队", "community", "BZ", "environment"),
    TeamFacts("崇实党员先锋队", "party", "CS", "policy civility"),
    TeamFacts("助老助残服务队", "community", "CS", "elderly_disabled"),
    TeamFacts("平安巡逻队", "community", "CS", "safety"),
    TeamFacts("后溪坪党员先锋队", "party", "HX", "policy environment"),
    TeamFacts("灯光舞台文化宣传队", "community", "HX", "culture civility"),
    TeamFacts("御景湾小区志愿服务队", "community", "HX", "environment elderly_disabled"),
    TeamFacts("老旧小区环境整治队", "community", "HL", "environment"),
    TeamFacts("治安消防巡逻队", "community", "HL", "safety"),
    TeamFacts("政策宣讲队", "community", "HL", "policy"),
    TeamFacts("解放党员先锋队", "party", "JF", "policy environment"),
    TeamFacts("邻里互助队", "community", "JF", "elderly_disabled care"),
    TeamFacts("文明劝导队", "community", "JF", "civility"),
    TeamFacts("湘妹子巾帼志愿服务队", "street", "", "care elderly_disabled"),
    TeamFacts("四点半课堂助学队", "street", "", "child"),
    TeamFacts("便民服务队(理发·维修)", "street", "", "skills"),
    TeamFacts("小巷议事调解队", "street", "", "mediation"),
    TeamFacts("应急救援队", "street", "", "safety"),
    TeamFacts("双报到联合服务队", "unit", "", "civility environment employment"),
)


TIMES = {
    "environment": 86,
    "elderly_disabled": 64,
    "policy": 48,
    "civility": 36,
    "safety": 34,
    "child": 28,
    "care": 22,
    "skills": 18,
    "culture": 10,
    "mediation": 4,
    "employment": 2,
}
"""How many activities there are of each of the usual kinds of service."""

TITLES = {
    "environment": ("清扫背街小巷", "河边捡拾垃圾", "楼道杂物清理", "老旧小区大扫除", "花坛除草浇水"),
    "elderly_disabled": ("陪独居老人买菜", "上门打扫与聊天", "陪同残疾邻居就医", "长者食堂帮厨", "重阳敬老入户"),
    "policy": ("反诈宣传进楼栋", "医保政策讲解", "垃圾分类宣讲", "防溺水宣传"),
    "civility": ("路口文明劝导", "非机动车停放劝导", "文明养犬劝导"),
    "safety": ("夜间治安巡逻", "消防通道检查", "燃气安全入户提醒"),
    "child": ("四点半课堂·作业辅导", "四点半课堂·绘本阅读", "四点半课堂·手工"),
    "care": ("走访困难家庭", "慰问空巢老人", "关爱留守儿童"),
    "skills": ("义务理发与磨刀", "水电小修与血压测量", "电动车义务检修"),
    "culture": ("广场文艺演出", "邻里读书会"),
    "mediation": ("小巷议事与调解",),
    "employment": ("招聘信息进社区",),
}
PLACES = ("社区广场", "文化活动室", "小区门口", "背街小巷", "社区服务大厅", "河边步道")
THEMES = {
    1: "送温暖", 2: "闹元宵", 3: "学雷锋", 4: "植绿护绿", 5: "助残", 6: "护苗", 7: "清凉守护", 8: "防溺水", 9: "推动日",
    10: "敬老", 11: "消防安全", 12: "冬日暖心",
}  # fmt: skip
SKILLS = (("理发", 8), ("水电维修", 10), ("血压测量", 8), ("法律", 4), ("电动车修理", 5), ("教师", 10))


class Goods(NamedTuple):
    code: str
    name: str
    spec: str
    unit: str
    price: int
    ref_yuan: int
    limit: int
    icon: str
    kind: GoodsKind = GoodsKind.GOODS
    perishable: bool = False


GOODS = (
    Goods("G01", "垃圾袋", "1 卷 30 只", "卷", 10, 3, 4, "trash-2"),
    Goods("G02", "毛巾", "1 条", "条", 20, 6, 2, "bath"),
    Goods("G03", "香皂", "2 块", "份", 20, 6, 2, "soap-dispenser-droplet"),
    Goods("G04", "食盐", "3 袋", "份", 20, 6, 2, "cooking-pot"),
    Goods("G05", "酱油", "500 ml", "瓶", 20, 6, 2, "amphora"),
    Goods("G06", "抽纸", "3 包", "份", 30, 9, 3, "scroll"),
    Goods("G07", "牙膏", "120 g", "支", 30, 8, 2, "toothbrush"),
    Goods("G08", "洗洁精", "1 kg", "瓶", 30, 8, 2, "spray-can"),
    Goods("G09", "挂面", "1 kg", "把", 30, 9, 2, "soup"),
    Goods("G10", "鸡蛋", "10 枚", "份", 30, 10, 2, "egg", perishable=True),
    Goods("G11", "作业本套装", "10 本", "套", 30, 9, 2, "notebook-pen"),
    Goods("G12", "洗衣粉", "1.5 kg", "袋", 40, 12, 1, "washing-machine"),
    Goods("G13", "长者食堂餐券", "1 份", "张", 40, 12, 8, "utensils", kind=GoodsKind.VOUCHER),
    Goods("G14", "大米", "2.5 kg", "袋", 50, 15, 2, "wheat"),
    Goods("G15", "雨伞", "1 把", "把", 50, 15, 1, "umbrella"),
    Goods("G16", "理发券", "1 次", "张", 50, 15, 1, "scissors", kind=GoodsKind.VOUCHER),
    Goods("G17", "绘本/图书", "1 册", "册", 50, 15, 2, "book-open"),
    Goods("G18", "洗衣液", "2 kg", "瓶", 60, 18, 1, "shirt"),
    Goods("G19", "修鞋磨刀配钥匙券", "1 次", "张", 30, 8, 2, "key-round", kind=GoodsKind.VOUCHER),
    Goods("G20", "食用油", "1.8 L", "瓶", 80, 25, 1, "milk"),
    Goods("G21", "保温杯", "1 个", "个", 80, 25, 1, "cup-soda"),
    Goods("G22", "大米", "5 kg", "袋", 100, 30, 1, "wheat"),
    Goods("G23", "家电清洗券", "1 次", "张", 150, 45, 1, "air-vent", kind=GoodsKind.VOUCHER),
    Goods("G24", "食用油", "5 L", "桶", 200, 60, 1, "droplets"),
)
DRAFT_GOODS, OFF_SHELF_GOODS, OUT_OF_STOCK_GOODS = "G21", "G23", "G24"
MERCHANTS = (("SH01", "示例长者食堂", "G13"), ("SH02", "示例理发店", "G16"), ("SH03", "示例便民修配铺", "G19"),
             ("SH04", "示例家电清洗店", "G23"))  # fmt: skip
DONORS = (("JZ01", "示例爱心超市"), ("JZ02", "示例粮油公司"), ("JZ03", "示例爱心企业"))
