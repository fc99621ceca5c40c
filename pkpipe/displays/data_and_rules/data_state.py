"""The data of a cutoff: files, findings since the cutoff before, results that changed (14.9.1 to 14.9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.counted import records_by
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.findings_in_chinese import with_chinese
from pkpipe.finding.check import SEVERITIES
from pkpipe.finding.status import NEW, OPEN, RESOLVED

C: Final = pl.col
FILES, FOUND = "snapshot/SOURCES", "validate/FINDSTAT"
CONTENTS: Final[Mapping[str, Words]] = {
    "DM": Words("Demographics", "人口学"),
    "EX": Words("Doses", "给药"),
    "PC": Words("Concentrations", "药物浓度"),
    "IS": Words("Antibodies", "免疫原性"),
    "TU": Words("Lesions identified", "病灶识别"),
    "TR": Words("Lesions measured", "病灶测量"),
    "RS": Words("Response", "疗效评估"),
    "AE": Words("Adverse events", "不良事件"),
    "LB": Words("Laboratory", "实验室检查"),
    "VS": Words("Vital signs", "生命体征"),
    "EG": Words("ECG", "心电图"),
    "PE": Words("Physical examination", "体格检查"),
    "DS": Words("Disposition", "受试者分布"),
    "SS": Words("Survival contacts", "生存随访"),
    "CM": Words("Therapies", "合并及后续治疗"),
    "CP": Words("Cell phenotypes", "细胞表型"),
    "DECISIONS": Words("Log of dose decisions", "剂量决定记录"),
    "LEDGER": Words("Ledger of PK exclusions", "药代动力学排除台账"),
}
READ: Final = {"read": Words("Read", "已读取")}
FILE: Final = Field("FILE", Words("File", "文件"))


def _manifest(material: Material) -> Content:
    files = material["SOURCES"]
    if files.is_empty():
        return Nothing(Words("no file was read", "未读取文件"))
    named = files.with_columns(WHAT=C("TABLE"))
    fields = (
        Field("TABLE", Words("Table", "数据表")),
        Field("WHAT", Words("Contents", "内容"), words=CONTENTS),
        FILE,
        Field("ROWS", Words("Rows", "行数")),
        Field("KEPT", Words("Kept", "保留")),
        Field("CUT", Words("After the cutoff, set aside", "截止日之后，另存")),
        Field("BYTES", Words("Bytes", "字节数")),
        Field("STATUS", Words("Status", "状态"), words=READ),
        Field("MESSAGE", Words("Remark", "备注")),
        Field("SHA256", Words("SHA-256", "SHA-256")),
    )
    return (listing(named, fields, FILES, ("TABLE", "FILE")),)


SEVERITY: Final[Mapping[str, Words]] = {
    "error": Words("Error", "错误"),
    "query": Words("Query", "质疑"),
    "note": Words("Note", "提示"),
}
STATUS: Final[Mapping[str, Words]] = {
    NEW: Words("New", "新增"),
    OPEN: Words("Open", "未解决"),
    RESOLVED: Words("Resolved", "已解决"),
}
COMPARED: Final = Words(
    "Findings of the raw tables; the same if check, table, subject, column and value are.",
    "原始数据表的核查发现；核查、数据表、受试者、变量和取值均相同则视为同一发现。",
)
BASES: Final[Mapping[str, Words]] = {
    "FROZEN": Words(
        "The earlier cutoff was frozen; its findings are those of the data delivered then.",
        "前一截止日已冻结；其发现来自当时提交的数据。",
    ),
    "TODAY": Words(
        "The earlier cutoff was not frozen: today's tables were cut and checked again as of that day.",
        "前一截止日未冻结：以当前数据按该日期重新截取并核查。",
    ),
}
NOTHING: Final = Words(
    "nothing was found in the raw tables, now or at an earlier cutoff",
    "当前及前一截止日的原始数据表均无核查发现",
)
FIRST: Final = Words(
    "No earlier cutoff is frozen or listed in the run file: every finding is new.",
    "无已冻结或列于运行文件的前一截止日：所有发现均为新增。",
)


def _findings(material: Material) -> Content:
    found = material["FINDSTAT"]
    if found.is_empty():
        return Nothing(NOTHING)
    since, basis = found["SINCE"][0], found["BASIS"][0]
    notes = (COMPARED, FIRST if since is None else BASES.get(basis, FIRST))
    moved = [
        _lines(found.filter(C("STATUS") == status), status)
        for status in (NEW, RESOLVED)
        if (found["STATUS"] == status).any()
    ]
    return (_counts(found, since, notes), *moved)


def _counts(found: pl.DataFrame, since: object, notes: tuple[Words, ...]) -> Sheet:
    down, across = ("SEVERITY", list(SEVERITIES)), ("STATUS", list(STATUS))
    rows = records_by(found, down, across, FOUND).with_columns(
        KIND=C("SEVERITY").replace_strict({code: said.en for code, said in SEVERITY.items()})
    )
    layout = Layout(
        ("SEVERITY",),
        {"KIND": Words("Finding", "发现类别")},
        "STATUS",
        list(STATUS.items()),
        {said.en: said for said in SEVERITY.values()},
    )
    when = "" if since is None else str(since)
    title = (
        Words(f"Findings since {when}", f"自{when}以来的发现")
        if when
        else Words("Findings", "发现")
    )
    return side_by_side(rows, layout, About("COUNTS", title, notes))


LINE: Final = (
    Field("CHECK", Words("Check", "核查项")),
    Field("SEVERITY", Words("Kind", "类别"), words=SEVERITY),
    Field("USUBJID", Words("Subject", "受试者")),
    Field("TABLE", Words("Table", "数据表")),
    FILE,
    Field("ROW", Words("Row", "行")),
    Field("COLUMN", Words("Column", "变量")),
    Field("VALUE", Words("Value", "取值")),
    Field("MESSAGE", Words("What is wrong", "问题"), chinese="MESSAGEZH"),
    Field("ALLOWED", Words("Allowed", "允许"), chinese="ALLOWEDZH"),
)
# Of one finding among others of its check; where it lies moves between deliveries.
KEY: Final = ("CHECK", "TABLE", "USUBJID", "COLUMN", "VALUE")
PLACE: Final = ("CHECK", "TABLE", "FILE", "ROW", "COLUMN", "USUBJID")


def _lines(rows: pl.DataFrame, status: str) -> Sheet:
    said = STATUS[status]
    title = Words(f"{said.en} findings", f"{said.zh}的发现")
    found_by = (*PLACE, "VALUE", "STATUS")
    return listing(with_chinese(rows), LINE, FOUND, KEY, About(status, title), found_by)


def _changes(material: Material) -> Content:
    """Only a frozen cutoff keeps the results it had; a run holds its own alone."""
    found = material["FINDSTAT"]
    frozen = not found.is_empty() and found["BASIS"][0] == "FROZEN"
    if not frozen:
        return Nothing(
            Words(
                "no earlier cutoff is frozen, so no earlier result is kept",
                "无已冻结的前一截止日，未保留既往结果",
            )
        )
    return Nothing(
        Words(
            "results of the frozen cutoff are compared by `pkpipe diff`, beside this run",
            "与已冻结截止日结果的比较由 `pkpipe diff` 另行给出",
        )
    )


DISPLAYS: Final = (
    Display(
        "T14.9.1",
        Words("Snapshot Manifest: Files and Rows", "数据快照清单：文件和行数"),
        "ALL",
        _manifest,
        (FILES,),
        config=("sources",),
    ),
    Display(
        "T14.9.2",
        Words("Findings New, Open and Resolved since the Cutoff Before", "自前一截止日以来的核查发现"),
        "ALL",
        _findings,
        (FOUND,),
    ),
    Display(
        "T14.9.3",
        Words("Results That Changed since the Cutoff Before", "自前一截止日以来变化的结果"),
        "ALL",
        _changes,
        (FOUND,),
    ),
)  # fmt: skip
