"""Every source and every column taken away, one after the other: no number that rested on it may remain.

What is right is not read from the declarations beside the numbers: the tables of the run without the column
are compared, value by value, with those of the whole run. What a removal changed must have become empty, and
somewhere a reason must name what is missing, or the study must have been refused. A number that became
another number is a failure unless it stands in `RIGHT_CHANGES`, with why it is right.
"""

import dataclasses
import datetime
import fnmatch
import sys

import polars as pl
import pytest
from virtual_trials import STUDIES, drawn, study, write

from pkpipe.cli.stage import validated
from pkpipe.differences import numbers
from pkpipe.rooms import TOPICS
from pkpipe.tables import snapshot
from pkpipe.tables.inputs import SPECS
from pkpipe.tables.validate import stopping

LATE = datetime.date(2026, 3, 31)
SEEDS = {"bat6026": 28, "bat8008_bat1308": 23}
# Without these nobody is in the trial, and the study file is refused; samples and curves of the PK room are
# looked at there.
NOT_HERE = ("DM", "EX")
SOURCES_ONLY = ("PC", "CP")
# Columns of EX that say what was planned and what happened; the others are the doses themselves.
OF_DOSES = ("EXPDOSE", "EXINTRFL", "EXADJ")
# Columns about a record and not of its result; taken away together, and nothing at all may change.
ABOUT = (
    *("SEQ", "TEST", "ORRES", "ORRESU", "REASND", "NAM", "METHOD", "ACPTFL", "EVALID"),
    *("BLFL", "POS", "SPEC", "TPTNUM"),
)
KEYS = {
    **{
        name: key
        for name, key in numbers.KEYS.items()
        if name.partition("/")[0] not in {"pk", "immunogenicity"}
    },
    "cohorts/SUMMARY": ("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT"),
    "cohorts/COHORT": ("COHORT",),
    "escalation/DECISION": ("SCOPE", "LEVEL", "METHOD"),
    "escalation/DECLOG": ("date", "cutoff", "level"),
    "subjects/ADSL": ("USUBJID",),
    "subjects/ADEXSUM": ("USUBJID", "DRUG", "PARAMCD"),
    "survival/ADTTE": ("USUBJID", "PARAMCD"),
    "safety/ADAE": ("USUBJID", "AESEQ"),
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
)
# Words about a number and not numbers: which rules were used, and places in the order of a table.
WORDS = (*REASONS, "RULES", "ASSUMP", "ASSUMTXT", "RULE", "ORD", "ORDER", "STUDY", "CUTOFF", "WHY")
ALIVE = "the last day known to be alive is that of the records there are"
EARLY_END = "who ended the study early is not known: the state says that this is not collected"
NEW_THERAPY = "as in a trial in which no new therapy is known"
# What stands where there is no answer: a decision withheld, a rule of conduct not held against anything.
REFUSALS = ("NO_DECISION", "NOT_ASSESSABLE", "not collected")
ANY = "*"  # every row, or every column, of a table
# (what is missing, table, rows, columns): why the number that is there now is right.
RIGHT_CHANGES = {
    ("*", "subjects/ADSL", "*", "LSTALV*"): ALIVE,
    ("*", "survival/ADTTE", "*OS*", "*"): ALIVE,
    ("*", "survival/KM*", "OS*", "*"): ALIVE,
    ("*", "cohorts/SUMMARY", "*|OS|*", "*"): ALIVE,
    ("*", "cohorts/COHORT", "*", "OS_*"): ALIVE,
    ("AE.AEDECOD", "*", "*", "*"): "events that are not coded are counted by their own words",
    (
        "AE.AEENDTC",
        "safety/ADAE",
        "*",
        "*",
    ): "when an event ended, and if by the cutoff, is unknown",
    ("AE.AESEV", "safety/ADAE", "*", "*"): "grades are there; severity stands in only without",
    ("LB.LBSTNR*", "safety/LBSHIFT", "*", "*"): "fewer can be judged, and a row says so",
    ("LB.LBSTRESU", "safety/LBSHIFT", "*", "*"): "fewer can be judged, and a row says so",
    ("DS*", "escalation/*", "*", "*"): EARLY_END,
    ("DS*", "cohorts/*", "*DLT*", "*"): EARLY_END,
    ("DS*", "cohorts/COHORT", "*", "DLT_*"): EARLY_END,
    ("DS*", "survival/*", "*", "*"): "why follow-up ended is not known; events are",
    ("DS*", "cohorts/*", "*PFS*", "*"): "why follow-up ended is not known; events are",
    ("DS*", "cohorts/ADALMK", "*", "*"): "who left is not known; who was seen is",
    ("DS.DSSCAT", "subjects/ADSL", "*", "*"): ALIVE,
    ("CM*", "*", "*", "*"): NEW_THERAPY,
    ("PC", "cohorts/*", "*", "*"): ALIVE,
    ("LB", "escalation/CONFORM", "C1[34]*", "DATE"): "the first of the examinations there are",
    ("VS", "escalation/CONFORM", "C1[34]*", "DATE"): "the first of the examinations there are",
    ("PE", "escalation/CONFORM", "C1[34]*", "DATE"): "the first of the examinations there are",
    ("DECISIONS*", "escalation/*", "*", "*"): "without a log nothing is held against it",
}


