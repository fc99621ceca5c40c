"""Programs of the delivered folder: one a dataset and one a display, each short, each alone with its data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.submission.dataset import Made
from pkpipe.submission.delivered import rebuild

C: Final = pl.col
HELPER: Final = "rebuild.py"
IMPORTED: Final = ("C", "Comparison", "study_day")  # from it, where a program of a dataset uses it
QUOTED: Final = r"'(?:[^']|'')*'"
NAME: Final = re.compile(r"\b[A-Z][A-Z0-9_]*\b")
# Statistics that are a value as it stands in a row.
SINGLE: Final = [s for s, (_, of) in rebuild.STATISTICS.items() if of is rebuild.the_value]
SQL: Final = frozenset(
    (
        *("AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE", "BETWEEN", "TRUE", "FALSE"),
        *("COALESCE", "UPPER", "LOWER", "CAST", "ABS", "CASE", "WHEN", "THEN", "ELSE", "END"),
    )
)
# Under the names that conditions of displays use.
ALSO: Final[Mapping[str, str]] = {
    **{"PARCODE": "PARAMCD", "PPTESTCD": "PARAMCD", "AEFATFL": "DTHFL", "ALLOQ": "LLOQ"},
    **{"NCAXFL": "EXCLFL", "NCA1XRS": "EXCLRSN", "PKSUM1F": "SUMFL", "PPSUMFL": "SUMFL"},
}
# Respelt for the submission, so that a condition on it finds nothing.
RESPELT: Final = {"ADPP": {"AVALU"}, "ADEX": {"ROUTE", "EXDOSFRQ"}}


@dataclass(frozen=True)
class Line:
    """A variable that follows from others of its dataset: which are needed, the expression, of which rows."""

    name: str
    needs: tuple[str, ...]
    expression: str
    where: str = ""


HAS: Final = 'C("{}").is_not_null()'
LINES: Final = (
    Line("ASEQ", (), 'pl.int_range(1, pl.len() + 1).over("USUBJID")'),
    Line("TRTP", ("TRT01P",), 'C("TRT01P")'),
    Line("TRTA", ("TRT01A",), 'C("TRT01A")'),
    Line(
        "AGEGR1",
        ("AGE",),
        'pl.when(C("AGE") < 65).then(pl.lit("<65")).otherwise(pl.lit(">=65"))',
        HAS.format("AGE"),
    ),
    Line("TRTDURD", ("TRTEDT", "TRTSDT"), '(C("TRTEDT") - C("TRTSDT")).dt.total_days() + 1'),
    Line("DTHADY", ("DTHDT", "TRTSDT"), 'study_day("DTHDT")'),
    Line("LDDTHELD", ("DTHDT", "TRTEDT"), '(C("DTHDT") - C("TRTEDT")).dt.total_days()'),
    Line("AVISIT", ("VISIT",), 'C("VISIT")'),
    Line("ADY", ("ADT", "TRTSDT"), 'study_day("ADT")', HAS.format("ADY")),
    Line("ASTDY", ("ASTDT", "TRTSDT"), 'study_day("ASTDT")', HAS.format("ASTDY")),
    Line("AENDY", ("AENDT", "TRTSDT"), 'study_day("AENDT")', HAS.format("AENDY")),
    Line(
        "ADURN",
        ("AENDT", "ASTDT"),
        '(C("AENDT") - C("ASTDT")).dt.total_days() + 1',
        HAS.format("ADURN"),
    ),
    Line(
        "BASE",
        ("ABLFL", "AVAL", "PARAMCD"),
        'C("AVAL").filter(C("ABLFL") == "Y").first().over("USUBJID", "PARAMCD")',
        'C("BASE").is_not_null() & C("BASE").n_unique().over("USUBJID", "PARAMCD").eq(1)',
    ),
    Line("CHG", ("AVAL", "BASE"), 'C("AVAL") - C("BASE")', HAS.format("CHG")),
    Line("PCHG", ("AVAL", "BASE"), '100 * (C("AVAL") - C("BASE")) / C("BASE")', HAS.format("PCHG")),
    Line(
        "ATOXGR",
        ("ATOXGRL", "ATOXGRH"),
        'pl.max_horizontal("ATOXGRL", "ATOXGRH").cast(pl.Int64).cast(pl.String)',
    ),
    Line("DOSEPCT", ("DOSE", "PLANDOSE"), '100 * C("DOSE") / C("PLANDOSE")', HAS.format("DOSEPCT")),
    Line("PCRFTDT", ("PCRFTDTM",), 'C("PCRFTDTM").dt.date()'),
    Line("DEVH", ("ARRLT", "NRRLT"), 'C("ARRLT") - C("NRRLT")', HAS.format("DEVH")),
    Line("AVAL", ("ADT", "STARTDT", "CNSR"), '(C("ADT") - C("STARTDT")).dt.total_days() + 1'),
)


def all_programs(
    datasets: Sequence[Made], ard: pl.DataFrame, displays: pl.DataFrame
) -> Iterator[tuple[str, str]]:
    """Every file of the folder of programs, by name."""
    yield HELPER, Path(rebuild.__file__).read_text(encoding="utf-8")
    yield from dataset_programs(datasets)
    yield from display_programs(datasets, ard, displays)


def dataset_programs(datasets: Sequence[Made]) -> Iterator[tuple[str, str]]:
    """The program of each dataset."""
    for made in datasets:
        yield f"{made.code.lower()}.py", _of_dataset(made)


def _of_dataset(made: Made) -> str:
    names = set(made.rows.columns)
    merged = [n for n in made.of.core if n in names]
    lines = [line for line in LINES if {line.name, *line.needs} <= names]
    body = "\n".join(
        (
            f'here = Comparison("{made.code}")',
            *([f"here.merged({json.dumps(merged)})"] if merged else []),
            *(
                f'here.same("{n.name}", {n.expression}{f", where={n.where}" if n.where else ""})'
                for n in lines
            ),
            "here.end()",
        )
    )
    used = [name for name in IMPORTED if re.search(rf"\b{name}\(", body)]
    return "\n".join(
        (
            f'"""{made.code}, {made.of.label}: {made.of.record[:1].lower()}{made.of.record[1:]}.',
            "",
            f"{made.of.purpose} What follows from ADSL and from other variables is rebuilt and compared;",
            "define.xml describes the rest, variable by variable, with the module of pkpipe that made it.",
            '"""',
            "",
            "import polars as pl",
            f"from rebuild import {', '.join(used)}",
            "",
            body,
            "",
        )
    )


