"""The sponsor's template for the slides: what is taken of it, and what is refused."""

import io

import pptx
import pytest
from met import meeting, results

from pkpipe.errors import ConfigError
from pkpipe.meeting import package
from pkpipe.meeting.deck import TITLES

TABLES = results()


def deck(files, name="slides.pptx"):
    return list(pptx.Presentation(io.BytesIO(files[name])).slides)


def texts_of(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_a_sponsors_template_is_used_and_its_own_slides_go(tmp_path):
    template = pptx.Presentation()
    template.slide_width = 9_000_000
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "Old slide"
    template.save(tmp_path / "sponsor.pptx")
    made, _ = package(meeting(tables=TABLES, template=tmp_path / "sponsor.pptx"))
    used = pptx.Presentation(io.BytesIO(made["slides.pptx"]))
    assert used.slide_width == 9_000_000
    texts = [text for slide in used.slides for text in texts_of(slide)]
    assert texts
    assert "Old slide" not in texts


def without_titles(layout):
    for place in list(layout.placeholders):
        if place.placeholder_format.type in TITLES:
            place._element.getparent().remove(place._element)


def test_a_template_that_lacks_layouts_is_refused_and_one_layout_with_a_title_is_enough(tmp_path):
    path, made = tmp_path / "sponsor.pptx", pptx.Presentation()
    first, *others = made.slide_layouts
    for layout in others:
        made.slide_layouts.remove(layout)
    made.save(path)
    slides = deck(package(meeting(tables=TABLES, template=path))[0])
    assert 8 <= len(slides) <= 12
    assert all(slide.shapes.title.text_frame.text for slide in slides)
    without_titles(first)
    made.save(path)
    told = r"sponsor\.pptx: no layout of it has a title \(layouts: Title Slide\)"
    with pytest.raises(ConfigError, match=told):
        package(meeting(tables=TABLES, template=path))


def test_what_is_no_template_is_refused_with_its_name(tmp_path):
    path = tmp_path / "sponsor.pptx"
    path.write_text("no slides", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sponsor\.pptx: cannot be read as PowerPoint"):
        package(meeting(tables=TABLES, template=path))
