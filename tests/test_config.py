"""Every setting by flag, environment and default, and that the docs list them all."""

from dataclasses import fields

import pytest
from click.testing import CliRunner

from axisld.cli import cli
from axisld.config import Config, environment_name, from_environment
from tests.conftest import ROOT

SETTINGS = fields(Config)


def row(setting: object) -> str:
    name = setting.name
    default = f"`{setting.default}`" if setting.default != "" else ""
    return f"| `--{name.replace('_', '-')}` | `{environment_name(name)}` | {default} | {setting.metadata['help']} |"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_docs_list_the_setting(setting: object) -> None:
    assert row(setting) in (ROOT / "docs" / "operating.md").read_text("utf-8").splitlines()


def test_help_lists_every_setting_with_its_environment_name_and_default() -> None:
    printed = "".join(CliRunner().invoke(cli, ["serve", "--help"]).output.split())
    for setting in SETTINGS:
        assert f"--{setting.name.replace('_', '-')}" in printed
        assert f"[{environment_name(setting.name)};default:{setting.default!r}]" in printed


def test_the_environment_sets_what_it_names() -> None:
    config = from_environment({"AXISLD_PORT": "81", "AXISLD_QUERY_SECONDS": "2.5", "AXISLD_BASE_IRI": "https://e.org/"})
    assert (config.port, config.query_seconds, config.base) == (81, 2.5, "https://e.org/")


def test_a_value_of_the_wrong_type_names_the_variable_and_what_it_is_for() -> None:
    with pytest.raises(ValueError, match="AXISLD_PORT='eighty': TCP port to listen on; give a whole number"):
        from_environment({"AXISLD_PORT": "eighty"})


def test_a_wrong_environment_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXISLD_PORT", "eighty")
    assert CliRunner().invoke(cli, ["check"]).exit_code == 2


BASES = [
    pytest.param(Config(), "http://127.0.0.1:8000/", id="the address listened on"),
    pytest.param(Config(host="::1"), "http://[::1]:8000/", id="an IPv6 address in brackets"),
    pytest.param(Config(base_iri="https://e.org/kb/"), "https://e.org/kb/", id="what is asked for"),
]


@pytest.mark.parametrize(("config", "base"), BASES)
def test_the_base_is(config: Config, base: str) -> None:
    assert config.base == base


@pytest.mark.parametrize("wrong", ["AXISLD_WEB_THREADS=0", "AXISLD_HEADER_SECONDS=-1", "AXISLD_QUERY_QUEUE=0"])
def test_a_number_that_makes_no_sense_is_refused(wrong: str) -> None:
    name, _, value = wrong.partition("=")
    with pytest.raises(ValueError, match=f"{name}={value}"):
        from_environment({name: value})
