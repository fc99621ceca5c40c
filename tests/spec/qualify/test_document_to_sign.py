"""The document to sign: the same text in three media, its hash on the last page, the same bytes twice."""

from __future__ import annotations

import hashlib
import io
import re

import polars as pl
import pytest
from pypdf import PdfReader

from pkpipe.cli import main
from pkpipe.qualify import areas
from pkpipe.qualify.compared_answers import DEVIATION, LISTED, Requirement, facts, numbered
from pkpipe.qualify.document import CHECKS
from pkpipe.qualify.document_files import files

IQ = Requirement(
    "IQ-2", "installation", "Every package has the locked version", "requirements.lock"
)
OQ = Requirement("OQ-NCA-1", "nca", "Every answer is that of the other program", "PKNCA 0.12")
PQ = Requirement("PQ-1", "whole chain", "The truth is found", "drawn")
DATE = "2026-11-29"


def checks(got: str = "1"):
    other = facts(IQ, [("polars", "2.1.0", "2.2.0")]).with_columns(verdict=pl.lit(DEVIATION))
    listed = facts(OQ, [("AUC", "1", "2")]).with_columns(verdict=pl.lit(LISTED), note=pl.lit("D08"))
    return numbered([other, facts(OQ, [("CMAX", "1", got)]), listed, facts(PQ, [("CL", "1", "1")])])


@pytest.fixture(scope="module")
def made():
    return files(checks(), DATE)


def test_five_files_with_their_hashes(made):
    assert set(made) == {
        *("qualification.html", "qualification.pdf", "qualification.rtf"),
        *(CHECKS, "SHA256SUMS"),
    }
    lines = made["SHA256SUMS"].decode().splitlines()
    assert {line.split("  ")[1]: line.split("  ")[0] for line in lines} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in made.items()
        if name != "SHA256SUMS"
    }


def text_of_pdf(content: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", "", "".join(pages))


def test_verdict_requirements_deviation_and_hash_stand_in_all_three(made):
    table_hash = hashlib.sha256(made[CHECKS]).hexdigest()
    texts = [
        re.sub(r"\s+", "", made["qualification.html"].decode()),
        re.sub(r"\\[a-z]+-?\d* ?|\s+", "", made["qualification.rtf"].decode()),
        text_of_pdf(made["qualification.pdf"]),
    ]
    for text in texts:
        for wanted in ("WITHDEVIATIONS", "2.2.0", "OQ-NCA-1", "PQ-1", "D08", "Approvedby", DATE):
            assert wanted in text, wanted
        assert table_hash in text
    contents = {re.search(r"beforethispage.*?([0-9a-f]{64})", text).group(1) for text in texts}
    assert len(contents) == 1


def test_the_same_checks_give_the_same_bytes_and_a_failure_is_said(made):
    assert files(checks(), DATE) == made
    wrong = files(checks(got="3"), DATE)["qualification.html"].decode()
    assert "not qualified" in wrong
    assert "CMAX" in wrong


@pytest.mark.parametrize(("got", "code"), [("1", 0), ("3", 4)])
def test_the_verb_writes_the_document_and_ends_with_4_where_a_check_failed(
    got, code, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(areas, "every_check", lambda _cores, _say: checks(got))
    out = tmp_path / "q"
    assert main(["qualify", "-o", str(out), "--date", DATE]) == code
    assert (out / "qualification.pdf").is_file()
    told = capsys.readouterr()
    assert told.out.startswith("FAIL" if code else "WITH DEVIATIONS")
    assert ("OQ-NCA-1.00001 nca: CMAX: 3" in told.err) == bool(code)


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["qualify", "--help"])
    assert "pkpipe qualify -o" in capsys.readouterr().out


def test_a_date_that_is_none_is_refused(tmp_path):
    with pytest.raises(SystemExit) as ended:
        main(["qualify", "-o", str(tmp_path), "--date", "2026-02-30"])
    assert ended.value.code == 2
