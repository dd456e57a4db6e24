"""The detective: every mistake of the catalogue is named from its value, and nothing is named for the right call."""

import math
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from benchmarks import detective as trials
from explorer import InvalidCase, detective, evaluate
from explorer.detective.losses import LOSSES
from explorer.detective.reductions import REDUCTIONS, SCALES
from explorer.detective.targets import TARGETS
from explorer.dialects import keras, pytorch
from explorer.dialects.catalogue import BY_ID, Feed
from explorer.explain import number

X = [[2, 1, 0.1], [0.5, 2.5, -1], [1, -1, 3], [0, 0, 0]]
Y = [0, 1, 1, 2]
W = [1, 2, 0.5]
Z = [2, -1, 0.5]
B = [1, 0, 1]
ONE_HOT = np.eye(3)[Y]

# The value of each mistake on one small batch, as the libraries give it.
DEMO = [
    ("none", "1.452938", X, Y, {}),
    ("none", "0.304756", Z, B, {}),
    ("none", "1.472938", X, Y, {"label_smoothing": 0.1}),
    ("none", "1.737919", X, Y, {"weight": W}),
    ("none", "0.705426", Z, B, {"pos_weight": 3}),
    ("none", "0.395", X[0], [1, 1, 0], {}),
    ("softmax_before_ce", "1.010286", X, Y, {}),
    ("sigmoid_before_ce", "1.093321", X, Y, {}),
    ("sigmoid_before_bce_logits", "0.537654", Z, B, {}),
    ("sigmoid_before_bce_logits", "0.839682", X, ONE_HOT, {}),
    ("kl_mean", "0.484313", X, Y, {}),
    ("weighted_mean_divisor", "1.737919", X, Y, {"weight": W}),
    ("weighted_mean_divisor", "2.389639", X, Y, {"weight": W}),
    ("soft_target_weighted_mean", "2.389639", X, Y, {"weight": W}),
    ("soft_target_weighted_mean", "2.389639", X, ONE_HOT, {"weight": W}),
    ("probabilities_to_nll", "-0.466547", X, Y, {}),
    ("logits_to_nll", "-0.875", X, Y, {}),
    ("bce_on_softmax", "0.774546", X, Y, {}),
    ("bce_logits_on_onehot", "0.942114", X, Y, {}),
    ("bce_logits_on_onehot", "0.942114", X, ONE_HOT, {}),
    ("ce_on_multihot", "1.834", X[0], [1, 1, 0], {}),
    ("softmax_wrong_axis", "1.935151", X, Y, {}),
    ("all_ignored", "nan", X, [-100] * 4, {}),
    ("ignored_in_divisor", "0.378911", X, [0, -100, -100, 2], {}),
    ("mean_of_batch_means", "1.334829", X, Y, {}),
    ("batch_means_over_dataset", "0.726469", X, Y, {}),
    ("sum_for_mean", "5.811752", X, Y, {}),
    ("mean_for_sum", "1.452938", X, Y, {}),
    ("bits", "2.096146", X, Y, {}),
    ("log10", "0.631003", X, Y, {}),
    ("perplexity_base", "2.7377", X, Y, {}),
    ("perplexity_base", "4.2757", X, Y, {}),
    ("smoothing_over_others", "1.482938", X, Y, {"label_smoothing": 0.1}),
    ("smoothing_over_others", "1.482938", X, Y, {}),
    ("smoothing_ignored", "1.452938", X, Y, {"label_smoothing": 0.1}),
    ("smoothing_ignored", "1.472938", X, Y, {}),
    ("smoothing_with_weights", "1.703771", X, Y, {"weight": W, "label_smoothing": 0.1}),
    ("label_off_by_one", "1.577938", X, Y, {}),
    ("label_off_by_one", "1.577938", X, [1, 2, 2, 3], {}),
    ("softmax_of_one_logit", "33.3333", Z, B, {}),
    ("weight_for_pos_weight", "0.914267", Z, B, {"pos_weight": 3}),
    ("weight_for_pos_weight", "0.942114", X, ONE_HOT, {"pos_weight": W}),
    ("minus_one_labels_in_bce", "-0.028578", Z, [1, -1, 1], {}),
    ("minus_one_labels_in_bce", "-0.028578", Z, B, {}),
    ("broadcast", "0.804756", Z, B, {}),
    ("keras_sample_weight", "0.318173", X, Y, {"weight": [1, 2, 0, 0.5]}),
    ("margin_divisor", "1.5000", X, Y, {}),
    ("margin_divisor", "0.8333", X, Y, {}),
]


@pytest.mark.parametrize(("mistake", "observed", "inputs", "targets", "options"), DEMO)
def test_the_demo_batch(mistake, observed, inputs, targets, options):
    first = detective.investigate(observed, inputs, targets, **options)[0]
    assert first.matches
    assert mistake == first.mistake or mistake in first.tied_with


# ----------------------------------------------------------------------------------------------- the catalogue

STEPS = (*LOSSES, *TARGETS, *REDUCTIONS, *SCALES)


def test_every_mistake_is_made_somewhere_and_has_words():
    assert {step.mistake for step in STEPS} - {""} == set(detective.MISTAKES) - {"none"}
    assert set(trials.TRIALS) == set(detective.MISTAKES)


