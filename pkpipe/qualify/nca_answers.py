"""How the answers of PKNCA, NonCompart and WinNonlin are asked of pkpipe: option sets, codes, tolerances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.nca import Options, nca, nca_wide

KEYS: Final = ["dataset", "profile"]
METHODS: Final = {
    "lin_up_log_down": "linear_up_log_down",
    "linear": "linear",
    "linear_log": "linear_log",
}
PKNCA: Final[dict[str, Any]] = {"lambda_z": {"rising": "veto"}}
NONCOMPART: Final[dict[str, Any]] = {
    "blq": {"first": "keep", "middle": "zero", "last": "keep"},
    "lambda_z": {"cmax": "by_route", "during_infusion": "include"},
}
# What each option set of the peers is in our words (codes.csv says what it is in theirs).
OPTION_SETS: Final[dict[str, dict[str, Any]]] = {
    "P0": PKNCA,
    "PDIRECT": PKNCA,
    "PNODUR": PKNCA,  # its dose table has no duration
    "PC0": {"lambda_z": {"rising": "veto", "cmax": "include"}},
    "PTMAXHL": {"lambda_z": {"rising": "veto", "cmax": "include"}},
    "PBKEEP": {**PKNCA, "blq": {"first": "keep", "middle": "keep", "last": "keep"}},
    "PBDROP": {**PKNCA, "blq": {"first": "drop", "middle": "drop", "last": "drop"}},
    "PADJ01": {"lambda_z": {"rising": "veto", "r2adj_tolerance": 0.01}},
    "PMIN4": {"lambda_z": {"rising": "veto", "min_points": 4}},
    "N0": NONCOMPART,
    "NSS": NONCOMPART,
    "WNL": NONCOMPART,
}
# Names of the peers for parameters that carry another code here, and the factor between them.
RENAMED: Final[dict[str, str]] = {"NCONCMEAS": "NCONCM", "SWINGP": "SWING"}
BY_PEER_PARAM: Final[dict[str, str]] = {
    "aucint.inf.obs": "AUCINT",
    "aucint.inf.pred": "AUCINTP",
    "aucint.last": "AUCINTL",
    "aucint.all": "AUCINTA",
    "AUCINT": "AUCINT",  # NonCompart's one form is neither of ours beyond TLST: D08
}
OVER_TAU: Final[dict[str, str]] = {
    "aucint.inf.obs.dose": "AUCTAU",
    "aucint.inf.pred.dose": "AUCTAUP",
    "aucint.last.dose": "AUCTAUL",
    "aucint.inf.obs": "AUCTAU",
    "aucint.inf.pred": "AUCTAUP",
    "aucint.last": "AUCTAUL",
    "aucint.all": "AUCTAUA",
    "AUCTAU": "AUCTAUP",  # NonCompart goes from the observed last to the predicted end
}
# Answers to questions pkpipe does not ask, each with why.
NOT_OFFERED: Final[dict[str, str]] = {
    "MRTIFO_NODUR": "MRT of an infusion without its correction: not the mean residence time",
    "VSSO_NODUR": "Vss from that MRT",
    "MRTMDO": "steady-state MRT without the infusion correction; here MRTIVMDO",
    "MRTMDP": "steady-state MRT without the infusion correction; here MRTIVMDP",
    "VSSMDO": "Vss from that MRT; here VSSIVMDO",
    "VSSMDP": "Vss from that MRT; here VSSIVMDP",
    "CSTART": "the value at the start is part of the profile, not a result",
    "AUCABVP": "area above the predose value",
    "AUCABVT": "area above the trough",
}
# A clearance, volume or MRT taken from a single-dose form is not given for a multiple-dose interval.
FIRST_DOSE_ONLY: Final = frozenset(
    {"CLO", "CLP", "CLLST", "VZO", "VZP", "VSSO", "VSSP", "MRTIVIFO", "MRTIVIFP"}
)
LOG_MOMENTS: Final = ("AUMC", "MRT", "VSS", "EFFHL")


@dataclass(frozen=True)
class Inputs:
    """Concentrations, doses and intervals of one folder of answers, in the columns of `pkpipe nca`."""

    conc: pl.DataFrame
    dose: pl.DataFrame
    intervals: pl.DataFrame | None


def inputs(folder: Path) -> Inputs:
    """Read one folder of the reference set."""
    as_text = {"dataset": pl.String, "profile": pl.String}
    conc = pl.read_csv(
        folder / "conc.csv", schema_overrides=as_text | {"conc": pl.Float64, "lloq": pl.Float64}
    )
    dose = pl.read_csv(folder / "dose.csv", schema_overrides=as_text | {"tau_h": pl.Float64})
    intervals = None
    if (folder / "intervals.csv").is_file():
        asked = pl.read_csv(folder / "intervals.csv", infer_schema=False)
        intervals = asked.select(
            *KEYS,
            START=pl.col("start_h").cast(pl.Float64),
            END=pl.col("end_h").replace("Inf", None).cast(pl.Float64),
            KIND="kind",
        ).unique(maintain_order=True)
    return Inputs(
        conc.rename({"time_h": "TIME", "conc": "CONC", "blq": "BLQ", "lloq": "LLOQ"}),
        dose.rename(
            {
                "dose_time_h": "TIME",
                "dose": "DOSE",
                "route": "ROUTE",
                "duration_h": "DURATION",
                "tau_h": "TAU",
            }
        ),
        intervals,
    )  # fmt: skip


def ours(given: Inputs, optset: str, method: str) -> pl.DataFrame:
    """Our values for one option set and method: keys, START, END, KIND, code, value."""
    options = Options.from_mapping({**OPTION_SETS[optset], "auc_method": METHODS[method]})
    dose = given.dose
    if optset == "PNODUR":
        dose = dose.with_columns(DURATION=pl.lit(0.0))
    return as_rows(nca_wide(given.conc, dose, options, keys=KEYS, intervals=given.intervals))


def of_profile(given: Inputs, method: str) -> pl.DataFrame:
    """The wide table of one method with every other option as pkpipe has it by itself."""
    options = Options.from_mapping({"auc_method": METHODS[method]})
    return nca_wide(given.conc, given.dose, options, keys=KEYS)


def as_rows(wide: pl.DataFrame) -> pl.DataFrame:
    """The wide table with a row an interval and code."""
    codes = [c for c in wide.columns if c not in {*KEYS, "START", "END", "KIND", "ROUTE"}]
    return wide.unpivot(
        on=codes, index=[*KEYS, "START", "END", "KIND"], variable_name="code", value_name="ours"
    ).with_columns(pl.col("KIND").cast(pl.String))


def answers(path: Path) -> pl.DataFrame:
    """The peers' answers with the code pkpipe uses for each."""
    raw = pl.read_csv(path, infer_schema=False).with_columns(
        START=pl.col("start_h").cast(pl.Float64),
        END=pl.col("end_h").replace("Inf", None).cast(pl.Float64),
        theirs=pl.col("value").replace({"NA": None, "NaN": None, "Inf": None}).cast(pl.Float64),
    )
    code = (
        pl.when(pl.col("parameter") == "AUCINT")
        .then(pl.col("peer_param").replace(BY_PEER_PARAM))
        .when(pl.col("parameter") == "AUCTAU")
        .then(pl.col("peer_param").replace(OVER_TAU))
        .when((pl.col("parameter") == "EFFHLO") & (pl.col("peer_param") == "thalf.eff.obs"))
        .then(pl.lit("EFFHLFO"))
        .when((pl.col("parameter") == "CLLST") & (pl.col("dataset") == "Theoph"))
        .then(pl.lit("CLFLST"))
        .otherwise(pl.col("parameter").replace(RENAMED))
    )
    return raw.with_columns(
        code=code,
        theirs=pl.when(pl.col("parameter") == "SWINGP")
        .then(pl.col("theirs") / 100)
        .otherwise("theirs"),
    )


