"""The datasets: what is merged, where a row comes from, what a parameter means."""

from itertools import product

import polars as pl
import pytest
from submitted import DECLARED, STUDY, column, made, of_code, tables

from pkpipe.rooms import DELIVERED
from pkpipe.schema.adam.declaration import LONGEST_LABEL
from pkpipe.submission.build import left_out
from pkpipe.submission.datasets import DATASETS
from pkpipe.submission.parameters import one_meaning, shortened
from pkpipe.submission.standard import ADAMIG
from pkpipe.submission.terms import frequency, pk_unit, route

LB = """
    USUBJID | LBTESTCD | LBSEQ | LBSTRESN | VISIT     | VISITNUM | LBDTC
    S-01    | ALT      | 7     | 20       | SCREENING | 1        | 2026-01-05
    S-01    | ALT      | 9     | 35       | DAY 8     | 1.08     | 2026-01-17
"""
ADLB = """
    USUBJID | PARAMCD | PARAM   | ADT        | VISIT     | AVAL | AVALU | BASE | CHG | ABLFL | SRCROW
    S-01    | ALT     | Alanine | 2026-01-05 | SCREENING | 20   | U/L   | 20   | 0   | Y     | 2
    S-01    | ALT     | Alanine | 2026-01-17 | DAY 8     | 35   | U/L   | 20   | 15  |       | 3
"""


def test_every_delivered_table_is_a_dataset_and_no_other():
    tables = {name.rpartition("/")[2] for name in DELIVERED} - {"PROFILE"}
    assert {of.code for of in DATASETS} == tables


def test_what_a_table_says_in_chinese_as_well_is_not_delivered_twice():
    chinese = {of.code: {c.name for c in DECLARED[of.code].columns if c.name.endswith("ZH")}
               for of in DATASETS}  # fmt: skip
    assert any(chinese.values())
    assert {
        of.code: chinese[of.code] - set(left_out(of)) for of in DATASETS if chinese[of.code]
    } == {of.code: set() for of in DATASETS if chinese[of.code]}


def test_adsl_says_planned_and_actual_treatment_age_group_and_death():
    adsl = made("ADSL")
    assert column(adsl, "STUDYID") == [STUDY.study.studyid] * 2
    assert column(adsl, "TRT01P") == ["Arm A", "Arm A"]
    assert column(adsl, "AGEU") == ["YEARS", "YEARS"]
    assert column(adsl, "AGEGR1") == ["<65", ">=65"]
    assert column(adsl, "DTHFL") == [None, "Y"]
    assert column(adsl, "DTHADY") == [None, 21]


def test_variables_of_adsl_are_merged_into_every_row():
    adlb = made("ADLB", {"LB": LB}, ADLB=ADLB)
    for name, value in (("AGE", 64), ("SEX", "F"), ("SITEID", "10"), ("TRTP", "Arm A")):
        assert column(adlb, name) == [value, value]


def test_a_row_names_the_one_record_it_comes_from_by_its_sequence_number_as_delivered():
    adlb = made("ADLB", {"LB": LB}, ADLB=ADLB)
    assert column(adlb, "SRCDOM") == ["LB", "LB"]
    assert column(adlb, "SRCVAR") == ["LBSTRESN", "LBSTRESN"]
    assert column(adlb, "SRCSEQ") == [7, 9]
    assert column(adlb, "ASEQ") == [1, 2]


@pytest.mark.parametrize("sequence", ["", "7"])
def test_without_a_sequence_number_of_its_own_a_row_names_no_record(sequence):
    doubled = LB.replace("| 9 ", f"| {sequence} ")
    adlb = made("ADLB", {"LB": doubled}, ADLB=ADLB)
    assert column(adlb, "SRCSEQ") == ([7, None] if not sequence else [None, None])
    assert column(adlb, "SRCDOM")[1] is None


