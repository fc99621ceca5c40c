"""A file a person hands to a verb, read as it was meant: cells, rows and the names of its columns.

What is told here is told of every verb alike: a blank cell is a missing one, a blank line is no row, a header
name stands once, a row has as many fields as the header, and a column that is nearly a known one is named.
"""

from __future__ import annotations

import difflib
import functools
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pkpipe import disk
from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.files import read_table
from pkpipe.reading.header_names import check_remarks, has_row_names, with_plain_names
from pkpipe.schema.cell_text import as_text, plain_cells
from pkpipe.schema.codelists import YES_NO

if TYPE_CHECKING:
    from pkpipe.schema.column import Column

ANALYSED: Final = "ANL01FL"  # ADaM: Y in the rows of the analysis
ROW: Final = "_ROW"  # the row of the file, the header being row 1
PLAIN: Final = (
    "text, numbers, dates and times of the place without a zone; a duration as a number in the unit of its "
    "column"
)
# Names are alike from here on (Ratcliff and Obershelp, 0 to 1), or where they share a part of this length.
ALIKE: Final = 0.75
PART: Final = 3
# What people write behind a name: a unit, or that it is a value or a flag.
BEHIND: Final = re.compile(
    r"H|HR|HRS|HOURS?|MIN|MINS|MINUTES?|S|SEC|D|DAYS?|W|WK|WEEKS?|M?G|KG|[UN]G|MG_KG|[UN]?G_?ML|[UN]M"
    r"|VAL|VALUE|NUM|N|FL|FLAG|小时|分钟|天"
)

# Names of other things, which only look like those of a column that may be absent; as `plain_name` compares.
OTHER_THINGS: Final = frozenset(
    {
        *("STUDY", "STUDYID", "STUDYNO", "STUDYCODE", "PROTOCOL", "SITE", "SITEID", "SITENO"),
        *("TREATMENT", "TRT", "TRTP", "TRTA", "ARM", "ARMCD", "ACTARM", "ACTARMCD", "DATE", "DAY"),
        *("DOSE", "DOSEMG", "DOSELEVEL", "LASTDOSE", "LASTDOSEDATE", "LASTDOSEDT", "TRTEDT"),
        *("EOT", "EOTDT", "EOTDATE", "EOSDATE", "ENDOFTREATMENT", "ENDOFTREATMENTDATE"),
        *("STATUS", "LASTVISIT", "LASTVISITDATE", "末次给药日期", "ABLFL", "BLFL", "PCBLFL"),
    }
)

# Whose row it is, by the names people give the column; as `plain_name` compares them.
SUBJECTS: Final = (
    *(
        "USUBJID",
        "SUBJID",
        "SUBJECT",
        "SUBJECTID",
        "SUBJECTNUMBER",
        "SUBJECTNO",
        "SUBJECTNR",
        "SUBJ",
        "ID",
    ),
    *(
        "PATIENT",
        "PATIENTID",
        "PATIENTNUMBER",
        "PATIENTNO",
        "PATID",
        "PATNO",
        "PTID",
        "PTNO",
        "PARTICIPANT",
    ),
    *("PTNUM", "PATNUM", "PATIENTNUM", "SUBJECTNUM", "SUBJNO", "SUBJNUM", "SUBJECTCODE", "CASEID"),
    *("SUBJECTIDENTIFIER", "UNIQUESUBJECTIDENTIFIER", "PATIENTIDENTIFIER", "PT"),
    *("CASENO", "MRN", "SCREENINGNUMBER", "SCREENINGNO", "SCREENNO", "SCRNO", "SCREENINGID"),
    *(
        "RANDOMIZATIONNUMBER",
        "RANDOMISATIONNUMBER",
        "RANDOMIZATIONNO",
        "RANDNO",
        "RANDNUM",
        "RANDID",
    ),
    *(
        "SUBJECTNAME",
        "HOSPITALNO",
        "HOSPITALNUMBER",
        "CHARTNO",
        "PATIENTNAME",
        "UID",
        "病案号",
        "姓名",
    ),
    *("RECORDID", "SUBJECTKEY", "PERSONID", "PID"),  # REDCap, ODM; of a person
    *("登记号", "住院号", "受试者代码", "筛选号", "随机号", "入组号", "病例号", "患者号"),
    *(
        "PARTICIPANTID",
        "受试者",
        "受试者编号",
        "受试者号",
        "受试者ID",
        "患者",
        "患者编号",
        "患者ID",
        "病人编号",
    ),
)


