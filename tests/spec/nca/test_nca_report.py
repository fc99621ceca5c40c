"""`pkpipe nca --report`: what a pharmacologist files, as a page or a PDF."""

import math
import re

import polars as pl
import pytest
from nca_drawings import doses, samples

from pkpipe.cli import main

PROFILES = {
    "a": "0:0 1:60 24:45 48:38 168:20 336:9",
    "b": "0:0 1:50 24:40 48:30 168:15 336:6",
    "c": "0:0 1:70 24:50 48:42 168:25 336:<",
    "d<i>": "0:0 1:40",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("report")
    conc = pl.concat([samples(drawn, key, 0.5) for key, drawn in PROFILES.items()])
    excluded = (pl.col("ID") == "b") & (pl.col("TIME") == 48)
    conc = conc.with_columns(
        COHORT=pl.when(pl.col("ID") == "d<i>").then(pl.lit("B")).otherwise(pl.lit("A")),
        EXCLFL=pl.when(excluded).then(pl.lit("Y")),
        EXCLRSN=pl.when(excluded).then(pl.lit("tube was broken")),
    )
    conc.write_csv(tmp_path / "c.csv")
    pl.concat([doses(0, key=key) for key in PROFILES]).write_csv(tmp_path / "d.csv")
    return tmp_path


@pytest.fixture(scope="module")
def page(files):
    return report(files, ".html").read_text(encoding="utf-8")


def report(folder, suffix, *words):
    out = folder / f"r{suffix}"
    files = [str(folder / "c.csv"), str(folder / "d.csv"), "-o", str(folder / "pp.csv")]
    more = ["--report", str(out), "--keep", "COHORT", "--units", "CONC=ug/mL", "DOSE=mg"]
    assert main(["nca", *files, *more, *words]) == 0
    return out


def cells(page, first):
    """The cells of the first row that begins with a word."""
    row = re.search(rf"<tr><td[^>]*>{first}</td>(.*?)</tr>", page)
    return re.findall(r"<td[^>]*>(.*?)</td>", row[1])


def test_the_table_of_a_group_has_the_statistics_of_its_profiles(page):
    unit, n, mean, sd, cv, geometric, *_ = cells(page, "CMAX")
    assert (unit, n) == ("ug/mL", "3")
    assert float(mean) == pytest.approx(60, rel=1e-3)
    assert float(sd) == pytest.approx(10, rel=1e-3)
    assert float(cv) == pytest.approx(100 / 6, rel=2e-3)
    assert float(geometric) == pytest.approx(math.exp(math.log(60 * 50 * 70) / 3), rel=1e-3)
    assert "COHORT A" in page
    assert "COHORT B" in page


def test_concentrations_count_what_is_below_the_limit(page):
    n, below, mean, *_ = cells(page, "336.0")
    assert (n, below) == ("3", "1")
    assert float(mean) == 5


def test_what_was_left_out_and_what_has_no_value_are_listed_with_their_reasons(page):
    assert "tube was broken" in page
    assert "fewer than 3 quantifiable samples are eligible for the terminal slope" in page


def test_settings_hashes_and_versions_are_told(page):
    assert cells(page, "auc_method") == ["linear_up_log_down"]
    assert re.fullmatch("[0-9a-f]{64}", cells(page, "c.csv")[0])
    assert cells(page, "polars") == [pl.__version__]


def test_every_profile_is_drawn_and_no_name_is_markup(page):
    assert "<i>" not in page
    assert page.count("<svg") == 3  # profiles, all together, means
    for name in ("a", "b", "c", "d&lt;i&gt;"):
        assert f">{name}</" in page


def test_page_and_pdf_are_the_same_bytes_each_time(files):
    for suffix, head in ((".html", b"<!DOCTYPE"), (".pdf", b"%PDF")):
        first = report(files, suffix).read_bytes()
        assert first.startswith(head)
        assert report(files, suffix).read_bytes() == first


def test_another_suffix_is_refused_before_anything_is_computed(files, capsys):
    words = [str(files / "c.csv"), str(files / "d.csv"), "-o", str(files / "never.csv")]
    assert main(["nca", *words, "--report", "r.docx"]) == 2
    assert "--report r.docx: allowed are .html and .pdf" in capsys.readouterr().err
    assert not (files / "never.csv").exists()


def test_collections_and_sparse_groups_have_a_report_too(tmp_path):
    conc = "USUBJID,PCSPEC,TIME,TIMEEND,CONC,VOLUME\n1,URINE,0,6,1,200\n1,URINE,6,12,1,200\n"
    (tmp_path / "c.csv").write_text(conc, encoding="utf-8")
    dose = "USUBJID,TIME,DOSE,ROUTE\n1,0,100,extravascular\n"
    (tmp_path / "d.csv").write_text(dose, encoding="utf-8")
    words = [str(tmp_path / "c.csv"), str(tmp_path / "d.csv"), "-o", str(tmp_path / "o.csv")]
    out = tmp_path / "r.html"
    assert main(["nca", *words, "--report", str(out)]) == 0
    assert "RCAMINT" in out.read_text(encoding="utf-8")
    sparse = "ARM,USUBJID,TIME,CONC\nA,1,0,0\nA,2,0,0\nA,1,4,3\nA,2,4,5\n"
    (tmp_path / "c.csv").write_text(sparse, encoding="utf-8")
    (tmp_path / "d.csv").write_text("ARM,TIME,DOSE,ROUTE\nA,0,1,extravascular\n", encoding="utf-8")
    assert main(["nca", *words, "--sparse", "--by", "ARM", "--report", str(out)]) == 0
    assert "AUCLSTSE" in out.read_text(encoding="utf-8")