def display_programs(
    datasets: Sequence[Made], ard: pl.DataFrame, displays: pl.DataFrame
) -> Iterator[tuple[str, str]]:
    """The program of each display with numbers that follow from delivered rows, and those numbers as CSV."""
    cells = _cells(datasets, ard)
    titles = dict(displays.select("number", "title_en").iter_rows())
    for (number,), rows in cells.partition_by("DISPLAY", as_dict=True, maintain_order=True).items():
        name = file_of(str(number))
        yield f"{name}.csv", rows.drop("DISPLAY").write_csv()
        yield f"{name}.py", _of_display(str(number), titles.get(str(number), ""))


def file_of(number: str) -> str:
    """`T14.3.1.1` is t14-3-1-1: a name as an eCTD has it."""
    return re.sub(r"[^a-z0-9]+", "-", number.lower())


def _of_display(number: str, title: str) -> str:
    words = title.replace("\\", "/").replace('"', "'")
    return "\n".join(
        (
            f'"""{number} {words}: its numbers rebuilt from the delivered datasets, and compared.',
            "",
            f"{file_of(number)}.csv has, of each number, the dataset, the rows as an SQL condition, the",
            "variable, the statistic and what the display shows.",
            '"""',
            "",
            "from pathlib import Path",
            "",
            "from rebuild import display",
            "",
            f'display("{number}", Path(__file__))',
            "",
        )
    )


def _cells(datasets: Sequence[Made], ard: pl.DataFrame) -> pl.DataFrame:
    """The shown numbers that follow from rows of one delivered dataset by a statistic that is known."""
    known = {made.code: _names(made) for made in datasets}
    of_x = [stat for stat, (column, _) in rebuild.STATISTICS.items() if column == "X"]
    shown = pl.when(C("STAT").is_in(of_x)).then(C("X")).otherwise(C("VALUE"))
    found = (
        ard.filter(C("STAT").is_in([*rebuild.STATISTICS]), C("ROWS").is_not_null())
        .with_columns(DATASET=C("TABLES").str.extract(r"^\w+/(\w+)$"), SHOWN=shown)
        .filter(C("DATASET").is_in([*known]), C("SHOWN").is_not_null())
        .with_columns(BARE=C("ROWS").str.replace_all(QUOTED, ""))
    )
    asked = found.select("DATASET", "BARE").unique(maintain_order=True)
    answers = [asked_of(bare) <= known[code] for code, bare in asked.iter_rows()]
    able = asked.filter(pl.Series(answers, dtype=pl.Boolean))
    return (
        found.join(able, on=["DATASET", "BARE"], how="semi", maintain_order="left")
        .with_columns(VARIABLE=_variable(datasets))
        .filter(_one_value())
        .select("DISPLAY", "ID", "DATASET", "ROWS", "VARIABLE", "STAT", "SHOWN")
    )


def _one_value() -> pl.Expr:
    """Of a value as it stands in a row: its column is the variable, or its parameter is named."""
    of_column = C("VARIABLE") == C("COL")
    of_parameter = (C("DATASET") == "ADPP") & C("BARE").str.contains(r"\bPARAMCD =")
    return ~C("STAT").is_in(SINGLE) | of_column | of_parameter


def _variable(datasets: Sequence[Made]) -> pl.Expr:
    """The variable a number is of: the one its column or row is called by, else AVAL; none of a count."""
    parts = C("ROW").str.split("/")
    called = (
        pl.when(C("STAT").is_in(SINGLE)).then(C("COL")),
        parts.list.last(),
        parts.list.get(-2, null_on_oob=True),
    )
    found = []
    for made in datasets:
        numbers = [v.name for v in made.variables if v.type in {"number", "integer"}]
        here = C("DATASET") == made.code
        found += [pl.when(here & name.is_in(numbers)).then(name) for name in called]
        found += [pl.when(here).then(pl.lit("AVAL"))] if "AVAL" in numbers else []
    return pl.coalesce(*found, pl.lit(""))


def _names(made: Made) -> set[str]:
    names = set(made.rows.columns)
    return names | {ALSO[n] for n in names if n in ALSO} - RESPELT.get(made.code, set())


def asked_of(bare: str) -> set[str]:
    """The variables that a condition without its texts asks for."""
    return set(NAME.findall(bare)) - SQL
