"""A conjugate and its parts side by side: the standard table, molar ratios by time and of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.displays.figures.colours import group_colours
from pkpipe.displays.figures.conjugates import molar_figure, ratio_figure
from pkpipe.displays.figures.plot import slug
from pkpipe.displays.number_text import DASH, fixed, percent, significant, whole
from pkpipe.protocol.drugs import Analyte, Drug
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Block, Paragraph, Section, Table, figure_of, text_table

# Methods ADC-6; clearance and volume of free payload are not among its columns.
ANTIBODY_COLUMNS: Final = (
    *("CMAX", "TMAX", "AUCTAU", "CTROUGH", "LAMZHL", "CLO", "CLSS", "VSSO", "VSSIVMDO"),
)
COLUMNS: Final = {
    "adc": ANTIBODY_COLUMNS,
    "total_antibody": ANTIBODY_COLUMNS,
    "payload": ("CMAX", "TMAX", "AUCTAU", "LAMZHL"),
}
ASSAYS: Final = {
    "conjugated_antibody": "conjugated antibody",
    "conjugated_payload": "antibody-conjugated payload",
}
ONE_OF: Final = {"CLO": "CLSS", "CLSS": "CLO", "VSSO": "VSSIVMDO", "VSSIVMDO": "VSSO"}
SPARSE: Final = (
    "Where only the end of the infusion was sampled, CMAX is of then; free payload peaks later."
)
CELL: Final = ("GMEAN", "GCV", "MEDIAN", "MIN", "MAX")
MEDIAN_ONLY: Final = frozenset({"TMAX"})
PROFILE_TIMES: Final = 3  # a cycle with fewer nominal times has no course to show


def parts(
    tables: Mapping[str, pl.DataFrame], study: Study, levels: Mapping[str, Mapping[str, str]]
) -> tuple[Section, ...]:
    """One part a conjugate whose parts are measured. `levels`: drug to its levels, code to words."""
    return tuple(
        Section(
            f"pk-parts-{slug(drug.code)}",
            f"{drug.code}: conjugate, total antibody and free payload",
            tuple(_blocks(tables, study, drug, levels.get(drug.code, {}))),
        )
        for drug in study.drugs
        if study.nca is not None
        and study.nca.conjugate is not None
        and {a.role for a in study.analytes_of(drug.code)} & {"payload", "total_antibody"}
        and any(a.assay for a in study.analytes_of(drug.code))
    )


def _blocks(
    tables: Mapping[str, pl.DataFrame], study: Study, drug: Drug, levels: Mapping[str, str]
) -> Iterator[Block]:
    own = [a for a in study.analytes_of(drug.code) if a.role in COLUMNS]
    yield Paragraph(_measured(own, drug))
    yield from (Paragraph(t, "warn") for t in _limited(tables["ADPP"], own))
    colours = group_colours(tables, study)
    pictures = (
        *molar_figure(tables["PKCONC"], drug.code, own, levels),
        *ratio_figure(tables["ADCSUM"], drug.code, own[0], levels, colours),
    )
    yield from (f for f in map(figure_of, pictures) if f is not None)
    yield from (_standard(tables["PKSTAT"], a, levels) for a in own)
    assert study.nca is not None
    assert study.nca.conjugate is not None
    yield _parameter_ratios(tables["ADCPAR"], drug.code, levels, study.nca.conjugate.confidence)
    yield _time_ratios(tables["ADCSUM"], drug.code, levels)


def _measured(own: list[Analyte], drug: Drug) -> str:
    """What each number is of: assay, weights, and what is not reported."""
    conjugate = next(a for a in own if a.role == "adc")
    weights = ", ".join(f"{a.code} {a.molecular_weight:g}" for a in own if a.molecular_weight)
    made = (
        f"; {drug.drug_antibody_ratio:g} payloads on one antibody as made"
        if drug.drug_antibody_ratio
        else ""
    )
    dar = (
        " Apparent drug-antibody ratio and its fraction of the initial one need an assay of "
        "antibody-conjugated payload and are not calculated."
        if conjugate.assay == "conjugated_antibody"
        else ""
    )
    payload = (
        " Clearance and volume of free payload are not reported: its dose is not known."
        if any(a.dose_unknown for a in own)
        else ""
    )
    return (
        f"{conjugate.code} measures {ASSAYS[str(conjugate.assay)]}{made}. "
        f"Molar values use these weights (g/mol): {weights}.{dar}{payload}"
    )


def _limited(adpp: pl.DataFrame, own: list[Analyte]) -> Iterator[str]:
    """How often the half-life of a payload is that of its release (ADC-5), from the flags of ADPP."""
    for analyte in (a for a in own if a.role == "payload"):
        rows = adpp.filter(
            (pl.col("PARCAT1") == analyte.code)
            & (pl.col("PARAMCD") == "LAMZHL")
            & pl.col("AVAL").is_not_null()
            & (pl.col("STATUS") != "NR")
        )
        slow = rows.filter(pl.col("REASON").str.contains("limited by release")).height
        if slow:
            yield (
                f"Half-life of {analyte.name}: in {slow} of {rows.height} profiles it is about as long as "
                "that of the conjugate or longer; the terminal payload phase is then likely limited by "
                "release from the conjugate and is not the payload's own elimination."
            )


def _standard(stats: pl.DataFrame, analyte: Analyte, levels: Mapping[str, str]) -> Table:
    """One analyte: a row a level and cycle, a column a parameter (methods ADC-6)."""
    codes: tuple[str, ...] = COLUMNS[analyte.role]
    rows = stats.filter(
        (pl.col("PARCAT1") == analyte.code)
        & (pl.col("COHORT") == "ALL")
        & pl.col("PARAMCD").is_in(codes)
        & pl.col("LEVEL").is_in(list(levels))
    )
    units = dict(
        rows.filter(pl.col("STAT") == "MEDIAN").select("PARAMCD", "AVALU").unique().iter_rows()
    )
    # clearance and volume of a first dose or of steady state: a study that has but one shows but one
    codes = tuple(c for c in codes if c in units or ONE_OF.get(c) not in units)
    found: dict[tuple[object, ...], tuple[float | None, int]] = {
        (r["LEVEL"], r["CYCLE"], r["PARAMCD"], r["STAT"]): (r["AVAL"], r["N"])
        for r in rows.iter_rows(named=True)
    }
    # a cycle with nothing but troughs has no profile
    places = rows.filter(pl.col("PARAMCD") != "CTROUGH").select("CYCLE", "LEVEL").unique().rows()
    order = list(levels)
    body = [
        (
            str(cycle),
            level,
            *(_cell(found, level, cycle, code) for code in codes),
        )
        for cycle, level in sorted(places, key=lambda p: (p[0] or 0, order.index(p[1])))
    ]
    header = ("Cycle", "Level", *(f"{c} ({units[c]})" if c in units else c for c in codes))
    note = (
        "Geometric mean (geometric CV %) [n]; TMAX: median (range) [n]; a single value stands as it is. "
        f"Levels: {', '.join(levels.values())}. "
        "A dash: nothing to describe; why is under the analyte, Parameters not done. "
        + (
            f"{_clearance(analyte)} {SPARSE}"
            if analyte.role == "payload"
            else "Values with status NR are not in it; their reasons are in ADPP. Clearance and volume at "
            "steady state are apparent until it is shown, see Steady state."
        )
    )
    return text_table(f"{analyte.name} ({analyte.code})", header, body, note, text_columns=2)


def _clearance(payload: Analyte) -> str:
    """What a reader is told about the clearance and volume of a payload (ADC-4)."""
    if payload.dose_unknown:
        return "CL and V: not reported, the dose of free payload is not known."
    return "CL and V: in ADPP, flagged; on the dose of the conjugate, an unknown part of which is released."


def _cell(
    found: Mapping[tuple[object, ...], tuple[float | None, int]],
    level: str,
    cycle: int | None,
    code: str,
) -> str:
    value = {s: found.get((level, cycle, code, s), (None, 0))[0] for s in CELL}
    n = found.get((level, cycle, code, "N"), (None, 0))[1]
    if not n:
        return DASH
    if n == 1:
        return f"{significant(value['MEDIAN'])} [1]"
    if code in MEDIAN_ONLY:
        middle, low, high = (fixed(value[s], 2) for s in ("MEDIAN", "MIN", "MAX"))
        return f"{middle} ({low}–{high}) [{n}]"
    return f"{significant(value['GMEAN'])} ({percent(value['GCV'])}) [{n}]"


def _parameter_ratios(
    rows: pl.DataFrame, drug: str, levels: Mapping[str, str], confidence: float
) -> Table:
    shown = rows.filter(
        (pl.col("DRUG") == drug)
        & (pl.col("SCOPE") == "LEVEL")
        & (pl.col("N") > 0)
        & pl.col("LEVEL").is_in(list(levels))
    )
    body = [
        (
            f"{r['NUMCD']} : {r['DENCD']}",
            str(r["PARAMCD"]),
            str(r["CYCLE"]),
            levels[r["LEVEL"]],
            whole(r["N"]),
            whole(r["NNC"]),
            significant(r["AVAL"]) if r["REASON"] is None else str(r["REASON"]),
            f"({significant(r['LOWER'])}, {significant(r['UPPER'])})"
            if r["LIMRSN"] is None
            else str(r["LIMRSN"]),
        )
        for r in shown.iter_rows(named=True)
    ]
    header = (
        *("Ratio", "Parameter", "Cycle", "Level", "n", "NC"),
        *("Geo. mean ratio", f"{100 * confidence:g} % CI"),
    )
    note = (
        "Molar ratios of the same subject and dose; half-lives as they are, in one unit. n: subjects with a "
        f"ratio; NC: not calculable, each with its reason in ADCPAR. {SPARSE}"
    )
    return text_table("Ratios of parameters", header, body, note, text_columns=4)


def _time_ratios(rows: pl.DataFrame, drug: str, levels: Mapping[str, str]) -> Table:
    own = rows.filter((pl.col("DRUG") == drug) & pl.col("LEVEL").is_in(list(levels)))
    course = (
        own.group_by("CYCLE")
        .agg(pl.col("NRRLT").n_unique())
        .filter(pl.col("NRRLT") >= PROFILE_TIMES)
    )
    shown = own.filter(pl.col("CYCLE").is_in(course["CYCLE"].to_list()))
    body = [
        (
            f"{r['NUMCD']} : {r['DENCD']}"
            + ("" if r["RATIO"] in {"PAYADC", "ADCTAB"} else f", {r['RATIO']}"),
            str(r["CYCLE"]),
            levels[r["LEVEL"]],
            f"{r['ATPT'] or DASH} ({significant(r['NRRLT'])} h)",
            *(whole(r[c]) for c in ("N", "NNC", "NBLQ", "NOUT")),
            significant(r["GMEAN"]) if r["REASON"] is None else str(r["REASON"]),
            percent(r["GCV"]),
            *(significant(r[c]) for c in ("MEDIAN", "MIN", "MAX")),
        )
        for r in shown.iter_rows(named=True)
    ]
    header = (
        *("Ratio", "Cycle", "Level", "Time"),
        *("n", "NC", "of these BLQ", "left out", "Geo. mean", "Geo. CV %", "Median", "Min", "Max"),
    )
    note = (
        "Molar ratio of two results of one sample at its nominal time. NC: not calculable, a BLQ on either "
        "side or no result; left out: outside its window or after a deviating dose. Sample by sample in "
        "ADCRATIO, other cycles in ADCSUM."
    )
    return text_table("Ratios by time", header, body, note, text_columns=4)