def files_of(name, folder):
    plan = study(name).at(LATE)
    write(drawn(name, SEEDS[name]), folder)
    return plan, snapshot.read_files(folder, plan)


class Chain:
    """Every room on raw files in memory; a room whose tables are those of the whole run is not run again."""

    def __init__(self, files, patch):
        self.files, self.patch, self.whole = files, patch, {}

    def run(self, plan, files):
        """The tables of every room; or None with the checks that refused the study."""
        self.patch.setattr(snapshot, "read_files", lambda _raw, _study: files)
        found = {}
        self._put(found, "snapshot", snapshot.run(None, plan))
        short = {name.partition("/")[2]: frame for name, frame in found.items()}
        self._put(found, "validate", validated(short, plan))
        refused = stopping(found["validate/FINDINGS"])
        if refused.height:
            return None, refused
        for room in TOPICS:
            reads = {name: found[name] for name in room.reads}
            if self.whole and all(frame.equals(self.whole[n]) for n, frame in reads.items()):
                self._put(
                    found, room.name, {n: self.whole[f"{room.name}/{n}"] for n in room.writes}
                )
                continue
            tables = {name.rpartition("/")[2]: frame for name, frame in reads.items()}
            self._put(found, room.name, room.run(tables, plan))
        return found, None

    def missing(self, plan, files):
        """Columns that the snapshot says are missing: the study is refused for them."""
        self.patch.setattr(snapshot, "read_files", lambda _raw, _study: files)
        arrived = snapshot.run(None, plan)["ARRIVAL"]
        wrong = arrived.filter(pl.col("CHECK") == "COLUMN-MISSING", pl.col("SEVERITY") == "error")
        return set(wrong["COLUMN"])

    @staticmethod
    def _put(found, room, tables):
        found.update({f"{room}/{name}": frame for name, frame in tables.items()})


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
    return "not collected" in why and (need in why if column else table in why)


def is_right(need, table, row, column):
    return any(
        fnmatch.fnmatch(need, n)
        and fnmatch.fnmatch(table, t)
        and fnmatch.fnmatch(row, r)
        and fnmatch.fnmatch(column, c)
        for n, t, r, c in RIGHT_CHANGES
    )


def compared(whole, without, need):
    """Numbers looked at, numbers that went, whether a reason names what is missing, and what is wrong."""
    looked = gone = 0
    named, wrong, unsaid = False, [], []
    for name in KEYS:
        before = values(name, whole[name]).drop_nulls("VALUE_")
        looked += before.height
        after = values(name, without[name])
        named = named or any(names_it(w, need) for w in after["WHY_"].unique() if w)
        if whole[name].equals(without[name]):
            continue
        both = before.join(after, on=["ROW_", "COLUMN_"], how="left", suffix="NOW")
        lost = both.filter(pl.col("VALUE_NOW").is_null()).select("ROW_", "COLUMN_")
        gone += lost.height
        if lost.height and not is_right(need, name, ANY, ANY):
            unsaid += [(name, *place) for place in lost.iter_rows()]
        now = pl.col("VALUE_NOW")
        other = both.filter(now.is_not_null(), now != pl.col("VALUE_"), ~now.is_in(REFUSALS))
        new = after.drop_nulls("VALUE_").join(before, on="ROW_", how="anti")
        numeric = new.filter(pl.col("VALUE_").cast(pl.Float64, strict=False).is_not_null())
        for kind, rows in (("became", other), ("appeared", numeric)):
            for row, column, value in rows.select("ROW_", "COLUMN_", rows.columns[-1]).iter_rows():
                if not is_right(need, name, row, column):
                    wrong.append(f"{need}: {name} {row} {column} {kind} {value}")
    named = named or all(is_right(need, *place) for place in unsaid)
    return looked, gone, named, wrong


