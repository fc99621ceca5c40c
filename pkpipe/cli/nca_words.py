"""The coded words of `pkpipe nca`, and what is asked about rows of doses, samples and intervals together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.finding.table import all_findings, raise_if_any
from pkpipe.nca.given_tables.check_list import (
    BOLUS,
    KEY_EMPTY,
    LONGER_THAN_TAU,
    NOT_OBSERVED,
    OUT_OF_THE_SLOPE,
    REPEATS,
    SEVERAL_TREATMENTS,
)
from pkpipe.nca.given_tables.inputs import ANALYTE_COLUMNS
from pkpipe.nca.given_tables.notes import tally
from pkpipe.nca.given_tables.row_checks import excluded, finding
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, by_group
from pkpipe.reading.verb_files import ROW, plain_name, say
from pkpipe.schema.cell_text import stands_for_nothing
from pkpipe.schema.coded_words import Codelist, folded, same
from pkpipe.schema.codelists import NOT_DONE, YES_NO
from pkpipe.schema.two_spellings import findings_of_names, findings_of_strangers

C: Final = pl.col
# `intravenous` alone is left out: it is either of two.
ROUTE: Final = Codelist(
    "route",
    "methods, NCA inputs; CDISC ROUTE (C66729)",
    {
        "extravascular": (
            *(
                "EXTRAVASC",
                "EV",
                "ORAL",
                "PO",
                "P.O.",
                "PER OS",
                "口服给药",
                "SUBCUTANEOUS",
                "SC",
                "INTRAMUSCULAR",
                "IM",
            ),
            *("口服", "皮下注射", "肌内注射", "肌肉注射"),
        ),
        "iv_bolus": ("INTRAVENOUS BOLUS", "BOLUS", "静脉推注", "静脉注射推注"),
        "iv_infusion": (
            "INTRAVENOUS INFUSION",
            "INFUSION",
            "INTRAVENOUS DRIP",
            "静脉滴注",
            "静脉输注",
        ),
    },
)
KIND: Final = Codelist(
    "kind of an interval",
    "methods, NCA inputs",
    {
        "SD": ("SINGLE DOSE", "SINGLE", "单次给药"),
        "MD": ("MULTIPLE DOSE", "STEADY STATE", "SS", "多次给药"),
        "PART": ("PARTIAL", "PARTIAL AREA"),
    },
)
ONE_ZERO: Final = Codelist(
    "below the limit of quantification, or not",
    "pkpipe nca; CDISC NY (C66742)",
    {"1": ("Y", *YES_NO.terms["Y"][:2], "BLQ", "BLOQ", "BQL"), "0": ("N", *YES_NO.terms["N"][:2])},
)
TIME_RULE: Final = Codelist(
    "time of a sample",
    "pkpipe nca",
    {
        "actual": ("A", "ACT", "ACTUAL TIME", "实际", "实际时间"),
        "nominal": ("N", "NOM", "NOMINAL TIME", "PLANNED", "SCHEDULED", "计划", "计划时间"),
    },
)
# An END that is none: other programs write a word where pkpipe leaves the cell empty.
TO_INFINITY: Final = Codelist(
    "to infinity",
    "PKNCA and R write Inf",
    {},
    nothing=("INF", "+INF", "INFINITY", "INFINITE", "∞", "无穷", "无穷大"),
)
# Names of a column that says what was given.
TREATMENTS: Final = frozenset(
    {"EXTRT", "TRT", "TREATMENT", "DRUG", "DRUGNAME", "STUDYDRUG", "SUBSTANCE", "MOLECULE"}
    | {"药物", "药物名称", "研究药物", "给药药物"}
    | set(ANALYTE_COLUMNS)
)

# Columns by which one row stands for doses that are not listed: how many more, or all up to steady state.
MORE_DOSES: Final = frozenset({"ADDL", "ADDITIONALDOSES", "NADDL", "SS", "STEADYSTATE", "NDOSES"})
# Columns that say of a row that it has no observation, with the words of it.
_NOT_DONE: Final = (*NOT_DONE.words, *NOT_DONE.terms["NOT DONE"])
NO_SAMPLE: Final = {
    "MDV": ("1",),
    "EVID": ("1", "3", "4"),
    "PCSTAT": _NOT_DONE,
    "STAT": _NOT_DONE,
}
# Columns that say of a row that it is used, so that another word, or none, says that it is not.
USED: Final = frozenset(
    {
        "INCLUDE",
        "INCLUDED",
        "INCL",
        "USE",
        "USED",
        "VALID",
        "NCAFL",
        "PCNCAFL",
        "ANALYSE",
    }
)
# Columns that leave a sample out of the terminal slope, the other way round than LAMZFL says it.
OUT_OF_SLOPE: Final = frozenset({"EXCLUDEHALFLIFE", "EXCLUDEHL", "EXCLUDEHALF", "FLGEXKEL"})
SAID_SO: Final = ("Y", *YES_NO.terms["Y"], "T")  # R reads T as TRUE


def check_keys_filled(frame: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """Every row says whose it is: an empty key would be a profile without a name, two spellings two profiles.

    Raises:
        DataError: rows with an empty key, or names in two spellings.
    """
    own = [k for k in keys if k in frame.columns]
    empty = [
        finding(frame.filter(_nameless(frame, k)), own, path.name, replace(KEY_EMPTY, column=k))
        for k in own
    ]
    texts = [k for k in own if frame.schema[k] == pl.String]
    twice = [findings_of_names(frame, k, file=path.name, row=C(ROW)) for k in texts]
    raise_if_any(all_findings([*empty, *twice]))


def _nameless(frame: pl.DataFrame, key: str) -> pl.Expr:
    """True where a key is empty, or a word for that."""
    none = C(key).is_null()
    return none | stands_for_nothing(C(key)) if frame.schema[key] == pl.String else none


def check_names(
    frame: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], paths: tuple[Path, Path]
) -> None:
    """A name of the samples is not that of the doses in another spelling.

    Raises:
        DataError: names that are.
    """
    texts = [k for k in keys if frame.schema.get(k) == pl.String == dose.schema.get(k)]
    path, other = paths[0].name, paths[1].name
    raise_if_any(
        all_findings(
            findings_of_strangers(frame, k, dose[k], other, file=path, row=C(ROW)) for k in texts
        )
    )


def check_durations(dose: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """A bolus lasts no time; of a dose that is absorbed the duration is not used, and that is said.

    Raises:
        DataError: a bolus with a duration.
    """
    if "DURATION" not in dose.columns:
        return
    lasts = C("DURATION") > 0
    own = [k for k in keys if k in dose.columns]
    raise_if_any(finding(dose.filter((C("ROUTE") == "iv_bolus") & lasts), own, path.name, BOLUS))
    if "TAU" in dose.columns:
        over = (C("ROUTE") == "iv_infusion") & (C("DURATION") > C("TAU") + SAME_TIME)
        raise_if_any(finding(dose.filter(over), own, path.name, LONGER_THAN_TAU))
    absorbed = dose.filter((C("ROUTE") == "extravascular") & lasts)
    if absorbed.height:
        say(path, f"DURATION of extravascular doses is not used: {tally(absorbed)}")


def check_treatments(dose: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """A profile has the doses of what was measured: those of another drug are none of its doses.

    Raises:
        DataError: a column of the doses says that those of one profile are of several treatments.
    """
    own = [k for k in keys if k in dose.columns]
    for column in (c for c in dose.columns if plain_name(c) in TREATMENTS and c not in keys):
        given = dose.filter((C("DOSE") > 0) & C(column).is_not_null())
        name = folded(C(column).cast(pl.String))
        several = by_group(name.n_unique(), own) > 1
        check = replace(SEVERAL_TREATMENTS, column=column)
        raise_if_any(finding(given.filter(several), own, path.name, check))


def check_repeats(dose: pl.DataFrame, path: Path) -> None:
    """Every dose has its row: no row stands for further ones.

    Raises:
        DataError: rows that do.
    """
    for column in (c for c in dose.columns if plain_name(c) in MORE_DOSES):
        none = YES_NO.read(_word(column)).fill_null("").is_in(["", "N"])
        if plain_name(column) == "NDOSES":  # 1 is this row alone
            none = none | (_word(column) == "1")
        raise_if_any(finding(dose.filter(~none), [], path.name, replace(REPEATS, column=column)))


def check_observed(conc: pl.DataFrame, path: Path) -> None:
    """A row that says it has no observation has no concentration; one left out of the slope is flagged.

    Raises:
        DataError: rows that have one, or are left out by a column that is not read.
    """
    for column in (c for c in conc.columns if plain_name(c) in OUT_OF_SLOPE):
        check = replace(OUT_OF_THE_SLOPE, column=column)
        raise_if_any(finding(conc.filter(same(_word(column), SAID_SO)), [], path.name, check))
    for column in (c for c in conc.columns if plain_name(c) in NO_SAMPLE):
        said = same(_word(column), NO_SAMPLE[plain_name(column)])
        raise_if_any(_of_none(conc, said, column, path))
    for column in (c for c in conc.columns if plain_name(c) in USED):
        used = same(_word(column), SAID_SO).fill_null(value=False)
        raise_if_any(_of_none(conc, used.any() & ~used, column, path))


def _of_none(conc: pl.DataFrame, said: pl.Expr, column: str, path: Path) -> pl.DataFrame:
    """Concentrations of rows of which a column says that they are none."""
    wrong = conc.filter(said & C("CONC").is_not_null() & ~excluded(conc))
    allowed = f"empty where {column} says so, or the row left out, or EXCLFL = Y"
    return finding(wrong, [], path.name, replace(NOT_OBSERVED, allowed=allowed))


def _word(column: str) -> pl.Expr:
    """A cell as text; a whole number of a column of numbers without its .0."""
    return C(column).cast(pl.String).str.strip_chars().str.strip_suffix(".0")


def tell_parts(dose: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """Infusions in several rows: one that starts where the last one ended is its part, others are doses."""
    if "DURATION" not in dose.columns:
        return
    own = [k for k in keys if k in dose.columns]
    rows = dose.filter((C("ROUTE") == "iv_infusion") & (C("DURATION") > 0)).sort(*own, "TIME")
    if "TAU" in rows.columns:
        rows = rows.filter(C("TAU").is_null() | (C("DURATION") < C("TAU")))
    same = pl.all_horizontal(pl.lit(value=True), *(C(k).eq_missing(C(k).shift()) for k in own))
    pause = C("TIME") - (C("TIME") + C("DURATION")).shift()
    after = rows.with_columns(
        _PAUSE=pl.when(same).then(pause), _BOTH=C("DURATION") + C("DURATION").shift()
    )
    parts = after.filter(C("_PAUSE").abs() <= SAME_TIME)
    if parts.height:
        say(path, f"infusions that start where another ends are one dose with it: {tally(parts)}")
    over = after.filter(C("_PAUSE") < -SAME_TIME)
    if over.height:
        say(
            path,
            f"infusions that start before another ends are doses of their own: {tally(over)}; of one dose in "
            "several bags give one row, with the whole DURATION",
        )
    near = after.filter((C("_PAUSE") > SAME_TIME) & (C("_PAUSE") <= C("_BOTH")))
    if near.height:
        say(
            path,
            f"infusions that start soon after another are doses of their own: {tally(near)}; of one dose "
            "that was interrupted give one row, with the whole DURATION",
        )


def check_asked(asked: pl.DataFrame, conc: pl.DataFrame, keys: Sequence[str], path: Path) -> None:
    """Intervals of profiles that have no samples are named.

    Raises:
        DataError: no interval is of a profile that has samples.
    """
    own = [k for k in keys if k in asked.columns]
    if not own:
        return
    lost = asked.join(conc, on=own, how="anti", nulls_equal=True, maintain_order="left")
    if lost.is_empty():
        return
    told = ", ".join(
        " ".join(str(part) for part in row)
        for row in lost.select(own).unique(maintain_order=True).head(5).iter_rows()
    )
    if lost.height == asked.height:
        raise DataError(
            f"{path}: no interval is of a profile that has samples ({', '.join(own)}: {told})"
        )
    say(path, f"intervals of profiles without a sample: {tally(lost)} ({', '.join(own)}: {told})")
