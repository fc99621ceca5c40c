"""What the report shows of antibodies: every class, every rule, concentration with the titre under it."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from ada_drawings import COLLECTED, tables
from support import table

from pkpipe.cohorts.ada_outcomes import SCHEMA
from pkpipe.displays.figures.troughs_by_ada_status import troughs_by_status
from pkpipe.immunogenicity import run
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.page_blocks import Figure, Table
from pkpipe.report.sections.antibodies import parts

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml").at(date(2026, 6, 30))
OUTCOMES = """
    DRUG|GROUP|GROUPVAL|PARAMCD|STATUS  |PARAM|NALL|NOUT|OUTRSN|N|NPRIOR|X|LOWER|UPPER
    MAB |ALL  |ALL     |TEAE   |POSITIVE|Event|3   |1   |died 1|2|1     |1|1.26 |98.7
"""
CONCENTRATIONS = """
    USUBJID | DRUG | PARAMCD | MATRIX | DOSENO | ADTM             | AVAL | LLOQ | BLQFL | PREFL | EXCLFL
    S1      | MAB  | MAB     | SERUM  | 1      | 2026-01-05T08:00 |      | 0.1  | Y     | Y     |
    S1      | MAB  | MAB     | SERUM  | 1      | 2026-01-05T10:00 | 21.0 | 0.1  |       |       |
    S1      | MAB  | MAB     | SERUM  | 2      | 2026-01-26T08:00 | 3.0  | 0.1  |       | Y     |
    S2      | MAB  | MAB     | SERUM  | 1      | 2026-01-27T08:10 | 150  | 0.1  |       |       |
"""


def pages(rows=COLLECTED, outcomes=OUTCOMES):
    drawn = tables(rows)
    numbers = {"LLOQ": pl.Float64(), "DOSENO": pl.Int64()}
    drawn["ADPC"] = table(CONCENTRATIONS, **numbers)
    drawn |= run(drawn, STUDY)
    told = table(outcomes)
    drawn["ADALMK"] = told.select(
        (pl.col(c) if c in told.columns else pl.lit(None)).cast(t).alias(c)
        for c, t in SCHEMA.items()
    )
    return parts(drawn, STUDY)


def block(section, title):
    return next(b for b in section.blocks if not hasattr(b, "text") and b.title.startswith(title))


def test_there_is_a_part_for_every_drug_with_an_assay():
    assert [p.title for p in pages()] == ["Antibodies against MAB"]


def test_the_listing_shows_who_is_inconclusive_and_what_it_would_be_without_the_limit():
    rows = block(pages()[0], "Subjects not plainly negative").rows
    assert [r[0] for r in rows] == ["S1", "S2"]
    assert rows[1][2:5] == ("INCONCLUSIVE", "INCONCLUSIVE", "NEGATIVE")


def test_every_item_of_the_incidence_names_whom_it_is_a_share_of():
    shown = block(pages()[0], "Antibodies against MAB")
    letters = {r[0].rpartition("[")[2][0] for r in shown.rows}
    assert all(f"[{letter}] " in shown.note for letter in letters)


def test_a_rule_is_listed_with_its_subjects():
    rows = block(pages()[0], "What a rule decided").rows
    assert "S2 (1)" in [r[-1] for r in rows]


def test_the_figure_shows_concentration_and_titre_of_each_positive_subject():
    figure = block(pages()[0], "Antibody concentration with the antibody titre")
    assert isinstance(figure, Figure)
    assert "S1" in figure.svg
    assert "S2" not in figure.svg
    for words in ("inconclusive", "NAb-positive", "week", "titre", "MAB (ug/mL)"):
        assert words in figure.svg, words


def troughs(*rows):
    """Rows drawn as subject, level, cycle, tag, value."""
    names = ("USUBJID", "LEVEL", "CYCLE", "ADATAG", "AVAL")
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(
        PARCAT1=pl.lit("MAB"), PARAMCD=pl.lit("CTROUGH"), DOSENO=pl.col("CYCLE")
    )


def test_troughs_are_drawn_for_the_levels_in_which_somebody_has_antibodies():
    drawn = troughs(
        ("1", "A", 1, "BEFORE", 9.0),
        ("1", "A", 2, "ON_OR_AFTER", 0.0),
        ("2", "A", 1, "NEGATIVE", 8.0),
        ("3", "B", 1, "NEGATIVE", 20.0),
    )
    figure = troughs_by_status(drawn, STUDY.analytes[0])
    assert "level A" in figure.svg
    assert "level B" not in figure.svg
    assert "2 subjects, 3 troughs" in figure.caption.en
    assert "1 below the LLOQ" in figure.caption.en
    assert troughs_by_status(drawn.filter(pl.col("LEVEL") == "B"), STUDY.analytes[0]) is None


def test_many_subjects_are_spread_over_several_figures_and_those_left_out_are_counted(monkeypatch):
    monkeypatch.setattr("pkpipe.displays.figures.antibodies.A_FIGURE", 1)
    both = [*COLLECTED, ("S2", "ADACNF", "POSITIVE", "2026-01-27T08:00")]
    both = [
        r if r[:2] != ("S2", "ADASCR") or "27" not in r[3] else (*r[:2], "POSITIVE", r[3])
        for r in both
    ]
    figures = [b for b in pages(both)[0].blocks if isinstance(b, Figure)]
    assert [f.title.rpartition(", ")[2] for f in figures] == ["1 of 2", "2 of 2"]
    monkeypatch.setattr("pkpipe.displays.figures.antibodies.MOST", 1)
    (only,) = [b for b in pages(both)[0].blocks if isinstance(b, Figure)]
    assert "1 more subjects with antibodies are not drawn" in only.caption


def test_outcomes_are_shown_with_the_landmark_and_with_who_was_not_at_risk():
    shown = block(pages()[0], "Adverse events and response")
    assert "from day 43" in shown.title
    assert shown.rows[0][1:7] == ("positive", "3", "died 1", "1/2 (50.0 %)", "(1.3, 98.7)", "1")


def test_nobody_with_antibodies_is_said_in_words():
    negative = [r for r in COLLECTED if r[1] == "ADASCR" and r[2] == "NEGATIVE"]
    section = pages(negative)[0]
    told = [b.text for b in section.blocks if hasattr(b, "text")]
    assert any("No subject with a positive sample" in t for t in told)
    assert any("No exposure on or after the onset" in t for t in told)
    assert not [b for b in section.blocks if isinstance(b, Figure)]


@pytest.mark.parametrize("kind", [Table, Figure])
def test_the_same_tables_give_the_same_page(kind):
    first, second = ([b for b in pages()[0].blocks if isinstance(b, kind)] for _ in range(2))
    assert first == second
