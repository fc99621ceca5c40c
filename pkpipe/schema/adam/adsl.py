"""The subjects of a study: ADSL, one row a subject."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, date, datetime, flag, integer, number, text

# Where a subject was seen: the domains that can show one alive, in the order of preference on one day.
SEEN_IN: Final = (
    *("EX", "AE", "LB", "VS", "EG", "PE", "PC", "IS"),
    *("TR", "RS", "CP", "CM", "SS", "DS"),
)
# What of a date was imputed: the day, or month and day.
IMPUTED: Final = ("D", "M")
_YN: Final = ("Y", "N")

ADSL: Final = Table(
    "ADSL",
    "Subjects",
    "one row a subject of DM",
    key=("USUBJID",),
    columns=(
        common.USUBJID,
        text("SUBJID", "Subject Identifier for the Study"),
        text("SITEID", "Study Site Identifier"),
        number("AGE", "Age"),
        text("SEX", "Sex"),
        text("RACE", "Race"),
        text("ETHNIC", "Ethnicity"),
        text("COUNTRY", "Country"),
        common.TUMTYPE,
        text("ARMCD", "Planned Arm Code"),
        text("ARM", "Description of Planned Arm"),
        text("ACTARMCD", "Actual Arm Code"),
        text("ACTARM", "Description of Actual Arm"),
        text("COHORT", "Cohort of the Subject", "ARMCD, the code of the study file's `cohorts`"),
        integer(
            "COHORTN",
            "Cohort (Number)",
            "place in the study file's `cohorts`, from 1; empty: none of them",
        ),
        text("COHLABEL", "Cohort Label", "as the study file words it"),
        common.PART,
        text(
            "LEVEL", "Dose Level of First Dose", "code of the level; empty outside the escalation"
        ),
        integer("LEVELN", "Dose Level of First Dose (Number)", "place among the levels, from 1"),
        text("DOSE1", "Planned First Dose", "of every drug, in words, e.g. `BAT6026 0.3 mg/kg`"),
        date("RFICDT", "Date of Informed Consent"),
        date("RANDDT", "Date of Randomization"),
        datetime(
            "TRTSDTM", "Datetime of First Exposure to Treatment", "first dose of any study drug"
        ),
        date("TRTSDT", "Date of First Exposure to Treatment", "first dose of any study drug"),
        datetime(
            "TRTEDTM", "Datetime of Last Exposure to Treatment", "last dose of any study drug"
        ),
        date(
            "TRTEDT",
            "Date of Last Exposure to Treatment",
            "last dose; empty if every record of the subject is a range without an end",
        ),
        integer("TRTDURD", "Total Treatment Duration (Days)", "TRTEDT - TRTSDT + 1", unit="days"),
        date("EOTDT", "Date of End of Treatment"),
        text("DCTREAS", "Reason Treatment Ended"),
        date("EOSDT", "Date of End of Study"),
        text(
            "EOSSTT",
            "End of Study Status",
            "empty: a screen failure, never treated, or not known (DISPRS)",
            codelist=("COMPLETED", "DISCONTINUED", "ONGOING"),
        ),
        text("DCSREAS", "Reason for Discontinuation from Study"),
        text(
            "DISPRS",
            "Reason Ends Are Not Known",
            "why the ends of treatment and study are empty for everybody",
        ),
        date("DTHDT", "Date of Death"),
        text(
            "DTHDTF",
            "Date of Death Imputation Flag",
            "D: day imputed, M: month and day",
            codelist=IMPUTED,
        ),
        text("DTHCAUS", "Cause of Death", "the fatal event, else the term of disposition"),
        text("DTHRS", "Reason Deaths Are Not Known", "why nobody can say who died"),
        date(
            "LSTALVDT",
            "Date Last Known Alive",
            "up to the cutoff; administrative dates do not count",
        ),
        text(
            "LSTALVSR", "Source of Date Last Known Alive", "domain it comes from", codelist=SEEN_IN
        ),
        date("NACTDT", "Start of New Anti-Cancer Therapy", "the first after the study treatment"),
        text(
            "NACTDTF",
            "New Therapy Date Imputation Flag",
            "D: day imputed, M: month and day",
            codelist=IMPUTED,
        ),
        date(
            "CLINPDDT",
            "Date of Clinical Progression",
            "progression that ended treatment, without a scan",
        ),
        number(
            "WEIGHTBL",
            "Weight at Baseline",
            "last value up to the day of the first dose",
            unit="kg",
        ),
        number(
            "HEIGHTBL",
            "Height at Baseline",
            "last value up to the day of the first dose",
            unit="cm",
        ),
        number("BSABL", "Body Surface Area at Baseline", "by Mosteller", unit="m2"),
        text("ECOGBL", "ECOG Performance Status at Baseline"),
        flag(
            "ENRLFL",
            "Enrolled Population Flag",
            "no screen failure, in a cohort of the study",
            codelist=_YN,
        ),
        text("ENRLRS", "Reason Not in Enrolled Population"),
        flag("SAFFL", "Safety Population Flag", "at least one dose", codelist=_YN),
        text("SAFRS", "Reason Not in Safety Population"),
        flag(
            "PKCFL",
            "PK Concentration Population Flag",
            "at least one concentration after the first dose; empty: not known (PKCRS)",
            codelist=_YN,
        ),
        text("PKCRS", "Reason Not in PK Concentration Set", "or why it is not known"),
        flag(
            "ADAFL",
            "ADA Population Flag",
            "at least one reportable antibody result after the first dose; empty: not known (ADARS)",
            codelist=_YN,
        ),
        text("ADARS", "Reason Not in ADA Population", "or why it is not known"),
        flag(
            "RSPFL",
            "Response-Evaluable Population Flag",
            "a target lesion at baseline, and assessed after it, off treatment or dead; empty: see RSPRS",
            codelist=_YN,
        ),
        text("RSPRS", "Reason Not in Response-Evaluable", "or why it is not known"),
        flag("EFFFL", "Efficacy Population Flag", "treated", codelist=_YN),
        date("CUTDT", "Date of Data Cutoff"),
    ),
    note="a population's flag that is N has its reason beside it; one that rests on something not "
    "collected is empty, with that reason",
)
