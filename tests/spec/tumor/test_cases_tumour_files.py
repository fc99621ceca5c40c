"""`pkpipe recist` and `pkpipe tte` on files of others: what is read, and what is refused by both alike."""

import polars as pl
import pytest

from pkpipe.cli import main

TR = """USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRSTRESU,TRSTAT,VISIT,TRDTC,TREVAL
A1,T1,TARGET,LDIAM,20,20,mm,,SCREENING,2026-01-01,INVESTIGATOR
A1,T1,TARGET,LDIAM,10,10,mm,,C3D1,2026-02-16,INVESTIGATOR
A1,T1,TARGET,LDIAM,10,10,mm,,C5D1,2026-03-30,INVESTIGATOR
"""
RS = """USUBJID,RSTESTCD,RSSTRESC,RSEVAL,RSEVALID,RSCAT,VISIT,RSDTC
A1,OVRLRESP,PR,INVESTIGATOR,,,C3D1,2026-02-16
A1,OVRLRESP,PR,INVESTIGATOR,,,C5D1,2026-03-30
A1,OVRLRESP,PD,INVESTIGATOR,,,C7D1,2026-05-11
B1,OVRLRESP,SD,INVESTIGATOR,,,C3D1,2026-02-16
B1,OVRLRESP,PD,INVESTIGATOR,,,C5D1,2026-03-30
"""
HEADER = RS.partition("\n")[0]
REF = "USUBJID,TRTSDT,DTHDT,LSTALVDT,NACTDT,CUTDT\n" + "".join(
    f"{s},2026-01-05,,2026-06-01,,2026-12-31\n" for s in ("A1", "B1")
)


def quoted(text):
    """The file as R's write.csv and other programs save it: every text in quotes, an empty one too."""
    return "".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in text.split()
    )


def run(tmp_path, verb, rs=RS, ref=REF, tr=None, options=None):
    (tmp_path / "ref.csv").write_text(ref)
    words = ["--ref", str(tmp_path / "ref.csv")]
    for name, text in (("rs", rs), ("options", options)):
        if text is not None:
            path = tmp_path / f"{name}.{'yaml' if name == 'options' else 'csv'}"
            path.write_text(text)
            words += [f"--{name}", str(path)]
    if tr is not None:
        (tmp_path / "tr.csv").write_text(tr)
        words = [str(tmp_path / "tr.csv"), *words]
    out = tmp_path / ("out" if verb == "recist" else "tte.csv")
    code = main([verb, *words, "-o", str(out)])
    made = out / "best.csv" if verb == "recist" else out
    return code, pl.read_csv(made, infer_schema=False) if made.exists() else None


def test_recist_quoted_empty_cells_are_empty(tmp_path):
    code, best = run(tmp_path, "recist", None, quoted(REF), quoted(TR))
    row = best.row(0, named=True)
    assert (code, row["BOR"], row["CBOR"], row["BORDT"]) == (0, "PR", "PR", "2026-02-16")


def test_tte_quoted_empty_cells_are_empty(tmp_path):
    plain = run(tmp_path, "tte")[1]
    code, table = run(tmp_path, "tte", quoted(RS), quoted(REF))
    assert code == 0
    assert table.equals(plain)
    pfs = table.filter(PARAMCD="PFS").select("USUBJID", "ADT", "AVAL", "CNSR").rows()
    assert pfs == [("A1", "2026-05-11", "127.0", "0"), ("B1", "2026-03-30", "85.0", "0")]
    other = table.filter(pl.col("PARAMCD").is_in(["DOR", "TTR"])).select("PARAMCD", "AVAL").rows()
    assert sorted(other) == [("DOR", "85.0"), ("TTR", "43.0")]


@pytest.mark.parametrize("word", ["Investigator", " investigator ", "研究者", "INVESTIGATOR\u3000"])
@pytest.mark.parametrize("verb", ["recist", "tte"])
def test_recist_evaluator_other_case_is_the_same_reader(tmp_path, verb, word):
    plain = run(tmp_path, verb)[1]
    assert run(tmp_path, verb, RS.replace("INVESTIGATOR", word))[1].equals(plain)
    asked = f"evaluator: {word.strip()}\n"
    assert run(tmp_path, verb, RS, options=asked)[1].equals(plain)


@pytest.mark.parametrize("verb", ["recist", "tte"])
def test_recist_evaluator_other_case_of_a_reader_nobody_is_is_refused(tmp_path, capsys, verb):
    assert run(tmp_path, verb, RS.replace("INVESTIGATOR", "PI")) == (2, None)
    assert "no response by INVESTIGATOR (found: PI" in capsys.readouterr().err


def test_lesions_of_a_reader_nobody_is_are_refused(tmp_path, capsys):
    assert run(tmp_path, "recist", None, tr=TR.replace("INVESTIGATOR", "PI")) == (2, None)
    assert "no response by INVESTIGATOR (found: PI" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["recist", "tte"])
