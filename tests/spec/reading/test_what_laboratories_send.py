"""Files as laboratories really send them: what is declared is read so, the rest is a finding."""

import gzip

import polars as pl
import pytest
from polars_readstat import write_xpt
from pydantic import ValidationError
from raw_drawings import RIGHT, ROOT, cells, deliver, tiny

from pkpipe import snapshot, validate
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import lines_of
from pkpipe.protocol.sources import Source
from pkpipe.reading.encoding import as_utf8, separator_of, unpacked
from pkpipe.schema.decimal_comma import with_point
from pkpipe.schema.own_inputs import SPECS
from pkpipe.snapshot.proposal import looks_like, proposed
from pkpipe.snapshot.values import as_dtc, end_of_day

DM = cells(RIGHT["DM"]).with_columns(COUNTRY=pl.lit("中国"))


def ran(tmp_path, domain, content, **source):
    """The study with one file in its own bytes."""
    deliver(tmp_path, **RIGHT)
    name = source.pop("name", f"{domain.lower()}.csv")
    (tmp_path / name).write_bytes(content)
    others = [d for d in RIGHT if d != domain]
    study = tiny(*others, **{domain: Source(files=(name,), **source)})
    return validate.run(snapshot.run(tmp_path, study), study)


def severe(tables):
    found = tables["FINDINGS"].filter(pl.col("SEVERITY") != "note")
    return found.select("CHECK", "ROW", "COLUMN").rows()


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "auto"),
        ("utf-8-sig", "auto"),
        ("utf-16", "auto"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_chinese_text_arrives_in_every_encoding(tmp_path, encoding, declared):
    tables = ran(tmp_path, "DM", DM.write_csv().encode(encoding), encoding=declared)
    assert tables["FINDINGS"].is_empty(), lines_of(tables["FINDINGS"])
    assert tables["DM"]["COUNTRY"].to_list() == ["中国"]


def test_an_encoding_that_is_not_declared_is_refused_with_its_row(tmp_path):
    row = ran(tmp_path, "DM", DM.write_csv().encode("gb18030"))["FINDINGS"].row(0, named=True)
    assert row["CHECK"] == "FILE-UNREADABLE"
    assert "row 2 is not text in utf-8; declare its encoding" in row["MESSAGE"]


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_another_separator_is_read_and_told(tmp_path, sign, name):
    tables = ran(tmp_path, "DM", DM.write_csv(separator=sign).encode())
    assert tables["DM"]["ARMCD"].to_list() == ["A"]
    assert tables["FINDINGS"].select("CHECK", "SEVERITY", "VALUE").rows() == [
        ("CSV-SEPARATOR", "note", name)
    ]


def test_a_declared_separator_needs_no_note_and_an_unclear_one_is_refused(tmp_path):
    content = DM.write_csv(separator=";").encode()
    assert ran(tmp_path, "DM", content, separator=";")["FINDINGS"].is_empty()
    assert separator_of(b"A,B;C\n1,2;3\n", ";") == ";"
    with pytest.raises(DataError, match="separated by comma or semicolon"):
        separator_of(b"A,B;C\n1,2;3\n", "auto")
    assert separator_of(b'"A,X";B\n1;2\n', "auto") == ";"
    assert separator_of(b"A\n1\n", "auto") == ","


def test_a_short_row_is_found_with_another_separator(tmp_path):
    content = b"USUBJID;ARMCD;RFICDTC\n1;A\n"
    assert ("ROW-SHORT", 2, None) in severe(ran(tmp_path, "DM", content))


def test_a_decimal_comma_is_read_where_it_is_declared(tmp_path):
    content = cells(RIGHT["PC"].replace("20 ", "2,5")).write_csv(separator=";").encode()
    assert ("CELL-NUMBER", 2, "PCSTRESN") in severe(ran(tmp_path, "PC", content))
    tables = ran(tmp_path, "PC", content, decimal=",")
    assert tables["PC"].select("PCSTRESN", "PCSTRESC").rows() == [(2.5, "2.5")]
    assert severe(tables) == []
    pointed = cells(RIGHT["PC"].replace("| 20       | ug", "| 2.5      | ug")).write_csv().encode()
    assert ("DECIMAL-POINT", 2, "PCSTRESN") in severe(ran(tmp_path, "PC", pointed, decimal=","))


@pytest.mark.parametrize(
    ("form", "text", "dtc"),
    [
        ("%d/%m/%Y %H:%M", "10/01/2025 10:00", "2025-01-10T10:00"),
        ("%d%b%Y %I:%M %p", "10JAN2025 10:00 PM", "2025-01-10T22:00"),
        ("%d%b%Y %I:%M %p", "10Jan2025 12:05 AM", "2025-01-10T00:05"),
        ("%Y年%m月%d日 %H:%M", "2025年01月10日 09:30", "2025-01-10T09:30"),
        ("%d.%m.%Y", "10.01.2025", "2025-01-10"),
        ("%d/%m/%Y %H:%M", "10/01/2025 24:00", "2025-01-11T00:00"),
        ("%d/%m/%Y %H:%M:%S", "31/12/2025 24:00:00", "2026-01-01T00:00:00"),
        ("%Y-%m-%dT%H:%M%z", "2025-01-10T10:00+08:00", "2025-01-10T10:00"),
        ("%d/%m/%Y %H:%M:%S", "31/12/2025 10:24:00", "2025-12-31T10:24:00"),
        ("%d/%m/%Y", "31/02/2025", "31/02/2025"),
        ("%d/%m/%Y", None, None),
    ],
)
def test_a_date_is_read_in_its_declared_format(form, text, dtc):
    frame = pl.DataFrame({"A": [text]}, schema={"A": pl.String})
    assert frame.select(as_dtc(pl.col("A"), form)).item() == dtc


def test_two_formats_in_one_column_and_two_zones_are_found(tmp_path):
    right = cells(RIGHT["PC"])
    late = right.with_columns(PCDTC=pl.lit("11/01/2025 10:00"))
    content = pl.concat([late, right]).write_csv().encode()
    tables = ran(tmp_path, "PC", content, dates={"PCDTC": "%d/%m/%Y %H:%M"})
    assert ("DATE-FORMATS", 3, "PCDTC") in severe(tables)
    zoned = [
        right.with_columns(PCDTC=pl.lit(f"2025-01-1{d}T10:00{z}"))
        for d, z in ((0, "+08:00"), (1, "+09:00"))
    ]
    content = pl.concat(zoned).write_csv().encode()
    tables = ran(tmp_path, "PC", content, dates={"PCDTC": "%Y-%m-%dT%H:%M%z"})
    assert severe(tables)[0] == ("DATE-ZONES", 3, "PCDTC")
    assert ("CELL-DATE", 2, "PCDTC") in severe(ran(tmp_path, "PC", content))


def test_midnight_at_the_end_of_a_day_is_the_next_day_and_told(tmp_path):
    content = RIGHT["EX"].replace("2025-01-10T10:00", "2025-01-10T24:00")
    tables = ran(tmp_path, "EX", cells(content).write_csv().encode())
    assert tables["EX"]["EXENDTC"].to_list() == ["2025-01-11T00:00"]
    assert "DATE-24" in tables["FINDINGS"]["CHECK"].to_list()
    frame = pl.DataFrame({"A": ["2025-02-30T24:00", "2025-01-10T23:00"]})
    assert frame.select(end_of_day(pl.col("A")))["A"].to_list() == [
        "2025-02-30T24:00",
        "2025-01-10T23:00",
    ]


def test_units_are_converted_where_the_study_file_says_so(tmp_path):
    drawing = (
        RIGHT["PC"].replace("ug/mL", "ng/mL").replace("| 20       | 20 ", "| 20100    | 20100 ")
    )
    content = cells(drawing).with_columns(PCLLOQ=pl.lit("100")).write_csv().encode()
    assert ("PC-UNIT", 2, "PCSTRESU") in severe(ran(tmp_path, "PC", content))
    tables = ran(tmp_path, "PC", content, units={"ng/mL": "ug/mL"})
    row = tables["PC"].row(0, named=True)
    assert (row["PCSTRESN"], row["PCSTRESC"], row["PCLLOQ"], row["PCSTRESU"]) == (
        20.1,
        "20.1",
        0.1,
        "ug/mL",
    )
    assert tables["FINDINGS"]["CHECK"].to_list() == ["UNIT-CONVERTED"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dates": {"PCDTC": "%H:%M"}},
        {"units": {"kg": "ug/mL"}},
        {"encoding": "ebcdic"},
        {"separator": "-"},
    ],
)
def test_a_declaration_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        Source(files=("pc.csv",), **wrong)


