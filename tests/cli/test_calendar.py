"""`points calendar`: shown by year, loaded from a list."""

from pathlib import Path

from tests.cli.conftest import Points


def test_a_year_is_shown(ready: Points) -> None:
    found = ready("calendar", "show", "2026", "--json").document
    assert found["known"] is True
    assert {"day": "2026-10-10", "is_workday": True, "festival": "国庆节", "own": False} in found["days"]
    assert "2026-10-01" in ready("calendar", "show", "2026").stdout


def test_a_list_is_loaded_whole_or_not_at_all(ready: Points, tmp_path: Path) -> None:
    file = tmp_path / "2100.csv"
    file.write_text("日期,类型\n2100-01-01,休息\n2100-01-03,上班\n")
    assert ready("calendar", "load", str(file), "--json").document == {"days": 2}
    shown = ready("calendar", "show", "2100", "--json").document
    assert [(one["day"], one["is_workday"], one["own"]) for one in shown["days"]] == [
        ("2100-01-01", False, True),
        ("2100-01-03", True, True),
    ]
    file.write_text("日期,类型\n2100-02-01,休息\n2100-02-30,休息\n2100-02-03,也许\n")
    refused = ready("calendar", "load", str(file), "--json")
    assert (refused.status, refused.document["refused"]["code"]) == (1, "rows-refused")
    assert len(ready("calendar", "show", "2100", "--json").document["days"]) == 2


def test_a_day_that_stands_there_twice_is_refused_by_its_cell(ready: Points, tmp_path: Path) -> None:
    file = tmp_path / "2100.csv"
    file.write_text("序号,类型,日期\n1,休息,2100-01-01\n2,上班,2100-01-03\n3,上班,2100年1月1日\n")
    refused = ready("calendar", "load", str(file), "--json")
    assert (refused.status, refused.document["refused"]["code"]) == (1, "rows-refused")
    assert "C4" in refused.stdout
    assert ready("calendar", "show", "2100", "--json").document["days"] == []


def test_the_doctor_says_which_year_is_not_known(ready: Points) -> None:
    findings = {one["about"]: one for one in ready("doctor", "--json").document["findings"]}
    assert findings["calendar"]["state"] in ("ok", "note")
