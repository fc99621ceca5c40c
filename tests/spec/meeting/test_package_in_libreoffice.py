"""Slides and form opened by LibreOffice: each result is seen on its slide, nothing runs off the sheet."""

import re
import shutil
import subprocess

import pytest
from met import meeting, results
from pypdf import PdfReader
from shown_in_package import places, squeezed

from pkpipe.meeting import package

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not OFFICE, reason="needs LibreOffice (apt-get install libreoffice-impress-nogui)"),
]  # fmt: skip
DRAFT = {"": "Draft", ".zh": "草稿"}
SLIDE = re.compile(r"^slide (\d+), ")


@pytest.fixture(scope="module")
def files():
    return package(meeting(("en", "zh"), tables=results()))[0]


@pytest.fixture(scope="module")
def opened(files, tmp_path_factory):
    """The same documents as LibreOffice prints them, by name."""
    folder = tmp_path_factory.mktemp("office")
    named = [name for name in files if name.endswith((".pptx", ".docx"))]
    for name in named:
        (folder / name).write_bytes(files[name])
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    done = subprocess.run(
        [*command, *(str(folder / name) for name in named)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: PdfReader((folder / name).with_suffix(".pdf")).pages for name in named}


@pytest.mark.parametrize("language", DRAFT)
def test_every_result_of_a_slide_is_seen_on_that_slide_and_each_says_draft(files, opened, language):
    texts = [squeezed(page.extract_text()) for page in opened[f"slides{language}.pptx"]]
    assert len(texts) == 12
    assert all(DRAFT[language] in text for text in texts)
    looked = 0
    for row in places(files, f"slides{language}"):
        number = SLIDE.match(row["place"])[1]
        assert squeezed(row["text"]) in texts[int(number) - 1], row
        looked += 1
    assert looked > 20


@pytest.mark.parametrize("language", DRAFT)
def test_the_form_is_one_sheet_with_the_proposal_and_says_draft(files, opened, language):
    (page,) = opened[f"signoff{language}.docx"]
    text = squeezed(page.extract_text())
    assert DRAFT[language] in text
    stands = places(files, f"signoff{language}")
    assert len(stands) == 4
    assert [row for row in stands if squeezed(row["text"]) not in text] == []


def test_no_text_runs_off_its_slide_or_sheet(opened):
    for name, pages in opened.items():
        for number, page in enumerate(pages, start=1):
            across, up = (float(side) for side in page.mediabox[2:])

            def inside(text, page_at, at, *_, where=(name, number), across=across, up=up):
                if text.strip():
                    right = at[4] * page_at[0] + at[5] * page_at[2] + page_at[4]
                    above = at[4] * page_at[1] + at[5] * page_at[3] + page_at[5]
                    assert 0 < right < across, (where, text)
                    assert 0 < above < up, (where, text)

            assert page.extract_text(visitor_text=inside)
