"""What the README says is true: its commands, its link, its code and its numbers."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from golden.encoding import tolerance

from explorer import Case, evaluate, share
from explorer.dialects.catalogue import FUNCTIONS
from explorer.evidence import from_query, report, suspects
from explorer.presets import PRESETS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_there_is_one_command_to_run_and_one_to_test():
    run, test = blocks("sh")
    assert run.strip() == "pip install -r requirements.txt && streamlit run app.py"
    assert test.strip() == "pip install -r requirements-dev.txt && pytest"
    for name in ("requirements.txt", "requirements-dev.txt", "app.py"):
        assert (ROOT / name).is_file()


def test_every_picture_and_file_that_is_linked_exists():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("code", blocks("python"))
def test_the_code_prints_its_comment(code):
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == code.rsplit("# ", 1)[1].strip()


def test_the_link_opens_the_first_screen():
    (link,) = blocks("text")
    case, notices = share.from_query(link.strip())
    assert notices == []
    assert case == share.from_query("")[0]
    assert "**0.4170**" in README
    assert f"{evaluate(case).loss:.4f}" == "0.4170"


@pytest.mark.parametrize(("gap", "text"), [(20.0, "2.06e-9"), (700.0, "9.86e-305")])
def test_the_tiny_losses(gap, text):
    assert f"one of {text}" in README or f"a loss of {text}" in README
    loss = evaluate(Case("multiclass", [gap, 0.0], 0)).loss
    assert np.format_float_scientific(loss, 2, exp_digits=1) == text


def test_the_number_of_examples():
    (count,) = re.findall(r"holds (\d+) cases", README.replace("\n", " "))
    assert int(count) == len(PRESETS)
    (losses,) = re.findall(r"(\d+) classification losses", README)
    assert int(losses) == len(FUNCTIONS)


def test_the_floor_of_four_classes():
    assert "With four classes" in README
    assert "\n  0.7437.)" in README
    assert f"{np.log(np.e + 3) - 1:.4f}" == "0.7437"


def test_the_versions_and_the_digits_of_the_recorded_values():
    (told,) = re.findall(r"recorded from the real ones \((.*)\) to 12 digits", " ".join(README.split()))
    versions = dict(library.split(" ") for library in told.split(", "))
    files = {"torch": "pytorch", "Keras": "keras", "scikit-learn": "sklearn", "Optax": "optax"}
    assert list(versions) == list(files)
    for name, version in versions.items():
        record = json.loads((ROOT / "tests" / "golden" / f"{files[name]}.json").read_text(encoding="utf-8"))
        assert f"{record[name.lower()]}.".startswith(f"{version}."), name
    assert tolerance({"input": np.ones(3)}) == 1e-12


def test_how_much_larger_large_type_is(open_page):
    assert "everything a third larger for the projector" in " ".join(README.split())
    sizes = [
        re.findall(r"html { font-size: max\((\d+)px", "".join(open_page(link).html)) for link in ("", "size=large")
    ]
    normal = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]["baseFontSize"]
    assert sizes[0] == []
    assert int(*sizes[1]) / normal == pytest.approx(4 / 3, abs=0.025)


def test_the_python_that_it_needs_is_the_one_it_is_checked_for():
    (version,) = re.findall(r"Python (3\.\d+) or newer", README)
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"
    assert PROJECT["tool"]["mypy"]["python_version"] == version


def test_what_is_left_out_while_working_is_marked():
    (marker,) = re.findall(r'`pytest -m "not (\w+)"`', README)
    assert marker in [line.split(":")[0] for line in PROJECT["tool"]["pytest"]["ini_options"]["markers"]]


def test_the_detectives_link():
    (link,) = re.findall(r"`detective\?(.+)`", README)
    evidence, notices = from_query(link)
    assert notices == []
    assert report(evidence, suspects(evidence)).findings[0].mistake == "softmax_before_ce"


@pytest.mark.parametrize("part", ["w", "pw", "ignore", "smoothing", "T", "reduction", "unit"])
def test_the_options_of_the_link_are_known(part):
    assert f"`{part}`" in README
    _, notices = share.from_query(f"{part}=1")
    assert not any("means nothing here" in notice for notice in notices)