def read_given(path: Path) -> pl.DataFrame:
    """The table with its row numbers in `_ROW`: text without blanks around, an empty one null.

    Raises:
        DataError: it cannot be read, a column stands twice, or one without a name holds values.
    """
    if not path.is_file():
        return _read_given(path)  # which says what is wrong with it
    return _read_given(path, *disk.identity(path))


# A verb asks for the columns of a file before it reads it as them.
@functools.lru_cache(maxsize=2)
def _read_given(path: Path, *_identity: int) -> pl.DataFrame:
    frame = plain_cells(read_table(path))
    odd = {n: t for n, t in frame.schema.items() if as_text(pl.col(n), t) is None}
    if odd:
        told = ", ".join(f"{name} ({kind})" for name, kind in odd.items())
        raise DataError(f"{path}: columns without plain cells: {told} (allowed: {PLAIN})")
    try:
        named = with_plain_names(frame)
        check_remarks(named)
    except DataError as problem:
        raise DataError(f"{path}: {problem}") from problem
    if named.width < frame.width and has_row_names(frame):
        say(path, "the first column has no name and counts the rows: it is not used")
    numbered = named.with_row_index(ROW, offset=2).with_columns(pl.col(ROW).cast(pl.Int64))
    return numbered.filter(~pl.all_horizontal(pl.col(c).is_null() for c in named.columns))


def under_known_names(
    frame: pl.DataFrame, columns: Sequence[Column], path: Path, *, others: str | None = None
) -> pl.DataFrame:
    """The table with the known columns under their names; what is nearly known is told or refused.

    others: pattern of further columns that need no word; None: any.

    Raises:
        ConfigError: a column that is required is absent, or one that matters is there under another name.
        DataError: two columns differ in nothing but the spelling of their name, and hold other values.
    """
    known = {c.name for c in columns}
    absent = [c for c in columns if c.name not in frame.columns]
    free = [c for c in frame.columns if c not in known and c != ROW]
    plain = [plain_name(theirs) for theirs in free]
    cased = {
        free[plain.index(plain_name(c.name))]: c.name
        for c in absent
        if plain.count(plain_name(c.name)) == 1
    }
    frame = frame.rename(cased)
    _refuse_one_name_of_two(path, frame, known)
    absent = [c for c in absent if c.name not in frame.columns]
    free = [c for c in free if c not in cased]
    odd = [c for c in free if others is None or not re.fullmatch(others, c)]
    near = _nearly(absent, odd)
    _refuse(path, [c for c in columns if c.required], absent, near, frame)
    _tell(path, cased, absent, near)
    if others is not None:
        unused = [c for c in odd if c not in near.values()]
        if unused:
            say(path, f"not used: {', '.join(unused)}")
    return frame


def _refuse_one_name_of_two(path: Path, frame: pl.DataFrame, known: set[str]) -> None:
    """A known column and another of the same letters: nobody says which of the two is meant."""
    ours = {plain_name(c): c for c in frame.columns if c in known}
    others = [(ours[plain_name(c)], c) for c in frame.columns if plain_name(c) in ours]
    for one, other in others:
        if one != other and not frame[one].equals(frame[other]):
            raise DataError(
                f"{path}: two columns are called {one} and {other} (allowed: each name once)"
            )


def nearest(column: Column, names: Iterable[str]) -> str | None:
    """The name that is nearly the column's, if there is one."""
    given = {plain_name(n) for n in (*column.called, *column.exactly)}
    others = {plain_name(n) for n in column.unlike}
    others |= frozenset() if column.required else OTHER_THINGS - given
    scored = sorted((-_alike(column, n), n) for n in names if plain_name(n) not in others)
    return scored[0][1] if scored and -scored[0][0] >= ALIKE else None


def _alike(column: Column, name: str) -> float:
    """How alike a name is to the column's own, or to one that people give it."""
    if plain_name(name) in map(plain_name, column.exactly):
        return 1.0
    return max(_likeness(w, name) for w in (column.name, *column.called))


