"""Every source and every column taken away, one after the other: no number that rested on it may remain.

What is right is not read from the declarations beside the numbers: the tables of the run without the column
are compared, value by value, with those of the whole run. What a removal changed must have become empty, and
somewhere a reason must name what is missing, or the study must have been refused. A number that became
another number is a failure unless it stands in `RIGHT_CHANGES`, with why it is right.
"""

import dataclasses
import datetime
import sys

import polars as pl
import pytest
from chain import Chain
from right_changes import ANY, is_right
from virtual_trials import STUDIES, drawn, study, write

from pkpipe import snapshot
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.own_inputs import SPECS

LATE = datetime.date(2026, 3, 31)
SEEDS = {"bat6026": 28, "bat8008_bat1308": 23}
# Without these nobody is in the trial, and the study file is refused.
NOT_HERE = ("DM", "EX")
# Columns about a record and not of its result; all of them are taken away at once, and nothing may change.
ABOUT = (
    *("SEQ", "TEST", "CAT", "ORRES", "ORRESU", "REASND", "NAM", "METHOD", "ACPTFL", "EVALID"),
    *("BLFL", "POS", "SPEC", "TPTNUM"),
)
QUIET = ("VISITNUM", "SUBJID", "SITEID", "RACE", "ETHNIC", "COUNTRY", "ARM", "ACTARM")
# In these the end of a name means something else: a matrix, nominal times, what kind of record it is.
LOUD = ("PCSPEC", "PCTPTNUM", "CPTPTNUM", "DSCAT", "CMCAT", "AECAT")
# The same result in three columns, of which one alone may be missed by nobody.
RESULT = ("ORRES", "STRESC", "STRESN")
# Without words a concentration below the limit has no result: PC-NO-RESULT asks about each of them.
ASKED = ("PC",)
PARTS = 4
# What a reader sees, and the tables of subjects that those numbers are counted from.
ALSO = {
    *("pk/ADPP", "immunogenicity/ADAB", "immunogenicity/ADASAMP", "cohorts/COHORT"),
    *("escalation/DECLOG", "subjects/ADSL", "subjects/ADEXSUM", "survival/ADTTE", "safety/ADAE"),
}
KEYS = {
    f"{room}/{table.code}": table.key
    for room, tables in BY_ROOM.items()
    for table in tables
    if table.displayed or f"{room}/{table.code}" in ALSO
} | {
    # without what may be taken away, and without a row's place in its table
    "cohorts/SUMMARY": ("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT"),
    "immunogenicity/ADASAMP": ("USUBJID", "DRUG", "ADTM"),
    "escalation/DECLOG": ("date", "cutoff", "level"),
}
REASONS = (
    "REASON",
    "NOTE",
    "DETAIL",
    "TRACE",
    "DISPRS",
    "DTHRS",
    "RSPRS",
    "PKCRS",
    "ADARS",
    "detail",
    *(
        "REASONZH",
        "DETAILZH",
        "detailZH",
        "OUTCOMEZH",
        "MISSEDZH",
        "TRACEZH",
    ),  # the same in Chinese
    *("SUMRSN", "RATIORSN", "GCVRSN", "LIMRSN", "PPREASND", "OUTRSN"),
)
# Words about a number and not numbers: which rules were used, and places in the order of a table.
WORDS = (
    *REASONS,
    "RULES",
    "ASSUMP",
    "ASSUMTXT",
    "RULE",
    "ORD",
    "ORDER",
    "STUDY",
    "CUTOFF",
    "WHY",
    "STATUS",
    "PPSTAT",
)
# What stands where there is no answer: a decision withheld, a rule of conduct not held against anything.
REFUSALS = ("NO_DECISION", "NOT_ASSESSABLE", "not collected")


def files_of(name, folder):
    plan = study(name).at(LATE)
    write(drawn(name, SEEDS[name]), folder)
    return plan, snapshot.read_files(folder, plan)


