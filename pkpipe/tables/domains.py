"""The SDTM domains pkpipe reads: every column with its kind, codelist and meaning.

Names are SDTMIG 3.4 names. A few columns that every phase I study collects and SDTM keeps elsewhere carry
sponsor names, marked with (S): CYCLE, EXDOSEMG, EXPDOSE, EXINTRFL, AEDLTFL, AEIRFL, TUMTYPE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pkpipe.tables.typed import Column, Kind

YES_NO: Final = ("Y", "N")
RECIST: Final = (
    *("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "NED", "ND"),
    *("iCR", "iPR", "iSD", "iUPD", "iCPD", "NON-iCR/NON-iUPD", "iNE"),
)
UNSCHEDULED: Final = "UNSCHEDULED"


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


def _number(*names: str) -> tuple[Column, ...]:
    return tuple(Column(n, "number") for n in names)


def _dtc(*names: str) -> tuple[Column, ...]:
    return tuple(Column(n, "dtc") for n in names)


_SUBJECT: Final = _needed("USUBJID")
_VISIT: Final = (*_text("VISIT"), *_number("VISITNUM"))
_CYCLE: Final = Column("CYCLE", "integer")


def _findings(code: str, *more: Column) -> tuple[Column, ...]:
    """The columns every findings domain shares, with its two-letter prefix."""
    return (
        _SUBJECT,
        Column(f"{code}SEQ", "integer"),
        _needed(f"{code}TESTCD"),
        *_text(f"{code}TEST", f"{code}CAT", f"{code}ORRES", f"{code}ORRESU", f"{code}STRESC"),
        Column(f"{code}STRESN", "number"),
        *_text(f"{code}STRESU", f"{code}STAT", f"{code}REASND"),
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
                Column("DTHFL", allowed=("Y",)),
                Column("AGE", "number"),
                Column("SEX", allowed=("M", "F", "U", "UNDIFFERENTIATED")),
                *_text("RACE", "ETHNIC", "COUNTRY"),
                _needed("ARMCD"),
                *_text("ARM", "ACTARMCD", "ACTARM", "TUMTYPE"),
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
                *_text("EXROUTE", "EXDOSFRQ", "EXADJ"),
                Column("EXINTRFL", allowed=YES_NO),
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
                *_text("ISBDAGNT", "ISSPEC", "ISMETHOD", "ISBLFL"),
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
                _needed("TUSTRESC"),
                *_text("TULOC", "TUMETHOD", "TUEVAL", "TUEVALID", "TUACPTFL"),
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
                *_text("TRGRPID", "TREVAL", "TREVALID", "TRACPTFL"),
            ),
            key=("USUBJID", "TRLNKID", "TRTESTCD", "TREVAL", "TREVALID", "VISIT", "TRDTC"),
            date="TRDTC",
        ),
        DomainSpec(
            "RS",
            "Disease response",
            _findings("RS", *_text("RSEVAL", "RSEVALID", "RSACPTFL")),
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
                *_text("AEDECOD", "AEBODSYS", "AESOC", "AECAT", "AESEV"),
                Column("AETOXGR", "integer", allowed=("1", "2", "3", "4", "5")),
                *(Column(c, allowed=YES_NO) for c in ("AESER", "AESDTH", "AEDLTFL", "AEIRFL")),
                *_text("AEREL", "AEACN", "AEOUT"),
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
                *_text("LBNRIND", "LBSPEC", "LBBLFL"),
            ),
            key=("USUBJID", "LBTESTCD", "LBSPEC", "LBDTC", "VISIT"),
            date="LBDTC",
        ),
        DomainSpec(
            "VS",
            "Vital signs",
            _findings("VS", *_text("VSPOS", "VSTPT", "VSBLFL")),
            key=("USUBJID", "VSTESTCD", "VSPOS", "VSTPT", "VSDTC", "VISIT"),
            date="VSDTC",
        ),
        DomainSpec(
            "EG",
            "ECG",
            _findings("EG", *_text("EGTPT", "EGBLFL")),
            key=("USUBJID", "EGTESTCD", "EGTPT", "EGDTC", "VISIT"),
            date="EGDTC",
        ),
        DomainSpec(
            "PE",
            "Physical examination",
            _findings("PE", Column("PECLSIG", allowed=YES_NO)),
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
                _needed("DSDECOD"),
                *_text("DSCAT", "DSSCAT"),
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
                *_text("CMDECOD", "CMCAT"),
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
