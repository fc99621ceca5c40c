"""Every RTF of a finished run opens in LibreOffice: as many pages as it says, Chinese as it was written.

Heads of tables are repeated by Word. LibreOffice (7.4) does not read the mark of a head from RTF, not even
from its own files, so that is not asked of it here.
"""

import re
import shutil
import subprocess

import pytest
from checkouts import VIRTUAL
from pypdf import PdfReader

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not OFFICE, reason="needs LibreOffice (apt-get install libreoffice-writer-nogui)"),
]  # fmt: skip
COUNTED = re.compile(r"Page (\d+) of (\d+)")


def opened(folder, files):
    """The same documents as LibreOffice prints them, by name."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {file.stem: PdfReader(folder / f"{file.stem}.pdf").pages for file in files}


def test_every_file_opens_and_each_of_its_pages_says_which_of_how_many(finished, tmp_path):
    files = sorted((finished.results(VIRTUAL) / "tlf").glob("*.rtf"))
    assert len(files) > 90
    for name, pages in opened(tmp_path, files).items():
        for number, page in enumerate(pages, start=1):
            text = page.extract_text()
            assert COUNTED.search(text), f"{name}, page {number}"
            assert COUNTED.search(text).groups() == (str(number), str(len(pages))), name
        assert name in pages[0].extract_text()


def test_chinese_is_printed_as_it_was_written(finished, tmp_path):
    words = ("tlf", *VIRTUAL, "-o", str(tmp_path / "zh"), "--language", "zh", "--formats", "rtf")
    done = finished.pkpipe(*words, "--only", "T14.1.1.1")
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "zh").rglob("*.rtf")
    text = "".join(p.extract_text() for p in opened(tmp_path, [file])[file.stem])
    for said in ("受试者分布", "数据截止日期", "分析集"):
        assert said in text
