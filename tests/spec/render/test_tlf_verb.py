"""`pkpipe tlf`, and which files there are: by language, number and format."""

import polars as pl
import pytest
from made_displays import CONTENTS, OF, SVG, tables

from pkpipe.cli import main, tlf
from pkpipe.errors import ConfigError
from pkpipe.render import FORMATS, Wanted, languages_of, rendered
from pkpipe.rooms import TLF

NUMBERS = [shown.number for shown, _ in CONTENTS]


def files(**wanted):
    return set(rendered(tables(), OF, Wanted(**wanted)).files)


def test_a_run_has_a_file_of_each_kind():
    assert files() == {
        *(f"{number}.rtf" for number in NUMBERS),
        *("all.pdf", "all.xlsx", "ars.json"),
        *("figures/F14.2.1.svg", "figures/F14.2.1.2.svg"),
    }


def test_of_two_languages_the_second_is_in_the_name():
    made = files(languages=languages_of("both"), only=("T14.3.1.1",), formats=("rtf", "xlsx"))
    assert made == {"T14.3.1.1.rtf", "T14.3.1.1.zh.rtf", "all.xlsx", "all.zh.xlsx"}
    assert files(languages=languages_of("zh"), only=("T14.3.1.1",), formats=("rtf",)) == {
        "T14.3.1.1.rtf"
    }


def test_a_drawing_without_words_is_the_same_in_both_languages_and_there_once():
    made = files(languages=languages_of("both"), formats=("svg",))
    assert made == {"figures/F14.2.1.svg", "figures/F14.2.1.2.svg"}


def test_a_drawing_has_its_words_in_the_language_of_its_file():
    chinese = SVG.replace("</svg>", "<text>周期</text></svg>")
    given = tables()
    given["FIGURES"] = given["FIGURES"].with_columns(SVGZH=pl.lit(chinese))
    wanted = Wanted(languages_of("both"), formats=("svg",))
    made = rendered(given, OF, wanted).files
    assert made["figures/F14.2.1.svg"] == SVG.encode()
    assert made["figures/F14.2.1.zh.svg"] == chinese.encode()


def test_a_drawing_is_the_file_that_was_drawn():
    made = rendered(tables(), OF, Wanted(formats=("svg",))).files
    assert made["figures/F14.2.1.svg"] == SVG.encode()


def test_a_number_that_is_of_no_display_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"'T14\.3\.1\.3' is no display .*nearest: T14\.3\.1\.\d"):
        files(only=("T14.3.1.3",))


def test_a_format_that_is_none_is_refused_with_what_is_meant(capsys):
    assert main(["tlf", "bat6026", "2026-03-31", "-o", "out", "--formats", "rft"]) == 2
    assert (
        "'rft' is no format, did you mean 'rtf'? (allowed: rtf, xlsx, pdf"
        in capsys.readouterr().err
    )


def test_the_verb_knows_the_formats_of_the_room():
    assert tlf.FORMATS == FORMATS
    assert TLF.package == "render"


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["tlf", "--help"])
    assert "example: pkpipe tlf bat6026 2026-03-31 -o tlf" in capsys.readouterr().out