def test_keys_name_one_loss_each():
    assert len({loss.key for loss in LOSSES}) == len(LOSSES)


def test_every_cell_is_in_the_catalogue_of_functions():
    cells = [loss.cell for loss in LOSSES if loss.cell[0]]
    assert len(cells) > 20
    for function, feed in cells:
        assert function in BY_ID
        assert Feed(feed)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", trials.TRIALS)
def test_the_trial(mistake):
    """The benchmark's trial, smaller: values that the dialects or plain NumPy gave, never the detective's tables."""
    ways = len(trials.TRIALS[mistake])
    cases = ways * max(1, round(6 / ways))
    least = 1.0 if mistake == "none" else 1.0 - 1.0 / cases
    assert trials.score(mistake, 6, cases, seed=1).first >= least
    assert trials.score(mistake, 6, cases, seed=1).three == 1.0
    assert trials.score(mistake, 4, cases, seed=2).first >= 0.8


def test_unrelated_values_match_nothing():
    assert trials.matches_of_unrelated(6, cases=60) <= 0.03


@pytest.mark.parametrize("mistake", trials.TRIALS)
def test_every_finding_can_be_read(mistake):
    for way in trials.TRIALS[mistake]:
        for finding in trials.findings_of(way(np.random.default_rng(3)), 6):
            assert finding.mistake in detective.MISTAKES
            assert set(finding.tied_with) | set(finding.also) <= set(detective.MISTAKES)
            assert finding.mistake not in finding.tied_with
            assert finding.title == detective.MISTAKES[finding.mistake].title
            for line in (finding.pipeline, finding.fix):
                assert line.strip() == line != ""
                assert not set(line) & set("\n\0{}")
                assert line.partition("  # ")[0].count("(") == line.partition("  # ")[0].count(")")
            assert finding.explanation.endswith((".", "?"))
            assert not set(finding.explanation) & set("\n{}")
            assert bool(finding.tie) == bool(finding.tied_with)
            assert finding.plausibility > 0.0


# ------------------------------------------------------------------------------------------ how inputs are read

P = np.asarray(pytorch.softmax(X, 1))
LOG_P = np.asarray(pytorch.log_softmax(X, 1))
S = np.asarray(pytorch.sigmoid(Z))
SEVERAL = [[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 1, 1]]
Q = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.3, 0.5], [0.25, 0.25, 0.5]]
OTHERS_OF_TWO = float(pytorch.cross_entropy([[1.5, 0.2]], [[0.1, 0.9]]))
MAPS = np.stack([X, X[::-1]])  # (2, 4, 3): classes last
MAP_LABELS = np.stack([Y, Y[::-1]])


@pytest.mark.parametrize(
    ("inputs", "targets", "value", "reading"),
    [
        (X, Y, 1.4529380351, "logits"),
        (X, [[0], [1], [1], [2]], 1.4529380351, "logits"),
        (X, ONE_HOT, 1.4529380351, "logits"),
        (X, ONE_HOT.astype(bool), 1.4529380351, "logits"),
        (X, np.array(Y, dtype=float), 1.4529380351, "logits"),
        (X[0], 0, 0.4170300163, "logits"),
        (X[0], [0], 0.4170300163, "logits"),
        (X[:1], 0, 0.4170300163, "logits"),
        (X[0], [0.7, 0.2, 0.1], 0.8070300163, "logits"),
        (X[:1], [0.7, 0.2, 0.1], 0.8070300163, "logits"),
        (X, Q, pytorch.cross_entropy(X, Q), "logits"),
        (X, Q, pytorch.kl_div(LOG_P, Q, "batchmean"), "logits"),
        (LOG_P, Y, 1.4529380351, "log-probabilities"),
        (P, Y, 1.4529380351, "probabilities"),
        (np.round(P, 4), Y, pytorch.nll_loss(np.log(np.round(P, 4)), Y), "probabilities"),
        (P.astype(np.float32), Y, 1.4529380351, "probabilities"),
        (P, Q, pytorch.cross_entropy(X, Q), "probabilities"),
        (Z, B, 0.3047555610, "logits"),
        (np.reshape(Z, (3, 1)), B, 0.3047555610, "logits"),
        (Z, np.reshape(B, (3, 1)), 0.3047555610, "logits"),
        (np.reshape(Z, (3, 1)), np.reshape(B, (3, 1)), 0.3047555610, "logits"),
        (Z, [1, -1, 1], 0.3047555610, "logits"),
        (Z, [0.9, 0.1, 0.8], pytorch.binary_cross_entropy_with_logits(Z, [0.9, 0.1, 0.8]), "logits"),
        (S, B, 0.3047555610, "probabilities"),
        ([0.9], [1], -math.log(0.9), "probabilities"),
        ([0.9], [1], math.log1p(math.exp(-0.9)), "logits"),
        (X, SEVERAL, pytorch.binary_cross_entropy_with_logits(X, SEVERAL), "logits"),
        (MAPS.transpose(0, 2, 1), MAP_LABELS, 1.4529380351, "logits"),
        (MAPS, MAP_LABELS, 1.4529380351, "logits"),
        (MAPS.transpose(0, 2, 1), np.eye(3)[MAP_LABELS].transpose(0, 2, 1), 1.4529380351, "logits"),
        (X, [0, -100, -100, 2], 0.7578211525, "logits"),
        ([*Z, 7.0], [*B, -100], 0.3047555610, "logits"),
    ],
)
def test_the_right_call_on_everything_people_have(inputs, targets, value, reading):
    first = detective.investigate(f"{value:.7f}", inputs, targets)[0]
    assert (first.matches, first.mistake, first.reading) == (True, "none", reading)
    assert first.value == pytest.approx(float(value), abs=1e-7)


