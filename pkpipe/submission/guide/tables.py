"""The tables of the guide: standards, files, subjects, datasets, checks, programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.schema.sdtm_labels import needed
from pkpipe.sentences import Words
from pkpipe.submission.build import left_out
from pkpipe.submission.described_folders import ADAM, SDTM
from pkpipe.submission.guide.chapter import Cell, Sheet, same
from pkpipe.submission.guide.counted_numbers import (
    Facts,
    broken,
    extended,
    imputed,
    not_ascii,
    subjects_in,
    traced,
)

C: Final = pl.col
SHORT: Final = 16  # characters of a hash
DATASET: Final = Words("Dataset", "数据集")
VARIABLE: Final = Words("Variable", "变量")
SUBJECTS: Final = Words("Subjects", "受试者")
ROWS: Final = Words("Rows", "行数")
NO_ONE: Final = Words("of no one record", "不来自单一记录")
POPULATIONS: Final = ("ENRLFL", "SAFFL", "PKCFL", "ADAFL", "RSPFL", "EFFFL")


def standards(facts: Facts) -> Sheet:
    """Standards and dictionaries."""
    standards = (*ADAM.standards, *(SDTM.standards[:1] if facts.copies else ()))
    named = [
        (s["Name"] if s["Type"] == "IG" else f"{s['Name']} {s['PublishingSet']} CT", s["Version"])
        for s in standards
    ]
    ctcae = facts.study.safety.model_dump().get("ctcae_version")
    rows: list[tuple[Cell, ...]] = [(same(name), same(version)) for name, version in named]
    rows += [
        (same("Define-XML"), same("2.1")),
        (same("Dataset-JSON"), same("1.1")),
        (same("SAS Transport"), same("V5")),
        (
            same("MedDRA"),
            Words(
                "as coded in the delivery; no codes were delivered",
                "按交付数据中的编码；未交付代码",
            ),
        ),
    ]
    rows += [(same("CTCAE"), same(str(ctcae)))] if ctcae else []
    heads = (Words("Standard or dictionary", "标准或词典"), Words("Version", "版本"))
    return Sheet(Words("Standards and dictionaries", "标准与词典"), heads, tuple(rows))


def source_data(facts: Facts) -> Sheet:
    """Raw files as they were read."""
    heads = (
        *(Words("Table", "表"), Words("File", "文件"), ROWS),
        *(
            Words("Kept at the cutoff", "截止日期前保留"),
            Words("Cut away", "截去"),
            same("SHA-256"),
        ),
    )
    rows = tuple(
        (
            *(same(r["TABLE"]), same(r["FILE"])),
            *(r["ROWS"] or 0, r["KEPT"] or 0, r["CUT"] or 0),
            same((r["SHA256"] or "")[:SHORT]),
        )
        for r in facts.sources.iter_rows(named=True)
    )
    return Sheet(Words("Source data", "源数据"), heads, rows)


def copies(facts: Facts) -> Iterator[Sheet]:
    """The domains that are delivered as they arrived; nothing where none arrived as SDTM."""
    if not facts.copies:
        return
    rows = tuple(
        (same(m.code), same(m.of.label), len(m.variables), m.rows.height) for m in facts.copies
    )
    heads = (same("SDTM"), Words("Label", "标签"), Words("Variables", "变量数"), ROWS)
    yield Sheet(
        Words(
            "Copies of the domains that arrived as SDTM, rows kept at the cutoff; a trace (SRCDOM, "
            "SRCSEQ) leads to their records. SUPP-- hold what SDTM has no variable for.",
            "以SDTM格式交付的域的副本（截止日期前保留的行）；溯源变量（SRCDOM、SRCSEQ）指向其中的记录。"
            "SUPP--保存SDTM中没有对应变量的内容。",
        ),
        heads,
        rows,
    )
    yield _not_delivered(facts)


def _not_delivered(facts: Facts) -> Sheet:
    """What SDTMIG requires or expects in a domain and the delivery does not have."""
    rows = []
    for made in facts.copies:
        there = {variable.name for variable in made.variables}
        lacking = {n: core for n, core in needed(made.code).items() if n not in there}
        lists = [", ".join(n for n, c in lacking.items() if c == core) for core in ("Req", "Exp")]
        if lacking:
            rows.append((same(made.code), same(lists[0]), same(lists[1])))
    heads = (same("SDTM"), Words("Required", "必需"), Words("Expected", "预期"))
    title = Words(
        "Variables that SDTMIG 3.4 requires or expects and that were not delivered",
        "SDTMIG 3.4要求或预期但未交付的变量",
    )
    return Sheet(title, heads, tuple(rows))


def cohorts(facts: Facts) -> Sheet:
    """Cohorts as planned and as they are."""
    heads = (
        *(Words("Cohort", "队列"), Words("Label", "名称"), Words("Part", "部分")),
        *(Words("Planned", "计划人数"), SUBJECTS),
    )
    rows = tuple(
        (
            *(same(c.code), same(c.label), same(c.part)),
            *(same("" if c.planned is None else str(c.planned)), facts.of_cohort(c.code)),
        )
        for c in facts.study.cohorts
    )
    return Sheet(Words("Cohorts", "队列"), heads, rows)


def populations(facts: Facts) -> Sheet:
    """Populations of ADSL."""
    labels = {v.name: v.label for v in facts.datasets[0].variables}
    rows = tuple((same(f), same(labels[f]), facts.population(f)) for f in POPULATIONS)
    heads = (VARIABLE, Words("Label", "标签"), Words("Subjects with Y", "为Y的受试者"))
    return Sheet(Words("Populations", "分析人群"), heads, rows)


def imputations(facts: Facts) -> Sheet:
    """Imputed dates and times."""
    rows: list[tuple[Cell, ...]] = [
        (same(code), same(name), n) for code, name, n in imputed(facts.datasets)
    ]
    heads = (DATASET, Words("Imputation flag", "填补标志"), Words("Rows imputed", "填补行数"))
    return Sheet(Words("Imputed dates and times", "填补的日期和时间"), heads, tuple(rows))


def dependencies(facts: Facts) -> Sheet:
    """What each dataset is made of, and how many rows name their record."""
    rows: list[tuple[Cell, ...]] = []
    for made in facts.datasets:
        count = traced(made)
        rows.append(
            (
                same(made.code),
                same(made.of.domain or ("DM" if made.code == "ADSL" else "ADaM")),
                same(f"pkpipe.{made.of.room}"),
                same(str(made.rows.height)),
                NO_ONE if count is None else same(str(count)),
            )
        )
    heads = (
        *(DATASET, Words("Source domain", "来源域"), Words("Module", "模块"), ROWS),
        Words("Rows with SRCSEQ", "有SRCSEQ的行数"),
    )
    return Sheet(Words("Dependencies and trace", "依赖与溯源"), heads, tuple(rows))


def descriptions(facts: Facts) -> Iterator[Sheet]:
    """Every dataset, and what of a table is not in it."""
    heads = (
        *(DATASET, Words("Label", "标签"), Words("Class", "类别"), Words("Structure", "结构")),
        *(Words("Keys", "键"), ROWS, Words("Variables", "变量数"), SUBJECTS),
    )
    rows = tuple(
        (
            *(same(m.code), same(m.of.label), same(m.of.structure), same(m.of.record)),
            same(", ".join(m.of.keys)),
            *(m.rows.height, len(m.variables), subjects_in(m)),
        )
        for m in facts.datasets
    )
    yield Sheet(Words("Datasets", "数据集"), heads, rows)
    purposes = tuple((same(m.code), same(m.of.purpose)) for m in facts.datasets)
    yield Sheet(Words("Purpose", "用途"), (DATASET, Words("Purpose", "用途")), purposes)
    left = tuple(
        (same(m.code), same(name), same(why))
        for m in facts.datasets
        for name, why in left_out(m.of).items()
    )
    told = (DATASET, Words("Column", "列"), Words("Reason", "原因"))
    title = Words("Columns of the derived tables that are not delivered", "未交付的派生表列")
    yield Sheet(title, told, left)


def conformance(facts: Facts) -> Iterator[Sheet]:
    """What was asked of every dataset, with its count; terms that are not CDISC's; open findings."""
    asked = tuple((same(r.id), r.words, n) for r, n in broken(facts.datasets))
    heads = (
        Words("Rule", "规则"),
        Words("What would break it", "违反情形"),
        Words("Found", "发现数"),
    )
    yield Sheet(Words("Rules of the datasets", "数据集规则"), heads, asked)
    more = tuple((same(c), same(v.name), n) for c, v, n in extended(facts.datasets))
    title = Words("Terms that are not in the CDISC list", "不在CDISC术语中的取值")
    yield Sheet(title, (DATASET, VARIABLE, Words("Terms", "取值数")), more)
    signs = tuple((same(c), same(v), n) for c, v, n in not_ascii(facts.datasets))
    title = Words("Texts with signs outside ASCII, as collected", "含非ASCII字符的采集文本")
    yield Sheet(title, (DATASET, VARIABLE, ROWS), signs)
    yield _findings(facts)