def values(name, frame):
    """One row a value: its row by key, its column, its text; beside it why the row has what it has."""
    key = [k for k in KEYS[name] if k in frame.columns]
    why = [c for c in frame.columns if c in REASONS]
    shown = [c for c in frame.columns if c not in {*key, *WORDS}]
    told = pl.concat_str(why, separator=" ", ignore_nulls=True) if why else pl.lit("")
    rows = frame.with_columns(pl.col(key).cast(pl.String).fill_null("-"), WHY_=told)
    numbered = rows.with_columns(NO_=pl.int_range(pl.len()).over(key).cast(pl.String))
    long = numbered.select(
        pl.concat_str(*key, "NO_", separator="|").alias("ROW_"),
        "WHY_",
        *(
            pl.col(c).cast(pl.String, strict=False)
            for c in shown
            if not frame.schema[c].is_nested()
        ),
    )
    return long.unpivot(index=["ROW_", "WHY_"], variable_name="COLUMN_", value_name="VALUE_")


def names_it(why, need):
    """Whether a reason says that this is not collected: the column, or its table."""
    table, _, column = need.partition(".")
    named = [f"{table}.{c}" for c in column.split("+")] if column else [table]
    return "not collected" in why and any(n in why for n in named)


class Before:
    """The values of the whole run, each table's made once."""

    def __init__(self, whole):
        self.whole = whole
        self.of = {name: values(name, whole[name]).drop_nulls("VALUE_") for name in KEYS}
        self.looked = sum(rows.height for rows in self.of.values())


def compared(before, without, need):
    """Columns of which values went and how many, whether a reason names what is missing, what is wrong."""
    gone, columns = 0, set()
    named, wrong, unsaid = False, [], []
    for name, was in before.of.items():
        if before.whole[name].equals(without[name]):
            continue
        after = values(name, without[name])
        named = named or any(names_it(w, need) for w in after["WHY_"].unique() if w)
        both = was.join(after, on=["ROW_", "COLUMN_"], how="left", suffix="NOW")
        lost = both.filter(pl.col("VALUE_NOW").is_null())
        gone, columns = gone + lost.height, columns | set(lost["COLUMN_"])
        if lost.height and not is_right(need, name, ANY, ANY):
            unsaid += lost.select(pl.lit(name), "ROW_", "COLUMN_").unique("COLUMN_").rows()
        now = pl.col("VALUE_NOW")
        other = both.filter(now.is_not_null(), now != pl.col("VALUE_"), ~now.is_in(REFUSALS))
        new = after.drop_nulls("VALUE_").join(was, on="ROW_", how="anti")
        numeric = new.filter(pl.col("VALUE_").cast(pl.Float64, strict=False).is_not_null())
        for kind, rows in (("became", other), ("appeared", numeric)):
            if rows.height and is_right(need, name, ANY, ANY):
                continue
            for row, column, value in rows.select("ROW_", "COLUMN_", rows.columns[-1]).iter_rows():
                if not is_right(need, name, row, column):
                    wrong.append(f"{need}: {name} {row} {column} {kind} {value}")
    named = named or all(is_right(need, *place) for place in unsaid)
    return gone, columns, named, wrong


def quiet(code, name):
    """Whether a column says something about a record, on which no number rests."""
    return name not in LOUD and (name in QUIET or name.removeprefix(code) in ABOUT)


def removals(plan, files):
    """Each source, then each of its columns, then the columns of a result together; last the quiet ones.

    A name, and the study and the files without it.
    """
    silent = dict(files)
    for code, source in plan.sources.items():
        if code not in NOT_HERE:
            rest = {k: v for k, v in plan.sources.items() if k != code}
            yield code, plan.model_copy(update={"sources": rest}), files
        place = (source.files[0], None)
        frame = files[place].frame
        there = [c for c in SPECS[code].columns if c.name in frame.columns]
        about = [c.name for c in there if quiet(code, c.name) and not c.required]
        silent[place] = dataclasses.replace(files[place], frame=frame.drop(about))
        groups = [(c.name,) for c in there if c.name not in about]
        result = tuple(f"{code}{end}" for end in RESULT if f"{code}{end}" in frame.columns)
        for together in (result[:-1], result):  # the words alone, then words and number
            asked = code in ASKED and together != result
            groups += [together] if len(together) > 1 and not asked else []
        for columns in groups:
            cut = dataclasses.replace(files[place], frame=frame.drop(columns))
            yield f"{code}.{'+'.join(columns)}", plan, {**files, place: cut}
    yield "quiet", plan, silent