@pytest.mark.parametrize(
    ("observed", "inputs", "targets", "options", "mistake"),
    [
        (pytorch.cross_entropy(P, Y), P, Y, {}, "softmax_before_ce"),
        (pytorch.binary_cross_entropy_with_logits(S, B), S, B, {}, "sigmoid_before_bce_logits"),
        (pytorch.nll_loss(P, Y), P, Y, {}, "probabilities_to_nll"),
        (pytorch.kl_div(P, Q, "batchmean"), P, Q, {}, "kl_input_probabilities"),
        (pytorch.nll_loss(np.log(pytorch.softmax(X, 0)), Y), pytorch.softmax(X, 0), Y, {}, "softmax_wrong_axis"),
        (-math.log(0.6), [[0.2, 0.3]], [1], {}, "rows_renormalised"),
        ("36.0437", [[1, 0], [0, 1]], [0, 1], {}, "sklearn_label_order"),
        ("16.118096", [[1, 0], [1, 0]], [1, 1], {}, "clipped"),
        ("23.025851", [[100.0, 0], [100, 0]], [1, 1], {}, "clipped"),
        ("27.631021", [[100.0, 0], [100, 0]], [1, 1], {}, "clipped"),
        ("34.538776", [[100.0, 0], [100, 0]], [1, 1], {}, "clipped"),
        ("36.043653", [[100.0, 0], [100, 0]], [1, 1], {}, "clipped"),
        ("15.942385", [[100.0, 0], [100, 0]], [1, 1], {}, "clipped"),
        ("0.0", X, [-100] * 4, {}, "all_ignored"),
        ("inf", [[2, 1, -math.inf]], [0], {"label_smoothing": 0.1}, "masked_with_soft_target"),
        ("nan", [[2, 1, -math.inf]], [[1.0, 0, 0]], {}, "masked_with_soft_target"),
        ("0.000000", [[3.0], [-2.0]], [1, 0], {}, "softmax_of_one_logit"),
        ("inf", [[-300.0, 0], [0, 1]], [0, 1], {}, "half_precision"),
        ("nan", [[300.0, 0], [0, 1]], [0, 1], {}, "half_precision"),
        (pytorch.binary_cross_entropy_with_logits(X, SEVERAL, reduction="sum"), X, SEVERAL, {}, "sum_for_mean"),
        (pytorch.cross_entropy(X, Y, W, label_smoothing=0.1, reduction="sum"), X, Y,
         {"weight": W, "label_smoothing": 0.1}, "sum_for_mean"),
        (pytorch.binary_cross_entropy_with_logits(Z, B, pos_weight=3.0), Z, B, {"weight": 3}, "weight_for_pos_weight"),
        (1.4529380351, X, Y, {"weight": W}, "weighted_mean_divisor"),
    ],
)  # fmt: skip
def test_mistakes_on_what_people_have(observed, inputs, targets, options, mistake):
    text = observed if isinstance(observed, str) else f"{float(observed):.6f}"
    first = detective.investigate(text, inputs, targets, **options)[0]
    assert (first.matches, first.mistake) == (True, mistake)


ELEMENTS = np.arange(1.0, 13.0).reshape(4, 3)


@pytest.mark.parametrize(
    ("value", "options", "mistake"),
    [
        (pytorch.binary_cross_entropy_with_logits(X, ONE_HOT, pos_weight=W), {"pos_weight": W}, "none"),
        (pytorch.binary_cross_entropy_with_logits(X, ONE_HOT, weight=W), {"pos_weight": W}, "weight_for_pos_weight"),
        (pytorch.binary_cross_entropy_with_logits(X, ONE_HOT, weight=ELEMENTS), {"weight": ELEMENTS}, "none"),
        (pytorch.soft_margin_loss(X, ONE_HOT), {}, "zero_one_labels_in_margin"),
        (pytorch.cross_entropy(X, ONE_HOT), {"pos_weight": W}, "none"),
    ],
)
def test_rows_with_one_label_each_are_labels_too(value, options, mistake):
    first = detective.investigate(f"{float(value):.6f}", X, ONE_HOT, **options)[0]
    assert (first.matches, first.mistake) == (True, mistake)


def test_the_only_reading_that_fits_is_not_doubted():
    value = float(pytorch.binary_cross_entropy_with_logits(X, ONE_HOT, weight=ELEMENTS))
    first = detective.investigate(f"{value:.6f}", X, ONE_HOT, weight=ELEMENTS)[0]
    assert first.plausibility == 1.0
    assert first.explanation.startswith("Nothing is wrong")


