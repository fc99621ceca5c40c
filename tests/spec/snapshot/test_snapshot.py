"""Raw files as delivered: each read once, mapped onto SDTM, kept as text."""

import datetime

import polars as pl
import pytest
from raw_drawings import RIGHT, cells, deliver, tiny

from pkpipe import snapshot
from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.sources import Source
from pkpipe.provenance import raw_digest
from pkpipe.schema.sdtm import DOMAINS


def arrived(tables, *columns):
    return tables["ARRIVAL"].select("CHECK", "FILE", *columns).rows()


def test_every_domain_is_a_table_of_text_also_one_the_study_does_not_collect(tmp_path):
    tables = snapshot.run(deliver(tmp_path, **RIGHT), tiny("DM", "EX", "PC"))
    for code, spec in DOMAINS.items():
        assert tables[code].columns == [*spec.names, "SRCFILE", "SRCROW"]
        assert set(tables[code].schema.values()) <= {pl.String(), pl.Int64()}
    assert tables["IS"].is_empty()


def test_a_row_knows_its_file_and_its_row_the_header_being_row_1(tmp_path):
    tables = snapshot.run(deliver(tmp_path, **RIGHT), tiny("DM", "EX", "PC"))
    assert tables["PC"].select("SRCFILE", "SRCROW").rows() == [("pc.csv", 2)]


def test_sources_tell_hash_size_and_rows_of_each_file(tmp_path):
    folder = deliver(tmp_path, **RIGHT)
    study = tiny("DM", "EX", "PC")
    sources = snapshot.run(folder, study)["SOURCES"]
    assert sources["FILE"].to_list() == ["dm.csv", "ex.csv", "pc.csv"]
    assert sources["BYTES"].to_list() == [(folder / f).stat().st_size for f in sources["FILE"]]
    assert sources.select("ROWS", "KEPT", "CUT", "STATUS").unique().rows() == [(1, 1, 0, "read")]


def test_spaces_around_a_value_are_no_part_of_it_and_an_empty_one_is_missing(tmp_path):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "dm.csv").write_text(
        'USUBJID,ARMCD,SEX,COUNTRY\n 1 ,A,"","   "\n', encoding="utf-8"
    )
    dm = snapshot.run(tmp_path, tiny("DM", "EX", "PC"))["DM"]
    assert dm.select("USUBJID", "ARMCD", "SEX", "COUNTRY").rows() == [("1", "A", None, None)]


def test_empty_rows_are_no_rows_but_keep_their_number(tmp_path):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "dm.csv").write_text("USUBJID,ARMCD\n1,A\n,\n2,A\n", encoding="utf-8")
    dm = snapshot.run(tmp_path, tiny("DM", "EX", "PC"))["DM"]
    assert dm.select("USUBJID", "SRCROW").rows() == [("1", 2), ("2", 4)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "1e+22"),
        (-2.5e-7, "-2.5e-7"),
        (9007199254740993.0, "9007199254740992.0"),
        (True, "Y"),
        (False, "N"),
        (7, "7"),
        (datetime.date(2025, 1, 2), "2025-01-02"),
        (datetime.datetime(2025, 1, 2, 8, 15), "2025-01-02T08:15:00"),  # noqa: DTZ001 (SDTM has no zone)
    ],
)
def test_typed_files_become_text_without_loss(tmp_path, value, text):
    deliver(tmp_path, **RIGHT)
    frame = pl.DataFrame({"USUBJID": ["1"], "ARMCD": ["A"], "AGE": [value]})
    frame.write_parquet(tmp_path / "dm.parquet")
    study = tiny("EX", "PC", DM=Source(files=("dm.parquet",)))
    got = snapshot.run(tmp_path, study)["DM"]["AGE"][0]
    assert got == text
    if isinstance(value, float):
        assert float(got) == value


