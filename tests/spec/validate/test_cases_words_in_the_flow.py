"""Coded words in the flow: another spelling is read as its term and said, an unknown word is named."""

import datetime

import polars as pl
import pytest
from raw_drawings import RIGHT, ROOT, deliver, tiny

from pkpipe import snapshot, tumor, validate
from pkpipe.finding.table import errors_of
from pkpipe.protocol.efficacy import ResponsePlan
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.sources import Source
from pkpipe.simulation import TRUTH, simulate
from pkpipe.store.files import write_table
from pkpipe.subjects import run as subjects_of

CUTOFF = datetime.date(2026, 3, 31)
TUMOUR = ("TU", "TR", "RS")


def validated(tmp_path, **drawings):
    study = tiny(*RIGHT, *drawings)
    return validate.run(snapshot.run(deliver(tmp_path, **RIGHT | drawings), study), study)


@pytest.fixture(scope="module")
def trial():
    study = load_study(ROOT / "config" / "bat6026.yaml").at(CUTOFF)
    return study, {k: v for k, v in simulate(study, 28).items() if not k.startswith(TRUTH)}


def renamed(tables, word, subjects=None):
    """The tables with another word for the investigator, of all subjects or of some."""

    def of(code):
        column, frame = f"{code}EVAL", tables[code]
        these = pl.lit(value=True) if subjects is None else pl.col("USUBJID").is_in(subjects)
        mine = these & (pl.col(column) == "INVESTIGATOR")
        return frame.with_columns(pl.when(mine).then(pl.lit(word)).otherwise(column).alias(column))

    return tables | {code: of(code) for code in TUMOUR}


def read(tmp_path, trial, tables):
    study, _ = trial
    for name, frame in tables.items():
        write_table(frame, tmp_path / f"{name.lower()}.csv")
    return validate.run(snapshot.run(tmp_path, study), study)


def rates(tables, study):
    tables = tables | subjects_of(tables, study)
    return tumor.run(tables, study)["RSPSUM"]


@pytest.mark.parametrize("word", ["Investigator", " investigator", "研究者"])
@pytest.mark.parametrize("some", [True, False])
def test_flow_evaluator_case_gives_the_numbers_of_the_untouched_run(tmp_path, trial, word, some):
    study, plain = trial
    subjects = plain["DM"]["USUBJID"].head(20).to_list() if some else None
    for folder in ("plain", "other"):
        (tmp_path / folder).mkdir()
    untouched = read(tmp_path / "plain", trial, plain)
    other = read(tmp_path / "other", trial, renamed(plain, word, subjects))
    for code in TUMOUR:
        assert other[code].equals(untouched[code])
    more = other["FINDINGS"].join(untouched["FINDINGS"], on=["CHECK", "FILE", "ROW"], how="anti")
    assert set(more.select("CHECK", "SEVERITY", "COLUMN").rows()) == {
        ("CODE-SPELLING", "note", f"{code}EVAL") for code in TUMOUR
    }
    assert rates(other, study).equals(rates(untouched, study))


def test_flow_evaluator_case_of_a_reader_nobody_is_stops_the_study(tmp_path, trial):
    found = errors_of(read(tmp_path, trial, renamed(trial[1], "PI"))["FINDINGS"])
    assert found.select("CHECK", "TABLE").rows() == [("EVALUATOR-NONE", "TR")]
    assert found["ALLOWED"][0] == "INVESTIGATOR; or response.evaluator: one of PI"


@pytest.mark.parametrize("named", ["", " ", "investigator"])
def test_an_empty_evaluator_of_the_study_file_is_the_investigator_in_every_room(
    tmp_path, trial, named
):
    study, tables = trial
    plan = study.response.model_dump(mode="json") | {"evaluator": named}
    of_nobody = study.model_copy(update={"response": ResponsePlan.model_validate(plan)})
    assert of_nobody.response == study.response
    found = errors_of(read(tmp_path, (of_nobody, tables), tables)["FINDINGS"])
    assert found.is_empty()


def test_new_lesions_of_an_evaluator_who_assessed_nothing_else_stop_the_study(tmp_path, trial):
    tables = trial[1]
    strange = tables | {"TU": tables["TU"].with_columns(TUEVAL=pl.lit("NA"))}
    found = errors_of(read(tmp_path, trial, strange)["FINDINGS"])
    assert set(found.select("CHECK", "VALUE").rows()) == {("TU-NEW-OF-NOBODY", "NA")}
    assert "INVESTIGATOR" in found["ALLOWED"][0]
    assert "sources.TU.codes: {TUEVAL: {theirs: ours}}" in found["ALLOWED"][0]


def test_an_evaluator_who_leads_and_is_named_nowhere_stops_the_study(tmp_path, trial):
    study, tables = trial
    bare = tables | {
        code: tables[code].with_columns(pl.lit(None, dtype=pl.String).alias(f"{code}EVAL"))
        for code in TUMOUR
    }
    plan = study.response.model_copy(update={"evaluator": "INDEPENDENT ASSESSOR"})
    central = study.model_copy(update={"response": plan})
    found = errors_of(read(tmp_path, (central, bare), bare)["FINDINGS"])
    assert "EVALUATOR-NONE" in set(found["CHECK"])


