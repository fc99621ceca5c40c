"""Hostile names, study files and archives are refused or harmless."""

import gzip

import pytest
from hostile_drawings import CUTOFF, TINY, delivered
from pydantic import ValidationError
from support import ROOT

from pkpipe import snapshot
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.status import compared
from pkpipe.finding.table import lines_of
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.sources import Source
from pkpipe.reading import encoding
from pkpipe.reading.files import read_table
from pkpipe.validate.for_sites import for_sites


def test_ten_megabytes_in_one_field_are_read_and_cut_where_they_are_shown(tmp_path):
    tables, _ = delivered(tmp_path, "x" * 10_000_000, AESER=["y" * 10_000_000])
    assert tables["AE"]["AETERM"].str.len_chars().to_list() == [10_000_000]
    sent = for_sites(compared(tables["FINDINGS"], None), tables)
    assert sent["VALUE"].drop_nulls().str.len_chars().max() < 40_000


def test_a_nul_byte_is_refused_with_its_row(tmp_path):
    delivered(tmp_path, "Rash")
    (tmp_path / "ae.csv").write_bytes(b"USUBJID,AESEQ,AETERM,AESTDTC\n1,1,Ra\x00sh,2025-01-12\n")
    study = TINY.model_copy(update={"sources": {"AE": Source(files=("ae.csv",))}}).at(CUTOFF)
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    assert found["CHECK"].to_list() == ["FILE-UNREADABLE"]
    assert "row 2 holds a NUL byte" in found["MESSAGE"][0], lines_of(found)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd.csv", "a/../../b.csv", "..\\b.csv"])
def test_a_source_outside_the_raw_folder_is_refused(name):
    with pytest.raises(ValidationError, match="leaves the raw folder"):
        Source(files=(name,))


@pytest.mark.parametrize("name", ["a\ne.csv", "ae\t.csv", "ae\u200b.csv", "\u202evsc.ea"])
def test_a_source_whose_name_cannot_be_read_on_a_page_is_refused(name):
    with pytest.raises(ValidationError, match="a sign that is not printed"):
        Source(files=(name,))


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/b", "..", "Evil", ""])
def test_a_study_cannot_name_a_folder_outside_the_results(name, tmp_path):
    text = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")
    path = tmp_path / "tiny.yaml"
    path.write_text(text.replace("id: tiny", f'id: "{name}"'), encoding="utf-8")
    with pytest.raises(ConfigError):
        load_study(path)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch hit']",
        "!!python/name:os.system",
        "!!python/object/new:subprocess.Popen [['touch', 'hit']]",
        "!include /etc/passwd",
    ],
)
def test_a_yaml_tag_makes_nothing(tag, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")
    path = tmp_path / "tiny.yaml"
    path.write_text(text.replace("title: The smallest trial that uses every room", f"title: {tag}"))
    with pytest.raises(ConfigError):
        load_study(path)
    assert not (tmp_path / "hit").exists()


def test_a_yaml_bomb_of_aliases_is_refused_or_small(tmp_path):
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9))
    path = tmp_path / "bomb.yaml"
    path.write_text(f"a0: &a0 [x, x, x]\n{levels}\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        load_study(path)


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding.unpacked, "__defaults__", (1 << 20,))
    (tmp_path / "ae.csv.gz").write_bytes(gzip.compress(b"A,B\n" + b"1,1\n" * 2_000_000))
    study = TINY.model_copy(update={"sources": {"AE": Source(files=("ae.csv.gz",))}}).at(CUTOFF)
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    assert "unpacks to more than" in found["MESSAGE"][0]
    with pytest.raises(DataError, match="unpacks to more than"):
        read_table(tmp_path / "ae.csv.gz")


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xpt", ".sas7bdat", ".csv.gz", ".xlsx"])
@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + b"\0" * 200, b"\x80\x04cos\nsystem\n.", b"{\\rtf1 \\x}"]
)
def test_a_file_that_is_something_else_is_refused_or_read_as_text(suffix, content, tmp_path):
    (tmp_path / f"ae{suffix}").write_bytes(content)
    study = TINY.model_copy(update={"sources": {"AE": Source(files=(f"ae{suffix}",))}}).at(CUTOFF)
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    assert (found["SEVERITY"] == "error").any(), lines_of(found)
