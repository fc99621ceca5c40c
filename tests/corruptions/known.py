"""What no check within one delivery could see, by kind of corruption, and why; what else slips is a fault.

The comparison with the delivery of a frozen cutoff (REDELIVERED-*) sees these: that is tested with them.
"""

SMALL = "the values differ by less than an assay, an eye or a week does"
ALIKE = "another subject's or visit's values are as plausible here as there"
JUDGED = "a judgement that nothing else in the delivery repeats"
LOWERS = "antibodies against the drug and a saturable target lower a late trough as much"
LISTED = (
    "one missing sample or scan is listed as overdue (subjects/MISSING), and not asked about twice"
)
READER = "the reconciliation of the tumour room lists it (tumor/RECON), and not asked about twice"
WHOLE = "with every record of it gone or changed alike, nothing is left that says otherwise"
NOT_ALWAYS = "not every death is reported in SS too, nor is every subject followed so long"
UNPLANNED = "an unscheduled visit has no planned day, and its name is used again"
WITHIN = "the date stays within the window of its visit, and no other table has the visit"
FOLLOWED = "the event still lies within the time the subject is followed, or behind the cutoff"
OVERLAP = "either interval may be so short or so long (pre-excitation, bundle branch block)"

UNSEEN = {
    "PC one result times a power of ten": LOWERS,
    "PC results of two time points exchanged": SMALL,
    "PC profiles of two subjects of a level exchanged": ALIKE,
    "PC one sample gone": LISTED,
    "PC a sample dated a day earlier": WITHIN,
    "IS a sample dated a day earlier": WITHIN,
    "IS a sample dated a day later": WITHIN,
    "CP a sample dated a day earlier": WITHIN,
    "IS all after the first doses gone": LISTED,
    "IS baseline gone": LISTED,
    "IS a positive sample gone whole": LISTED,
    "CP a percentage as a fraction": LOWERS,
    "CP a tenth": LOWERS,
    "CP unbound after the dose": LOWERS,
    "CP of two subjects exchanged": ALIKE,
    "VS of two subjects exchanged": ALIKE,
    "LB one result times 10": "an adverse event around it may have caused it",
    "LB two tests exchanged": SMALL,
    "EG EGHRMN halved": SMALL,
    "EG EGHRMN and QRSAG exchanged": SMALL,
    "EG PRAG and QRSAG exchanged": OVERLAP,
    "TR two visits exchanged": ALIKE,
    "TR two lesions of a visit exchanged": "the sum is the same, and so is every response",
    "TR a visit dated a month later": WITHIN,
    "TR a visit dated a year later": UNPLANNED,
    "RS a visit dated a year later": UNPLANNED,
    "RS a visit dated a year earlier": UNPLANNED,
    "TU TR a target lesion gone": WHOLE,
    "RS PD recorded as SD": READER,
    "RS PR recorded as CR": READER,
    "RS PR recorded as SD": READER,
    "RS SD recorded as PR": READER,
    "RS a new lesion denied": JUDGED,
    "DM sex": JUDGED,
    "DM DS SS death gone": WHOLE,
    "SS death gone": NOT_ALWAYS,
    "SS all of a subject gone": NOT_ALWAYS,
    "SS a visit a year later": WITHIN,
    "EX the last dose gone": WHOLE,
    "AE a DLT not related and not flagged": JUDGED,
    "AE a DLT of grade 2, moderate, not flagged": JUDGED,
    "AE a DLT gone": WHOLE,
    "AE grade 1 recorded as 3, severe": JUDGED,
    "AE relation turned": JUDGED,
    "AE called serious": JUDGED,
    "AE an event gone": WHOLE,
    "AE an event of grade 3 gone": WHOLE,
    "AE serious removed": JUDGED,
    "AE an end a year later": WITHIN,
    "AE both dates a year later": FOLLOWED,
    "CM a later therapy gone": WHOLE,
    "CM a later therapy a year later": WITHIN,
}