def test_records_of_two_files_in_the_same_row_are_no_trace():
    run = tables({"LB": LB}, ADLB=ADLB)
    run["LB"] = run["LB"].with_columns(SRCROW=pl.lit(2, pl.Int64))
    assert of_code("ADLB", run).rows["SRCSEQ"].to_list() == [None, None]


def test_a_visit_has_the_smallest_number_that_was_delivered_for_its_name():
    records = LB + "    S-02    | ALT      | 1     | 20       | DAY 8     | 1.01     | 2026-01-05\n"
    adlb = made("ADLB", {"LB": records}, ADLB=ADLB)
    assert column(adlb, "AVISIT") == ["SCREENING", "DAY 8"]
    assert column(adlb, "AVISITN") == [1.0, 1.01]


def test_a_baseline_record_has_no_change_from_itself_in_any_dataset():
    assert column(made("ADLB", {"LB": LB}, ADLB=ADLB), "CHG") == [None, 15.0]
    sums = """
        USUBJID | EVAL         | PARAMCD | PARAM    | ADT        | VISIT | AVAL | BASE | CHG | PCHG | ABLFL
        S-01    | INVESTIGATOR | SDIAM   | Sum (mm) | 2026-01-05 | SCR   | 50   | 50   | 0   | 0    | Y
        S-01    | INVESTIGATOR | SDIAM   | Sum (mm) | 2026-02-16 | W6    | 40   | 50   | -10 | -20  |
    """
    adtr = made("ADTR", ADTR=sums)
    assert column(adtr, "CHG") == [None, -10.0]
    assert column(adtr, "PCHG") == [None, -20.0]


def test_a_parameter_says_its_unit_and_one_in_two_units_is_two():
    assert column(made("ADLB", {"LB": LB}, ADLB=ADLB), "PARAM") == ["Alanine (U/L)"] * 2
    two = ADLB.replace("| 35   | U/L  ", "| 35   | ukat/L")
    adlb = made("ADLB", {"LB": LB}, ADLB=two)
    assert column(adlb, "PARAMCD") == ["ALT1", "ALT2"]
    assert column(adlb, "PARAM") == ["Alanine (U/L)", "Alanine (ukat/L)"]
    assert column(adlb, "PARCODE") == ["ALT", "ALT"]


def test_a_row_without_a_unit_is_of_the_only_unit_of_its_parameter():
    adlb = made("ADLB", {"LB": LB}, ADLB=ADLB.replace("| 35   | U/L  ", "|      |      "))
    assert column(adlb, "PARAMCD") == ["ALT", "ALT"]


RESPONSES = """
    USUBJID | CRIT       | PARAMCD | PARAM | EVAL         | SRC      | ADT        | AVALC | AVAL
    S-01    | RECIST 1.1 | BOR     | Best  | INVESTIGATOR | derived  | 2026-02-16 | PR    | 2
    S-01    | iRECIST    | BOR     | Best  | INVESTIGATOR | derived  | 2026-02-16 | iPR   | 2
    S-01    | RECIST 1.1 | BOR     | Best  | INVESTIGATOR | reported | 2026-02-16 | SD    | 3
"""


def test_criteria_reader_and_source_are_in_the_parameter_of_a_response():
    adrs = made("ADRS", ADRS=RESPONSES)
    assert column(adrs, "PARAMCD") == ["BOR1", "BOR2", "BOR3"]
    assert column(adrs, "PARAM") == [
        "Best, RECIST 1.1, derived, INVESTIGATOR",
        "Best, RECIST 1.1, reported, INVESTIGATOR",
        "Best, iRECIST, derived, INVESTIGATOR",
    ]


