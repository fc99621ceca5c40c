"""The chapters in order: the text of the guide; its tables are in `tables`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pkpipe.sentences import Words
from pkpipe.submission.guide import tables
from pkpipe.submission.guide.chapter import Chapter, Sheet, same, told
from pkpipe.submission.guide.facts import Facts

TEXT: Final = Words("Text", "正文")


def chapters(facts: Facts) -> tuple[Chapter, ...]:
    """Every chapter."""
    return (
        Chapter("1", Words("Introduction", "引言"), (*_introduction(facts),)),
        Chapter("2", Words("Protocol Description", "方案说明"), (*_protocol(facts),)),
        Chapter(
            "3",
            Words("Considerations Related to Several Datasets", "多个数据集的共同说明"),
            (*_several(facts),),
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
        Chapter("A", Words("Appendix: Reading the Data", "附录：读取数据"), (_reading(),)),
        Chapter("B", Words("Appendix: Running the Programs", "附录：运行程序"), (_running(facts),)),
    )


def _introduction(facts: Facts) -> Iterator[Sheet]:
    study, about = facts.study.study, facts.about
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
        (Words("Study", "研究"), same(f"{study.studyid}: {study.title}")),
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
        (Words("Title", "题目"), same(study.study.title)),
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


def _several(facts: Facts) -> Iterator[Sheet]:
    items = (
        (
            Words("Core variables", "核心变量"),
            Words(
                "SUBJID, SITEID, AGE, AGEU, SEX, RACE, TRT01P, TRT01A, TRTSDT, TRTEDT, SAFFL and the flag "
                "of the population of the topic come from ADSL into every dataset.",
                "SUBJID、SITEID、AGE、AGEU、SEX、RACE、TRT01P、TRT01A、TRTSDT、TRTEDT、SAFFL"
                "以及各主题的人群标志由ADSL并入每个数据集。",
            ),
        ),
        (
            Words("Treatment variables", "治疗变量"),
            Words(
                "TRT01P is the planned arm (ARM), TRT01A the actual arm of a treated subject. TRTP and TRTA "
                "are the same; the study has one treatment period. LEVEL is the dose level of a dose.",
                "TRT01P为计划分组（ARM），TRT01A为接受治疗受试者的实际分组。TRTP和TRTA与之相同；"
                "本研究只有一个治疗期。LEVEL为给药的剂量水平。",
            ),
        ),
        (
            Words("Visits", "访视"),
            Words(
                "AVISIT is the name of the visit as collected; no windows are applied and no record is moved "
                "to another visit. AVISITN is the smallest VISITNUM delivered for that name.",
                "AVISIT为采集的访视名称；不使用访视窗，也不把记录移到其他访视。"
                "AVISITN为该名称所交付的最小VISITNUM。",
            ),
        ),
        (
            Words("Study day", "研究日"),
            Words(
                "ADT - TRTSDT, plus 1 from the first dose on; there is no day 0.",
                "ADT - TRTSDT，自首次给药起加1；没有第0天。",
            ),
        ),
        (
            Words("Baseline and change", "基线与变化"),
            Words(
                "The baseline is the last value at or before the first dose, of the same test in the same "
                "unit; of tumour sums the last before treatment. "
                "CHG and PCHG are empty on a baseline record.",
                "基线为首次给药时或之前同一检查、同一单位的最后一个值；肿瘤直径之和取治疗前最后一次。"
                "基线记录的CHG和PCHG为空。",
            ),
        ),
        (
            Words("Parameters", "参数"),
            Words(
                "A PARAM has one meaning: it says analyte, specimen, criteria, reader, source, scheme and "
                "unit where a dataset has several. PARAMCD has a sign for them; PARCODE is the code "
                "without it, and PPTESTCD the CDISC code of a PK parameter.",
                "每个PARAM只有一个含义：数据集有多种分析物、样本、标准、评估者、来源、方案或单位时，PARAM中写明。"
                "PARAMCD以一个符号区分；PARCODE为不带符号的代码，PPTESTCD为PK参数的CDISC代码。",
            ),
        ),
        (
            Words("Trace", "溯源"),
            Words(
                "SRCDOM, SRCVAR and SRCSEQ name the one SDTM record that a row comes from. They are empty "
                "where a row comes from several records.",
                "SRCDOM、SRCVAR和SRCSEQ指明该行所来自的唯一一条SDTM记录；来自多条记录的行为空。",
            ),
        ),
        (
            Words("Long texts", "长文本"),
            Words(
                "A text of the program that is longer than 200 bytes goes on in variables with a number "
                "behind their name, between words. No text is cut.",
                "程序生成的文本超过200字节时，在词间断开并写入名称后带数字的变量。任何文本都不截断。",
            ),
        ),
        (
            Words("Values below the limit of quantification", "低于定量限的值"),
            Words(
                "AVAL is empty and BLQFL is Y in ADPC; AVALNCA is what the analysis used.",
                "ADPC中AVAL为空，BLQFL为Y；AVALNCA为分析所用的值。",
            ),
        ),
    )
    yield told(Words("Rules", "规则"), items)
    yield tables.imputations(facts)


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


def _reading() -> Sheet:
    items = (
        (
            same("R"),
            Words(
                'library(haven); adsl <- read_xpt("adsl.xpt"). Dates are of class Date, datetimes POSIXct. '
                "An empty text and a missing text are the same in a transport file.",
                'library(haven); adsl <- read_xpt("adsl.xpt")。日期为Date类，日期时间为POSIXct类。'
                "传输文件中空文本与缺失文本相同。",
            ),
        ),
        (
            same("SAS"),
            Words(
                'libname in xport "adsl.xpt" access=readonly; proc copy in=in out=work; run;',
                'libname in xport "adsl.xpt" access=readonly; proc copy in=in out=work; run;',
            ),
        ),
        (
            same("Python"),
            Words(
                'import pyreadstat; rows, meta = pyreadstat.read_xport("adsl.xpt", output_format="polars")',
                'import pyreadstat; rows, meta = pyreadstat.read_xport("adsl.xpt", output_format="polars")',
            ),
        ),
        (
            same("Dataset-JSON"),
            Words(
                "datasetjson/ has the same datasets as CDISC Dataset-JSON 1.1: `columns` names variables, "
                "`rows` has an array a row; dates are texts in ISO 8601.",
                "datasetjson/中为相同数据集的CDISC Dataset-JSON "
                "1.1：`columns`为变量，`rows`中每行一个数组；日期为ISO 8601文本。",
            ),
        ),
        (
            same("define.xml"),
            Words(
                "Open it in a browser that applies a stylesheet to local files, or in any XML viewer; "
                "define2-1.xsl lies beside it.",
                "用可对本地文件应用样式表的浏览器或任何XML查看器打开；define2-1.xsl在同一文件夹。",
            ),
        ),
    )
    return told(Words("Reading the files", "读取文件"), items)


def _running(facts: Facts) -> Sheet:
    python = facts.versions.get("python", "")
    items = (
        (
            Words("Step 1", "步骤1"),
            Words(
                f"Install Python {python} with polars {facts.versions.get('polars', '')} and pyreadstat "
                f"{facts.versions.get('pyreadstat', '')}; no other package and no network is needed.",
                f"安装Python {python}及polars {facts.versions.get('polars', '')}、pyreadstat "
                f"{facts.versions.get('pyreadstat', '')}；不需要其他软件包，也不需要网络。",
            ),
        ),
        (
            Words("Step 2", "步骤2"),
            Words(
                "In the folder programs: python adsl.py, and so on; each program runs alone and reads "
                "../datasets only.",
                "在programs文件夹中运行python adsl.py等；每个程序可单独运行，只读取../datasets。",
            ),
        ),
        (
            Words("Expected", "预期结果"),
            Words(
                "Each program prints what it rebuilt, how many values it compared, how many differ; it ends "
                "with exit code 0 where none differs. No warning is expected.",
                "每个程序打印其重建的内容、比较的数值个数及不同的个数；"
                "没有不同则以退出码0结束。预期没有警告。",
            ),
        ),
    )
    return told(Words("Step by step", "逐步说明"), items)
