"""What may become another number when a source or a column is taken away, and why that is right."""

import fnmatch

ALIVE = "the last day known to be alive is that of the records there are"
EARLY_END = "who ended the study early is not known: the state says that this is not collected"
NEW_THERAPY = "as in a trial in which no new therapy is known, and each number says so"
OF_NEW_THERAPY = ("subjects/*", "tumor/*", "survival/*", "safety/*", "cohorts/*", "escalation/*")
AS_PLANNED = "an infusion as long as planned; what is made of its length says so"
ANY = "*"  # every row, or every column, of a table
# (what is missing, table, rows, columns): why the number that is there now is right.
RIGHT_CHANGES = {
    ("*", "subjects/ADSL", "*", "LSTALV*"): ALIVE,
    ("*", "survival/ADTTE", "*OS*", "*"): ALIVE,
    ("*", "survival/KM*", "OS*", "*"): ALIVE,
    ("*", "cohorts/SUMMARY", "*|OS|*", "*"): ALIVE,
    ("*", "cohorts/COHORT", "*|OS|*", "*"): ALIVE,
    ("AE.AEDECOD", "*", "*", "*"): "events that are not coded are counted by their own words",
    (
        "AE.AEENDTC",
        "safety/ADAE",
        "*",
        "*",
    ): "when an event ended, and if by the cutoff, is unknown",
    ("AE.AESEV", "safety/ADAE", "*", "*"): "grades are there; severity stands in only without",
    ("LB.LBSTNR*", "safety/LBSHIFT", "*", "*"): "fewer can be judged, and a row says so",
    ("LB.LBSTRESU", "safety/LBSHIFT", "*", "*"): "fewer can be judged, and a row says so",
    ("DS*", "escalation/*", "*", "*"): EARLY_END,
    ("DS*", "cohorts/*", "*DLT*", "*"): EARLY_END,
    ("DS*", "survival/*", "*", "*"): "why follow-up ended is not known; events are",
    ("DS*", "cohorts/*", "*PFS*", "*"): "why follow-up ended is not known; events are",
    ("DS*", "cohorts/ADALMK", "*", "*"): "who left is not known; who was seen is",
    ("DS.DSSCAT", "subjects/ADSL", "*", "*"): ALIVE,
    **{("CM*", table, "*", "*"): NEW_THERAPY for table in OF_NEW_THERAPY},
    ("DM.TUMTYPE", "*", "*TUMTYPE*", "*"): "no tumour type is known, so none has a row",
    ("DM.TUMTYPE", "*", "*", "TUMTYPE"): "its own cells",
    ("EX.EXDOSEMG", "*", "*", "*"): "milligrams are the dose and the weight",
    **{
        ("EX.EXENDTC", table, "*", "*"): AS_PLANNED
        for table in ("pk/*", "immunogenicity/*", "cohorts/*")
    },
    ("EX.EXENDTC", "subjects/ADSL", "*", "TRTEDTM"): "the start of the last dose",
    **{
        (need, table, "*", column): "negative, and a reason says not held against tolerance"
        for need in ("PC", "PC.PCORRES+*")
        for table, column in (
            ("immunogenicity/ADAB", "AVALC"),
            ("immunogenicity/ADASAMP", "RESULT"),
        )
    },
    (
        "IS.ISORRES+*",
        "immunogenicity/ADASAMP",
        "*",
        "RESULT*",
    ): "MISSING says that no sample has a result",
    ("PC.CYCLE", "pk/ADCSUM", "*", "*"): "a sample not taken has no time; its cycle told its dose",
    ("CP", "pk/*", "*", "*"): "the report says that biomarkers are not collected",
    ("CP.VISIT", "pk/PDSTAT", "*", "*"): "the rows are named by the visit",
    ("CP.CYCLE", "pk/PDSTAT", "*", "*"): "the rows are named by the cycle",
    ("CP.CPTPTNUM", "pk/PDSTAT", "*", "*"): "the rows are named by the nominal time",
    ("PC", "cohorts/*", "*", "*"): ALIVE,
    **{
        (need, "escalation/CONFORM", "C1[34]*", "DATE"): "the first of the examinations there are"
        for code in ("LB", "VS", "PE")
        for need in (code, f"{code}.VISIT")
    },
    ("DECISIONS*", "escalation/*", "*", "*"): "without a log nothing is held against it",
}


def is_right(need, table, row, column):
    return any(
        fnmatch.fnmatch(need, n)
        and fnmatch.fnmatch(table, t)
        and fnmatch.fnmatch(row, r)
        and fnmatch.fnmatch(column, c)
        for n, t, r, c in RIGHT_CHANGES
    )