def _findings(facts: Facts) -> Sheet:
    """Findings on the raw data that are not resolved."""
    counted = (
        facts.findings.filter(C("STATUS") != "RESOLVED")
        .group_by("TABLE", "CHECK", "SEVERITY")
        .len()
        .sort("TABLE", "CHECK", "SEVERITY", nulls_last=True)
    )
    rows = tuple(
        (same(table or ""), same(check), same(severity), n)
        for table, check, severity, n in counted.iter_rows()
    )
    heads = (
        *(Words("Table", "表"), Words("Check", "核查"), Words("Severity", "严重程度")),
        Words("Findings", "条数"),
    )
    title = Words("Open findings on the raw data", "原始数据未关闭的发现")
    return Sheet(title, heads, rows)


def programs(facts: Facts) -> Iterator[Sheet]:
    """The programs of the folder, and the packages."""
    names = [n.rpartition("/")[2] for n in facts.files if "/programs/" in n and n.endswith(".py")]
    codes = {made.code.lower() for made in facts.datasets}
    rows = tuple((same(name), _rebuilds(name, codes)) for name in sorted(names))
    heads = (Words("Program", "程序"), Words("Rebuilds", "重建内容"))
    yield Sheet(Words("Programs", "程序"), heads, rows)
    packages = tuple((same(n), same(v)) for n, v in facts.versions.items())
    title = Words("Packages of the program that made the datasets", "生成数据集的程序所用软件包")
    yield Sheet(title, (Words("Package", "软件包"), Words("Version", "版本")), packages)


def _rebuilds(name: str, codes: set[str]) -> Words:
    stem = name.removesuffix(".py")
    if stem in codes:
        return Words(f"dataset {stem.upper()}", f"数据集{stem.upper()}")
    if stem == "rebuild":
        return Words("what the others have in common", "其他程序的公共部分")
    number = stem.upper().replace("-", ".")
    return Words(f"display {number}", f"图表{number}")


def files(facts: Facts) -> Sheet:
    """Every file of the folder, but this guide and the checksums."""
    top = f"datasets/{facts.about.folder}/"
    listed = {name.removeprefix(top): size for name, size in facts.files.items()}
    rows = tuple((same(name), size) for name, size in sorted(listed.items()))
    heads = (Words(f"File below m5/{top}", f"文件（位于m5/{top}）"), Words("Bytes", "字节"))
    return Sheet(
        Words("Files, beside this guide and SHA256SUMS", "文件（本指南与SHA256SUMS除外）"),
        heads,
        rows,
    )