def test_flow_evaluator_case_of_a_reader_nobody_knows_stops_where_it_alone_assessed(
    tmp_path, trial
):
    some = trial[1]["DM"]["USUBJID"].head(3).to_list()
    found = errors_of(read(tmp_path, trial, renamed(trial[1], "PI", some))["FINDINGS"])
    assert set(found["CHECK"]) == {"EVALUATOR-UNKNOWN"}
    assert set(found["VALUE"]) == {"PI"}


def test_who_was_assessed_by_another_reader_alone_is_asked_about(tmp_path, trial):
    some = trial[1]["DM"]["USUBJID"].head(3).to_list()
    found = read(tmp_path, trial, renamed(trial[1], "INDEPENDENT ASSESSOR", some))["FINDINGS"]
    asked = found.filter(CHECK="EVALUATOR-ONLY-OTHER")
    assert set(asked["SEVERITY"]) == {"query"}
    assert set(asked["TABLE"]) == {"TR", "RS"}
    assert set(asked["USUBJID"]) <= set(some)


AE = "USUBJID|AESEQ|AETERM|AETOXGR|AESER|AEREL|AEOUT|AEACN|AESTDTC\n1|1|Rash|{}|{}|{}|{}|{}|2025-02-01"


def test_words_of_an_adverse_event_are_read_as_their_terms(tmp_path):
    drawing = AE.format("2级", "否", "Related", "痊愈", "剂量不变")
    tables = validated(tmp_path, AE=drawing)
    row = tables["AE"].row(0, named=True)
    assert (row["AETOXGR"], row["AESER"]) == (2, "N")
    assert (row["AEOUT"], row["AEACN"]) == ("RECOVERED/RESOLVED", "DOSE NOT CHANGED")
    told = tables["FINDINGS"].filter(pl.col("CHECK") == "CODE-SPELLING")
    assert told.select("COLUMN", "VALUE", "MESSAGE").rows() == [
        ("AEACN", "剂量不变", "another spelling of a term: read as DOSE NOT CHANGED"),
        ("AEOUT", "痊愈", "another spelling of a term: read as RECOVERED/RESOLVED"),
        ("AESER", "否", "another spelling of a term: read as N"),
        ("AETOXGR", "2级", "another spelling of a term: read as 2"),
    ]
    assert errors_of(tables["FINDINGS"]).is_empty()


@pytest.mark.parametrize(
    ("word", "check"),
    [
        *(("related", None), ("不相关", None), ("Unlikely", None), ("None", None)),
        *(("POSSIBLY RELATED", "AE-RELATION-LESS"), ("see comment", "AE-RELATION-UNKNOWN")),
    ],
)
def test_a_relationship_counts_by_its_meaning_or_is_asked_about(tmp_path, word, check):
    found = validated(tmp_path, AE=AE.format(2, "N", word, "", ""))["FINDINGS"]
    told = found.filter(pl.col("COLUMN") == "AEREL")["CHECK"].to_list()
    assert told == ([] if check is None else [check])


def test_a_study_may_call_the_evaluator_by_another_name(tmp_path):
    study = tiny(*RIGHT, "TR")
    response = study.response.model_copy(update={"evaluator": "IRC"})
    study = study.model_copy(update={"response": response})
    rows = "USUBJID|TRLNKID|TRTESTCD|TRSTRESC|TRSTRESN|TRSTRESU|TREVAL|VISIT|TRDTC\n" + "\n".join(
        f"1|T0{i}|LDIAM|21|21|mm|{word}|SCREENING|2025-01-05"
        for i, word in enumerate(["IRC", "BICR", "Independent Assessor"])
    )
    raw = snapshot.run(deliver(tmp_path, **RIGHT, TR=rows), study)
    tables = validate.run(raw, study)
    assert tables["TR"]["TREVAL"].to_list() == ["IRC"] * 3
    assert errors_of(tables["FINDINGS"]).is_empty()


@pytest.mark.parametrize("ignore", [(), ("*",)])
def test_two_columns_of_one_name_are_refused_whatever_is_ignored(tmp_path, ignore):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "pc.csv").write_text(
        "USUBJID,PCTESTCD,PCSTRESN,PCSTRESN,PCDTC\n1,MAB,1,2,2025-01-10\n"
    )
    study = tiny(*RIGHT, PC=Source(files=("pc.csv",), ignore=ignore))
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    twice = found.filter(pl.col("CHECK") == "COLUMN-TWICE")
    assert twice.select("SEVERITY", "FILE", "COLUMN").rows() == [("error", "pc.csv", "PCSTRESN")]
    assert found.filter(pl.col("CHECK") == "COLUMN-UNKNOWN").is_empty()
