"""What residents of the demo street wrote to the office, and what it answered: eight messages, one still waiting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from sqlalchemy.orm import Session

from points.demo.street.town import Step, Town
from points.foundation import clock
from points.help import feedback


@dataclass(frozen=True)
class Letter:
    """One message: the day, whom it is for, and the answer with its day; none while it waits."""

    day: date
    kind: str
    area: str
    text: str
    answered: date | None = None
    answer: str = ""


LETTERS = (
    Letter(date(2025, 3, 18), "suggestion", "BZ", "兑换日排队太久，能不能多开一个窗口？", date(2025, 3, 21),
           "谢谢您的建议。从四月起兑换日开两个窗口，老人优先。"),
    Letter(date(2025, 6, 11), "complaint", "YD", "六月七日的活动我签了到，记录里没有。", date(2025, 6, 13),
           "已请队长核对花名册并补录，您的记录里现在有了。对不起让您多跑一趟。"),
    Letter(date(2025, 9, 4), "praise", "BZ", "巾帼队的志愿者每周来看我妈妈，谢谢她们。", date(2025, 9, 8),
           "谢谢您，已转告队里，大家都很高兴。"),
    Letter(date(2025, 11, 20), "suggestion", "YD", "货架上的字太小，看不清要多少分。", date(2025, 11, 25),
           "货架标签已换成大字的，站点还备了老花镜。"),
    Letter(date(2026, 2, 3), "complaint", "BZ", "鸡蛋快到期了还摆在货架上。", date(2026, 2, 4),
           "当天已下架核销，今后每周二检查临期物品。"),
    Letter(date(2026, 5, 14), "suggestion", "YD", "希望周末也有四点半课堂。", date(2026, 5, 20),
           "已和助学队商量，暑假先在周六上午试办。"),
    Letter(date(2026, 8, 6), "complaint", "BZ", "天太热，下午三点还在外面清扫。", date(2026, 8, 10),
           "您说得对。高温天户外活动已改到早上七点。"),
    Letter(date(2026, 10, 28), "suggestion", "BZ", "能不能把兑换日的时间早一个星期贴出来？"),
)  # fmt: skip
"""In the order of writing; the office answers within five working days."""


class Letters:
    """Every message and answer by date."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._steps: dict[date, list[Step]] = {}
        self._numbers: dict[Letter, str] = {}
        for letter in LETTERS:
            self._add(letter.day, time(19, 20), partial(self._write, letter=letter))
            if letter.answered:
                self._add(letter.answered, time(10, 5), partial(self._answer, letter=letter))

    def on(self, day: date) -> Iterator[Step]:
        """What happens on `day`, in no order."""
        return iter(self._steps.get(day, ()))

    def _add(self, day: date, hour: time, step: partial[None]) -> None:
        self._steps.setdefault(day, []).append((clock.at_local(day, hour), step))

    def _write(self, session: Session, at: datetime, *, letter: Letter) -> None:
        written = feedback.write(
            session, kind=letter.kind, text=letter.text, area=letter.area, by=feedback.SOMEBODY, at=at
        )
        self._numbers[letter] = written.code

    def _answer(self, session: Session, at: datetime, *, letter: Letter) -> None:
        by = self._town.staff("bz-admin" if letter.area == "BZ" else "street")
        feedback.reply(session, number=self._numbers[letter], text=letter.answer, by=by, at=at)
