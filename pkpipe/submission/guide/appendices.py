"""The appendices of the guide: how the files are read, and how the programs are run."""

from __future__ import annotations

from pkpipe.sentences import Words
from pkpipe.submission.guide.chapter import Sheet, same, told
from pkpipe.submission.guide.counted_numbers import Facts


def reading() -> Sheet:
    """How each kind of file is opened."""
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


def running(facts: Facts) -> Sheet:
    """The programs step by step."""
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
