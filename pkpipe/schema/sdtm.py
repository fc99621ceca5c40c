"""The SDTM domains pkpipe reads: every column with its kind, codelist and meaning.

Names are SDTMIG 3.4 names. A few columns that every phase I study collects and SDTM keeps elsewhere carry
sponsor names, marked with (S): CYCLE, EXDOSEMG, EXPDOSE, EXINTRFL, AEDLTFL, AEIRFL, TUMTYPE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pkpipe.schema import codelists as lists
from pkpipe.schema import codelists_subjects as of_subjects
from pkpipe.schema.coded_words import Codelist
from pkpipe.schema.column import Column, Kind
from pkpipe.schema.computed_columns import computed_columns

YES_NO: Final = lists.YES_NO.words
RECIST: Final = lists.RESPONSE.words


@dataclass(frozen=True)
class DomainSpec:
    """One domain: its columns, the key that must be unique, and the date the cutoff looks at."""

    code: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    date: str | None  # start or collection date (CUT-2); None: cut by subject, see cutoff.py
    end_date: str | None = None  # blanked when after the cutoff ("ongoing")
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(n) for n in names)


def _needed(name: str, kind: Kind = "text", allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, required=True, filled=True, allowed=allowed)


def _coded(codelist: Codelist, *names: str) -> tuple[Column, ...]:
    """Columns in which another spelling of a term is read as the term; another word is asked about."""
    return tuple(Column(n, codelist=codelist) for n in names)


def _only(codelist: Codelist, *names: str) -> tuple[Column, ...]:
    """Columns in which nothing but a term is right, in whatever spelling."""
    return tuple(Column(n, allowed=codelist.words, codelist=codelist) for n in names)


def _number(*names: str) -> tuple[Column, ...]:
    return tuple(Column(n, "number") for n in names)


def _dtc(*names: str) -> tuple[Column, ...]:
    return tuple(Column(n, "dtc") for n in names)


# The findings domains whose results are words of a codelist.
RESULTS: Final[Mapping[str, Codelist]] = {
    "RS": lists.RESPONSE,
    "PE": lists.NORMAL_ABNORMAL,
    "SS": of_subjects.VITAL_STATUS,
}
_SUBJECT: Final = _needed("USUBJID")
_VISIT: Final = (*_text("VISIT"), *_number("VISITNUM"))
_CYCLE: Final = Column("CYCLE", "integer")


def _findings(code: str, *more: Column) -> tuple[Column, ...]:
    """The columns every findings domain shares, with its two-letter prefix."""
    return (
        _SUBJECT,
        Column(f"{code}SEQ", "integer"),
        _needed(f"{code}TESTCD"),
        *_text(f"{code}TEST", f"{code}CAT", f"{code}ORRES", f"{code}ORRESU"),
        Column(f"{code}STRESC", codelist=RESULTS.get(code)),
        Column(f"{code}STRESN", "number"),
        *_text(f"{code}STRESU"),
        *_coded(lists.NOT_DONE, f"{code}STAT"),
        *_text(f"{code}REASND"),
        *computed_columns(code),
        *more,
        *_VISIT,
        Column(f"{code}DTC", "dtc", required=True),
    )


DOMAINS: Final[dict[str, DomainSpec]] = {
    d.code: d
    for d in (
        DomainSpec(
            "DM",
            "Demographics",
            (
                _SUBJECT,
                *_text("SUBJID", "SITEID"),
                *_dtc("RFICDTC", "RFSTDTC", "RFENDTC", "BRTHDTC", "DTHDTC"),
                *_only(lists.FLAG, "DTHFL"),
                Column("AGE", "number"),
                *_only(of_subjects.SEX, "SEX"),
                *_coded(of_subjects.RACE, "RACE"),
                *_coded(of_subjects.ETHNICITY, "ETHNIC"),
                *_text("COUNTRY"),
                _needed("ARMCD"),
                *_text("ARM", "ACTARMCD", "ACTARM", "TUMTYPE"),
                *_coded(of_subjects.WITHOUT_ARM, "ARMNRS"),
            ),
            key=("USUBJID",),
            date=None,
        ),
        DomainSpec(
            "EX",
            "Exposure",
            (
                _SUBJECT,
                Column("EXSEQ", "integer"),
                _needed("EXTRT"),
                _needed("EXDOSE", "number"),
                _needed("EXDOSU"),
                *_number("EXDOSEMG", "EXPDOSE"),
                *_coded(lists.ROUTE, "EXROUTE"),
                *_text("EXDOSFRQ", "EXADJ", "EXLOT", "EXLNKID"),
                *_only(lists.YES_NO, "EXINTRFL", "EXOCCUR"),
                *_coded(lists.NOT_DONE, "EXSTAT"),
                _CYCLE,
                *_VISIT,
                Column("EXSTDTC", "dtc", required=True, filled=True),
                Column("EXENDTC", "dtc"),
            ),
            key=("USUBJID", "EXTRT", "EXSTDTC"),
            date="EXSTDTC",
            end_date="EXENDTC",
        ),
        DomainSpec(
            "PC",
            "Pharmacokinetic concentrations",
            _findings(
                "PC",
                *_text("PCSPEC", "PCNAM"),
                Column("PCLLOQ", "number"),
                *_text("PCTPT"),
                Column("PCTPTNUM", "number"),
                _CYCLE,
            ),
            key=("USUBJID", "PCTESTCD", "PCSPEC", "PCDTC"),
            date="PCDTC",
        ),
        DomainSpec(
            "IS",
            "Immunogenicity",
            _findings(
                "IS",
                *_text("ISBDAGNT", "ISSPEC", "ISMETHOD"),
                *_coded(lists.FLAG, "ISBLFL"),
                Column("ISLLOQ", "number"),
                *_text("ISTPT"),
                Column("ISTPTNUM", "number"),
                _CYCLE,
            ),
            key=("USUBJID", "ISTESTCD", "ISBDAGNT", "ISDTC"),
            date="ISDTC",
        ),
        DomainSpec(
            "TU",
            "Tumour identification",
            (
                _SUBJECT,
                Column("TUSEQ", "integer"),
                _needed("TULNKID"),
                *_text("TUTESTCD", "TUTEST", "TUORRES"),
                Column("TUSTRESC", required=True, filled=True, codelist=lists.LESION_CLASS),
                *_text("TULOC", "TUMETHOD"),
                *_coded(lists.EVALUATOR, "TUEVAL"),
                *_text("TUEVALID"),
                *_coded(lists.FLAG, "TUACPTFL"),
                *_VISIT,
                Column("TUDTC", "dtc"),
            ),
            key=("USUBJID", "TULNKID", "TUEVAL", "TUEVALID", "VISIT", "TUTESTCD"),
            date="TUDTC",
        ),
        DomainSpec(
            "TR",
            "Tumour results",
            _findings(
                "TR",
                _needed("TRLNKID"),
                *_coded(lists.LESION_CLASS, "TRGRPID"),
                *_coded(lists.EVALUATOR, "TREVAL"),
                *_text("TREVALID"),
                *_coded(lists.FLAG, "TRACPTFL"),
            ),
            key=("USUBJID", "TRLNKID", "TRTESTCD", "TREVAL", "TREVALID", "VISIT", "TRDTC"),
            date="TRDTC",
        ),
        DomainSpec(
            "RS",
            "Disease response",
            _findings(
                "RS",
                *_coded(lists.EVALUATOR, "RSEVAL"),
                *_text("RSEVALID"),
                *_coded(lists.FLAG, "RSACPTFL"),
            ),
            key=("USUBJID", "RSTESTCD", "RSCAT", "RSEVAL", "RSEVALID", "VISIT", "RSDTC"),
            date="RSDTC",
        ),
        DomainSpec(
            "AE",
            "Adverse events",
            (
                _SUBJECT,
                _needed("AESEQ", "integer"),
                _needed("AETERM"),
                *_text("AEDECOD", "AEBODSYS", "AESOC", "AECAT"),
                *_coded(lists.SEVERITY, "AESEV"),
                Column("AETOXGR", "integer", allowed=lists.GRADE.words, codelist=lists.GRADE),
                *_only(lists.YES_NO, "AESER", "AESDTH", "AEDLTFL", "AEIRFL"),
                *_text("AEREL"),  # the study says in safety.related_values what counts
                *_coded(lists.ACTION, "AEACN"),
                *_coded(lists.OUTCOME, "AEOUT"),
                Column("AESTDTC", "dtc", required=True),
                Column("AEENDTC", "dtc"),
            ),
            key=("USUBJID", "AESEQ"),
            date="AESTDTC",
            end_date="AEENDTC",
        ),
        DomainSpec(
            "LB",
            "Laboratory",
            _findings(
                "LB",
                *_number("LBSTNRLO", "LBSTNRHI"),
                *_coded(lists.RANGE, "LBNRIND"),
                *_text("LBSPEC"),
                *_coded(lists.FLAG, "LBBLFL"),
            ),
            key=("USUBJID", "LBTESTCD", "LBSPEC", "LBDTC", "VISIT"),
            date="LBDTC",
        ),
        DomainSpec(
            "VS",
            "Vital signs",
            _findings("VS", *_text("VSPOS", "VSTPT"), *_coded(lists.FLAG, "VSBLFL")),
            key=("USUBJID", "VSTESTCD", "VSPOS", "VSTPT", "VSDTC", "VISIT"),
            date="VSDTC",
        ),
        DomainSpec(
            "EG",
            "ECG",
            _findings("EG", *_text("EGTPT"), *_coded(lists.FLAG, "EGBLFL")),
            key=("USUBJID", "EGTESTCD", "EGTPT", "EGDTC", "VISIT"),
            date="EGDTC",
        ),
        DomainSpec(
            "PE",
            "Physical examination",
            _findings("PE", *_only(lists.YES_NO, "PECLSIG")),
            key=("USUBJID", "PETESTCD", "PEDTC", "VISIT"),
            date="PEDTC",
        ),
        DomainSpec(
            "DS",
            "Disposition",
            (
                _SUBJECT,
                Column("DSSEQ", "integer"),
                *_text("DSTERM"),
                Column("DSDECOD", required=True, filled=True, codelist=of_subjects.DISPOSITION),
                *_coded(of_subjects.DISPOSITION_CATEGORY, "DSCAT"),
                *_coded(of_subjects.WHAT_ENDED, "DSSCAT"),
                *_VISIT,
                Column("DSSTDTC", "dtc", required=True),
                Column("DSDTC", "dtc"),
            ),
            key=("USUBJID", "DSCAT", "DSSCAT", "DSDECOD", "DSSTDTC"),
            date="DSSTDTC",
        ),
        DomainSpec(
            "SS",
            "Subject status",
            _findings("SS"),
            key=("USUBJID", "SSTESTCD", "SSDTC"),
            date="SSDTC",
        ),
        DomainSpec(
            "CM",
            "Subsequent anti-cancer therapy",
            (
                _SUBJECT,
                Column("CMSEQ", "integer"),
                _needed("CMTRT"),
                *_text("CMDECOD", "CMCAT", "CMSCAT"),
                Column("CMSTDTC", "dtc", required=True),
                Column("CMENDTC", "dtc"),
            ),
            key=("USUBJID", "CMTRT", "CMSTDTC"),
            date="CMSTDTC",
            end_date="CMENDTC",
        ),
        DomainSpec(
            "CP",
            "Cell phenotype (receptor occupancy, biomarkers)",
            _findings("CP", *_text("CPSPEC", "CPTPT"), Column("CPTPTNUM", "number"), _CYCLE),
            key=("USUBJID", "CPTESTCD", "CPSPEC", "CPDTC"),
            date="CPDTC",
        ),
    )
}
