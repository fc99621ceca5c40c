"""docs/command_line.md says of every verb what it may be told; a word that no verb knows is refused."""

import importlib

import pytest

from pkpipe.cli import VERBS, main, parser_of
from pkpipe.documentation import PAGES
from pkpipe.documentation.command_line_page import arguments

PAGE = PAGES["command_line.md"]()


def section(verb):
    """What the page says of a verb."""
    return PAGE.partition(f"\n## pkpipe {verb}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("verb", VERBS)
def test_every_argument_of_a_verb_says_what_it_is(verb):
    assert [action.dest for action in arguments(parser_of(verb)) if not action.help] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_argument_of_a_verb_is_on_the_page(verb):
    told = section(verb)
    for action in arguments(parser_of(verb)):
        assert all(f"`{name}" in told for name in action.option_strings)
        assert action.help in told.replace("\\|", "|") or "docs/" in action.help


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example(verb):
    assert f"pkpipe {verb}" in section(verb).rpartition("```text")[2]


def test_a_verb_is_called_by_what_it_needs():
    assert section("km").split("```text\n")[1].startswith("pkpipe km TTE -o OUT [OPTIONS]\n")
    assert (
        section("recist").split("```text\n")[1].startswith("pkpipe recist [TR] -o OUT [OPTIONS]\n")
    )


def test_what_is_allowed_and_what_holds_otherwise_stands_beside_an_argument():
    assert "| `--ties TIES` | for --cox | `efron`, `breslow` | `efron` |" in section("km")
    assert "`--min-n-curve N` |" in section("km")
    assert "| a whole number | `1` |" in section("km")
    assert "| `--cores CORES` | default: 2, at most all |" in section("qualify")


def test_a_page_names_another_one_by_a_link_and_an_example_as_it_is_typed():
    told = section("nca")
    assert "([NCA parameters](nca_parameters.md) lists them)" in told
    assert "OPTIONS (YAML; docs/options.md;" in told


def test_only_run_passes_words_on_to_another_program():
    modules = {
        verb: importlib.import_module(f"pkpipe.cli.{verb.replace('-', '_')}") for verb in VERBS
    }
    assert [verb for verb, module in modules.items() if hasattr(module, "SNAKEMAKE_WORDS")] == [
        "run"
    ]


def test_an_unknown_option_is_refused(capsys):
    words = ["ada", "is.csv", "-o", "out", "--ref", "ref.csv", "--optoins", "rules.yaml"]
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "unrecognized arguments: --optoins rules.yaml" in capsys.readouterr().err