def test_one_file_is_read_in_one_way(tmp_path):
    sources = {
        d: Source(files=("a.csv",), encoding=e) for d, e in (("DM", "utf-8"), ("EX", "gb18030"))
    }
    with pytest.raises(ConfigError, match="read in another way"):
        snapshot.run(tmp_path, tiny(**sources))


@pytest.mark.parametrize("version", [5, 8])
def test_both_versions_of_xpt_arrive(tmp_path, version):
    deliver(tmp_path, **RIGHT)
    write_xpt(cells(RIGHT["DM"]), str(tmp_path / "dm.xpt"), version=version, table_name="DM")
    tables = snapshot.run(tmp_path, tiny("EX", "PC", DM=Source(files=("dm.xpt",))))
    assert tables["DM"].select("USUBJID", "RFICDTC", "ARMCD").rows() == [("1", "2025-01-01", "A")]


def test_several_files_are_one_domain_each_with_its_rows(tmp_path):
    deliver(tmp_path, **RIGHT)
    head, row = RIGHT["DM"].strip().splitlines()
    for name, subject in (("site1.csv", "1"), ("site2.csv", "2")):
        cells("\n".join([head, row.replace("1  ", f"{subject}  ", 1)])).write_csv(tmp_path / name)
    dm = snapshot.run(tmp_path, tiny("EX", "PC", DM=Source(files=("site1.csv", "site2.csv"))))["DM"]
    assert dm.select("USUBJID", "SRCFILE", "SRCROW").rows() == [
        ("1", "site1.csv", 2),
        ("2", "site2.csv", 2),
    ]


