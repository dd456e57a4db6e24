"""The example threads: each is diagnosed as it was in the thread, and its numbers are those of its own words."""

import re

import pytest

from explorer import detective
from explorer.threads import THREADS

BY_TITLE = pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread.title)


@BY_TITLE
def test_every_thread_is_diagnosed(thread):
    findings = thread.findings()
    assert findings[0].matches
    assert findings[0].mistake == thread.mistakes[0]
    assert set(thread.mistakes) <= {finding.mistake for finding in findings[:3]}
    assert findings[0].value == pytest.approx(float(thread.observed), abs=1e-4, nan_ok=True)


@BY_TITLE
def test_every_thread_can_be_shown(thread):
    assert thread.question.endswith(("?", "."))
    assert thread.source == "" or re.fullmatch(r"https://\S+", thread.source)
    assert thread.call
    for mistake in thread.mistakes:
        assert mistake in detective.MISTAKES


def test_titles_are_unique():
    assert len({thread.title for thread in THREADS}) == len(THREADS) >= 12


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("25571", {"soft_target_weighted_mean", "weighted_mean_divisor", "softmax_before_ce"}),
        ("78256", {"soft_target_weighted_mean", "weighted_mean_divisor"}),
        ("24515", {"none"}),
        ("evaluate/issues/241", {"perplexity_base"}),
    ],
)
def test_what_was_expected_is_explained_too(source, mistakes):
    """Some expectations are a formula of their own; one was worked out from rounded numbers, and is only close."""
    thread = next(thread for thread in THREADS if source in thread.source)
    findings = detective.investigate(thread.expected, thread.inputs, thread.targets, weight=thread.weight)
    assert mistakes <= {finding.mistake for finding in findings}
    assert findings[0].distance < 1e-4
    assert findings[0].matches or findings[0].explanation.startswith("Close, within 0.0001")