def compared(asked: pl.DataFrame, found_by: Callable[[str, str], pl.DataFrame]) -> pl.DataFrame:
    """Every answer beside our value, with `differs`; None equals None.

    found_by: our values for an option set and a method, as `ours` gives them.
    """
    parts = []
    for (optset, method), rows in asked.group_by("optset", "method", maintain_order=True):
        found = found_by(str(optset), str(method))
        parts.append(
            rows.join(
                found,
                on=[*KEYS, "START", "END", "code"],
                how="left",
                nulls_equal=True,
                maintain_order="left",
            )
        )
    both = pl.concat(parts)
    is_log = pl.any_horizontal(pl.col("code").str.starts_with(p) for p in LOG_MOMENTS)
    tolerance = (
        pl.when(pl.col("optset") == "WNL").then(1e-6).when(is_log).then(1e-8).otherwise(1e-9)
    )
    away = (pl.col("ours") - pl.col("theirs")).abs()
    same = away <= tolerance * pl.max_horizontal(pl.col("theirs").abs(), pl.col("ours").abs())
    return both.with_columns(
        differs=~(
            same.fill_null(value=False) | (pl.col("ours").is_null() & pl.col("theirs").is_null())
        ),
        rel=away / pl.col("theirs").abs(),
    )


# PKNCA's names of what its exclusion rules blanked, in our codes.
EXCLUDED: Final[dict[str, str]] = {
    "adj.r.squared": "R2ADJ", "aucinf.obs": "AUCIFO", "auclast": "AUCLST", "aucpext.obs": "AUCPEO",
    "aumcinf.obs": "AUMCIFO", "cl.obs": "CLO", "clast.pred": "CLSTP", "half.life": "LAMZHL",
    "lambda.z": "LAMZ", "lambda.z.corrxy": "CORRXY", "lambda.z.n.points": "LAMZNPT",
    "lambda.z.time.first": "LAMZLL", "lambda.z.time.last": "LAMZUL", "mrt.iv.obs": "MRTIVIFO",
    "r.squared": "R2", "span.ratio": "LAMZSPN", "vss.iv.obs": "VSSO",
}  # fmt: skip
LIMITS: Final[dict[str, dict[str, float]]] = {
    "span_ratio_lt_2": {"span_min": 2},
    "pext_gt_20": {"extrapolated_max": 20},
    "count_lt_8": {"samples_min": 8},
}