def test_a_packed_file_is_unpacked_up_to_a_limit(tmp_path):
    packed = gzip.compress(DM.write_csv().encode())
    tables = ran(tmp_path, "DM", packed, name="dm.csv.gz")
    assert tables["DM"]["ARMCD"].to_list() == ["A"]
    assert unpacked(gzip.compress(b"a") + gzip.compress(b"b")) == b"ab"
    with pytest.raises(DataError, match="more than 1000 bytes"):
        unpacked(gzip.compress(b"0" * 1_000_000), most=1000)
    with pytest.raises(DataError, match="ends too early"):
        unpacked(packed[:-12])


def test_a_nul_byte_is_no_text():
    with pytest.raises(DataError, match="row 2 holds a NUL"):
        as_utf8(b"A,B\n1,\x00\n", "auto")


def test_a_number_with_a_comma_and_any_other_text():
    frame = pl.DataFrame({"A": ["1,5", "-,5", "1.234,5", "<0,1", "1,2,3", "7"]})
    assert frame.select(with_point(pl.col("A")))["A"].to_list() == [
        "1.5",
        "-.5",
        "1.234,5",
        "<0,1",
        "1,2,3",
        "7",
    ]


def test_a_map_is_proposed_by_name_and_by_what_laboratories_call_it():
    pc = SPECS["PC"]
    theirs = ["Subject ID", "Concentration", "Unit", "Time Point", "PCDTCC", "Comment"]
    assert proposed(pc, ["USUBJID", "PCSTRESN", "PCSTRESU", "PCTPT", "PCDTC"], theirs) == {
        "USUBJID": "Subject ID",
        "PCSTRESN": "Concentration",
        "PCSTRESU": "Unit",
        "PCTPT": "Time Point",
        "PCDTC": "PCDTCC",
    }
    assert looks_like(["USUBJID", "AETERM", "AESTDTC", "AETOXGR"]) == "AE"
    assert looks_like(["foo", "bar"]) is None


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_row_with_too_many_cells_is_found_with_its_number(tmp_path, quote):
    content = f"USUBJID,ARMCD,RFICDTC\n1,{quote}A{quote},2025-01-01\n1,A,2025-01-01,more\n"
    tables = ran(tmp_path, "DM", content.encode())
    found = tables["FINDINGS"].filter(pl.col("CHECK") == "ROW-LONG")
    assert found.select("FILE", "ROW", "VALUE").rows() == [("dm.csv", 3, "4 fields, not 3")]


