"""What the schedule says of a sample: when it is planned, before the dose, at the end of the infusion.

The schedule of the study file alone decides: `predose: true`, and for the end of the infusion the planned
sample whose nominal hours are the drug's `infusion_hours` (or `end_of_infusion: true`). What a time point is
called decides nothing. Sources: methods TIME-2, TIME-4, 5.4; SDTMIG 3.4, --TPT and --TPTNUM (negative hours
are before the reference dose).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import polars as pl

from pkpipe.protocol.schedule import PREDOSE_WORDS, PlannedSample
from pkpipe.protocol.study import Study
from pkpipe.schema.coded_words import folded, plain_width

Kind = Literal["pk", "ada", "nab", "biomarker"]
SAMPLE_KINDS: Final[tuple[Kind, ...]] = ("pk", "ada", "nab", "biomarker")
C: Final = pl.col
# Whose sample it is: an analyte, a biomarker, and of antibodies their drug.
PLAN_SCHEMA: Final = pl.Schema(
    {
        "CODE": pl.String(),
        "MATRIX": pl.String(),
        "DRUG": pl.String(),
        "CYCLE": pl.Int64(),
        "TPKEY": pl.String(),  # the name as it is compared, the key of the match
        "PLANPT": pl.String(),
        "PLANH": pl.Float64(),  # nominal hours from that cycle's dose
        "PREDOSE": pl.Boolean(),
        "ENDS": pl.Boolean(),  # at the end of the infusion
        "EARLYH": pl.Float64(),
        "LATEH": pl.Float64(),
    }
)


def planned(study: Study, kind: Kind) -> pl.DataFrame:
    """One row an analyte (biomarker, drug of an antibody assay), cycle and planned time."""
    drugs = {d.code: d for d in study.drugs}
    rows = [
        (
            *(code, matrix, drug, cycle, sample.timepoint, sample.timepoint, sample.hours),
            sample.predose,
            sample.ends_infusion(drugs[drug]) if drug in drugs else False,
            *(sample.early_hours, sample.late_hours),
        )
        for sample in _samples(study, (kind,))
        for code, matrix, drug in _measured(study, kind)
        if sample.drug in {None, drug} and (not sample.analytes or code in sample.analytes)
        for cycle in sample.cycles
    ]
    frame = pl.DataFrame(rows, schema=PLAN_SCHEMA, orient="row").with_columns(TPKEY=key(C("TPKEY")))
    return frame.unique(["CODE", "MATRIX", "CYCLE", "TPKEY"], keep="first", maintain_order=True)


def _measured(study: Study, kind: Kind) -> list[tuple[str, str | None, str]]:
    if kind == "pk":
        return [(a.code, a.matrix, a.drug) for a in study.analytes]
    if kind == "biomarker":
        return [(b.code, b.specimen, b.drug) for b in study.biomarkers]
    return [(d.code, None, d.code) for d in study.drugs]


def _samples(study: Study, kinds: Iterable[Kind]) -> list[PlannedSample]:
    return [sample for kind in kinds for sample in getattr(study.schedule, kind)]


def names(study: Study, kinds: Iterable[Kind] = SAMPLE_KINDS) -> pl.Series:
    """The time points of these kinds of samples as the study file writes them, in its order."""
    return pl.Series([sample.timepoint for sample in _samples(study, kinds)], dtype=pl.String)


def key(name: pl.Expr) -> pl.Expr:
    """A time point as it is compared: `Pre-dose` is `PREDOSE`; case, width, blanks, hyphens do not matter."""
    return folded(name).str.replace_all(" ", "", literal=True)


def keys(names: pl.Series) -> pl.Series:
    """The names as they are compared; each of the few there are is looked at once."""
    few = names.unique(maintain_order=True).drop_nulls()
    told = few.to_frame("T").select("T", K=key(C("T")))
    return names.replace_strict(told["T"], told["K"], default=None, return_dtype=pl.String)


def marked(rows: pl.DataFrame, study: Study, kind: Kind, names: Mapping[str, str]) -> pl.DataFrame:
    """Adds TPKEY, IS_PRE and IS_EOI: what the schedule says of each row, false where it says nothing.

    names: the columns of rows that hold `code` (left out: any), `name` and `hours` of the time point. A name
    that only other analytes or other kinds of samples have is what it is there; one of no plan is before the
    dose where its hours are negative. A row without a name is what is planned at its hours.
    """
    own, code = planned(study, kind), names.get("code")
    rows = _by_hours(rows.with_columns(TPKEY=keys(rows[names["name"]])), own, names)
    sources = [] if code is None else [(own, ["CODE", "TPKEY"], [code, "TPKEY"])]
    sources.append((own, ["TPKEY"], ["TPKEY"]))
    everywhere = pl.concat([planned(study, other) for other in SAMPLE_KINDS])
    sources.append((everywhere, ["TPKEY"], ["TPKEY"]))
    for i, (plan, theirs, ours) in enumerate(sources):
        told = plan.group_by(theirs, maintain_order=True).agg(
            C("PREDOSE").any().alias(f"_PRE{i}"), C("ENDS").any().alias(f"_END{i}")
        )
        rows = rows.join(told, left_on=ours, right_on=theirs, how="left", maintain_order="left")
    pre, end = ([f"{c}{i}" for i in range(len(sources))] for c in ("_PRE", "_END"))
    early = (C(names["hours"]) < 0).fill_null(value=False)
    return rows.with_columns(
        IS_PRE=pl.coalesce(*pre, "_PREH", early),
        IS_EOI=pl.coalesce(*end, "_ENDH", pl.lit(value=False)),
        IS_PLANNED=C(pre[-1]).is_not_null() | C("_PREH").is_not_null(),
    ).drop(*pre, *end, "_PREH", "_ENDH")


def _by_hours(rows: pl.DataFrame, own: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Adds _PREH and _ENDH to rows that give only hours: what every sample planned at these hours is.

    Where that is one sample they take its name too.
    """
    theirs = ["CODE", "PLANH"] if "code" in names else ["PLANH"]
    ours = [names["code"], names["hours"]] if "code" in names else [names["hours"]]
    one = pl.when(C("TPKEY").n_unique() == 1).then(C("TPKEY").first())
    told = own.group_by(theirs, maintain_order=True).agg(
        _PREH=C("PREDOSE").all(), _ENDH=C("ENDS").all(), _KEYH=one
    )
    bare = C(names["name"]).is_null()
    joined = rows.join(told, left_on=ours, right_on=theirs, how="left", maintain_order="left")
    return joined.with_columns(
        TPKEY=pl.when(bare).then("_KEYH").otherwise("TPKEY"),
        _PREH=pl.when(bare).then("_PREH"),
        _ENDH=pl.when(bare).then("_ENDH"),
    ).drop("_KEYH")


