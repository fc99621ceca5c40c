"""A file without a row: every verb says so, ends with 3 and writes nothing."""

from __future__ import annotations

import pytest
from support import ROOT

from pkpipe.cli import main

DESIGN = str(ROOT / "tests" / "reference" / "escalation" / "plain_3p3.yaml")
HEADS = {
    "nca": "USUBJID,TIME,CONC",
    "recist": "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRDTC,VISIT",
    "tte": "USUBJID,RSTESTCD,RSSTRESC,RSDTC",
    "km": "USUBJID,PARAMCD,AVAL,CNSR",
    "ada": "USUBJID,ISTESTCD,ISSTRESC,ISDTC,ISBDAGNT",
    "escalate": "level,dosed,evaluable,dlt",
    "operating-characteristics": "level,p_dlt",
}
MORE = {
    "nca": ["dose.csv"],
    "tte": ["--ref", "ref.csv"],
    "ada": ["--ref", "ref.csv"],
    "escalate": ["--protocol", DESIGN],
    "operating-characteristics": ["--protocol", DESIGN],
}
OPTION = {"tte": ["--rs"], "operating-characteristics": ["--scenario"]}


@pytest.mark.parametrize("verb", HEADS)
@pytest.mark.parametrize("content", ["", "\n\n \n", None, "blank rows"])
def test_a_file_without_a_row_is_refused(verb, content, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dose.csv").write_text("USUBJID,TIME,DOSE,ROUTE\n1,0,100,extravascular\n")
    (tmp_path / "ref.csv").write_text(
        "USUBJID,TRTSDT,FIRSTDTM\n1,2026-01-05,2026-01-05T09:00\n", encoding="utf-8"
    )
    head = HEADS[verb] + "\n"
    blank = head + "," * head.count(",") + "\n"
    text = {None: head, "blank rows": blank}.get(content, content)
    (tmp_path / "given.csv").write_text(text, encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    given = [*OPTION.get(verb, []), "given.csv", *MORE.get(verb, [])]
    assert main([verb, *given, "-o", "out" if verb in {"recist", "ada"} else "out.csv"]) == 3
    told = capsys.readouterr().err
    assert "given.csv" in told
    assert "Traceback" not in told
    assert sorted(tmp_path.iterdir()) == before