def doubted(given: Inputs, rule: str) -> pl.DataFrame:
    """The parameters PKNCA was asked for that are flagged here under one acceptance limit."""
    options = Options.from_mapping({"accept": LIMITS[rule], "lambda_z": {"rising": "veto"}})
    of_set = pl.col("dataset") == "mab_sd"
    rows = nca(given.conc.filter(of_set), given.dose.filter(of_set), options, keys=KEYS)
    flagged = pl.col("STATUS") != "OK"
    return rows.filter(flagged & pl.col("PPTESTCD").is_in(list(EXCLUDED.values())))


# --- why an answer differs: docs/nca_differences.md explains each code

ROW: Final = ["dataset", "profile", "start_h", "end_h", "optset", "method", "peer", "peer_param"]
BOLUS: Final = pl.col("dataset") == "Indometh_bolus"
MULTIPLE: Final = pl.col("dataset") == "nimotuzumab"
IS_PKNCA: Final = pl.col("peer") == "PKNCA"
PARAM: Final = pl.col("peer_param")
# In reading order: the first that fits. Each is (code, side, condition).
CAUSES: Final[tuple[tuple[str, str, pl.Expr], ...]] = (
    ("NONE", "none", pl.col("parameter").is_in(list(NOT_OFFERED))),
    ("KIND", "none", (pl.col("KIND").is_null()) & pl.col("parameter").is_in(list(FIRST_DOSE_ONLY))),
    ("TRAP8", "methods", IS_PKNCA & pl.col("parameter").is_in(["CAVG", "FLUCP"])),
    ("TAUEND", "methods", IS_PKNCA & MULTIPLE & (pl.col("end_h") == "Inf")
        & pl.col("parameter").is_in(["CMIN", "SWINGP"])),
    ("D16", "PKNCA", ~IS_PKNCA & (pl.col("parameter") == "LAMZNPT")),
    ("NSS", "definition", ~IS_PKNCA & MULTIPLE & (pl.col("parameter") == "MRTIVLST")),
    ("D30", "definition", IS_PKNCA & (pl.col("method") == "linear_log") & pl.col("theirs").is_null()),
    ("D07", "NonCompart", IS_PKNCA & BOLUS & PARAM.str.starts_with("aucivpbext")),
    ("D06", "NonCompart", IS_PKNCA & BOLUS & PARAM.str.contains(r"^(mrt|vss)\.iv")),
    ("D05", "NonCompart", IS_PKNCA & BOLUS & (pl.col("method") == "linear")),
    ("D02", "PKNCA", ~IS_PKNCA & (pl.col("parameter") == "AUCALL") & (pl.col("profile") != "M09")),
    ("D11", "PKNCA", ~IS_PKNCA & (pl.col("parameter") == "TLAG")),
    ("D08", "PKNCA", ~IS_PKNCA & pl.col("parameter").is_in(["AUCINT"])),
    ("D01", "PKNCA", ~IS_PKNCA & (pl.col("profile") == "M09")),
    ("D09", "definition", IS_PKNCA & (pl.col("parameter") == "AUCINT") & PARAM.str.contains("last|all")),
    ("D10", "PKNCA", IS_PKNCA & (pl.col("parameter") == "AUCINT")),
    ("D08", "definition", IS_PKNCA & PARAM.is_in(["aucint.last.dose"])),
    ("D10", "definition", IS_PKNCA & (pl.col("parameter") == "AUCTAU") & pl.col("theirs").is_null()),
    ("D27", "definition", (pl.col("parameter") == "AUCTAU") & (pl.col("start_h") != "0")),
    ("D08", "PKNCA", ~IS_PKNCA & (pl.col("parameter") == "AUCTAU")),
    ("D20", "PKNCA", IS_PKNCA & (pl.col("parameter") == "AUCTAU") & ~PARAM.str.ends_with("dose")),
)  # fmt: skip