def test_one_hot_rows_are_classes_before_they_are_labels():
    onehot, right = detective.investigate("0.942114", X, ONE_HOT)[:2]
    assert (onehot.mistake, right.mistake) == ("bce_logits_on_onehot", "none")
    assert right.mistake in onehot.tied_with
    assert "wrong if each row has one class" in onehot.tie
    assert right.explanation.startswith("If each of the 3 labels is a yes or a no of its own")
    assert {each.mistake for each in detective.investigate("1.452938", X, ONE_HOT)} == {"none", "mean_for_sum"}


IMAGES = np.random.default_rng(5).normal(size=(2, 3, 4, 5))
PIXELS = np.random.default_rng(6).integers(0, 3, (2, 4, 5))
PIXEL_MASKS = np.random.default_rng(7).integers(0, 2, IMAGES.shape)
PIXEL_Q = np.asarray(pytorch.softmax(IMAGES[::-1], 1))


@pytest.mark.parametrize(
    ("value", "inputs", "targets", "mistake", "code"),
    [
        *(
            (pytorch.nll_loss(pytorch.log_softmax(IMAGES, axis), PIXELS), IMAGES, PIXELS, "softmax_wrong_axis",
             f"nll_loss(log_softmax(z, {axis % 4}), y)")
            for axis in (0, 2, -1)
        ),
        (pytorch.nll_loss(np.transpose(pytorch.log_softmax(MAPS, 1), (0, 2, 1)), MAP_LABELS), MAPS, MAP_LABELS,
         "softmax_wrong_axis", "nll_loss(log_softmax(z, 1), y)"),
        (float(pytorch.cross_entropy(IMAGES, PIXELS, reduction="sum")) / 2, IMAGES, PIXELS, "summed_over_positions",
         'cross_entropy(z, y, reduction="sum") / 2'),
        (float(pytorch.binary_cross_entropy_with_logits(IMAGES, PIXEL_MASKS, reduction="sum")) / 2, IMAGES, PIXEL_MASKS,
         "summed_over_positions", 'binary_cross_entropy_with_logits(z, y, reduction="sum") / 2'),
        (pytorch.kl_div(pytorch.log_softmax(IMAGES, 1), PIXEL_Q, "batchmean"), IMAGES, PIXEL_Q,
         "summed_over_positions", 'kl_div(log_softmax(z, 1), q, reduction="sum") / 2'),
    ],
)  # fmt: skip
def test_what_has_more_axes_than_a_table(value, inputs, targets, mistake, code):
    first = detective.investigate(f"{float(value):.6f}", inputs, targets)[0]
    assert (first.matches, first.mistake, first.pipeline) == (True, mistake, code)


def test_the_fix_of_a_wrong_axis_names_the_axis_of_the_classes():
    of_rows = float(pytorch.nll_loss(pytorch.log_softmax(IMAGES, 2), PIXELS))
    assert detective.investigate(f"{of_rows:.6f}", IMAGES, PIXELS)[0].fix == "softmax(z, dim=1)"
    of_tokens = float(pytorch.nll_loss(np.transpose(pytorch.log_softmax(MAPS, 1), (0, 2, 1)), MAP_LABELS))
    assert detective.investigate(f"{of_tokens:.6f}", MAPS, MAP_LABELS)[0].fix == "softmax(z, dim=2)"


def test_sigmoids_that_were_pasted_are_told_from_a_softmax():
    mistakes = [each.mistake for each in detective.investigate("1.093321", pytorch.sigmoid(X), Y)]
    assert mistakes.index("sigmoid_before_ce") < mistakes.index("softmax_before_ce")


@pytest.mark.parametrize(
    ("observed", "inputs", "targets", "said"),
    [
        (0.4170300163, X[:1], [0], "grows with the batch: 1 row, 3 elements."),
        (0.8340600327, [X[0], X[0]], [0, 0], "grows with the batch: 2 rows, 6 elements."),
        (0.4170300163 / 4, X, [[1, 0, 0]] + [[0] * 3] * 3,
         "sums over up to 1 label in a row"),
        (float(pytorch.soft_margin_loss(Z, B)), Z, B, "for every negative, 1 here."),
        (OTHERS_OF_TWO, [[1.5, 0.2]], [1], "the wrong classes only, C − 1 = 1;"),
        (float("nan"), X, [-100] * 4, "Every target is -100,"),
        (0.3789105763, X, [0, -100, -100, 2], "All 4 rows are counted, though only 2 should be,"),
    ],
)  # fmt: skip
def test_counts_agree_with_their_nouns(observed, inputs, targets, said):
    seen = f"{observed:.6f}" if math.isfinite(observed) else "nan"
    texts = " ".join(each.explanation for each in detective.investigate(seen, inputs, targets))
    assert said in texts
    assert not re.search(r"\b(?<![.\d])1 (rows|elements|labels|negatives|targets|classes|wrong classes)\b", texts)


