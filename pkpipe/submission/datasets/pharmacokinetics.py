"""Concentrations (ADNCA in its variables), PK parameters and biomarkers."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.submission import terms
from pkpipe.submission.dataset import Added, Dataset, Tables
from pkpipe.submission.datasets.shared_variables import (
    ADY,
    AVISIT,
    AVISITN,
    CORE,
    RESULT,
    TRTA,
    TRTP,
    numeric_or_text,
    source,
)
from pkpipe.submission.records_as_delivered import with_unused
from pkpipe.submission.source_records import AT

C: Final = pl.col
FLAGGED: Final = "Y where the value does not enter the summaries."
OF_DOSE: Final = ("USUBJID", "DRUG", "DOSENO")


def _with_doses(rows: pl.DataFrame, tables: Tables, _: Study) -> pl.DataFrame:
    """The administration that a sample belongs to."""
    doses = (
        tables["ADEX"]
        .filter(C("DOSENO").is_not_null())
        .unique(OF_DOSE, keep="first", maintain_order=True)
        .select(
            *OF_DOSE,
            PCRFTDTM=C("ASTDTM"),
            DOSEA=C("DOSE"),
            DOSEU=C("DOSEU"),
            DOSEP=C("PLANDOSE"),
            ADOSEDUR=C("DURH"),
            ROUTE=C("ROUTE"),
        )
    )
    joined = rows.join(doses, on=OF_DOSE, how="left", maintain_order="left")
    return _with_planned_days(joined, tables)


def _with_planned_days(rows: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """VISITDY as delivered, else the earliest planned day of the samples of the visit in the cohort.

    A sample planned before a dose is of the day of the dose; an unscheduled visit has no planned day.
    """
    records = with_unused(tables["PC"], "PC", tables)
    given = C("VISITDY") if "VISITDY" in records.columns else pl.lit(None, pl.Float64)
    known = records.select(*AT, GIVEN=given.cast(pl.Float64, strict=False))
    once = known.filter(pl.len().over(*AT) == 1)
    hours = C("NFRLT") - pl.min_horizontal(C("NRRLT"), pl.lit(0.0))
    planned = (hours / 24.0).floor().min().over("COHORT", "VISIT") + 1
    day = pl.when(C("VISIT").is_not_null()).then(planned)
    return (
        rows.join(once, on=AT, how="left", maintain_order="left")
        .with_columns(VISITDY=pl.coalesce("GIVEN", day).cast(pl.Int64))
        .drop("GIVEN")
    )


ADPC: Final = Dataset(
    "ADPC",
    "pk",
    "PK Concentrations Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject, analyte, specimen and sample",
    keys=("STUDYID", "USUBJID", "PARAMCD", "ADTM", "PCSEQ", "ASEQ"),
    purpose="Concentrations by time; input of the non-compartmental analysis (ADNCA).",
    domain="PC",
    taken=(
        *("PCSEQ", "VISITNUM", "PCTESTCD", "PCSTRESC", "PCSTRESU", "PCLLOQ"),
        *("PCTPT", "PCTPTNUM", "PCDTC"),
    ),
    core=(*CORE, "PKCFL"),
    qualifiers=("MATRIX",),
    renamed={"LLOQ": "ALLOQ", "EXCLFL": "NCAXFL", "EXCLRSN": "NCA1XRS"},
    left_out={
        "SRCROW": "row of a raw file; SRCSEQ is the trace",
        "SUMFL": "PKSUM1F says the same as an exclusion",
        "SUMRSN": "PKSUM1RS",
    },
    before=_with_doses,
    added=(
        TRTP,
        TRTA,
        AVISIT,
        AVISITN,
        ADY,
        Added("PCRFTDTM", "datetime", C("PCRFTDTM"), "Predecessor", "ADEX.ASTDTM"),
        Added("PCRFTTM", "time", C("PCRFTDTM").dt.time(), "Derived", "The time of PCRFTDTM."),
        Added("PCRFTDT", "date", C("PCRFTDTM").dt.date(), "Derived", "The date of PCRFTDTM."),
        Added(
            "VISITDY",
            "integer",
            C("VISITDY"),
            "Derived",
            "PC.VISITDY where it was delivered; else the earliest planned day (NFRLT, day 1 is that of the "
            "first dose) of the samples of the visit in the cohort.",
        ),
        Added("DOSETRT", "text", C("DRUG"), "Predecessor", "ADEX.DRUG"),
        Added("DOSEA", "number", C("DOSEA"), "Predecessor", "ADEX.DOSE"),
        Added("DOSEU", "text", C("DOSEU"), "Predecessor", "ADEX.DOSEU"),
        Added("DOSEAU", "text", C("DOSEU"), "Predecessor", "ADEX.DOSEU"),
        Added(
            "AVALCAT1",
            "text",
            pl.when(C("BLQFL") == "Y")
            .then(pl.lit("BLQ"))
            .when(C("AVAL").is_not_null())
            .then(pl.lit("QUANTIFIABLE")),
            "Derived",
            "BLQ where BLQFL is Y, QUANTIFIABLE where AVAL is there.",
        ),
        Added("DOSEP", "number", C("DOSEP"), "Predecessor", "ADEX.PLANDOSE"),
        Added(
            "DOSEPU",
            "text",
            pl.when(C("DOSEP").is_not_null()).then(C("DOSEU")),
            "Predecessor",
            "ADEX.DOSEU",
        ),
        Added("ADOSEDUR", "number", C("ADOSEDUR"), "Predecessor", "ADEX.DURH"),
        Added(
            "ROUTE",
            "text",
            terms.route(C("ROUTE"), pl.lit(None, pl.String)),
            "Derived",
            "The term for what the study file declares of the drug.",
        ),
        Added(
            "RRLTU",
            "text",
            pl.when(C("ARRLT").is_not_null() | C("NRRLT").is_not_null()).then(pl.lit("h")),
            "Assigned",
            "h",
        ),
        Added("PKSUM1F", "text", pl.when(C("SUMFL") == "N").then(pl.lit("Y")), "Derived", FLAGGED),
        Added("PKSUM1RS", "text", C("SUMRSN"), "Derived", "Why PKSUM1F is Y."),
        *source("PC", numeric_or_text("PC"), RESULT),
    ),
    split=("NCA1XRS", "PKSUM1RS", "REASON"),
)


def _with_profiles(rows: pl.DataFrame, tables: Tables, study: Study) -> pl.DataFrame:
    """The dose of the profile, the window of a partial area in words, units as the CDISC list spells them."""
    dosed = tables["PROFILE"].select("PROFILE", "DOSEDTM", ROUTEWAY=C("DURH").is_not_null())
    in_time = tables["ADPC"].filter(C("PROFILE").is_not_null()).sort("ADTM", nulls_last=True)
    visits = in_time.group_by("PROFILE", maintain_order=True).agg(C("VISIT").drop_nulls().first())
    window = pl.concat_str(
        C("START").cast(pl.String), pl.lit(" to "), C("END").cast(pl.String), pl.lit(" h")
    )
    return (
        rows.join(
            dosed.unique("PROFILE", keep="first", maintain_order=True),
            on="PROFILE",
            how="left",
            maintain_order="left",
        )
        .join(visits, on="PROFILE", how="left", maintain_order="left")
        .with_columns(
            WINDOW=window,
            PPTEST=C("PARAM"),
            PPTESTCD=C("PARAMCD"),
            AVALU=terms.pk_unit(C("AVALU"), C("PARAM")),
            PPANMETH=pl.lit(None if study.nca is None else _method(study), pl.String),
            PPDTC=pl.lit(None if study.cutoff is None else study.cutoff.isoformat(), pl.String),
        )
        .drop("ROUTEWAY")
    )


def _method(study: Study) -> str:
    method = study.nca.auc_method if study.nca is not None else ""
    return str(method).upper().replace("_", " ")


def _hours(hours: str) -> pl.Expr:
    """ISO 8601, e.g. PT24H."""
    return pl.concat_str(
        pl.lit("PT"), C(hours).cast(pl.String).str.replace(r"\.0$", ""), pl.lit("H")
    )


ADPP: Final = Dataset(
    "ADPP",
    "pk",
    "PK Parameters Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject, profile and parameter",
    keys=("STUDYID", "USUBJID", "PROFILE", "PARAMCD"),
    purpose="Results of the non-compartmental analysis.",
    core=(*CORE, "PKCFL"),
    qualifiers=("PARCAT1", "MATRIX", "WINDOW"),
    left_out={
        "SUMFL": "PPSUMFL says the same as an exclusion",
        "SUMRSN": "PPSUMRSN",
    },
    before=_with_profiles,
    added=(
        TRTP,
        TRTA,
        Added(
            "PPTESTCD",
            "text",
            C("PPTESTCD"),
            "Derived",
            "The code of the parameter in PKPARMCD; docs/nca_parameters.md.",
        ),
        Added("PPTEST", "text", C("PPTEST"), "Derived", "The name of the parameter."),
        Added("PPCAT", "text", C("PARCAT1"), "Assigned", "The analyte."),
        Added("PPSPEC", "text", C("MATRIX"), "Predecessor", "ADPC.MATRIX"),
        Added(
            "PPANMETH", "text", C("PPANMETH"), "Assigned", "The rule of areas in the study file."
        ),
        Added(
            "PPDTC",
            "text",
            C("PPDTC"),
            "Assigned",
            "The date of the data cutoff: the program asks no clock.",
        ),
        Added(
            "PPRFTDTC",
            "text",
            C("DOSEDTM").dt.strftime("%Y-%m-%dT%H:%M"),
            "Derived",
            "Start of the administration of the profile (ADPC.PCRFTDTM) as text.",
        ),
        Added("PPSTINT", "text", _hours("START"), "Derived", "START as an ISO 8601 duration."),
        Added("PPENINT", "text", _hours("END"), "Derived", "END as an ISO 8601 duration."),
        Added(
            "ADT", "date", C("DOSEDTM").dt.date(), "Derived", "The date of the dose of the profile."
        ),
        ADY,
        Added(
            *("AVISIT", "text", C("VISIT"), "Derived"),
            "The visit of the first sample of the profile (ADPC.VISIT), as collected; empty: no sample.",
        ),
        Added("PPSUMFL", "text", pl.when(C("SUMFL") == "N").then(pl.lit("Y")), "Derived", FLAGGED),
        Added("PPSUMRSN", "text", C("SUMRSN"), "Derived", "Why PPSUMFL is Y."),
    ),
    split=("PPREASND", "REASON", "PPSUMRSN"),
)


ADPD: Final = Dataset(
    "ADPD",
    "pk",
    "Biomarker Analysis Dataset",
    "BASIC DATA STRUCTURE",
    "One record per subject, biomarker and sample",
    keys=("STUDYID", "USUBJID", "PARAMCD", "ADTM", "SRCSEQ", "ASEQ"),
    purpose="Biomarkers by visit and by concentration.",
    domain="CP",
    taken=("CPSEQ", "VISITNUM", "CPSPEC", "CPDTC"),
    core=CORE,
    left_out={"SRCROW": "row of a raw file; SRCSEQ is the trace"},
    added=(
        TRTP,
        TRTA,
        AVISIT,
        AVISITN,
        Added("ADT", "date", C("ADTM").dt.date(), "Derived", "The date of ADTM."),
        ADY,
        *source("CP", numeric_or_text("CP"), RESULT),
    ),
    split=("REASON",),
)
