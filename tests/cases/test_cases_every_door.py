"""Every verb that is given tables, every file: the same table in another form gives the same answer.

A new verb or a new column is looked for by `test_every_known_column_has_its_cell`; it joins `verb_doors`.
"""

import datetime
import gzip
import io
import re

import polars as pl
import pytest
import xlsxwriter

from pkpipe.cli import VERBS
from pkpipe.schema.column import Column
from tests.cases.verb_doors_more import DOORS

# Verbs that read no table of a person: study files, runs and stored tables alone.
NO_TABLES = {
    "audit",
    "check",
    "cutoff",
    "decisions",
    "diff",
    "init",
    "keys",
    "package",
    "qualify",
} | {*("review", "run", "sign", "simulate", "stage", "tlf", "verify", "why", "recompute", "ingest")}


def test_every_verb_that_is_given_tables_has_its_door():
    assert set(VERBS) - NO_TABLES == {door.verb for door in DOORS.values()}


def test_every_known_column_has_its_cell():
    for verb in {door.verb for door in DOORS.values()}:
        files = [f for door in DOORS.values() if door.verb == verb for f in door.files]
        for file in files:
            known = {c.name for c in file.columns}
            cells = {n for f in files if f.name == file.name for n in f.rows[0]}
            cells |= {
                n for f in files if known & set(f.rows[0]) >= {"CONC", "TIME"} for n in f.rows[0]
            }
            assert known <= cells | {"TIME", "DOSE", "TAU", "N"}, (verb, file.name, known - cells)


def written(head, rows, separator=",", end="\n"):
    return "".join(separator.join(line) + end for line in [head, *rows])


def cells(file, how=lambda column, text: text):
    """Header and rows, each cell changed by its column."""
    known = {c.name: c for c in file.columns}
    head = list(file.rows[0])
    return head, [[how(known.get(n, Column(n)), r[n]) for n in head] for r in file.rows]


def as_csv(change):
    return lambda file: (".csv", change(file).encode())


def numbers(column, text, how):
    return how(text) if column.kind in {"number", "integer"} and text else text


def dates(column, text, how):
    return how(text) if column.kind in {"date", "dtc"} and len(text) == 10 else text


def worded(how):
    return lambda c, t: how(t) if c.codelist is not None else t


def typed(file):
    """The table as a program stores it: numbers as numbers, dates as dates."""
    head, rows = cells(file)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(head, pl.String), orient="row")
    frame = frame.with_columns(pl.col(n).replace("", None) for n in head)
    for c in file.given("number", "integer"):
        frame = frame.with_columns(pl.col(c.name).cast(pl.Float64))
    for c in file.given("date", "dtc"):
        form = "%Y-%m-%dT%H:%M" if frame[c.name].str.len_chars().max() == 16 else "%Y-%m-%d"
        frame = frame.with_columns(pl.col(c.name).str.to_datetime(form))
    return frame


def parquet(frame):
    kept = io.BytesIO()
    frame.write_parquet(kept)
    return ".parquet", kept.getvalue()


def decimals(frame):
    return frame.with_columns(pl.col(pl.Float64).cast(pl.Decimal(18, 4)))


def workbook(file):
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    frame = typed(file)
    sheet.write_row(0, 0, frame.columns)
    for i, row in enumerate(frame.iter_rows(), start=1):
        for j, value in enumerate(row):
            if isinstance(value, datetime.datetime):
                sheet.write_datetime(i, j, value, day)
            elif value is not None:
                sheet.write(i, j, value)
    book.close()
    return ".xlsx", kept.getvalue()


def with_row_names(file):
    head, rows = cells(file)
    return written(['""', *head], [[str(i), *row] for i, row in enumerate(rows, start=1)])


def quoted(file):
    head, rows = cells(file)
    return written([f'"{n}"' for n in head], [[f'" {t} "' for t in row] for row in rows])


def with_comma(file):
    head, rows = cells(file, lambda c, t: numbers(c, t, lambda n: n.replace(".", ",")))
    return written(head, rows, ";")


CHANGES = {
    "rows_turned": as_csv(lambda f: written(cells(f)[0], cells(f)[1][::-1])),
    "columns_turned": as_csv(lambda f: written(cells(f)[0][::-1], [r[::-1] for r in cells(f)[1]])),
    "another_column": as_csv(
        lambda f: written([*cells(f)[0], f"{f.name}9"], [[*r, "x"] for r in cells(f)[1]])
    ),
    "quotes_and_blanks": as_csv(quoted),
    "names_with_blanks": as_csv(lambda f: written([f" {n}\u00a0" for n in cells(f)[0]], cells(f)[1])),
    "words_in_small_letters": as_csv(lambda f: written(*cells(f, worded(str.lower)))),
    "words_in_title_case": as_csv(lambda f: written(*cells(f, worded(str.title)))),
    "names_in_small_letters": as_csv(lambda f: written([n.lower() for n in cells(f)[0]], cells(f)[1])),
    "mark_and_crlf": as_csv(lambda f: "\ufeff" + written(*cells(f), end="\r\n")),
    "utf16": lambda f: (".csv", f.text.encode("utf-16")),
    "gzip": lambda f: (".csv.gz", gzip.compress(f.text.encode(), mtime=0)),
    "tabs": as_csv(lambda f: written(*cells(f), separator="\t")),
    "decimal_comma": as_csv(with_comma),
    "numbers_with_zeros": as_csv(
        lambda f: written(*cells(f, lambda c, t: numbers(c, t, lambda n: str(float(n)))))
    ),
    "dates_with_slashes": as_csv(
        lambda f: written(*cells(f, lambda c, t: dates(c, t, lambda d: d.replace("-", "/"))))
    ),
    "empty_rows_and_columns": as_csv(
        lambda f: written([*cells(f)[0], "", ""], [[*r, "", ""] for r in cells(f)[1]])
        + "," * (len(cells(f)[0]) + 1) + "\n\n"
    ),
    "row_names": as_csv(with_row_names),
    "parquet": lambda f: parquet(typed(f)),
    "parquet_decimals": lambda f: parquet(decimals(typed(f))),
    "workbook": workbook,
}  # fmt: skip
SECONDS, MIDNIGHT = r"(T\d\d:\d\d):00(\.0+)?$", r"T00:00$"
# The same readers of the same files as another door, so these are looked at with the slow tests.
SLOW = ("superpose_times", "recist_reported", "tte_adam")
EVERY = [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in DOORS]


def plain(tables):
    """What was written, names in capitals, times without seconds: a day is stored as its midnight."""
    return {
        name: sorted(
            tuple(
                sorted((k.upper(), re.sub(MIDNIGHT, "", re.sub(SECONDS, r"\1", v))) for k, v in row)
            )
            for row in rows
        )
        for name, rows in tables.items()
    }


def answers(folders):
    """What every door answers to its sound files, asked for once."""
    known = {}

    def answer(name):
        if name not in known:
            code, tables = DOORS[name].opened(folders.mktemp(name))
            assert code == 0
            known[name] = plain(tables)
        return known[name]

    return answer


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The answer of every door."""
    return answers(tmp_path_factory)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", EVERY)
def test_the_same_tables_in_another_form_give_the_same_answer(
    name, change, sound, tmp_path, capsys
):
    door = DOORS[name]
    given = {f.name: CHANGES[change](f) for f in door.files}
    code, tables = door.opened(tmp_path, given)
    assert code == 0, capsys.readouterr().err
    assert plain(tables) == sound(name)