@pytest.mark.parametrize(
    ("observed", "inputs", "targets", "options", "mistakes"),
    [
        (math.log(2) ** -1 * 1.0102861806, X, Y, {}, ("softmax_before_ce", "bits")),
        (4 * 1.0102861806, X, Y, {}, ("softmax_before_ce", "sum_for_mean")),
        (pytorch.kl_div(LOG_P, 2 * np.array(Q)), X, 2 * np.array(Q), {}, ("target_not_normalised", "kl_mean")),
        (5.29915, [[0.2, 0.3, 0.5], [0.5, 0.2, 0.3]], [2, 1], {"weight": [2, 4, 6]},
         ("softmax_before_ce", "soft_target_weighted_mean")),
    ],
)  # fmt: skip
def test_two_mistakes_at_once(observed, inputs, targets, options, mistakes):
    first = detective.investigate(f"{observed:.5f}", inputs, targets, **options)[0]
    assert (first.matches, first.mistake, *first.also) == (True, *mistakes)
    assert "And at the same time" in first.explanation


# ---------------------------------------------------------------------------------------------------------- ties


@pytest.mark.parametrize(
    ("observed", "inputs", "targets", "options", "mistake", "tied"),
    [
        ("1.737919", X, Y, {"weight": W}, "none", {"weighted_mean_divisor"}),
        ("2.389639", X, Y, {"weight": W}, "soft_target_weighted_mean", {"weighted_mean_divisor"}),
        ("2.389639", X, ONE_HOT, {"weight": W}, "soft_target_weighted_mean", {"none"}),
        ("0.417030", X[:1], [0], {}, "none", {"sum_for_mean", "mean_for_sum"}),
        ("0.417030", X[:1], [0], {"weight": W}, "none", {"weighted_mean_divisor", "mean_for_sum"}),
        ("1.541008", [[1.5, 0.2]], [1], {}, "none", {"bce_on_softmax"}),
        (pytorch.cross_entropy([[1.0, 3.0], [2.0, 0.5]], [0, 1], label_smoothing=0.1),
         [[1, 3], [2, 0.5]], [0, 1], {}, "smoothing_over_others", {"smoothing_ignored"}),
        ("-0.466547", X, Y, {}, "probabilities_to_nll", {"kl_input_probabilities"}),
        ("1.577938", X, Y, {}, "label_off_by_one", {"sklearn_label_order"}),
        ("1.0397", [0, 0.25, 0.25, 0.5], [0, 0.25, 0.25, 0.5], {}, "soft_label_floor", {"none"}),
        ("nan", X, [-100] * 4, {}, "all_ignored", {"none"}),
    ],
)  # fmt: skip
def test_what_is_always_tied(observed, inputs, targets, options, mistake, tied):
    text = observed if isinstance(observed, str) else f"{float(observed):.6f}"
    first = detective.investigate(text, inputs, targets, **options)[0]
    assert (first.matches, first.mistake) == (True, mistake)
    assert tied <= set(first.tied_with)
    assert first.tie