def required(need):
    """Whether the column is one without which a table is refused as it arrives."""
    code, _, name = need.partition(".")
    return code in SPECS and any(c.name == name and c.required for c in SPECS[code].columns)


@pytest.fixture(scope="module", params=STUDIES)
def sound(request, tmp_path_factory):
    """The name of a study, its plan and files, the whole run and its values; shared by the parts."""
    plan, files = files_of(request.param, tmp_path_factory.mktemp(request.param))
    with pytest.MonkeyPatch.context() as patch:
        chain = Chain(plan, files, patch)
        yield request.param, plan, files, chain, Before(chain.whole)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_taken_away_leaves_no_number_that_rested_on_it(sound, part):
    name, plan, files, chain, before = sound
    gone = refusals = unchanged = 0
    wrong = []
    cases = list(removals(plan, files))[part::PARTS]
    for need, without, left in cases:
        names = set(need.partition(".")[2].split("+"))
        if required(need):
            refusals += 1
            if not names & chain.missing(without, left):
                wrong.append(f"{need}: is required and not said to be missing")
            continue
        found, stopped = chain.run(without, left)
        if found is None:
            refusals += 1
            if not names & set(stopped["COLUMN"]):
                wrong.append(f"{need}: refused for {set(stopped['COLUMN'])}")
            continue
        lost, columns, named, bad = compared(before, found, need)
        gone, unchanged = gone + lost, unchanged + (lost == 0)
        wrong += bad
        if lost and not named and not columns <= own_cells(need):
            wrong.append(f"{need}: {lost} values went, and no reason names it: {sorted(columns)}")
    sys.stdout.write(
        f"\n{name}, part {part + 1} of {PARTS}: {len(cases)} sources and columns taken away, "
        f"{len(cases) * before.looked} numbers looked at; {gone} went with a reason, "
        f"{unchanged} removals changed none, {refusals} were refused\n"
    )
    assert wrong == [], "\n".join(wrong[:MOST])


def own_cells(need):
    """The column's own cells, as a listing or the subjects' table carries them."""
    if need == "quiet":
        return set(QUIET)
    names = need.partition(".")[2].split("+")
    plain = {n.removesuffix("C") for n in names}
    return {*names, *plain, *(made for n in names for made in MADE_OF.get(n, ()))}


MOST = 60  # lines of a failure
# What a listing makes of a column, under another name.
MADE_OF = {
    "AESEV": ("ASEVN",),
    "AEENDTC": ("AENDT", "AENDTF", "AENDY", "ADURN"),
    "AEBODSYS": ("AESOC",),
    "RFICDTC": ("RFICDT",),
    "VSSTRESC": ("ECOGBL",),
    **dict.fromkeys(("PCTPT", "CPTPT", "ISTPT"), ("ATPT",)),
}


def test_the_comparison_finds_a_number_that_became_zero():
    line = pl.DataFrame({"GROUP": ["ALL"], "GROUPVAL": ["ALL"], "PARAMCD": ["DLT"], "X": [2]})
    empty = {name: line.clear() for name in KEYS}
    whole = empty | {"safety/AESUM": line.with_columns(REASON=pl.lit(None, dtype=pl.String))}
    zero = whole | {"safety/AESUM": whole["safety/AESUM"].with_columns(X=pl.lit(0))}
    assert compared(Before(whole), zero, "AE.AEDLTFL")[3] == [
        "AE.AEDLTFL: safety/AESUM ALL|ALL|DLT|0 X became 0"
    ]
    why = pl.lit("not collected: AE.AEDLTFL")
    right = whole | {
        "safety/AESUM": whole["safety/AESUM"].with_columns(
            X=pl.lit(None, dtype=pl.Int64), REASON=why
        )
    }
    assert compared(Before(whole), right, "AE.AEDLTFL") == (1, {"X"}, True, [])
