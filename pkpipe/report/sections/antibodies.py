"""Anti-drug antibodies, a part a drug: how many, whose, titres under concentrations, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase
from typing import Final

import polars as pl

from pkpipe.displays.figures.antibodies import drawn_analyte, titre_figures
from pkpipe.displays.figures.plot import slug
from pkpipe.displays.figures.troughs_by_ada_status import troughs_by_status
from pkpipe.displays.number_text import DASH, share, significant, whole
from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import (
    Block,
    Paragraph,
    Section,
    Table,
    figure_of,
    table_of,
    text_table,
)
from pkpipe.report.sections import antibody_impact
from pkpipe.sentences import sentence

Tables = Mapping[str, pl.DataFrame]
# Columns of the listing: ADAB parameter, which of its values, heading.
LISTED: Final = (
    ("ADACLASS", "AVALC", "Class"),
    ("ADASTAT", "AVALC", "Status"),
    ("ADASTAT0", "AVALC", "Status, tolerance ignored"),
    ("BFLAG", "AVALC", "Positive at baseline"),
    ("TIMADA", "AVAL", "Onset (weeks)"),
    ("ADADUR", "AVAL", "Duration (weeks)"),
    ("PEAKTITR", "AVAL", "Peak titre"),
    ("NABSTAT", "AVALC", "NAb"),
)
COURSES: Final = {"PERSADA": "persistent", "TRANADA": "transient", "INDTADA": "indeterminate"}


def parts(tables: Tables, study: Study) -> tuple[Section, ...]:
    """One part a drug with an assay; none where antibodies are not collected."""
    if not study.collects("IS"):
        return ()
    drugs = tables["ADASUM"]["DRUG"].unique(maintain_order=True).to_list()
    return tuple(
        Section(
            f"ada-{slug(drug)}",
            f"Antibodies against {drug}",
            (
                _incidence(tables["ADASUM"], study, drug),
                *_titres(tables, study, drug),
                *_listings(tables, drug),
                *antibody_impact.blocks(tables, study, drug),
            ),
        )
        for drug in drugs
    )


def _incidence(adasum: pl.DataFrame, study: Study, drug: str) -> Table:
    """One row an item, one column a cohort; a median is shown with the number it rests on."""
    rows = adasum.filter((pl.col("DRUG") == drug) & pl.col("GROUP").is_in(["ALL", "COHORT"]))
    cells: dict[tuple[str, str], str] = {}
    for r in rows.iter_rows(named=True):
        group = "ALL" if r["GROUP"] == "ALL" else str(r["GROUPVAL"])
        median = r["AVAL"] is not None
        counted = str(r["REASON"]) if r["X"] is None else share(r["X"], r["N"])
        cells[str(r["PARAM"]), group] = (
            f"{significant(r['AVAL'])} (n={whole(r['N'])})" if median else counted
        )
    groups = [g for g in ["ALL", *(c.code for c in study.cohorts)] if any(k[1] == g for k in cells)]
    items = rows.unique("PARAM", keep="first", maintain_order=True)
    letters = dict(zip(items["DENOM"].unique(maintain_order=True), ascii_lowercase, strict=False))
    body = [
        (f"{item} [{letters[of]}]", *(cells.get((str(item), g), DASH) for g in groups))
        for item, of in items.select("PARAM", "DENOM").iter_rows()
    ]
    header = ("Item", *(f"Cohort {g}" if g != "ALL" else "All" for g in groups))
    title = f"Antibodies against {drug}: x/n (%) or median"
    note = "n is of: " + "; ".join(f"[{letter}] {of}" for of, letter in letters.items()) + "."
    return text_table(title, header, body, note)


def _titres(tables: Tables, study: Study, drug: str) -> tuple[Block, ...]:
    analyte = drawn_analyte(study, drug)
    pictures = titre_figures(tables, drug, analyte) if analyte else ()
    drawn = tuple(figure for p in pictures if (figure := figure_of(p)) is not None)
    troughs = figure_of(troughs_by_status(tables["ADAPK"], analyte)) if analyte else None
    none = Paragraph("No subject with a positive sample: no titres to draw.")
    return (*(drawn or (none,)), *((troughs,) if troughs else ()))


def _listings(tables: Tables, drug: str) -> tuple[Block, ...]:
    """Everybody who is not plainly negative, and whom a stated rule decided for."""
    adab = tables["ADAB"].filter(pl.col("DRUG") == drug)
    plain = adab.filter(
        (pl.col("PARAMCD") == "ADACLASS")
        & (pl.col("AVALC") == "NEGATIVE")
        & pl.col("REASON").is_null()
    )
    others = adab.join(plain, on="USUBJID", how="anti", maintain_order="left")
    who = others.filter(pl.col("PARAMCD") == "ADACLASS").select("USUBJID", "COHORT", "REASON")
    for code, column, _ in LISTED:
        value = others.filter(pl.col("PARAMCD") == code).select(
            "USUBJID", pl.col(column).alias(code)
        )
        who = who.join(value, on="USUBJID", how="left", maintain_order="left")
    yes = pl.col("AVALC") == "Y"
    course = others.filter(pl.col("PARAMCD").is_in(list(COURSES)) & yes).select(
        "USUBJID", COURSE=pl.col("PARAMCD").replace_strict(COURSES, return_dtype=pl.String)
    )
    who = who.join(course, on="USUBJID", how="left", maintain_order="left")
    columns = {
        "USUBJID": "Subject",
        "COHORT": "Cohort",
        **{code: words for code, _, words in LISTED},
        "COURSE": "Course",
        "REASON": "Why",
    }
    note = (
        f"{plain.height} further subjects are ADA-negative. Inconclusive: no positive, and a negative "
        "with the drug above the tolerance limit of the assay."
    )
    rules = tables["ADARULE"].filter(pl.col("DRUG") == drug)
    return (
        table_of(
            f"Subjects not plainly negative for antibodies against {drug}", who, columns, note
        ),
        _decided(rules, drug),
    )


def _decided(rules: pl.DataFrame, drug: str) -> Table:
    """One row a rule with its subjects."""
    counted = rules.group_by("RULE", "WHAT", "DONE", maintain_order=True).agg(
        pl.col("USUBJID").n_unique().alias("SUBJECTS"),
        pl.col("N").sum().alias("SAMPLES"),
        sentence("{} ({})", "USUBJID", "N").str.join(", ").alias("WHO"),
    )
    columns = {
        "WHAT": "What is remarkable",
        "DONE": "Rule",
        "SUBJECTS": "Subjects",
        "SAMPLES": "Samples",
        "WHO": "Who (samples)",
    }
    return table_of(f"What a rule decided, antibodies against {drug}", counted, columns)
