"""The submission folder of a finished run: as other readers find it, and as a reviewer uses it."""

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import date

import polars as pl
import pytest
from checkouts import TINY, VIRTUAL, Checkout
from delivered_values import differing, of_haven, of_json, of_pyreadstat

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import DELIVERED, SUBMISSION
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.submission.build import all_made
from pkpipe.submission.conformance import RULES
from pkpipe.submission.terms import pk_parameters

pytestmark = pytest.mark.workflow
C = pl.col
ON, OFF = "submission:\n  datasets: true", "submission:\n  datasets: false"


@pytest.fixture(scope="module")
def submitting(few, tmp_path_factory):
    """The checkout with few displays after its virtual study was asked for a submission."""
    folder = tmp_path_factory.mktemp("submitting") / "checkout"
    shutil.copytree(few.path, folder, symlinks=True)
    checkout = Checkout(folder)
    checkout.edit("config/bat6026.yaml", OFF, ON)
    assert checkout.planned() == {("bat6026", "submission"), ("bat6026", "manifest")}
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture
def checkout(submitting, tmp_path):
    """A copy of it, free to be changed."""
    shutil.copytree(submitting.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")


@pytest.fixture(scope="module")
def run(submitting):
    return submitting.results(VIRTUAL)


@pytest.fixture(scope="module")
def adam(run):
    return run / "submission" / "m5" / "datasets" / "bat6026" / "analysis" / "adam"


@pytest.fixture(scope="module")
def datasets(submitting, run):
    protocol = load_study(submitting.path / "config" / "bat6026.yaml")
    study = protocol.at(date.fromisoformat(VIRTUAL[1]))
    read = {
        name.rpartition("/")[2]: pl.read_parquet(run / f"{name}.parquet")
        for name in SUBMISSION.reads
    }
    return all_made(read, study)


@pytest.mark.slow
def test_a_study_that_does_not_ask_for_it_has_no_such_folder(submitting):
    assert not (submitting.results(TINY) / "submission").exists()


def test_every_table_with_rows_is_delivered_with_all_of_them(run, adam):
    found = of_pyreadstat(adam / "datasets")
    looked = 0
    for name in DELIVERED:
        code = name.rpartition("/")[2]
        rows = pl.read_parquet(run / f"{name}.parquet").height
        if code != "PROFILE" and rows:
            assert found[code].height == rows, code
            looked += 1
    assert looked == len(found) >= 13


def test_every_cell_is_that_of_the_room_by_pyreadstat_and_in_dataset_json(adam, datasets):
    by_sas, by_json = of_pyreadstat(adam / "datasets"), of_json(adam / "datasets")
    for made in datasets:
        assert differing(made, by_sas[made.code]) == 0, made.code
        assert differing(made, by_json[made.code]) == 0, made.code


def test_every_cell_is_that_of_the_room_by_r_haven(adam, datasets, tmp_path):
    probe = shutil.which("Rscript") and subprocess.run(
        ["Rscript", "-e", "library(haven)"], capture_output=True, check=False
    )
    if not probe or probe.returncode:
        pytest.skip("R with haven is not installed")
    found = of_haven(adam / "datasets", tmp_path)
    for made in datasets:
        assert differing(made, found[made.code]) == 0, made.code


def test_a_trace_finds_exactly_one_record_and_its_value(run, datasets):
    looked = 0
    for made in datasets:
        if "SRCSEQ" not in made.rows.columns:
            continue
        domain = made.of.domain
        records = pl.read_parquet(run / "validate" / f"{domain}.parquet")
        traced = made.rows.filter(C("SRCSEQ").is_not_null())
        numbers = traced.filter(C("SRCVAR") == f"{domain}STRESN")
        on = {"left_on": ["USUBJID", "SRCSEQ"], "right_on": ["USUBJID", f"{domain}SEQ"]}
        assert traced.join(records, **on, validate="m:1").height == traced.height
        if numbers.height and domain in {"LB", "VS", "EG", "PC", "CP"}:
            record = records.select("USUBJID", f"{domain}SEQ", FROM=C(f"{domain}STRESN"))
            pairs = numbers.join(record, **on)
            assert pairs.filter(C("AVAL") != C("FROM")).height == 0
            looked += pairs.height
    assert looked > 1000


def test_a_trace_leads_to_a_record_of_a_copy_of_the_domain(run, datasets):
    folder = run / "submission" / "m5" / "datasets" / "bat6026" / "tabulations" / "sdtm"
    records = of_pyreadstat(folder)
    assert {*DOMAINS} <= {*records}
    for made in datasets:
        if made.of.domain and "SRCSEQ" in made.rows.columns:
            sequence = f"{made.of.domain}SEQ"
            traced = made.rows.filter(C("SRCSEQ").is_not_null())
            record = records[made.of.domain].select("USUBJID", C(sequence).cast(pl.Int64))
            on = {"left_on": ["USUBJID", "SRCSEQ"], "right_on": ["USUBJID", sequence]}
            assert traced.join(record, **on, validate="m:1").height == traced.height, made.code


def test_nearly_every_row_of_a_domain_is_traced(datasets):
    for made in datasets:
        if made.of.domain in {"LB", "VS", "EG", "PE", "AE", "EX", "PC", "CP"}:
            assert made.rows["SRCSEQ"].null_count() == 0, made.code


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_dataset_breaks_a_rule(datasets, rule):
    assert {made.code: rule.broken(made) for made in datasets if rule.broken(made)} == {}


def test_pk_parameters_outside_the_cdisc_list_are_those_that_are_marked(datasets):
    (adpp,) = (made for made in datasets if made.code == "ADPP")
    (codes,) = (v for v in adpp.variables if v.name == "PPTESTCD")
    marked = {term.code for term in codes.terms if term.extended}
    assert marked == set(adpp.rows["PPTESTCD"]) - pk_parameters()
    assert marked


def test_each_hash_is_that_of_its_file_and_every_file_has_one(run):
    top = run / "submission" / "m5"
    lines = (top / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    files = {p.relative_to(top).as_posix() for p in top.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    assert set(listed) == files
    for name, content in listed.items():
        assert hashlib.sha256((top / name).read_bytes()).hexdigest() == content


def test_no_file_names_a_place_on_a_machine(adam):
    places = [b"/ho" + b"me/", b"/ro" + b"ot/", b"/tm" + b"p/", b"/Us" + b"ers/", b"C:\\"]
    looked = 0
    for path in adam.rglob("*"):
        if path.is_file() and path.suffix not in {".pdf"}:
            content = path.read_bytes()
            assert not [place for place in places if place in content], path.name
            looked += 1
    assert looked > 50


def alone(adam, folder):
    """A copy of datasets and programs, and nothing else."""
    shutil.copytree(adam, folder / "adam")
    return folder / "adam" / "programs"


@pytest.mark.slow
def test_programs_rebuild_datasets_and_displays_in_an_empty_folder(adam, tmp_path):
    programs = alone(adam, tmp_path)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    names = sorted(p.name for p in programs.glob("*.py") if p.name != "rebuild.py")
    assert len(names) > 15
    for name in names:
        done = subprocess.run(
            [*without_network(), sys.executable, name],
            cwd=programs,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (name, done.stdout[-500:], done.stderr[-500:])
        assert done.stdout.endswith(" 0 differ\n")


def without_network():
    """A network of its own, where the machine lets one be made."""
    words = ["unshare", "-rn"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def test_one_changed_byte_is_found(checkout):
    run = checkout.results(VIRTUAL)
    path = next((run / "submission").rglob("adsl.xpt"))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    done = checkout.pkpipe("verify", str(run))
    assert done.returncode == 3
    assert "adsl.xpt: was changed" in done.stderr + done.stdout


@pytest.mark.slow
def test_switched_off_the_folder_goes_and_the_run_is_proved(checkout):
    checkout.edit("config/bat6026.yaml", ON, OFF)
    assert checkout.planned() == {("bat6026", "manifest")}
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    assert not (checkout.results(VIRTUAL) / "submission").exists()
    assert checkout.pkpipe("verify", str(checkout.results(VIRTUAL))).returncode == 0