def test_the_leading_scheme_has_the_plain_code_of_its_endpoint():
    times = """
        USUBJID | PARAMCD | PARAM | SCHEME | ADT        | AVAL | CNSR | ANL01FL
        S-01    | PFS     | PFS   | A      | 2026-02-16 | 38   | 0    | Y
        S-01    | PFS     | PFS   | B      | 2026-02-16 | 38   | 1    |
    """
    adtte = made("ADTTE", ADTTE=times)
    assert column(adtte, "PARAMCD") == ["PFS", "PFS1"]
    assert column(adtte, "PARAM") == ["PFS, scheme A (days)", "PFS, scheme B (days)"]


def test_a_parameter_says_analyte_specimen_drug_and_reader_also_where_there_is_only_one():
    areas = """
        USUBJID | PROFILE | PARAMCD | PARAM   | PARCAT1 | MATRIX | START | AVAL | AVALU
        S-01    | P1      | AUCALL  | AUC All | BAT6026 | SERUM  | 0     | 2.5  | ug/mL*day
        S-01    | P1      | R2      | R2      | BAT6026 | SERUM  | 0     | 0.9  | 1
    """
    adpp = made("ADPP", ADPP=areas)
    assert column(adpp, "PARAMCD") == ["AUCALL", "R2"]
    assert column(adpp, "PARAM") == [
        "AUC All, BAT6026, SERUM (day*ug/mL)",
        "R2, BAT6026, SERUM (RATIO)",
    ]
    status = """
        USUBJID | DRUG    | PARAMCD | PARAM      | AVALC
        S-01    | BAT6026 | ADASTAT | ADA Status | POSITIVE
    """
    assert column(made("ADAB", ADAB=status), "PARAM") == ["ADA Status, BAT6026"]
    sums = """
        USUBJID | EVAL         | PARAMCD | PARAM    | ADT        | VISIT | AVAL
        S-01    | INVESTIGATOR | SDIAM   | Sum (mm) | 2026-01-05 | SCR   | 50
    """
    assert column(made("ADTR", ADTR=sums), "PARAM") == ["Sum, INVESTIGATOR (mm)"]
    words = RESPONSES.replace("Best ", "Response (CR or PR)")
    assert column(made("ADRS", ADRS=words), "PARAM")[2] == (
        "Response (CR or PR), iRECIST, derived, INVESTIGATOR"
    )


def test_codes_are_shortened_to_make_room_for_a_sign_and_no_two_become_one():
    codes = ["".join(signs) for signs in product("AB", repeat=8)]
    short = shortened(codes[:60], {("x",): "1"}, {})
    assert len(set(short.values())) == 60
    assert {len(code) for code in short.values()} == {7}
    assert shortened(["CMAX", "MRTIVIFO"], {}, {}) == {"CMAX": "CMAX", "MRTIVIFO": "MRTIVIFO"}


def test_two_parameters_with_one_name_are_told_apart():
    rows = pl.DataFrame({"PARAMCD": ["GLUC", "GLUCU"], "PARAM": ["Glucose", "Glucose"]})
    assert one_meaning(rows, ())["PARAM"].to_list() == ["Glucose [GLUC]", "Glucose [GLUCU]"]


@pytest.mark.parametrize(
    ("unit", "name", "spelt"),
    [
        ("ng/mL*h", "AUC", "h*ng/mL"),
        ("ug/mL*day", "AUC", "day*ug/mL"),
        ("ug/mL*day2/mg", "AUMC", "day2*ug/mL/mg"),
        ("1/h", "Lambda z", "/h"),
        ("1", "R Squared", "RATIO"),
        ("1", "Number of Points for Lambda z", "COUNT"),
        ("L/day", "Total CL", "L/day"),
    ],
)
def test_units_of_pk_parameters_are_spelt_as_the_cdisc_list(unit, name, spelt):
    rows = pl.DataFrame({"U": [unit], "N": [name]})
    assert rows.select(pk_unit(pl.col("U"), pl.col("N"))).item() == spelt