def removals(plan, files):
    """Each source, then each of its columns: its name, and study and files without it.

    Columns about a record go together, for no number rests on one of them.
    """
    for code, source in plan.sources.items():
        if code not in NOT_HERE:
            rest = {k: v for k, v in plan.sources.items() if k != code}
            yield code, plan.model_copy(update={"sources": rest}), files
        if code in SOURCES_ONLY or code == "DM":
            continue
        place = (source.files[0], None)
        frame = files[place].frame
        there = [
            c
            for c in SPECS[code].columns
            if c.name in frame.columns and (code != "EX" or c.name in OF_DOSES)
        ]
        about = [c.name for c in there if c.name.removeprefix(code) in ABOUT and not c.required]
        groups = [(c.name,) for c in there if c.name not in about] + [tuple(about)]
        for columns in (group for group in groups if group):
            cut = dataclasses.replace(files[place], frame=frame.drop(columns))
            yield f"{code}.{'+'.join(columns)}", plan, {**files, place: cut}


def required(need):
    """Whether the column is one without which a table is refused as it arrives."""
    code, _, name = need.partition(".")
    return any(c.name == name and c.required for c in SPECS[code].columns)


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("part", range(4))
def test_what_is_taken_away_leaves_no_number_that_rested_on_it(name, part, tmp_path, monkeypatch):
    plan, files = files_of(name, tmp_path)
    chain = Chain(files, monkeypatch)
    chain.whole, refused = chain.run(plan, files)
    assert refused is None
    looked = gone = refusals = unchanged = 0
    wrong = []
    cases = list(removals(plan, files))[part::4]
    for need, without, left in cases:
        if required(need):
            refusals += 1
            assert need.partition(".")[2] in chain.missing(without, left), need
            continue
        found, stopped = chain.run(without, left)
        if found is None:
            refusals += 1
            assert need.partition(".")[2] in set(stopped["COLUMN"]), need
            continue
        seen, lost, named, bad = compared(chain.whole, found, need)
        looked, gone, unchanged = looked + seen, gone + lost, unchanged + (lost == 0)
        wrong += bad
        if "+" in need and (lost or bad):
            wrong.append(f"{need}: {lost} values went")
        elif lost and not named and not only_itself(chain.whole, found, need):
            wrong.append(f"{need}: {lost} values went, and no reason names it")
    sys.stdout.write(
        f"\n{name}, part {part + 1} of 4: {len(cases)} sources and columns taken away, "
        f"{looked} numbers looked at; {gone} went with a reason, "
        f"{unchanged} removals changed none, {refusals} were refused\n"
    )
    assert wrong == [], "\n".join(wrong[:MOST])


def only_itself(whole, found, need):
    """Whether nothing went but the column's own cells, carried into a listing or the subjects' table."""
    column = need.partition(".")[2]
    lost = set()
    for name in KEYS:
        if not whole[name].equals(found[name]):
            before = values(name, whole[name]).drop_nulls("VALUE_")
            after = values(name, found[name])
            both = before.join(after, on=["ROW_", "COLUMN_"], how="left", suffix="NOW")
            lost |= set(both.filter(pl.col("VALUE_NOW").is_null())["COLUMN_"])
    return lost <= {column, column.removesuffix("C"), *MADE_OF.get(need, ())}


MOST = 40  # lines of a failure
# What a listing makes of a column, under another name.
MADE_OF = {
    "AE.AESEV": ("ASEVN",),
    "AE.AEENDTC": ("AENDT", "AENDTF", "AENDY", "ADURN"),
    "AE.AEBODSYS": ("AESOC",),
}


def test_the_comparison_finds_a_number_that_became_zero():
    whole = {name: pl.DataFrame() for name in KEYS}
    line = pl.DataFrame({"GROUP": ["ALL"], "GROUPVAL": ["ALL"], "PARAMCD": ["DLT"], "X": [2]})
    empty = {name: line.clear() for name in KEYS}
    whole = empty | {"safety/AESUM": line.with_columns(REASON=pl.lit(None, dtype=pl.String))}
    zero = whole | {"safety/AESUM": whole["safety/AESUM"].with_columns(X=pl.lit(0))}
    assert compared(whole, zero, "AE.AEDLTFL")[3] == [
        "AE.AEDLTFL: safety/AESUM ALL|ALL|DLT|0 X became 0"
    ]
    why = pl.lit("not collected: AE.AEDLTFL")
    right = whole | {
        "safety/AESUM": whole["safety/AESUM"].with_columns(
            X=pl.lit(None, dtype=pl.Int64), REASON=why
        )
    }
    assert compared(whole, right, "AE.AEDLTFL") == (1, 1, True, [])
