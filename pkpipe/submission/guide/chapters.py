"""The chapters in order: the text of the guide; its tables are in `tables`."""

from __future__ import annotations

from collections.abc import Iterator

from pkpipe.displays.edition import title_of
from pkpipe.sentences import Words
from pkpipe.submission.guide import tables
from pkpipe.submission.guide.appendices import reading, running
from pkpipe.submission.guide.chapter import Chapter, Sheet, same, told
from pkpipe.submission.guide.common_rules import rules_of_several
from pkpipe.submission.guide.counted_numbers import Facts


def chapters(facts: Facts) -> tuple[Chapter, ...]:
    """Every chapter."""
    return (
        Chapter("1", Words("Introduction", "引言"), (*_introduction(facts),)),
        Chapter("2", Words("Protocol Description", "方案说明"), (*_protocol(facts),)),
        Chapter(
            "3",
            Words("Considerations Related to Several Datasets", "多个数据集的共同说明"),
            (*rules_of_several(facts),),
        ),
        Chapter(
            "4",
            Words("Creation and Processing of the Datasets", "数据集的生成与处理"),
            (*_processing(facts),),
        ),
        Chapter("5", Words("Dataset Descriptions", "数据集说明"), (*tables.descriptions(facts),)),
        Chapter("6", Words("Conformance Summary", "合规性概述"), (*tables.conformance(facts),)),
        Chapter("7", Words("Quality Control", "质量控制"), (_quality(facts),)),
        Chapter("8", Words("Programs", "程序"), (*tables.programs(facts),)),
        Chapter("9", Words("Directory Structure", "目录结构"), (tables.files(facts),)),
        Chapter("A", Words("Appendix: Reading the Data", "附录：读取数据"), (reading(),)),
        Chapter("B", Words("Appendix: Running the Programs", "附录：运行程序"), (running(facts),)),
    )


def _introduction(facts: Facts) -> Iterator[Sheet]:
    study, about = facts.study.study, facts.about
    title = title_of(study)
    items = (
        (
            Words("Purpose", "目的"),
            Words(
                "This guide helps a reviewer to open, understand and rebuild the analysis datasets of "
                f"{study.studyid}. It was made by the program together with the datasets; every "
                "number in it was counted on the delivered files.",
                f"本指南帮助审阅者打开、理解并重建{study.studyid}的分析数据集。本指南由程序与数据集同时生成，"
                "其中每个数字均由交付文件统计得出。",
            ),
        ),
        (
            Words("Study", "研究"),
            Words(f"{study.studyid}: {title.en}", f"{study.studyid}: {title.zh}"),
        ),
        (Words("Data cutoff", "数据截止日期"), same(str(about.cutoff))),
        (
            Words("Program", "程序"),
            same(f"{about.program} {about.version}"),
        ),
        (
            Words("Dates in the files", "文件中的日期"),
            Words(
                "Dates of creation are the data cutoff: the program asks no clock, so that the same "
                "data give the same bytes.",
                "文件的创建日期为数据截止日期：程序不读取时钟，因此相同的数据得到相同的文件。",
            ),
        ),
        *_virtual(facts),
    )
    yield told(Words("Purpose and study", "目的与研究"), items)
    yield tables.standards(facts)
    yield tables.source_data(facts)
    yield from tables.copies(facts)


def _virtual(facts: Facts) -> Iterator[tuple[Words, Words]]:
    if facts.study.virtual:
        yield (
            Words("Virtual data", "虚拟数据"),
            Words(
                "The raw tables are drawn by a simulation; no subject is a person.",
                "原始表由模拟生成，受试者并非真实个人。",
            ),
        )


def _protocol(facts: Facts) -> Iterator[Sheet]:
    study = facts.study
    drugs = "; ".join(
        f"{d.name} ({d.code}), {d.dose_unit}, every {d.cycle_days} days" for d in study.drugs
    )
    zh = "；".join(
        f"{d.name}（{d.code}），{d.dose_unit}，每{d.cycle_days}天一次" for d in study.drugs
    )
    items = (
        (Words("Title", "题目"), title_of(study.study)),
        (Words("Phase", "分期"), same(study.study.phase)),
        (Words("Indication", "适应症"), same(study.study.indication)),
        (Words("Study drugs", "试验药物"), Words(drugs, zh)),
        *(
            (Words("Endpoint", "终点"), same(f"{o.kind}: {o.measure} ({o.time_frame})"))
            for o in study.objectives
        ),
    )
    yield told(Words("Design", "设计"), items)
    yield tables.cohorts(facts)
    yield tables.populations(facts)


def _processing(facts: Facts) -> Iterator[Sheet]:
    items = (
        (
            Words("Split datasets", "拆分数据集"),
            Words("No dataset is split.", "没有拆分的数据集。"),
        ),
        (
            Words("Intermediate datasets", "中间数据集"),
            Words(
                "None is needed to rebuild a dataset from those delivered.",
                "由交付的数据集重建时不需要中间数据集。",
            ),
        ),
        (
            Words("Order", "顺序"),
            Words(
                "ADSL is made first; all others need it. ADPP is made of ADPC and ADEX, ADRS of ADTR, "
                "ADTTE of ADRS.",
                "首先生成ADSL，其他数据集均依赖它。ADPP由ADPC和ADEX生成，"
                "ADRS由ADTR生成，ADTTE由ADRS生成。",
            ),
        ),
    )
    yield told(Words("Processing", "处理"), items)
    yield tables.dependencies(facts)


def _quality(facts: Facts) -> Sheet:
    items = (
        (
            Words("Checks of this run", "本次运行的检查"),
            Words(
                f"{len(facts.datasets)} datasets were checked before they were written for what SAS "
                "transport V5 cannot hold (names, labels, bytes, range of numbers, keys): 0 findings, "
                "otherwise nothing would have been written.",
                f"写出之前对{len(facts.datasets)}个数据集检查了SAS传输格式V5所不能容纳的内容"
                "（名称、标签、文本字节数、数值范围、键）：发现0条，否则不会写出任何文件。",
            ),
        ),
        (
            Words("Readers", "读取程序"),
            Words(
                "The tests of the program read the transport files with pyreadstat and R haven and compare "
                "every cell, and compare define.xml and Dataset-JSON with their schemas.",
                "程序的测试用pyreadstat和R haven读取传输文件并比较每个单元格，"
                "并用各自的模式检查define.xml和Dataset-JSON。",
            ),
        ),
        (
            Words("Qualification of the installation", "安装确认"),
            Words(
                "The document of `pkpipe qualify` belongs beside "
                "this guide; it is made on the sponsor's machine.",
                "`pkpipe qualify`生成的文件应与本指南一并提交；该文件在申办方的机器上生成。",
            ),
        ),
    )
    return told(Words("How the datasets were checked", "数据集的检查方式"), items)
