"""Every sentence of the service is there in Chinese, with the same facts in it."""

import re

import pytest
from babel.messages.mofile import read_mo

from tests.house import translations


def ids(message_id: str | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def test_every_message_is_translated():
    catalogue = translations.kept()
    there = {ids(message.id) for message in catalogue}
    missing = {ids(message.id) for message in translations.wanted() if message.id} - there
    assert not missing, "run `make translations`, then translate"
    assert not translations.untranslated(catalogue)


def test_no_translation_is_left_of_what_is_gone():
    wanted = {ids(message.id) for message in translations.wanted()}
    assert not [message.id for message in translations.kept() if message.id and ids(message.id) not in wanted]


def test_a_translation_has_the_facts_of_its_message():
    for message in translations.kept():
        if isinstance(message.id, str) and isinstance(message.string, str):
            facts = re.findall(r"%\(\w+\)", message.id)
            assert set(re.findall(r"%\(\w+\)", message.string)) <= set(facts), message.id


def test_the_compiled_catalogue_is_that_of_the_text():
    with translations.CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in translations.kept() if message.id}


@pytest.mark.parametrize(
    ("other", "term"),
    [
        ("商品", "物品"),
        ("货品", "物品"),
        ("预留", "预约"),
        ("预定", "预约"),
        ("打卡", "签到"),
        ("补签", "补录"),
        ("领队", "队长"),
    ],
)
def test_one_thing_has_one_term(other: str, term: str):
    said = [message.id for message in translations.kept() if other in "".join(message.string)]
    assert not said, f"residents read {term}"


def test_a_person_is_registered_with_one_word():
    """注册 is a person's; what is written down (a voucher, a device, a guardian) is 登记."""
    other = [
        message.id
        for message in translations.kept()
        if re.search(r"\bregist", ids(message.id or ""), re.IGNORECASE)
        and "登记" in "".join(message.string)
        and "注册" not in "".join(message.string)
    ]
    assert not other