QUESTION: Final = ["dataset", "profile", "start_h", "end_h", "method", "code"]


def differing(both: pl.DataFrame) -> pl.DataFrame:
    """The answers that are not ours, each with the first cause that fits it ("?" if none does).

    `confirmed`: the peer of the side we took gives our value in some answer to the same question.
    """
    cause, side = pl.lit("?"), pl.lit("?")
    for name, which, condition in reversed(CAUSES):
        cause = pl.when(condition).then(pl.lit(name)).otherwise(cause)
        side = pl.when(condition).then(pl.lit(which)).otherwise(side)
    agreeing = both.filter(~pl.col("differs")).select(*QUESTION, side="peer").unique()
    found = both.filter("differs").with_columns(cause=cause, side=side)
    confirmed = found.join(
        agreeing.with_columns(confirmed=pl.lit("yes")), on=[*QUESTION, "side"], how="left"
    )
    return confirmed.select(
        *ROW, "parameter", "code", "cause", "side", pl.col("confirmed").fill_null("")
    ).sort(ROW)


def folder_answers(folder: Path) -> pl.DataFrame:
    """Every answer of one folder of the reference set beside our value."""
    given = inputs(folder)
    return compared(all_answers(folder), lambda optset, method: ours(given, optset, method))


def all_answers(folder: Path) -> pl.DataFrame:
    """The answers of every peer in one folder."""
    files = [f for f in sorted(folder.glob("answers*.csv*")) if "exact" not in f.name]
    return pl.concat(answers(f) for f in files)
