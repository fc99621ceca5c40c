"""Derived tables of `safety`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, date, flag, integer, number, text

_IMPUTED: Final = "D: day imputed, M: month and day"
_GROUP: Final = text("GROUP", "Grouping of Subjects", codelist=("ALL", "COHORT", "LEVEL"))
_REASON_OF_A_COUNT: Final = text(
    "REASON", "Reason There Is No Count", "or a remark on one that is given"
)

ADAE: Final = Table(
    "ADAE",
    "Adverse Events",
    "one row an adverse event record",
    key=("USUBJID", "AESEQ"),
    columns=(
        common.USUBJID,
        integer("AESEQ", "Sequence Number"),
        text("AETERM", "Reported Term for the Adverse Event"),
        text("AEDECOD", "Dictionary-Derived Term", "the reported term where it is not coded"),
        text("AESOC", "Primary System Organ Class", "`NOT CODED` where there is none"),
        date("ASTDT", "Analysis Start Date", "of a partial date the earliest possible day"),
        text("ASTDTF", "Analysis Start Date Imputation Flag", _IMPUTED, codelist=("D", "M")),
        date("AENDT", "Analysis End Date", "of a partial date the latest possible day"),
        text("AENDTF", "Analysis End Date Imputation Flag", _IMPUTED, codelist=("D", "M")),
        integer("ASTDY", "Analysis Start Relative Day", "day 1 is the first dose; no day 0"),
        integer("AENDY", "Analysis End Relative Day", "day 1 is the first dose; no day 0"),
        integer("ADURN", "Duration of the Event", "AENDT - ASTDT + 1", unit="days"),
        flag("TRTEMFL", "Treatment Emergent Analysis Flag"),
        integer("AETOXGR", "CTCAE Grade", "1 to 5"),
        integer("ASEVN", "Severity (Number)", "1 mild, 2 moderate, 3 severe"),
        flag(
            "RELFL",
            "Related Flag",
            "by the study's `related_values`; a missing relationship counts as related",
        ),
        text("AESER", "Serious Event"),
        text("AEDLTFL", "Dose-Limiting Toxicity", "as the investigator flagged it"),
        text("AEIRFL", "Immune-Related Event", "as collected"),
        flag(
            "IRTEMFL",
            "Immune-Related in Its Window Flag",
            "an immune-related event that began in the window of such events",
        ),
        text("AEACN", "Action Taken with Study Treatment"),
        flag("DISCFL", "Led to Discontinuation Flag"),
        flag("INTRFL", "Led to Interruption or Delay Flag"),
        flag("REDFL", "Led to Dose Reduction Flag"),
        text("AEOUT", "Outcome of Adverse Event"),
        text("AESDTH", "Results in Death"),
        flag("DTHFL", "Fatal Event Flag", "by AESDTH, by AEOUT, or of grade 5"),
        flag("AOCCFL", "1st Occurrence within Subject Flag", "treatment-emergent"),
        flag("AOCCSFL", "1st Occurrence of SOC Flag", "of the class in the subject"),
        flag("AOCCPFL", "1st Occurrence of Preferred Term Flag", "of the term in the subject"),
        flag("AOCCIFL", "1st Max Sev./Int. Occurrence Flag", "first of the worst grade"),
        flag("AOCSIFL", "1st Max Sev./Int. Occur within SOC Flag", "first of the worst grade"),
        flag("AOCPIFL", "1st Max Sev./Int. Occur within PT Flag", "first of the worst grade"),
        flag("ONGOFL", "Ongoing Flag", "no end is known"),
        common.COHORT,
        common.LEVEL,
        text(
            "REASON",
            "Remarks on the Event",
            "what was assumed, and which columns were not collected",
        ),
        common.SRCROW,
    ),
    note="nothing is dropped; a flag made of a column that was not collected is empty and says nothing",
)

# One record of laboratory, vital signs, ECG or examination.
_KEY: Final = ("USUBJID", "PARAMCD", "ADT", "VISIT", "SRCROW")
_OF_A_RECORD: Final = (
    common.USUBJID,
    common.PARAMCD,
    common.ADT,
    common.VISIT,
    common.SRCROW,
    common.PARAM,
    common.AVAL,
    common.AVALC,
    common.AVALU,
    common.BASE,
    common.CHG,
    common.ABLFL,
    common.POSTFL,
    common.ADY,
    common.COHORT,
    common.LEVEL,
    common.REASON,
)
_FIRST: Final = flag(
    "ANL01FL",
    "Analysis Flag 01 - By Visit",
    "the first value of a treated subject, test, unit and planned visit",
)
_BASELINE: Final = (
    "baseline is the last result at or before the first dose, of the same test in the same unit"
)

ADLB: Final = Table(
    "ADLB",
    "Laboratory Results",
    "one row a laboratory record",
    key=_KEY,
    columns=(
        *_OF_A_RECORD,
        number("ANRLO", "Analysis Normal Range Lower Limit"),
        number("ANRHI", "Analysis Normal Range Upper Limit"),
        text(
            "ANRIND",
            "Analysis Reference Range Indicator",
            "`LOW` `NORMAL` `HIGH` by the range; the laboratory's own word where it gives none",
        ),
        text("BNRIND", "Baseline Reference Range Indicator", "as ANRIND"),
        integer("ATOXGRL", "Analysis Toxicity Grade Low", "CTCAE, 0 to 4; empty: not gradable"),
        integer("ATOXGRH", "Analysis Toxicity Grade High", "CTCAE, 0 to 4; empty: not gradable"),
        integer("BTOXGRL", "Baseline Toxicity Grade Low", "by the range and fixed limits only"),
        integer("BTOXGRH", "Baseline Toxicity Grade High", "by the range and fixed limits only"),
        _FIRST,
        flag("WORSTLFL", "Worst Grade Low Flag", "the first of the worst grade after first dose"),
        flag("WORSTHFL", "Worst Grade High Flag", "the first of the worst grade after first dose"),
    ),
    note=_BASELINE,
)

ADVS: Final = Table(
    "ADVS",
    "Vital Signs",
    "one row a vital signs record",
    _KEY,
    (*_OF_A_RECORD, _FIRST),
    note=_BASELINE,
)

ADEG: Final = Table(
    "ADEG", "ECG Results", "one row an ECG record", _KEY, (*_OF_A_RECORD, _FIRST), note=_BASELINE
)

ADPE: Final = Table(
    "ADPE",
    "Physical Examinations",
    "one row a physical examination record",
    key=_KEY,
    columns=(*_OF_A_RECORD, text("PECLSIG", "Clinically Significant")),
    note=_BASELINE,
)

AESUM: Final = Table(
    "AESUM",
    "Adverse Event Overview",
    "one row a group and line of the overview",
    key=("GROUP", "GROUPVAL", "PARAMCD"),
    columns=(
        _GROUP,
        common.GROUPVAL,
        text(
            "PARAMCD",
            "Line of the Overview",
            codelist=(
                *("TEAE", "TEAE_REL", "TEAE_G3", "TEAE_REL_G3", "TEAE_SER", "TEAE_DTH"),
                *("TEAE_DISC", "TEAE_INT", "IRAE", "DLT"),
            ),
        ),
        common.PARAM,
        common.X,
        integer("N", "Treated Subjects of the Group"),
        common.PCT,
        integer("EVENTS", "Number of Events"),
        _REASON_OF_A_COUNT,
    ),
    displayed=True,
    note="a subject counts once a line; every line and group is there, with 0 if none. A line that "
    "rests on a column not collected has no X and names it in REASON",
)

AESOC: Final = Table(
    "AESOC",
    "Adverse Events by Class and Term",
    "one row a group, class, term and worst grade",
    key=("GROUP", "GROUPVAL", "AESOC", "AEDECOD", "GRADE"),
    columns=(
        _GROUP,
        common.GROUPVAL,
        text("AESOC", "System Organ Class"),
        text("AEDECOD", "Preferred Term", "empty: the class as a whole"),
        text("GRADE", "Worst Grade", codelist=("ANY", "1", "2", "3", "4", "5", "NOT GRADED")),
        common.X,
        integer("N", "Treated Subjects of the Group"),
        common.PCT,
        integer(
            "ORDER",
            "Place on the Page",
            "classes and terms by frequency in all subjects, then alphabet",
            displayed=False,
        ),
        text("REASON", "Reason There Is No Count", "grades were not collected; or a remark"),
    ),
    displayed=True,
    note="treatment-emergent events; a subject counts once at the worst grade",
)

LBSHIFT: Final = Table(
    "LBSHIFT",
    "Laboratory Shifts",
    "one row a group, test, direction, baseline grade and worst grade after it",
    key=("GROUP", "GROUPVAL", "PARAMCD", "DIRECTION", "BGRADE", "WGRADE"),
    columns=(
        _GROUP,
        common.GROUPVAL,
        common.PARAMCD,
        text(
            "DIRECTION",
            "Direction of the Shift",
            "L, H: CTCAE grades 0 to 4; R: normal range, -1 low, 0 normal, 1 high",
            codelist=("L", "H", "R"),
        ),
        integer("BGRADE", "Baseline Grade", "a missing baseline counts as 0"),
        integer("WGRADE", "Worst Grade after First Dose"),
        integer("X", "Subjects with This Shift"),
        integer(
            "N", "Subjects Who Can Be Judged", "of the group, with such a value after first dose"
        ),
        text("REASON", "Reason There Are No Shifts"),
    ),
    displayed=True,
    note="where what grades are made of was not collected, a row of its own without a test says so. "
    "By the normal range a subject who was low and later high counts in both",
)

CRITSUM: Final = Table(
    "CRITSUM",
    "Abnormal Values",
    "one row a group and criterion",
    key=("GROUP", "GROUPVAL", "PARAMCD"),
    columns=(
        _GROUP,
        common.GROUPVAL,
        text(
            "PARAMCD",
            "Criterion Code",
            "a criterion of the study; PE_CS; VS_ABN PE_ABN LB_ABN LB_NEW LB_G3 EG_ABN: any abnormal value",
        ),
        common.PARAM,
        integer("X", "Subjects Who Meet It", "after first dose"),
        integer("N", "Subjects with Such a Value", "after first dose"),
        common.PCT,
        text(
            "REASON",
            "Reason There Is No Count",
            "nobody, not collected, or no limit stated (X and N empty)",
        ),
    ),
    displayed=True,
    note="PE_CS: a new clinically significant finding. VS_ABN and EG_ABN: beyond a limit the study "
    "states, or called abnormal; PE_ABN: any abnormal finding; LB_ABN: outside the reference range; "
    "LB_NEW: not so at baseline; LB_G3: CTCAE grade 3 or more and worse than at baseline",
)

BYVISIT: Final = Table(
    "BYVISIT",
    "Values by Visit",
    "one row a test, unit, cohort, visit and kind of value",
    key=("DOMAIN", "PARAMCD", "AVALU", "COHORT", "VISIT", "KIND"),
    columns=(
        text("DOMAIN", "Domain", codelist=("LB", "VS", "EG")),
        common.PARAMCD,
        common.AVALU,
        common.COHORT,
        common.VISIT,
        integer("VISITN", "Visit Number", "place among the visits by their median study day"),
        text(
            "KIND",
            "Kind of Value",
            "as measured, or change from baseline",
            codelist=("AVAL", "CHG"),
        ),
        common.PARAM,
        integer("N", "Number of Subjects", "with a record with ANL01FL"),
        common.MEAN,
        common.SD,
        common.MEDIAN,
        common.MIN,
        common.MAX,
        common.REASON,
    ),
    note="visits that nobody planned are left out",
)

TABLES: Final = (
    ADAE,
    ADLB,
    ADVS,
    ADEG,
    ADPE,
    AESUM,
    AESOC,
    BYVISIT,
    LBSHIFT,
    CRITSUM,
)
