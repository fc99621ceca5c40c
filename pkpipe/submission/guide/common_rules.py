"""The rules that several datasets share, in words."""

from __future__ import annotations

from collections.abc import Iterator

from pkpipe.sentences import Words
from pkpipe.submission.guide import tables
from pkpipe.submission.guide.chapter import Sheet, told
from pkpipe.submission.guide.counted_numbers import Facts


def rules_of_several(facts: Facts) -> Iterator[Sheet]:
    """The rules, then how many dates they imputed."""
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
                "unit. PARAMCD has a sign for them where a dataset has several; PARCODE is the code "
                "without it, and PPTESTCD the CDISC code of a PK parameter.",
                "每个PARAM只有一个含义：PARAM中写明分析物、样本、标准、评估者、来源、方案和单位。"
                "数据集有多种时PARAMCD以一个符号区分；PARCODE为不带符号的代码，PPTESTCD为PK参数的CDISC代码。",
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
