"""One slip in a cell, a name or a row of a sound file, in every verb: refused or said, never silent."""

import pytest

from tests.cases.test_cases_every_door import SLOW, answers, cells, plain, written
from tests.cases.verb_doors_more import DOORS


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The answer of every door to its sound files, asked for once."""
    return answers(tmp_path_factory)


EVERY = [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in DOORS]
# What the slip puts into a cell, and in which columns.
SLIPS = {
    "a_number_with_its_unit": ("12.5 mg", lambda c: c.kind in {"number", "integer"}),
    "a_share_in_percent": ("12 %", lambda c: c.kind in {"number", "integer"}),
    "a_word_where_a_number_is_due": ("pending", lambda c: c.kind in {"number", "integer"}),
    "no_number": ("NaN", lambda c: c.kind in {"number", "integer"}),
    "thousands_with_a_blank": ("1 234", lambda c: c.kind in {"number", "integer"}),
    "two_dates_in_one_cell": ("2026-06-30 or 31", lambda c: c.kind in {"date", "dtc"}),
    "a_day_that_is_none": ("2026-02-30", lambda c: c.kind in {"date", "dtc"}),
    "a_date_of_a_database": ("9999-12-31", lambda c: c.kind in {"date", "dtc"}),
    "an_unknown_word": ("ZZQQ", lambda c: c.codelist is not None or c.allowed),
    "no_name": ("", lambda c: c.filled and c.kind == "text"),
    "a_word_for_no_name": ("N/A", lambda c: c.filled and c.kind == "text"),
    "a_dot_for_no_name": (".", lambda c: c.filled and c.kind == "text"),
}
# Of these one is looked at in every run, the others with the slow tests: they take the same way.
ALIKE = {
    *("a_share_in_percent", "a_word_where_a_number_is_due", "no_number", "thousands_with_a_blank"),
    *("a_day_that_is_none", "a_date_of_a_database", "no_name", "a_dot_for_no_name"),
}
EACH = [pytest.param(n, marks=pytest.mark.slow) if n in ALIKE else n for n in SLIPS]
# `part` says the same of a subject.
SAID_TWICE = {("subjects", "backfill")}


def slipped(file, name, word):
    """The file with the word in the last row that has a cell of the column."""
    head, rows = cells(file)
    place = head.index(name)
    filled = [i for i, row in enumerate(rows) if row[place]] or [0]
    rows[filled[-1]][place] = word
    return ".csv", written(head, rows).encode()


@pytest.mark.parametrize("slip", EACH)
@pytest.mark.parametrize("name", EVERY)
def test_a_slip_in_a_cell_is_named_with_its_column(name, slip, sound, tmp_path, capsys):
    door, (word, concerns) = DOORS[name], SLIPS[slip]
    silent = []
    for file in door.files:
        for column in (c for c in file.given() if concerns(c)):
            given = {file.name: slipped(file, column.name, word)}
            code, tables = door.opened(tmp_path / f"{file.name}_{column.name}", given)
            said = capsys.readouterr().err
            assert "Traceback" not in said
            named = (word or column.name) in said and (column.name in said or code != 0)
            if not named and not (code == 0 and plain(tables) == sound(name)):
                silent.append((file.name, column.name, code, said))
    assert not silent


@pytest.mark.parametrize("name", EVERY)
def test_a_column_that_matters_is_not_passed_over_under_nearly_its_name(name, tmp_path, capsys):
    door, silent = DOORS[name], []
    for file in door.files:
        head, rows = cells(file)
        for column in (c for c in file.given() if c.matters or c.required):
            place = head.index(column.name)
            if not any(row[place] for row in rows):
                continue
            other = f"{column.name}X"
            renamed = written([other if n == column.name else n for n in head], rows)
            given = {file.name: (".csv", renamed.encode())}
            code, _ = door.opened(tmp_path / f"{file.name}_{column.name}", given)
            said = capsys.readouterr().err
            told = code in {2, 3} and column.name in said
            if not told and (name, column.name) not in SAID_TWICE:
                silent.append((file.name, column.name, code, said))
    assert not silent


@pytest.mark.parametrize("name", EVERY)
def test_a_row_that_is_none_is_named(name, tmp_path, capsys):
    """A second header, a row of units, a line below the table."""
    door, silent = DOORS[name], []
    for file in door.files:
        head, rows = cells(file)
        units = ["h" if c.isdigit() else "" for c in rows[0]]
        footer = ["Source: listing 16.2", *([""] * (len(head) - 1))]
        for kind, lines in {
            "header": [rows[0], head, *rows[1:]],
            "units": [units, *rows] if any(units) else [],
            "footer": [*rows, footer] if len(head) > 1 else [],
        }.items():
            if not lines:
                continue
            given = {file.name: (".csv", written(head, lines).encode())}
            code, _ = door.opened(tmp_path / f"{file.name}_{kind}", given)
            said = capsys.readouterr().err
            if code == 0 and "16.2" not in said:
                silent.append((file.name, kind, said))
    assert not silent
