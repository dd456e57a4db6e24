"""The tables hold the breakdown's own numbers."""

import numpy as np
import pytest

from explorer import Case, evaluate, tables
from explorer.presets import PRESETS


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_stages_are_the_breakdown(preset):
    breakdown = evaluate(preset.case)
    for row in range(preset.case.examples):
        frame = tables.stages(breakdown, row)
        assert tuple(frame["class"]) == preset.case.names
        for column, values in {
            "p": breakdown.probabilities,
            "log_p": breakdown.log_probabilities,
            "nll": breakdown.nll,
            "target": breakdown.target_distribution,
            "share": breakdown.share,
            "exp": breakdown.exponentials,
            "shifted": breakdown.shifted,
        }.items():
            np.testing.assert_array_equal(frame[column], values[row])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_examples_sum_to_the_loss(preset):
    breakdown = evaluate(preset.case)
    frame = tables.examples(breakdown)
    assert list(frame["example"]) == list(range(1, preset.case.examples + 1))
    assert frame["loss"].sum() / frame["divisor"].sum() == pytest.approx(breakdown.loss)
    np.testing.assert_allclose(frame["entropy"] + frame["kl"], frame["cross_entropy"])


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-2", "@SUM(A1)"])
def test_a_name_is_no_formula_in_a_spreadsheet(name):
    case = Case("multiclass", [2, 1], 0, [name, "dog"])
    lines = tables.csv(tables.stages(evaluate(case), 0)).splitlines()
    assert lines[1].startswith(f"'{name},2.0,")
    assert lines[2].startswith("dog,1.0,-1.0,")


def test_the_fixed_logit_of_a_binary_case_has_no_gradient():
    frame = tables.stages(evaluate(next(p.case for p in PRESETS if p.case.setup == "binary")), 0)
    assert frame["logit"][0] == 0.0
    assert np.isnan(frame["gradient"][0])