def _nearly(absent: Sequence[Column], names: Sequence[str]) -> dict[str, str]:
    """For each column the name that is nearly its own; one that is nearer to another column is that one's."""
    near = [(c, n, _alike(c, n)) for c in absent if (n := nearest(c, names)) is not None]
    most = {n: max(share for _, of, share in near if of == n) for _, n, _ in near}
    return {c.name: n for c, n, share in near if share == most[n]}


def say(path: Path, words: str) -> None:
    """A note about a file, for the person who gave it."""
    sys.stderr.write(f"note: {path.name}: {words}\n")


def of_the_analysis(path: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of an ADaM table flagged for analysis (ANL01FL); all of them where the flag is empty.

    Raises:
        DataError: the flag says of every row that it is none of the analysis.
    """
    column = next((c for c in rows.columns if plain_name(c) == ANALYSED), None)
    if column is None or rows[column].null_count() == rows.height:
        return rows
    used = YES_NO.term(pl.col(column).cast(pl.String)) == "Y"
    flagged = rows.filter(used.fill_null(value=False))
    if flagged.is_empty():
        raise DataError(
            f"{path}: no row of the analysis: {column} is Y in none of {rows.height} rows "
            "(allowed: Y in the rows that count, or an empty column)"
        )
    if flagged.height < rows.height:
        say(path, f"{rows.height - flagged.height} rows without {column} Y are not used")
    return flagged


def _refuse(
    path: Path,
    required: Sequence[Column],
    absent: Sequence[Column],
    near: dict[str, str],
    frame: pl.DataFrame,
) -> None:
    lost = [c for c in absent if c.required]
    there = ", ".join(c for c in frame.columns if c != ROW)
    if lost:
        told = ", ".join(c.name + _found(c.name, near) for c in lost)
        wanted = ", ".join(c.name for c in required)
        raise ConfigError(f"{path}: no column {told} (found: {there}; required: {wanted})")
    misspelt = [c for c in absent if c.matters and c.name in near]
    if misspelt:
        told = "; ".join(
            f"no column {c.name}{_found(c.name, near)}: without it {c.matters}" for c in misspelt
        )
        raise ConfigError(f"{path}: {told} (rename the column, or leave it out)")


def _tell(
    path: Path, cased: dict[str, str], absent: Sequence[Column], near: dict[str, str]
) -> None:
    if cased:
        told = ", ".join(f"{theirs} is read as {ours}" for theirs, ours in sorted(cased.items()))
        say(path, told)
    for column in absent:
        if column.name in near:
            say(path, f"no column {column.name}{_found(column.name, near)}, which is not used")
        elif column.matters and column.usual:
            say(path, f"no column {column.name}: {column.matters}")


def _found(name: str, near: dict[str, str]) -> str:
    return f"; found {near[name]}" if name in near else ""


def as_named(frame: pl.DataFrame, names: Sequence[str], path: Path) -> pl.DataFrame:
    """The table, its columns that another file or a person has in other letter case under the name there."""
    wanted = {n.upper(): n for n in reversed(names)}
    there = [c.upper() for c in frame.columns]
    read = {
        c: wanted[c.upper()]
        for c in frame.columns
        if c.upper() in wanted and c not in names and there.count(c.upper()) == 1
    }
    if read:
        say(path, ", ".join(f"{theirs} is read as {ours}" for theirs, ours in sorted(read.items())))
    return frame.rename(read)


def subject_column(names: Iterable[str]) -> str | None:
    """The column that says whose row it is, whatever it is called; None if no name says so."""
    there = {plain_name(n): n for n in names}
    return next((there[s] for s in SUBJECTS if s in there), None)


def plain_name(name: str) -> str:
    """A column's name as it is compared: letters and digits alone, upper case."""
    return re.sub(r"[\W_]+", "", name).upper()


def _likeness(wanted: str, name: str) -> float:
    """How alike two names are, 0 to 1; names of several words are alike if they share the first."""
    one, other = plain_name(wanted), plain_name(name)
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    firsts = [re.split(r"[\W_]+", n.upper())[0] for n in (wanted, name)]
    shared = "_" in wanted and len(firsts[0]) >= PART and firsts[0] == firsts[1]
    first, _, behind = re.sub(r"[\W_]+", "_", name.upper()).strip("_").partition("_")
    shared = shared or (first == one and BEHIND.fullmatch(behind) is not None)
    return max(ratio, ALIKE if shared else 0.0)
