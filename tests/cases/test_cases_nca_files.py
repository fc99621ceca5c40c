"""NCA on other people's files: words for BLQ, separators, copies, analytes, doses, intervals."""

import pytest
from nca_shell import DOSE, SOUND, shell

__all__ = ["shell"]

ANALYTES = "\n".join(
    ["ID,PCSPEC,PCTEST,TIME,CONC"]
    + [
        f"S1,{spec},{test},{t},{float(c) * share}"
        for spec, test, share in (("PLASMA", "A", 1), ("PLASMA", "M", 0.1), ("PBMC", "A", 0.2))
        for t, c in (row.split(",")[1:] for row in SOUND.split()[1:])
    ]
)


def test_j1_analytes_one_dose_table_serves_all_analytes_and_matrices(shell):
    code, said, cells = shell(ANALYTES, DOSE, "--conc-unit", "ug/mL", "--dose-unit", "mg")
    assert code == 0
    assert "d.csv: no column PCSPEC, PCTEST" in said
    _, _, alone = shell(SOUND, DOSE, "--conc-unit", "ug/mL", "--dose-unit", "mg")
    for key, value in alone.items():
        assert cells["S1", "PLASMA", "A", *key[1:]] == value
    assert {k[:3] for k in cells} == {
        ("S1", "PLASMA", "A"),
        ("S1", "PLASMA", "M"),
        ("S1", "PBMC", "A"),
    }
    assert shell(ANALYTES, DOSE, "--by", "ID", "PCSPEC", "PCTEST")[2].keys() == cells.keys()


def test_j1_analytes_one_dose_table_and_one_table_of_intervals(shell):
    asked = "ID,START,END,KIND\nS1,0,24,PART\n"
    _, _, cells = shell(ANALYTES, DOSE, intervals=asked)
    areas = [v[0] for k, v in cells.items() if k[-1] == "AUCINT"]
    assert len(areas) == 3
    assert all(areas)


def test_j1_analytes_one_dose_table_names_the_column_that_would_tell_them_apart(shell):
    other = ANALYTES.replace("PCSPEC,PCTEST", "TUBE,NAME")
    code, said, _ = shell(other)
    assert code == 3
    assert "TUBE, NAME tells profiles apart, name it with the keys (--by)" in said
    assert shell(other, DOSE, "--by", "ID", "TUBE", "NAME")[0] == 0
    spelt = DOSE.replace("TAU", "PC_TEST").replace("1,\n", "1,A\n")
    code, said, _ = shell(ANALYTES, spelt)
    assert (code, "no column" in said) == (2, True)


def test_m1_infusion_without_duration_is_asked_about_and_nothing_is_taken_for_it(shell):
    code, said, cells = shell(SOUND, DOSE.replace("iv_infusion,1", "iv_infusion,"))
    assert code == 0
    assert "d.csv: infusions without DURATION: 1 (row 2)" in said
    for parameter in ("MRTIVIFO", "VSSO", "MRTIVLST", "VSSLST", "EFFHLO", "CEOI"):
        assert cells["S1", "0.0", parameter][:2] == (
            None,
            "the duration of an infusion is not stated",
        )
    assert cells["S1", "0.0", "CLO"][0] is not None


def test_m1_infusion_without_duration_column_lasts_no_time_and_is_told(shell):
    absent = "ID,TIME,DOSE,ROUTE\nS1,0,100,iv_infusion\n"
    _, said, cells = shell(SOUND, absent)
    assert "no column DURATION: infusions are taken to last 0: 1 (row 2)" in said
    assert cells["S1", "0.0", "MRTIVIFO"][0] == pytest.approx(197.584666601, rel=1e-9)
    code, said, _ = shell(SOUND, absent.replace("ROUTE", "ROUTE,DURH").replace("ion\n", "ion,1\n"))
    assert (code, "no column DURATION; found DURH" in said) == (2, True)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("S1,0,24,PART\nS1,0,24,PART\n", 3),
        ("S1,0,,SD\nS1,0,,MD\n", 3),
        ("S1,0,24,\nS1,0,24,PART\n", 3),
        ("S1,0,24,SD\nS1,0,24,PART\nS1,0,48,PART\nS1,0,,SD\n", 0),
    ],
)
def test_n1_same_interval_twice_is_refused(shell, rows, code):
    ended, said, _ = shell(SOUND, DOSE, intervals="ID,START,END,KIND\n" + rows)
    assert ended == code
    assert ("i.csv row 2, subject S1: START is '0.0': the same interval twice" in said) == (
        code == 3
    )


def test_o1_below_own_lloq_is_blq_and_said_so(shell):
    conc = "ID,TIME,CONC,LLOQ\nS1,0,0,0.5\nS1,1,60,0.5\nS1,4,8,0.5\nS1,8,2,0.5\nS1,24,0.3,0.5\n"
    code, said, cells = shell(conc)
    assert code == 0
    assert "taken as BLQ: 1 (first: row 6, CONC 0.3, LLOQ 0.5)" in said
    assert (cells["S1", "0.0", "CLST"][0], cells["S1", "0.0", "TLST"][0]) == (2.0, 8.0)
    assert "taken as BLQ" not in shell(conc.replace("0.3", "0.5"))[1]


EUROPE = "ID;TIME;CONC\nS1;0;0,0\nS1;1;60,5\nS1;24;45,1\nS1;48,5;38\n"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_q1_decimal_comma_semicolon_is_read(shell, separator):
    code, said, cells = shell(EUROPE.replace(";", separator))
    assert (code, "the comma is read as the decimal sign" in said) == (0, True)
    plain = EUROPE.replace(",", ".").replace(";", ",")
    assert cells == shell(plain)[2]
    assert cells["S1", "0.0", "CMAX"][0] == 60.5