def test_routes_and_frequencies_are_terms_of_the_cdisc_lists():
    rows = pl.DataFrame({"R": ["iv_infusion", "iv_bolus"], "X": [None, "SUBCUTANEOUS"]}).cast(
        pl.String
    )
    assert rows.select(route(pl.col("R"), pl.col("X"))).to_series().to_list() == [
        "INTRAVENOUS",
        "SUBCUTANEOUS",
    ]
    given = pl.DataFrame({"F": ["Q2W", "QW", "EVERY 3 WEEKS"]})
    assert given.select(frequency(pl.col("F"))).to_series().to_list() == [
        "EVERY 2 WEEKS",
        "EVERY WEEK",
        "EVERY 3 WEEKS",
    ]


def test_a_long_trace_goes_on_in_further_variables_between_words():
    trace = "; ".join(f"candidate {n} on 2026-02-{n:02}" for n in range(10, 25))
    times = f"""
        USUBJID | PARAMCD | PARAM | SCHEME | ADT        | AVAL | CNSR | ANL01FL | TRACE
        S-01    | OS      | OS    | A      | 2026-02-16 | 38   | 0    | Y       | {trace}
    """
    adtte = made("ADTTE", ADTTE=times)
    assert adtte.rows.columns == [v.name for v in adtte.variables]
    row = adtte.rows.row(0, named=True)
    pieces = [row[name] for name in ("TRACE", "TRACE1", "TRACE2")]
    assert " ".join(pieces) == trace
    assert max(len(piece.encode()) for piece in pieces) <= 200


def test_signs_outside_ascii_stay_where_they_were_collected_and_nowhere_else():
    events = """
        USUBJID | AESEQ | AETERM | AEDECOD | AESOC | ASTDT      | REASON     | SRCROW
        S-01    | 1     | 恶心   | Nausea  | GI    | 2026-01-11 | R² ≥ 0.9   | 2
    """
    adae = made("ADAE", {"AE": "USUBJID | AESEQ | AETERM\nS-01 | 1 | 恶心"}, ADAE=events)
    assert column(adae, "AETERM") == ["恶心"]
    assert column(adae, "REASON") == ["R2 >= 0.9"]


def test_labels_of_the_standard_stand_letter_for_letter_and_no_label_is_missing_or_too_long():
    adlb = made("ADLB", {"LB": LB}, ADLB=ADLB)
    labels = {v.name: v.label for v in (*adlb.variables, *made("ADSL").variables)}
    assert labels["ADY"] == "Analysis Relative Day"
    assert labels["DCTREAS"] == "Reason for Discontinuation of Treatment"
    assert {n: t for n, t in labels.items() if n in ADAMIG and t != ADAMIG[n]} == {}
    assert all(0 < len(text.encode()) <= LONGEST_LABEL for text in labels.values())


def test_a_fatal_event_is_not_called_as_a_dead_subject_is():
    events = """
        USUBJID | AESEQ | AETERM | ASTDT      | DTHFL
        S-01    | 1     | Sepsis | 2026-01-11 | Y
    """
    adae = made("ADAE", ADAE=events)
    assert column(adae, "AEFATFL") == ["Y"]
    assert "DTHFL" not in adae.rows.columns


@pytest.mark.parametrize("of", DATASETS, ids=lambda of: of.code)
def test_every_column_of_a_table_is_delivered_renamed_or_left_out_with_a_reason(of):
    names = set(DECLARED[of.code].names)
    assert set(left_out(of)) | set(of.renamed) <= names
    assert all(left_out(of).values())
    assert {"STUDYID", "USUBJID"} <= set(of.keys)


def test_the_chinese_twin_of_a_text_is_not_delivered():
    times = """
        USUBJID | PARAMCD | PARAM | SCHEME | ADT        | AVAL | CNSR | ANL01FL | TRACE | TRACEZH
        S-01    | OS      | OS    | A      | 2026-02-16 | 38   | 0    | Y       | start | 开始
    """
    assert "TRACEZH" not in made("ADTTE", ADTTE=times).rows.columns