def test_a_laboratory_s_names_constants_and_codes_are_mapped(tmp_path):
    deliver(
        tmp_path,
        **RIGHT
        | {
            "PC": """
                SUBJ | ANALYTE | CONC | DRAWN
                1    | ANTI-X  | 20   | 2025-01-10T10:00
            """
        },
    )
    source = Source(
        files=("pc.csv",),
        columns={"USUBJID": "SUBJ", "PCTESTCD": "ANALYTE", "PCSTRESN": "CONC", "PCDTC": "DRAWN"},
        constants={"PCSPEC": "SERUM", "PCSTRESU": "ug/mL"},
        codes={"PCTESTCD": {"ANTI-X": "MAB"}},
    )
    tables = snapshot.run(tmp_path, tiny("DM", "EX", PC=source))
    row = tables["PC"].select("USUBJID", "PCTESTCD", "PCSTRESN", "PCSPEC", "PCSTRESU", "PCDTC")
    assert row.rows() == [("1", "MAB", "20", "SERUM", "ug/mL", "2025-01-10T10:00")]
    assert tables["ARRIVAL"].is_empty()


def test_several_files_of_a_domain_are_one_table(tmp_path):
    deliver(tmp_path, **RIGHT)
    cells(RIGHT["DM"].replace("1       |", "2       |")).write_csv(tmp_path / "late.csv")
    study = tiny("EX", "PC", DM=Source(files=("dm.csv", "late.csv")))
    dm = snapshot.run(tmp_path, study)["DM"]
    assert dm.select("USUBJID", "SRCFILE", "SRCROW").rows() == [
        ("1", "dm.csv", 2),
        ("2", "late.csv", 2),
    ]


def test_a_map_onto_a_column_no_domain_has_is_refused_with_a_hint(tmp_path):
    study = tiny(DM=Source(files=("dm.csv",), columns={"ARMCOD": "ARM_CODE"}))
    with pytest.raises(
        ConfigError, match=r"sources\.DM\.columns: DM has no column 'ARMCOD' .*'ARMCD'"
    ):
        snapshot.run(tmp_path, study)


def test_a_missing_file_is_a_finding_and_the_others_are_read(tmp_path):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "pc.csv").unlink()
    tables = snapshot.run(tmp_path, tiny("DM", "EX", "PC"))
    assert arrived(tables) == [("FILE-MISSING", "pc.csv")]
    assert tables["DM"].height == 1
    assert tables["SOURCES"].filter(FILE="pc.csv").row(0, named=True)["STATUS"] == "missing"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pc.csv", b""),
        ("pc.csv", b"USUBJID,PCTESTCD\n\xff\xfe,MAB\n"),
        ("pc.parquet", b"this is no parquet"),
        ("pc.xpt", b"this is no transport file"),
        ("pc.docx", b"a format nobody reads"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_a_finding(tmp_path, name, content):
    deliver(tmp_path, **RIGHT)
    (tmp_path / name).write_bytes(content)
    study = tiny("DM", "EX", PC=Source(files=(name,)))
    tables = snapshot.run(tmp_path, study)
    assert arrived(tables) == [("FILE-UNREADABLE", name)]
    assert tables["SOURCES"].filter(FILE=name).row(0, named=True)["STATUS"] == "unreadable"
    assert str(tmp_path) not in tables["ARRIVAL"]["MESSAGE"][0]


def test_a_folder_in_place_of_a_file_is_a_finding(tmp_path):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "pc.csv").unlink()
    (tmp_path / "pc.csv").mkdir()
    assert arrived(snapshot.run(tmp_path, tiny("DM", "EX", "PC"))) == [
        ("FILE-UNREADABLE", "pc.csv")
    ]


def test_an_unknown_column_is_a_finding_with_a_hint(tmp_path):
    deliver(tmp_path, **RIGHT | {"DM": RIGHT["DM"].replace("RFICDTC", "RFICDT ")})
    found = snapshot.run(tmp_path, tiny("DM", "EX", "PC"))["ARRIVAL"].row(0, named=True)
    assert (found["CHECK"], found["FILE"], found["COLUMN"]) == (
        "COLUMN-UNKNOWN",
        "dm.csv",
        "RFICDT",
    )
    assert "did you mean 'RFICDTC'?" in found["ALLOWED"]