def concentrations(pc: pl.DataFrame, study: Study, mark: Literal["IS_PRE", "IS_EOI"]) -> pl.Expr:
    """The mark of a row of PC by its analyte and time point, or by its hours where it has no name.

    The few names and hours there are are looked at once.
    """
    bare = C("PCTPT").is_null()
    few = pc.select(T="PCTPT", _H=pl.when(bare).then("PCTPTNUM")).unique(maintain_order=True)
    asked = few.filter(C("T").is_not_null() | C("_H").is_not_null())
    found = []
    for analyte in study.analytes:
        coded = asked.with_columns(_CODE=pl.lit(analyte.code))
        told = marked(coded, study, "pk", {"code": "_CODE", "name": "T", "hours": "_H"}).filter(
            mark
        )
        named = C("PCTPT").is_in(told["T"].drop_nulls().to_list())
        timed = bare & C("PCTPTNUM").is_in(told["_H"].drop_nulls().to_list())
        of_row = (named | timed).fill_null(value=False)
        found.append((C("PCTESTCD") == analyte.code) & of_row)
    return pl.any_horizontal(pl.lit(value=False), *found)


def end_of_infusion_hours(study: Study) -> list[float]:
    """The windows of the samples planned at the end of an infusion, h to either side."""
    ends = planned(study, "pk").filter("ENDS")
    return ends.select(pl.max_horizontal("EARLYH", "LATEH")).to_series().to_list()


def says_predose(name: pl.Expr) -> pl.Expr:
    """True for a name that in words is a time before the dose; asked only where no schedule says it."""
    return plain_width(name).str.strip_chars().str.contains(PREDOSE_WORDS)