@pytest.mark.parametrize(
    "conc",
    [
        "ID;TIME;CONC\nS1;0;0\nS1;1;1,234\nS1;24;2,345\n",  # a thousand?
        "ID;TIME;CONC\nS1;0;0\nS1;1.5;60,5\nS1;24;45\n",  # both signs
        'ID,TIME,CONC\nS1,0,0\nS1,1,"60,5"\nS1,24,45\n',  # the comma separates
    ],
)
def test_q1_decimal_comma_semicolon_that_may_mean_two_things_is_asked_about(shell, conc):
    code, said, _ = shell(conc)
    assert code == 3
    assert "row 3, subject S1: CONC" in said or "row 3: CONC" in said


COPIED = (
    "ID,TIME,CONC{0}\nS1,0,0{1}\nS1,1,5{1}\nS1,4,3{1}\nS1,12,2{1}\nS1,23.5,1{1}\nS1,23.5,1{2}\nS1,25,6{1}\n"
    "S1,28,4{1}\nS1,36,2{1}\nS1,48,1{1}\n"
)
TWICE = "ID,TIME,DOSE,ROUTE,TAU\nS1,0,100,extravascular,24\nS1,24,100,extravascular,24\n"


@pytest.mark.parametrize("marks", [("", "", ""), (",DTYPE", ",", ",COPY")])
def test_s1_copied_predose_counts_once(shell, marks):
    conc = COPIED.format(*marks)
    code, said, cells = shell(conc, TWICE)
    assert (code, "counted once: 1" in said) == (0, True)
    once = conc.replace(f"S1,23.5,1{marks[2]}\n", "", 1) if not marks[0] else None
    if once:
        assert cells == shell(once, TWICE)[2]
    code, said, _ = shell(
        conc.replace(f"S1,23.5,1{marks[2]}\nS1,25", f"S1,23.5,1.1{marks[2]}\nS1,25"), TWICE
    )
    assert (code, "c.csv row 7, subject S1: TIME is '23.5': two samples at one time" in said) == (
        3,
        True,
    )


BLQ = "ID,TIME,CONC\nS1,0,{}\nS1,1,60\nS1,24,45\nS1,48,38\nS1,168,20\nS1,336,9\nS1,504,{}\n"


@pytest.mark.parametrize(
    "words",
    ["BLQ <0.5", "BLOQ <LLOQ(0.1)", "BLQ(<0.5) 低于定量下限", "<LLOQ bql", "<0,5 <BLQ"],
)
def test_t1_blq_text_is_read(shell, words):
    first, last = words.split()
    code, said, cells = shell(BLQ.format(f'"{first}"', f'"{last}"'))
    assert code == 0, said
    assert cells["S1", "0.0", "TLST"][0] == 336
    assert cells["S1", "0.0", "CMIN"][0] == 0


def test_t1_blq_text_that_may_be_not_done_is_declared(shell):
    code, said, _ = shell(BLQ.format("ND", "NQ"))
    assert code == 3
    assert "CONC is 'ND'" in said
    assert "CONC is 'NQ'" in said
    assert "--blq-text ND where ND is not detected" in said
    code, said, cells = shell(BLQ.format("ND", "NQ"), DOSE, "--blq-text", "ND", "NQ")
    assert (code, cells["S1", "0.0", "TLST"][0], cells["S1", "0.0", "CMIN"][0]) == (0, 336, 0)
    assert "read as below the limit of quantification: ND, NQ" in said


def test_t1_blq_text_carries_its_limit(shell):
    rules = "blq: {first: zero, middle: drop, last: half_lloq}"
    code, _, cells = shell(BLQ.format("<0.5", "<0.5"), options=rules)
    assert code == 0
    area = cells["S1", "0.0", "AUCLST"][0] + 168 * (9 + 0.25) / 2
    assert cells["S1", "0.0", "AUCALL"][0] == pytest.approx(area, rel=1e-12)
    code, said, _ = shell(BLQ.format("<0.5", "BLQ"), options=rules)
    assert (code, "row 8, subject S1" in said, "without its LLOQ" in said) == (3, True, True)


def test_t1_blq_text_of_no_known_word_is_named(shell):
    code, said, _ = shell(BLQ.format("NR", "QNS"))
    assert code == 3
    assert "row 2: CONC is 'NR'" in said or "row 2, subject" in said
    assert "'QNS'" in said
    assert shell(BLQ.format("NR", "QNS"), DOSE, "--blq-text", "NR", "QNS")[0] == 0
    assert shell(BLQ.format("ND", "0"), DOSE, "--blq-text", "NR")[0] == 3


def test_a_misspelt_column_is_refused_unless_the_columns_were_named(shell):
    code, said, _ = shell(SOUND, DOSE.replace("DURATION", "DURATON"))
    assert (code, "no column DURATION; found DURATON" in said) == (2, True)
    code, said, _ = shell(SOUND, DOSE.replace("DURATION", "duration_h"), "--rename", "TAU=TAU")
    assert (code, "found duration_h, which is not used" in said) == (0, True)


@pytest.mark.parametrize(("column", "mark"), [("DTYPE", "AVERAGE"), ("PCDRVFL", "Y")])
def test_s1_a_computed_record_is_left_out_and_said(shell, column, mark):
    conc = COPIED.format("", "", "").replace("S1,23.5,1\nS1,23.5,1\n", "S1,23.5,1\n")
    rows = conc.splitlines()
    marked = [f"{rows[0]},{column}", *(f"{row}," for row in rows[1:])]
    marked.insert(3, f"S1,2,400,{mark}")
    code, said, cells = shell("\n".join(marked) + "\n", TWICE)
    assert (code, "left out: 1 rows (4)" in said) == (0, True), said
    assert cells == shell(conc, TWICE)[2]