@pytest.mark.parametrize("ignore", ["SITE_NOTE", "*"])
def test_a_column_the_study_ignores_is_no_finding(tmp_path, ignore):
    deliver(tmp_path, **RIGHT)
    frame = cells(RIGHT["DM"]).with_columns(SITE_NOTE=pl.lit("x"))
    frame.write_csv(tmp_path / "dm.csv")
    study = tiny("EX", "PC", DM=Source(files=("dm.csv",), ignore=(ignore,)))
    assert snapshot.run(tmp_path, study)["ARRIVAL"].is_empty()


def test_a_required_or_mapped_column_that_is_not_there_is_a_finding(tmp_path):
    deliver(tmp_path, **RIGHT | {"PC": RIGHT["PC"].replace("PCTESTCD", "PCTEST  ")})
    source = Source(files=("dm.csv",), columns={"SEX": "GENDER"})
    tables = snapshot.run(tmp_path, tiny("EX", "PC", DM=source))
    assert arrived(tables, "COLUMN") == [
        ("COLUMN-MISSING", "dm.csv", "GENDER"),
        ("COLUMN-MISSING", "pc.csv", "PCTESTCD"),
    ]


def test_a_row_cut_off_in_transfer_is_a_finding(tmp_path):
    deliver(tmp_path, **RIGHT)
    for text in ("USUBJID,ARMCD,SEX\n1,A,M\n2,A\n", 'USUBJID,ARMCD,SEX\n1,A,"M"\n\n2,A\n'):
        (tmp_path / "dm.csv").write_text(text, encoding="utf-8")
        tables = snapshot.run(tmp_path, tiny("DM", "EX", "PC"))
        assert arrived(tables, "ROW") == [("ROW-SHORT", "dm.csv", len(text.splitlines()))]


def test_rows_of_another_study_or_domain_are_findings(tmp_path):
    wrong = """
        STUDYID | DOMAIN | USUBJID | ARMCD
        TINY-01 | DM     | 1       | A
        TINY-02 | DM     | 2       | A
        TINY-01 | EX     | 3       | A
    """
    tables = snapshot.run(deliver(tmp_path, **RIGHT | {"DM": wrong}), tiny("DM", "EX", "PC"))
    assert arrived(tables, "ROW", "USUBJID", "VALUE", "ALLOWED") == [
        ("STUDY-OTHER", "dm.csv", 3, "2", "TINY-02", "TINY-01"),
        ("DOMAIN-OTHER", "dm.csv", 4, "3", "EX", "DM"),
    ]


def test_a_constant_that_contradicts_the_file_is_a_finding(tmp_path):
    deliver(tmp_path, **RIGHT)
    source = Source(files=("pc.csv",), constants={"PCSTRESU": "ng/mL"})
    tables = snapshot.run(tmp_path, tiny("DM", "EX", PC=source))
    assert arrived(tables, "ROW", "COLUMN", "VALUE", "ALLOWED") == [
        ("CONSTANT-CLASH", "pc.csv", 2, "PCSTRESU", "ug/mL", "ng/mL")
    ]


def test_a_column_of_lists_is_a_finding(tmp_path):
    deliver(tmp_path, **RIGHT)
    frame = pl.DataFrame({"USUBJID": ["1"], "ARMCD": ["A"], "SEX": [["M"]]})
    frame.write_parquet(tmp_path / "dm.parquet")
    tables = snapshot.run(tmp_path, tiny("EX", "PC", DM=Source(files=("dm.parquet",))))
    assert arrived(tables, "COLUMN") == [("COLUMN-KIND", "dm.parquet", "SEX")]


def test_files_that_changed_since_the_run_was_planned_are_refused(tmp_path):
    study = tiny("DM", "EX", "PC")
    planned = raw_digest(deliver(tmp_path, **RIGHT), study)
    assert snapshot.run(tmp_path, study, planned)["DM"].height == 1
    deliver(tmp_path, PC=RIGHT["PC"].replace("20 ", "21 "))
    with pytest.raises(DataError, match="changed between planning this run and reading them"):
        snapshot.run(tmp_path, study, planned)
