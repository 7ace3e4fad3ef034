import pytest

from points import config
from tests.cli.conftest import Points


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POINTS_SECRET_KEY", "k" * 40),
        ("POINTS_PUBLIC_URL", "https://points.example.cn"),
        ("POINTS_TRUSTED_PROXIES", "2"),
        ("POINTS_LOCALE", "zh_CN"),
        ("POINTS_REDIS_URL", "redis://127.0.0.1:6379/0"),
        ("POINTS_TIMEZONE", "Asia/Urumqi"),
        ("POINTS_DATABASE_URL", "sqlite:////tmp/other.sqlite3"),
    ],
)
def test_every_setting_can_come_from_a_file(name, value, data_dir, tmp_path, monkeypatch):
    path = tmp_path / "mounted"
    path.write_text(f"{value}\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(path))
    assert str(getattr(config.load(), name.removeprefix("POINTS_").lower())) == value


def test_the_data_folder_can_come_from_a_file(tmp_path, monkeypatch):
    path = tmp_path / "mounted"
    path.write_text(str(tmp_path / "elsewhere"))
    monkeypatch.delenv("POINTS_DATA_DIR", raising=False)
    monkeypatch.setenv("POINTS_DATA_DIR_FILE", str(path))
    assert config.load().data_dir == tmp_path / "elsewhere"


def test_a_postgresql_address_means_our_driver(data_dir, monkeypatch):
    monkeypatch.setenv("POINTS_DATABASE_URL", "postgres://points:secret@127.0.0.1/points")
    assert config.load().database_url == "postgresql+psycopg://points:secret@127.0.0.1/points"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POINTS_PUBLIC_URL", "points.example.cn"),
        ("POINTS_TRUSTED_PROXIES", "many"),
        ("POINTS_TIMEZONE", "Mars/Olympus"),
        ("POINTS_LOCALE", "xx_YY_ZZ_0"),
        ("POINTS_DATABASE_URL", "not an address"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(name, value, points: Points, monkeypatch):
    monkeypatch.setenv(name, value)
    answer = points("init", "--json")
    assert answer.status == 1
    assert answer.document["refused"]["code"] == "bad-setting"
    assert name in answer.stderr
    assert "docs/settings.md" in answer.stderr
