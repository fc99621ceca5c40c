"""What a result depends on besides its tables: code, packages, settings, raw bytes."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pkpipe import provenance
from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.sources import Source
from pkpipe.rooms import BY_NAME, ROOMS, roots_of

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(provenance.PACKAGE.rglob("*.py"))
SURVIVAL = roots_of(BY_NAME["survival"])


@pytest.fixture(scope="module")
def tiny():
    return load_study(ROOT / "tests" / "studies" / "tiny.yaml")


def imported(path):
    """Dotted names by the syntax tree, the slow way."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda p: p.relative_to(provenance.PACKAGE).as_posix()
)
def test_imports_found_by_their_form_are_those_of_the_syntax_tree(path):
    assert provenance._imports(path) == imported(path)


def test_a_room_depends_on_what_it_imports_directly_or_not_and_on_no_other_room():
    closure = set(provenance.closure(*SURVIVAL))
    assert {
        "pkpipe.survival",
        "pkpipe.store.run_tables",
        "pkpipe.protocol.study",
        "pkpipe",
    } <= closure
    others = {"pkpipe.pk", "pkpipe.safety", "pkpipe.report", "pkpipe.rooms", "pkpipe.cli"}
    assert not others & closure


def test_a_template_beside_a_module_belongs_to_the_room():
    files = provenance.source_files(*roots_of(BY_NAME["report"]))
    assert any(path.name == "page.html" for path in files)


def test_versions_are_those_of_the_packages_a_room_uses_and_of_no_other():
    survival, cohorts = (
        provenance.versions_used(*roots_of(BY_NAME[r])) for r in ("survival", "cohorts")
    )
    assert {"lifelines", "polars", "pydantic", "python"} <= set(survival)
    assert "lifelines" not in cohorts
    assert survival["python"] == ".".join(map(str, sys.version_info[:2]))


def test_every_package_that_pkpipe_imports_is_installed_and_known_by_name():
    every = provenance.versions_used(*(root for room in ROOMS for root in roots_of(room)))
    assert {"matplotlib", "jinja2", "scipy", "pandera", "pyreadstat"} <= set(every)


def test_nothing_is_imported_to_know_a_version():
    code = (
        "import sys; from pkpipe.provenance import fingerprint;"
        "fingerprint('pkpipe.survival'); print('lifelines' in sys.modules, 'polars' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"no module pkpipe\.surival"):
        provenance.fingerprint("pkpipe.surival")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of three modules in the place of pkpipe."""
    root = tmp_path / "pkpipe"
    for name, text in {
        "__init__.py": "",
        "a/__init__.py": "from pkpipe import c\n",
        "b/__init__.py": "VALUE = 1\n",
        "b/page.html": "<p>",
        "c.py": "import math\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(provenance, "PACKAGE", root)
    return root


@pytest.mark.parametrize(
    ("file", "moves_a", "moves_b"),
    [
        ("a/__init__.py", True, False),
        ("b/__init__.py", False, True),
        ("b/page.html", False, True),
        ("c.py", True, False),
        ("__init__.py", True, True),
    ],
)
def test_a_change_moves_the_fingerprints_of_those_who_use_the_file(package, file, moves_a, moves_b):
    before = provenance.fingerprint("pkpipe.a"), provenance.fingerprint("pkpipe.b")
    with (package / file).open("a", encoding="utf-8") as changed:
        changed.write("# changed\n")
    after = provenance.fingerprint("pkpipe.a"), provenance.fingerprint("pkpipe.b")
    assert (before[0] != after[0], before[1] != after[1]) == (moves_a, moves_b)


def test_what_the_interpreter_keeps_beside_the_sources_is_no_part_of_them(package):
    before = provenance.fingerprint("pkpipe.b")
    kept = package / "b" / "__pycache__"
    kept.mkdir()
    # as another process writes it, under a name of the moment
    (kept / "__init__.cpython-311.pyc.139836956452528").write_bytes(b"half")
    assert provenance.fingerprint("pkpipe.b") == before


def test_settings_move_with_their_own_sections_only(tiny):
    changed = tiny.model_copy(
        update={"nca": tiny.nca.model_copy(update={"auc_method": "linear"}), "cutoff": None}
    )
    pk, tumor = BY_NAME["pk"].sections, BY_NAME["tumor"].sections
    assert provenance.settings(tiny, pk) != provenance.settings(changed, pk)
    assert provenance.settings(tiny, tumor) == provenance.settings(changed, tumor)


def test_a_column_map_is_the_snapshot_s_affair_a_new_domain_everyone_s(tiny):
    mapped = {**tiny.sources, "DM": Source(files=("dm.csv",), ignore=("NOTE",))}
    fewer = {k: v for k, v in tiny.sources.items() if k != "AE"}
    snapshot, pk = BY_NAME["snapshot"].sections, BY_NAME["pk"].sections
    for sources, moves_pk in ((mapped, False), (fewer, True)):
        changed = tiny.model_copy(update={"sources": sources})
        assert provenance.settings(tiny, snapshot) != provenance.settings(changed, snapshot)
        assert (provenance.settings(tiny, pk) != provenance.settings(changed, pk)) is moves_pk


def test_the_raw_digest_sees_content_and_presence_not_time(tiny, tmp_path):
    for source in tiny.sources.values():
        (tmp_path / source.files[0]).write_text("A\n1\n", encoding="utf-8")
    first = provenance.raw_digest(tmp_path, tiny)
    (tmp_path / "dm.csv").touch()
    assert provenance.raw_digest(tmp_path, tiny) == first
    (tmp_path / "dm.csv").write_text("A\n2\n", encoding="utf-8")
    second = provenance.raw_digest(tmp_path, tiny)
    (tmp_path / "dm.csv").unlink()
    assert len({first, second, provenance.raw_digest(tmp_path, tiny)}) == 3