@pytest.mark.parametrize("code", ["OVERALL", "TRGRESP"])
def test_tte_no_overall_response_rows_is_refused_by_both_verbs(tmp_path, capsys, verb, code):
    assert run(tmp_path, verb, RS.replace("OVRLRESP", code)) == (3, None)
    assert f"no OVRLRESP row of RECIST 1.1 (found: RSTESTCD {code}" in capsys.readouterr().err


def test_tte_no_overall_response_rows_of_an_adam_table_is_refused(tmp_path, capsys):
    adrs = "USUBJID,PARAMCD,ADT,AVALC\nA1,OVRLRESP,2026-02-16,SD\nA1,OVRLRESP,2026-05-11,PD\n"
    assert run(tmp_path, "tte", adrs) == (3, None)
    assert (
        "no row with PARAMCD OVR, an overall response (found: OVRLRESP)" in capsys.readouterr().err
    )
    assert run(tmp_path, "tte", adrs.replace("OVRLRESP", "OVR"))[0] == 0


def test_two_readers_of_an_adam_table_are_two(tmp_path):
    adrs = "USUBJID,PARAMCD,PARQUAL,ADT,AVALC\nA1,OVR,Investigator,2026-02-16,SD\nA1,OVR,IRC,2026-02-16,PD\n"
    table = run(tmp_path, "tte", adrs)[1]
    assert table.filter(PARAMCD="PFS", USUBJID="A1")["CNSR"].item() == "1"
    asked = run(tmp_path, "tte", adrs, options="evaluator: IRC\n")[1]
    assert asked.filter(PARAMCD="PFS", USUBJID="A1")["CNSR"].item() == "0"


@pytest.mark.parametrize("verb", ["recist", "tte"])
@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        ({"ref": REF + "A1,2026-01-05,,,,\n"}, 3, "one row a subject is expected, twice: A1"),
        ({"ref": REF.replace("TRTSDT", "TRTSD")}, 2, "no TRTSDT in any row, but anchor is treatment"),
        ({"ref": REF.replace("DTHDT", "DTHDTC")}, 2, "no column DTHDT; found DTHDTC: without it"),
        ({"rs": RS.replace("RSEVAL,", "EVALUATOR,")}, 2, "no column RSEVAL; found EVALUATOR"),
        ({"rs": RS.replace("2026-02-16", "16/02/2026")}, 3, "RSDTC is '16/02/2026'"),
        ({"rs": RS.replace("RSSTRESC", "RSEVAL")}, 3, "two columns are called RSEVAL"),
        ({"rs": RS + "A1,OVRLRESP\n"}, 3, "row 7: 2 fields"),
    ],
)  # fmt: skip
def test_the_same_bad_input_has_the_same_answer(tmp_path, capsys, verb, how, code, words):
    assert run(tmp_path, verb, **how) == (code, None)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("rows", ["", ",,,,,,,\n", "\n\n"])
@pytest.mark.parametrize("verb", ["recist", "tte"])
def test_a_table_without_a_response_is_no_result(tmp_path, capsys, verb, rows):
    assert run(tmp_path, verb, HEADER + "\n" + rows) == (3, None)
    assert "no OVRLRESP row of RECIST 1.1" in capsys.readouterr().err


def test_survival_alone_needs_no_response(tmp_path):
    table = run(tmp_path, "tte", HEADER + "\n", options="endpoints: [OS]\n")[1]
    assert table.select("PARAMCD", "AVAL").rows() == [("OS", "148.0")] * 2


@pytest.mark.parametrize("verb", ["recist", "tte"])
def test_responses_by_their_words_are_read(tmp_path, verb):
    plain = run(tmp_path, verb)[1]
    words = (
        RS.replace(",PR,", ",部分缓解,").replace(",SD,", ",Stable disease,").replace(",PD,", ",pd,")
    )
    assert run(tmp_path, verb, words)[1].equals(plain)
    assert run(tmp_path, verb, RS.lower().replace("a1", "A1").replace("b1", "B1"))[1].equals(plain)


def test_lesions_by_their_words_are_read(tmp_path):
    plain = run(tmp_path, "recist", None, tr=TR)[1]
    words = TR.replace(",TARGET,", ",靶病灶,").replace("INVESTIGATOR", "Investigator")
    assert run(tmp_path, "recist", None, tr=words)[1].equals(plain)


def test_a_status_of_no_meaning_takes_no_size_away(tmp_path, capsys):
    lost = TR.replace("10,10,mm,,", "10,10,mm,maybe,")
    assert run(tmp_path, "recist", None, tr=lost) == (3, None)
    assert "TRSTAT is 'maybe'" in capsys.readouterr().err
    plain = run(tmp_path, "recist", None, tr=TR)[1]
    assert run(tmp_path, "recist", None, tr=TR.replace("mm,,", "mm,Done,"))[1].equals(plain)


def test_lesions_of_no_known_class_are_no_result(tmp_path, capsys):
    assert run(tmp_path, "recist", None, tr=TR.replace(",TARGET,", ",X,")) == (3, None)
    assert "no row of a target, non-target or new lesion" in capsys.readouterr().err