def test_facts_are_those_of_the_rows_that_count():
    q = [[-100.0] * 3, [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]
    value = float(-sum(x * math.log(x) for row in q[1:] for x in row) / 2)
    found = {each.mistake: each for each in detective.investigate(f"{value:.6f}", X[:3], q)}
    assert f"its entropy, {number(value)} here" in found["soft_label_floor"].explanation
    doubled = [q[0], *(2.0 * np.array(q[1:]))]
    value = float(pytorch.cross_entropy(X[1:3], doubled[1:]))
    found = {each.mistake: each for each in detective.investigate(f"{value:.6f}", X[:3], doubled)}
    assert "rows sum to 2.0000" in found["target_not_normalised"].explanation


def test_a_match_by_accident_is_no_tie():
    """The last row of X is constant, so for its label another class gives the same; on other numbers it would not."""
    findings = {finding.mistake: finding for finding in detective.investigate("1.737919", X, Y, weight=W)}
    assert "sklearn_label_order" in findings
    assert "sklearn_label_order" not in findings["none"].tied_with


def test_the_divisor_of_a_weighted_mean_is_explained_beside_the_right_call():
    right, divisor = detective.investigate("1.737919", X, Y, weight=W)[:2]
    assert (right.mistake, divisor.mistake) == ("none", "weighted_mean_divisor")
    assert "5.5000" in divisor.explanation


@pytest.mark.parametrize(("classes", "floor"), [(2, "0.3133"), (3, "0.5514"), (4, "0.7437"), (10, "1.4612")])
def test_the_floor_of_a_second_softmax_is_told(classes, floor):
    first = detective.investigate(floor, np.eye(classes)[:1], [0])[0]
    assert (first.matches, first.mistake) == (True, "softmax_before_ce")
    assert first.value == pytest.approx(math.log(math.e + classes - 1) - 1, abs=1e-12)
    assert f"= {floor}" in first.explanation


# ---------------------------------------------------------------------------------------------- the observed value


@pytest.mark.parametrize(
    ("observed", "decimals", "matches"),
    [
        ("1.4529", None, True),
        ("1.4530", None, False),
        ("1.453", None, True),
        (1.452938, None, True),
        (1.45293803, None, True),
        (1.4529380798339844, None, True),  # what float32 makes of it
        (np.float32(1.4529381), None, True),
        (1.4529, 4, True),
        (1.4529, 6, False),
        (1.4529444, 4, True),
        ("1.452938e0", None, True),
        ("1.45294", None, True),
        ("1.45292", None, False),
        ("-1.452938", None, False),
        ("\u22121.452938", None, False),
        ("inf", None, False),
        ("nan", None, False),
    ],
)
def test_how_many_digits_must_agree(observed, decimals, matches):
    first = detective.investigate(observed, X, Y, decimals=decimals)[0]
    assert (first.mistake == "none" and first.matches) == matches


def test_without_a_match_the_nearest_three_are_named():
    findings = detective.investigate("1.45250", X, Y)
    assert len(findings) == 3
    assert not any(finding.matches for finding in findings)
    assert all(near.distance <= far.distance for near, far in pairwise(findings))
    none = next(finding for finding in findings if finding.mistake == "none")
    assert none.distance == pytest.approx(1.4529380351 - 1.4525)
    assert none.explanation.startswith("Close, within 0.001: a rounded intermediate result?")


@pytest.mark.parametrize(
    ("observed", "inputs", "targets"),
    [
        ("-inf", X, Y),
        ("-inf", X, ONE_HOT),
        ("nan", Z, B),
        ("inf", Z, B),
        ("-inf", Z, [0.9, 0.1, 0.8]),
        ("inf", X, [-100] * 4),
        ("-inf", X, [1, 2, 2, 3]),
        ("1.0", np.full((2, 3), math.nan), [0, 1]),
    ],
)
def test_what_nothing_gives_is_not_called_near_or_right(observed, inputs, targets):
    (only,) = detective.investigate(observed, inputs, targets)
    assert (only.mistake, only.matches) == (detective.NOT_REPRODUCED, False)
    assert not math.isfinite(only.distance)
    assert only.explanation.startswith(f"No pipeline gives {number(float(observed))} from these inputs")
    assert "away" not in only.explanation
    assert only.fix.startswith("torch.isfinite(z)")


@pytest.mark.parametrize("seen", [["-inf", "-inf"], ["nan", "1.452938"]])
def test_what_nothing_gives_on_every_batch(seen):
    (only,) = detective.suspects([(X, Y), (X, Y)]).report(seen).findings
    assert (only.mistake, only.matches) == (detective.NOT_REPRODUCED, False)
    assert "from the first batch and what was seen from the others;" in only.explanation


def test_a_finite_value_is_not_far_from_what_is_not_finite():
    findings = detective.investigate("1.0", [[-math.inf, 0.0], [0, 0]], [0, 1])
    assert all(math.isfinite(finding.distance) for finding in findings)


P, SOFT = pytorch.softmax(X, dim=1), 0.9 * ONE_HOT + 0.1 / 3
P_Z = np.exp(pytorch.log_softmax(np.stack([np.zeros(3), Z], axis=1), dim=1))[:, 1]
LOGITS, LOGARITHM = "The labels were taken for logits", "The logarithm was taken of the labels"
SWAPPED = {
    "cross_entropy": (pytorch.cross_entropy(ONE_HOT, P), X, Y, LOGITS),
    "cross_entropy, soft": (pytorch.cross_entropy(SOFT, P), X, SOFT, LOGITS),
    "Keras": (keras.categorical_crossentropy(P, ONE_HOT), X, Y, LOGARITHM),
    "Keras, soft": (keras.categorical_crossentropy(P, SOFT), X, SOFT, LOGARITHM),
    "Keras, binary": (keras.binary_crossentropy(P_Z[:, None], np.array(B)[:, None]), Z, B, LOGARITHM),
    "BCELoss": (pytorch.binary_cross_entropy(B, P_Z), Z, B, LOGARITHM),
    "BCELoss, one-hot": (pytorch.binary_cross_entropy(ONE_HOT, P), X, Y, LOGARITHM),
    "by hand": (-(P * np.log(SOFT)).sum(axis=1).mean(), X, SOFT, LOGARITHM),
}


@pytest.mark.parametrize(("seen", "inputs", "targets", "why"), SWAPPED.values(), ids=SWAPPED)
def test_swapped_arguments_are_told_by_what_the_labels_were_taken_for(seen, inputs, targets, why):
    found = [each for each in detective.investigate(f"{seen:.6f}", inputs, targets) if each.matches]
    (swapped,) = [each for each in found if each.mistake == "swapped_arguments"]
    assert [sentence in swapped.explanation for sentence in (LOGITS, LOGARITHM)] == [why == LOGITS, why == LOGARITHM]


def test_far_from_everything_there_is_still_an_answer():
    findings = detective.investigate("-1e9", X, Y)
    assert 1 <= len(findings) <= 3
    assert not findings[0].matches
    assert "away" in findings[0].explanation


def test_more_digits_are_worth_more():
    found = detective.suspects([(X, Y)])
    chances = [found.report([f"{1.0102861806:.{decimals}f}"]).chance for decimals in range(2, 7)]
    assert all(few > 3 * more for few, more in pairwise(chances))
    assert chances[0] > 0.3
    assert chances[-1] < 0.01


# ------------------------------------------------------------------------------------------------- a second batch


def test_a_second_batch_leaves_what_explains_both():
    more = [[0.3, -1.0, 2.2], [1.5, 0.2, 0.1]], [1, 0]
    value = float(pytorch.cross_entropy(pytorch.softmax(more[0], 1), more[1]))
    alone = detective.suspects([(X, Y)]).report(["1.0"])
    both = detective.suspects([(X, Y), more]).report(["1.0", f"{value:.1f}"])
    assert len(alone.findings) > len(both.findings)
    assert (both.findings[0].matches, both.findings[0].mistake) == (True, "softmax_before_ce")
    assert both.chance < alone.chance


def test_batches_that_went_through_different_pipelines_have_no_match():
    both = detective.suspects([(X, Y), (X, Y)]).report(["1.010286", "1.452938"])
    assert both.findings
    assert not any(finding.matches for finding in both.findings)


def test_a_report_counts_what_was_tried():
    report = detective.suspects([(X, Y)]).report(["1.010286"])
    assert report.pipelines > 500
    assert report.decimals == 6
    assert list(report.findings) == detective.investigate("1.010286", X, Y)


def test_there_must_be_a_batch():
    with pytest.raises(InvalidCase, match="at least one"):
        detective.suspects([])


def test_progress_is_told_to_the_end():
    parts: list[float] = []
    detective.suspects([(X, Y), (X, Y)], progress=parts.append)
    assert len(parts) > 20
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


# ------------------------------------------------------------------------------------------------ the case itself


@pytest.mark.parametrize(
    ("inputs", "targets", "options"),
    [
        (X, Y, {}),
        (X, [0, -100, -100, 2], {}),
        (X, Y, {"weight": W, "label_smoothing": 0.1}),
        (X, Q, {"weight": W}),
        (P, Y, {}),
        (LOG_P, Y, {}),
        (Z, B, {"pos_weight": 3}),
        (Z, [1, -1, 1], {}),
        (S, B, {"weight": [1, 2, 3]}),
        (X, [[1, 1, 0]] * 4, {"weight": W}),
        (MAPS, MAP_LABELS, {}),
    ],
)
def test_the_case_for_the_front_page_is_the_right_call(inputs, targets, options):
    case = detective.as_case(inputs, targets, **options)
    assert case is not None
    first = detective.investigate(f"{float(evaluate(case).loss):.7f}", inputs, targets, **options)[0]
    assert (first.matches, first.mistake) == (True, "none")


@pytest.mark.parametrize(
    ("inputs", "targets", "options"),
    [
        (X, [[1, 2, 3]] * 4, {}),
        (X, [1, 2, 2, 3], {}),
        (X, Y, {"weight": [1, 2, 0, 0.5]}),
        (X, [0, 1], {}),
        ([*Z, 7.0], [*B, -100], {}),
        (X, [[1, 1, 0]] * 4, {"weight": np.arange(12.0).reshape(4, 3)}),
    ],
)
def test_what_no_case_can_hold(inputs, targets, options):
    assert detective.as_case(inputs, targets, **options) is None


# ------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("observed", "inputs", "targets", "options", "message", "part"),
    [
        ("abc", X, Y, {}, "not a number", "observed"),
        ("", X, Y, {}, "missing", "observed"),
        (None, X, Y, {}, "must be one number", "observed"),
        ("1.0", X, Y, {"decimals": -1}, "decimals is -1", "observed"),
        ("1.0", X, Y, {"decimals": 1.5}, "decimals is 1.5", "observed"),
        ("1.0", [["a"]], [0], {}, "inputs must be numbers", "inputs"),
        ("1.0", [[1, 2], [3]], [0, 1], {}, "inputs must be numbers", "inputs"),
        ("1.0", [], [], {}, "at least one input", "inputs"),
        ("1.0", X, [0, 1, math.nan, 2], {}, "not finite", "targets"),
        ("1.0", X, Y, {"label_smoothing": 1.5}, "between 0 and 1", "label_smoothing"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(observed, inputs, targets, options, message, part):
    with pytest.raises(InvalidCase, match=message) as caught:
        detective.investigate(observed, inputs, targets, **options)
    assert caught.value.part == part
    assert str(caught.value).endswith(".")


PROBABLE = "targets of the inputs' shape must be probabilities, 0/1 or −1/1 labels."
FITTING = "give one class index for each row of inputs, or targets of the inputs' own shape."
# What does not fit together: inputs, targets, options, and the part that is blamed with the sentence about it.
UNFITTING: dict[str, tuple[Any, Any, dict[str, Any], str, str]] = {
    "labels: too few": (X, [0, 1], {}, "targets",
        f"The inputs are 4 rows of 3 and the targets 2 numbers; {FITTING}"),
    "labels: one for two rows": ([[1, 2], [3, 4]], 0, {}, "targets",
        f"The inputs are 2 rows of 2 and the targets 1 number; {FITTING}"),
    "labels: of three dimensions": (IMAGES, [0, 1], {}, "targets",
        f"The inputs are 2 × 3 × 4 × 5 numbers and the targets 2 numbers; {FITTING}"),
    "distributions: turned round": (X, np.full((3, 4), 0.25), {}, "targets",
        f"The inputs are 4 rows of 3 and the targets 3 rows of 4; {FITTING}"),
    "labels: above the range": (X, [0, 1, 2, 7], {}, "targets",
        "The label 7 is out of range: with 3 classes, labels run from 0 to 2."),
    "labels: below the range": (X, [0, 1, 2, -2], {}, "targets",
        "The label -2 is out of range: with 3 classes, labels run from 0 to 2."),
    "labels: above and below": (X, [-1, 1, 2, 3], {}, "targets",
        "The label -1 is out of range: with 3 classes, labels run from 0 to 2."),
    "labels: an identifier": (X, [0, 1, 2, 12345678], {}, "targets",
        "The label 12345678 is out of range: with 3 classes, labels run from 0 to 2."),
    "labels: not whole": (X, [0.5, 1, 1, 2], {}, "targets",
        "A class index must be a whole number from 0 to 2, not 0.5."),
    "labels: not quite whole": (X, [1.0000001, 1, 1, 2], {}, "targets",
        "A class index must be a whole number from 0 to 2, not 1.0000001."),
    "targets: negative": (X, np.full((4, 3), -0.5), {}, "targets",
        f"The targets run from -0.5 to -0.5; {PROBABLE}"),
    "targets: just outside 0 to 1": (Z, [-1e-7, 0.5, 1.0000001], {}, "targets",
        f"The targets run from -1e-7 to 1.0000001; {PROBABLE}"),
    "weight: too many": (X, Y, {"weight": [1, 2, 3, 4, 5]}, "weight",
        "weight has 5 numbers; give 3, one for each class or label, or 4, one for each example."),
    "weight: none": (X, Y, {"weight": []}, "weight",
        "weight has 0 numbers; give 3, one for each class or label, or 4, one for each example."),
    "weight: of 10,000": (X, Y, {"weight": np.ones(10_000)}, "weight",
        "weight has 10,000 numbers; give 3, one for each class or label, or 4, one for each example."),
    "weight: negative": (X, Y, {"weight": [1, -1e-7, 3]}, "weight",
        "weight contains -1e-7; weights must be finite and not negative."),
    "pos_weight: too many": (Z, B, {"pos_weight": [1, 2]}, "pos_weight",
        "pos_weight has 2 numbers; give 3, one for each label."),
}  # fmt: skip


@pytest.mark.parametrize(("inputs", "targets", "options", "part", "sentence"), UNFITTING.values(), ids=UNFITTING)
def test_what_does_not_fit_together_is_counted_in_words(
    inputs: Any, targets: Any, options: dict[str, Any], part: str, sentence: str
) -> None:
    with pytest.raises(InvalidCase) as caught:
        detective.investigate("1.0", inputs, targets, **options)
    assert (str(caught.value), caught.value.part) == (sentence, part)


SHAPES = st.sampled_from([(1,), (3,), (2, 3), (4, 1), (1, 3), (2, 3, 2), ()])
INPUTS = st.one_of(
    st.floats(-20, 20), st.floats(0, 1), st.sampled_from([math.inf, -math.inf, math.nan, 1e300, -1e300, 0.0, 1.0])
)
TARGETS_OF_ANY_KIND = st.one_of(st.integers(-1, 3), st.sampled_from([0.0, 1.0, -1.0, -100.0, 0.25]), st.floats(0, 1))


@settings(max_examples=150)
@given(
    arrays.arrays(np.float64, SHAPES, elements=INPUTS),
    arrays.arrays(np.float64, SHAPES, elements=TARGETS_OF_ANY_KIND),
    st.sampled_from(["0.5514", "nan", "inf", "-inf", "0.0", "1e12", "-0.3"]),
    st.sampled_from([{}, {"weight": [1, 2, 0.5]}, {"label_smoothing": 0.1}, {"pos_weight": 2}, {"ignore_index": 1}]),
)
def test_nothing_breaks_it(inputs, targets, observed, options):
    try:
        findings = detective.investigate(observed, inputs, targets, **options)
    except InvalidCase as refusal:
        message = str(refusal)
    else:
        message = "."
        assert findings
        assert all(finding.matches for finding in findings) or len(findings) <= 3
    assert message.endswith(".")


@pytest.mark.parametrize("ignore_index", [math.nan, math.inf, -math.inf, 0.5])
def test_an_ignore_index_is_a_whole_number(ignore_index: float) -> None:
    with pytest.raises(InvalidCase, match="whole number"):
        detective.investigate("1.5", [[2.0, 1.0]], [0], ignore_index=ignore_index)


@pytest.mark.parametrize("observed", ["1.010286", "0.551445", "0.55", "1.0", "nan", "inf", "12", "1.0102864"])
def test_suspects_can_be_asked_about_any_number(observed: str) -> None:
    x = [[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]]
    found = detective.suspects([(x, [0, 1, 1, 2])])
    found.report(["0.3"])  # what was asked before does not matter
    anew = detective.suspects([(x, [0, 1, 1, 2])])
    assert repr(found.report([observed])) == repr(anew.report([observed]))  # nan is not nan


def test_what_is_rounded_is_told_only_of_digits_that_show_it() -> None:
    """In float16 the loss is 0.4175 and not 0.4170: four decimals tell them apart, two do not."""
    found = detective.suspects([([[2.0, 1.0, 0.1]], [0])])
    assert (
        found.report(["0.42"]).pipelines < found.report(["0.4170"]).pipelines < found.report(["0.417030016"]).pipelines
    )
