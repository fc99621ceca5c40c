"""A cell of a workbook is the text that a CSV of it holds."""

import pytest
from excel_drawings import DAY, GOOD, MOMENT, book, repacked

from pkpipe.errors import DataError
from pkpipe.reading.xlsx.numbers import BUILT_IN, PLAIN, form_of, text_of
from pkpipe.reading.xlsx.sheet import sheet_of


def test_numbers_dates_and_yes_are_the_text_a_csv_holds():
    def fill(sheet, made):
        formats = {
            n: made.add_format({"num_format": n}) for n in ("yyyy-mm-dd", "d/m/yy h:mm", "0%")
        }
        sheet.write_row(0, 0, ["WHOLE", "PART", "SMALL", "DAY", "TIME", "PCT", "YES", "TEXT"])
        sheet.write_row(1, 0, [20, 0.1, 1e-7])
        sheet.write_datetime(1, 3, DAY, formats["yyyy-mm-dd"])
        sheet.write_datetime(1, 4, MOMENT, formats["d/m/yy h:mm"])
        sheet.write_number(1, 5, 0.85, formats["0%"])
        sheet.write_boolean(1, 6, True)
        sheet.write_string(1, 7, "  <0.1 中国\n_x0041_ =1+1 ")

    read = sheet_of(book(("S", fill)))
    assert read.frame.row(0) == (
        *("20", "0.1", "1e-07", "2025-01-10", "2025-01-10T09:05", "85%", "Y"),
        "<0.1 中国\n_x0041_ =1+1",
    )
    assert read.remarks == ()


@pytest.mark.parametrize(
    ("serial", "form", "text"),
    [
        ("45667", "yyyy-mm-dd", "2025-01-10"),
        ("45667", "d mmm yyyy;@", "2025-01-10"),
        ("45667", "[$-409]mmm yy", "2025-01-10"),
        ("45667", 'yyyy"年"m"月"d"日"', "2025-01-10"),
        ("45667.5", "yyyy-mm-dd", "2025-01-10T12:00"),
        ("45667", "yyyy-mm-dd hh:mm", "2025-01-10T00:00"),
        ("45667.378472222219", "dd/mm/yyyy h:mm AM/PM", "2025-01-10T09:05"),
        ("45667.378483796296", "dd/mm/yyyy hh:mm", "2025-01-10T09:05:01"),
        ("45667.999999999", "dd/mm/yyyy hh:mm:ss", "2025-01-11T00:00:00"),
        ("0.378472222219", "h:mm", "09:05"),
        ("1.5", "[h]:mm", "36:00"),
        ("60", "yyyy-mm-dd", "1900-02-29"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("-3", "yyyy-mm-dd", "-3"),
        ("45667", '0.00 "days"', "45667"),
        ("45667", "#,##0_);[Red](#,##0)", "45667"),
        ("0.5", "0.00E+00", "0.5"),
        ("45667", "General", "45667"),
    ],
)
def test_a_date_is_what_the_form_of_its_cell_says(serial, form, text):
    assert text_of(serial, form_of(form), from_1904=False) == text


def test_dates_count_from_1904_where_the_workbook_says_so_and_numbers_are_numbers():
    assert text_of("44205", form_of("yyyy-mm-dd"), from_1904=True) == "2025-01-10"
    assert text_of("0.5", BUILT_IN[20], from_1904=True) == "12:00"
    assert [text_of(n, PLAIN, from_1904=False) for n in ("7", "1.50", "1E3", "-0.0")] == [
        "7", "1.5", "1000", "0",
    ]  # fmt: skip
    for wrong in ("nan", "1_0", "1e999x", "inf", "1e400", "٣"):
        with pytest.raises(DataError, match="where a number belongs"):
            text_of(wrong, PLAIN, from_1904=False)


def test_1904_is_read_from_the_workbook():
    def fill(sheet, made):
        sheet.write_string(0, 0, "DAY")
        form = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 0, DAY, form)

    content = book(("S", fill), date_1904=True)
    assert sheet_of(content).frame.item() == "2025-01-10"


def test_rows_keep_their_number_and_blank_ones_are_none():
    def fill(sheet, _):
        sheet.write_row(2, 1, ["A", "B"])
        sheet.write_row(5, 1, ["x", "1"])
        sheet.write_row(9, 1, ["y", "2"])

    read = sheet_of(book(("S", fill)))
    assert (read.rows, read.frame.rows()) == ([6, 10], [("x", "1"), ("y", "2")])


def test_sounds_of_east_asian_writing_are_no_text():
    shared = (
        '<sst xmlns="urn:s"><si><t>A</t></si><si><t>B</t></si>'
        "<si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウ</t></rPh></si><si><t>y</t></si></sst>"
    )
    content = repacked(GOOD, sharedStrings_xml=lambda _: shared.encode())
    assert sheet_of(content).frame["A"].to_list() == ["東京", "y"]