def test_a_sas_data_set_that_sas_wrote_arrives(tmp_path):
    """150 flowers; the sums are those of R's iris (tests/reference/formats)."""
    packed = ROOT / "tests" / "reference" / "formats" / "iris.sas7bdat.gz"
    content = gzip.decompress(packed.read_bytes())
    columns = {"USUBJID": "Species", "VSSTRESN": "Sepal_Length", "VSSTRESC": "Sepal_Width"}
    constants = {"VSTESTCD": "LENGTH", "VSSTRESU": "cm"}
    source = {"columns": columns, "constants": constants, "ignore": ("*",)}
    study = tiny(VS=Source(files=("vs.sas7bdat",), **source))
    (tmp_path / "vs.sas7bdat").write_bytes(content)
    vs = snapshot.run(tmp_path, study)["VS"]
    assert vs.height == 150
    assert vs.row(0, named=True)["VSSTRESC"] == "3.5"
    assert vs["VSSTRESC"].to_list()[1] == "3"  # whole numbers without a point, as everywhere
    assert vs.select(pl.col("VSSTRESN", "VSSTRESC").cast(pl.Float64).sum()).row(0) == pytest.approx(
        (876.5, 458.6)
    )
    assert vs["USUBJID"].unique(maintain_order=True).to_list() == [
        *("setosa", "versic", "virgin"),  # the column is six bytes wide in the file
    ]


def test_a_blq_text_among_the_numbers_says_how_to_declare_it(tmp_path):
    drawing = RIGHT["PC"].replace("| 20       | 20       ", "| 20       | BLQ      ")
    content = cells(drawing).drop("PCSTRESC").write_csv().encode()
    found = ran(tmp_path, "PC", content)["FINDINGS"].filter(pl.col("CHECK") == "CELL-NUMBER")
    declared = 'columns: {PCSTRESC: theirs, PCSTRESN: theirs}, codes: {PCSTRESN: {BLQ: ""}}'
    assert declared in found["ALLOWED"].item()
    both = {"PCSTRESC": "PCSTRESN", "PCSTRESN": "PCSTRESN"}
    tables = ran(tmp_path, "PC", content, columns=both, codes={"PCSTRESN": {"BLQ": ""}})
    assert tables["PC"].select("PCSTRESC", "PCSTRESN").rows() == [("BLQ", None)]
    assert severe(tables) == []
    spelt = cells(drawing.replace("| 20 ", "| ND ").replace("| BLQ", "|    "))
    told = ran(tmp_path, "PC", spelt.write_csv().encode())["FINDINGS"]
    hint = told.filter(pl.col("CHECK") == "PC-RESULT")["ALLOWED"].item()
    assert "below the limit: sources.PC.codes: {PCSTRESC: {ND: BLQ}}" in hint
    assert 'no result: sources.PC.codes: {PCSTRESC: {ND: ""}}' in hint
