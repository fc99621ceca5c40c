"""What `pkpipe compare` asks of a table: whose value it is, under which treatment, and is it there once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import findings_at
from pkpipe.reading.unit_columns import one_spelling
from pkpipe.reading.verb_files import ROW, plain_name
from pkpipe.schema.cell_text import stands_for_nothing
from pkpipe.schema.coded_words import same
from pkpipe.schema.codelists import NOT_DONE, YES_NO

C: Final = pl.col
YES: Final = ("Y", *YES_NO.terms["Y"])
SUBJECT, TREATMENT, PERIOD, VALUE = "SUBJECT", "TREATMENT", "PERIOD", "VALUE"
NOBODY: Final = Check(
    "CMP-EMPTY",
    "error",
    "nobody says whose value this is, of which parameter, or under which treatment or in which period",
    "EMA CPMP/EWP/QWP/1401/98 Rev. 1, section 4.1.8",
    allowed="a subject, a parameter and a treatment in every row with a value, with --period a period too",
)
TWICE: Final = Check(
    "CMP-TWICE",
    "error",
    "one subject has several values of a parameter under one treatment",
    "EMA CPMP/EWP/QWP/1401/98 Rev. 1, section 4.1.8",
    allowed="one value a subject, treatment and parameter; in a replicate design also a period (--period); "
    "columns that tell tables apart are named by --by",
)
UNITS: Final = Check(
    "CMP-UNITS",
    "error",
    "values of one parameter in several units",
    "pkpipe compare",
    allowed="one unit a parameter; columns that tell tables apart are named by --by",
)
NO_VALUE: Final = Check(
    "CMP-NO-VALUE",
    "error",
    "a value in a row that says it is none, or is left out",
    "CDISC --STAT (C66789)",
    allowed="no value there, or the row left out",
)
ONE_PERIOD: Final = Check(
    "CMP-ONE-PERIOD",
    "error",
    "one subject has two treatments in one period",
    "EMA CPMP/EWP/QWP/1401/98 Rev. 1, section 4.1.8",
    allowed="the period of each value; without --period they are compared within subjects alone",
)
CHECKS: Final = (NOBODY, TWICE, UNITS, NO_VALUE, ONE_PERIOD)
# Columns of parameters that say of a row that its value is none: the words.
SAYS_NONE: Final = {
    "PPSTAT": (*NOT_DONE.words, *NOT_DONE.terms["NOT DONE"]),
    **dict.fromkeys(("EXCLFL", "PPEXCLFL", "NCAXFL", "PKSUMXF", "PPSUMXF"), YES),
}


def asked_of(
    values: pl.DataFrame, file: str, names: Mapping[str, str], groups: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """Rows that cannot be compared, each with its place; names: what the file calls the columns."""
    valued = values.filter(C(VALUE).is_not_null())
    for column, name in {**names, **{g: g for g in groups}}.items():
        empty = valued.filter(C(column).is_null() | stands_for_nothing(C(column)))
        yield findings_at(
            empty, NOBODY, file=file, row=C(ROW), column=name, value=C(column), subject=C(SUBJECT)
        )
    keys = [*groups, *names]
    again = valued.drop_nulls(list(names)).filter(pl.struct(keys).is_duplicated())
    value = pl.concat_str(C(TREATMENT), C(VALUE).cast(pl.String), separator=": ")
    yield findings_at(
        again,
        TWICE,
        file=file,
        row=C(ROW),
        column=names[TREATMENT],
        value=value,
        subject=C(SUBJECT),
    )
    if PERIOD in names:
        in_one = [*groups, SUBJECT, PERIOD]
        crossed = valued.drop_nulls(list(names)).filter(C(TREATMENT).n_unique().over(in_one) > 1)
        yield findings_at(
            crossed,
            ONE_PERIOD,
            file=file,
            row=C(ROW),
            column=names[PERIOD],
            value=C(PERIOD),
            subject=C(SUBJECT),
        )


def of_no_parameter(
    rows: pl.DataFrame, file: str, columns: tuple[str, str], subject: str
) -> pl.DataFrame:
    """Values of which nobody says what they are; columns: of the parameter and the value."""
    code, value = columns
    none = C(code).is_null() | stands_for_nothing(C(code))
    unsaid = rows.filter(none & C(value).is_not_null())
    return findings_at(
        unsaid, NOBODY, file=file, row=C(ROW), column=code, value="", subject=C(subject)
    )


def rows_that_say_none(
    table: pl.DataFrame, file: str, value: str, subject: str
) -> Iterator[pl.DataFrame]:
    """Values of rows that another column says are not done or left out."""
    valued = C(value).is_not_null()
    for column in (c for c in table.columns if plain_name(c) in SAYS_NONE):
        word = C(column).cast(pl.String)
        bad = table.filter(valued & same(word, SAYS_NONE[plain_name(column)]))
        yield findings_at(
            bad, NO_VALUE, file=file, row=C(ROW), column=column, value=word, subject=C(subject)
        )


def in_several_units(
    table: pl.DataFrame, file: str, unit: str, groups: Sequence[str], subject: str
) -> pl.DataFrame:
    """Values of a parameter whose unit is not that of the other values."""
    rows = table.drop_nulls(unit).with_columns(
        _UNIT=C(unit).cast(pl.String).replace(one_spelling(table[unit].cast(pl.String)))
    )
    bad = rows.filter(C("_UNIT").n_unique().over(groups) > 1)
    return findings_at(
        bad, UNITS, file=file, row=C(ROW), column=unit, value=C(unit), subject=C(subject)
    )
