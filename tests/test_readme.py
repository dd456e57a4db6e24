"""What the README says is true: its commands, its link, its code and its numbers."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer import Case, evaluate, share
from explorer.evidence import from_query, investigate
from explorer.presets import PRESETS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_the_floor_of_four_classes():
    assert "With four classes" in README
    assert "\n  0.7437.)" in README
    assert f"{np.log(np.e + 3) - 1:.4f}" == "0.7437"


def test_the_detectives_link():
    (link,) = re.findall(r"`detective\?(.+)`", README)
    evidence, notices = from_query(link)
    assert notices == []
    assert investigate(evidence).findings[0].mistake == "softmax_before_ce"


@pytest.mark.parametrize("part", ["w", "pw", "ignore", "smoothing", "T", "reduction", "unit"])
def test_the_options_of_the_link_are_known(part):
    assert f"`{part}`" in README
    _, notices = share.from_query(f"{part}=1")
    assert not any("means nothing here" in notice for notice in notices)
