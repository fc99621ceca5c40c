"""One rule, one place: every clinical rule that two rooms need has one home, and no second one grows.

Each entry names a rule, the module where it lives, and what its second home would look like: a pattern that
no other module of the package may contain. To need a pattern elsewhere is to need the function of the home.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pkpipe"


@dataclass(frozen=True)
class Rule:
    """A rule, its home, the looks of a second home; `also`: modules that may have the pattern, and why."""

    name: str
    home: str
    pattern: str
    also: tuple[str, ...] = ()


RULES: tuple[Rule, ...] = (
    Rule(
        "what a non-compartmental analysis may choose",
        "protocol/nca_options.py",
        r"Literal\[\"(linear_up|actual\", \"nominal|ignore\", \"veto|exclude\", \"include)",
    ),
    Rule(
        "what stands for a result below the limit of quantification",
        "protocol/blq_options.py",
        r"Literal\[\"LOQ1|half_lloq\"|LLOQ\"\) / 2",
    ),
    Rule(
        "what a response analysis may choose",
        "protocol/response_options.py",
        r"Literal\[\"(RECIST 1\.1|treatment\", \"random|derived\", \"rep|last\", \"first\", \"ne)",
    ),
    Rule(
        "what a time-to-event analysis may choose",
        "protocol/survival_options.py",
        r"Literal\[\"(A\", \"B\", \"C|log-log|efron|confirmed\", \"unconf)",
    ),
    Rule(
        "a record that was computed and not measured",
        "clinical/computed.py",
        r"DRVFL\"\)|\"DTYPE\"\) *(\.is_not_null|[!=]=)|COPY\b.*[!=]=|[!=]= *\"?COPY",
    ),
    Rule("how a finding is made of a row", "finding/table.py", r"\bSEVERITY=(?:pl\.lit|_cell)\("),
    Rule("what a check is", "finding/check.py", r"^class Check\b"),
    Rule(
        "which finding is not said again",
        "finding/rows.py",
        r"SAID=\"CHECK\"|SAME_AS",
    ),
    Rule("sentences about rows", "sentences.py", r"pl\.format\("),
    Rule("a date that begins with its year", "schema/dates.py", r"年\\s"),
    Rule("an encoding that nobody declared", "reading/encoding.py", r"decode\(\"gb"),
    Rule(
        "what is collected, and the reason of a number that is not given",
        "clinical/collected.py",
        r"[\"']not collected: |\"HOW\"\) == (CONSTANT|COLUMN)",
    ),
    Rule(
        "which columns hold a concentration or an antibody result",
        "clinical/collected.py",
        r"PC\.PCSTRES[NC]\|PC|IS\.ISSTRES[NC]\|IS",
    ),
    Rule(
        "an event that says its subject died",
        "clinical/ends.py",
        r"\"AESDTH\"\) == \"Y\"|\"AETOXGR\"\) == 5",
    ),
    Rule(
        "when two coded words are the same",
        "schema/coded_words.py",
        r"NFKC\"|str\.normalize\(",
    ),
    Rule(
        "which words say that an event is related to the drug",
        "schema/codelists.py",
        r"is_in\((?:\w+\.)*related_values",
    ),
    Rule(
        "what is a missing cell of a delivered file",
        "schema/cell_text.py",
        r"strip_chars\(\)\.replace\(\"\", None\)",
    ),
    Rule(
        "a visit that the plan does not have",
        "clinical/visits.py",
        r"[\"'](\(\?i\))?\^?(unsch|UNSCH)",
        # the names of the visits that a virtual trial draws
        also=("simulation/laboratory_signs.py", "simulation/scans.py"),
    ),
    Rule(
        "above the upper limit of quantification",
        "clinical/above_limit.py",
        r"(?i)aulo\?q|aul\[o0\]|定量上限|is_in\(.*\"ALQ\"",
    ),
    Rule(
        "the planned dose in the unit of the dose",
        "clinical/planned_dose.py",
        r"(pl\.col|C)\(\"(EX)?DOSE\"\) */ *(pl\.col|C)\(\"EXPDOSE|\"EXPDOSE\"\) *\*",
    ),
    Rule(
        "why a subject has no arm",
        "schema/codelists_subjects.py",
        r"\"(NOTASSGN|NOTTRT|UNPLAN)\"",
    ),
    Rule(
        "the words of a study file as codelists",
        "clinical/own_words.py",
        r"\"study file\", terms|of the study\", *\"study file",
    ),
    Rule(
        "other names of laboratory tests, vital signs and lesion tests",
        "clinical/codelists_tests.py",
        r"\"(SGPT|ALAT|SGOT|ASAT|SBP|DBP|PLT|TBILI?|长径)\"",
    ),
    Rule(
        "what people call the column of subjects in a file",
        "reading/verb_files.py",
        r"\"(PTID|PATID|SUBJECT_ID|SUBJECTID|PATIENT)\"",
    ),
    Rule(
        "which column says the unit of another",
        "reading/unit_columns.py",
        r"\"(CONC_UNIT|DOSE_UNIT|TIME_UNITS?|DURATION_UNIT|TAU_UNIT|ADOSEDURU)\"",
    ),
    Rule(
        "the records of EX as administrations",
        "clinical/administrations.py",
        r"tables\[\"EX\"\]\.(filter|group_by|with_columns)\(",
        # which days and cycles have a record at all, before anything is counted
        also=(
            "validate/checks/completeness.py",
            "validate/checks/adverse_events.py",
            "validate/checks/dosing.py",
            "snapshot/checks/visit_days.py",
        ),
    ),
    Rule("the text of a titre", "clinical/titres.py", r"\^1:|1\\s\*\[:"),
    Rule(
        "questions about a subject's dates",
        "clinical/subject_dates.py",
        r"\"NACTDT\"\) < C\(\"STARTDT",
    ),
    Rule(
        "new anti-cancer therapy",
        "clinical/therapy.py",
        r"(?i)anti-\?cancer|subsequent\\\"|CMCAT.*contains",
    ),
    Rule("lymph node or not", "clinical/lesions.py", r"lymphaden|\bnodal\b.*\|"),
    Rule("tests that size a lesion", "clinical/lesions.py", r"\"SAXIS\""),
    Rule(
        "below the limit of quantification",
        "clinical/blq.py",
        r"is_in\(.*blq_texts|<=? *(C|pl\.col)\(\"(PC|ASSAY)?LLOQ\"\)|<=? *\w+\.lloq\b",
        also=("simulation/concentrations.py",),  # the laboratory that draws the results
    ),
    Rule(
        "how often a dose is given (words of EXDOSFRQ)",
        "clinical/dose_frequency.py",
        r"\"(QOD|BID|Q3W|EVERY 3 WEEKS|ONCE)\"",
    ),
    Rule(
        "whether a record of EX is of something given",
        "clinical/infusion_parts.py",
        r"C\(\"EXDOSE\"\)(\.cast\([^)]*\))? *> *0|EXDOSE\"\] *> *0",
    ),
    Rule(
        "an EX record that nothing was given, or the placebo",
        "clinical/infusion_parts.py",
        r"(?i)contains\(.*placebo\"",
    ),
    Rule(
        "an EX record read as one dose whatever its frequency",
        "clinical/infusion_parts.py",
        r"EXDOSFRQ\"\)(\.is_not_null\(\)| !=)",
        also=("validate/checks/dose_records.py",),  # whether a word was given at all
    ),
    Rule(
        "dose level of a dose",
        "clinical/dose_level.py",
        r"LEVEL_TOLERANCE|NEAR: Final = 0\.15|_FAR\b.*\b0\.15",
    ),
    Rule(
        "before the dose, and the end of the infusion",
        "clinical/sample_schedule.py",
        r"(?i)(contains|startswith|==|is_in|match|search)\(? *\[?r?[\"'][()^?:i]*"
        r"(pre[-\\ ]*(\?|dose|inf|\(dose)|eoi|end.of.inf)"
        r"|(contains|search|match)\(r?[\"']\^PRE"
        r"|\.timepoint\b.*(==|upper|startswith|if \w+\.predose)",
        also=(
            "protocol/study_checks/sample_mistakes.py",
        ),  # one name, one meaning: the study file is asked about its names
    ),
    Rule(
        "the dose a sample belongs to",
        "clinical/reference_dose.py",
        r"right_on=\"(DOSEDTM|ASTDTM|_DOSE|EXSTDTC)\"",
    ),
    Rule(
        "a number with a decimal comma",
        "schema/decimal_comma.py",
        r"replace\(\",\", \"\.\"\)",
        also=("clinical/blq.py",),  # the limit within a word, such as <0,5
    ),
    Rule("measurable lesion", "clinical/lesions.py", r"(?i)(short_axis|measurable)\w*\W.*\b15\b"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_one_home(rule):
    assert (PACKAGE / rule.home).is_file()
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}:{number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).as_posix() not in {rule.home, *rule.also}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(rule.pattern, line)
    ]
    assert found == [], f"{rule.name} lives in pkpipe/{rule.home}; call it there"


def test_every_exception_is_still_needed():
    for rule in RULES:
        for name in rule.also:
            assert re.search(rule.pattern, (PACKAGE / name).read_text(encoding="utf-8")), (
                rule.name,
                name,
            )
