"""The detective: every mistake of the catalogue is named from its value, and nothing is named for the right call."""

import numpy as np
import pytest

from explorer import detective

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
    ("sigmoid_before_bce_logits", "0.537654", Z, B, {}),
    ("kl_mean", "0.484313", X, Y, {}),
    ("weighted_mean_divisor", "1.737919", X, Y, {"weight": W}),
    ("weighted_mean_divisor", "2.389639", X, Y, {"weight": W}),
    ("soft_target_weighted_mean", "2.389639", X, Y, {"weight": W}),
    ("soft_target_weighted_mean", "2.389639", X, ONE_HOT, {"weight": W}),
    ("probabilities_to_nll", "-0.466547", X, Y, {}),
    ("logits_to_nll", "-0.875", X, Y, {}),
    ("bce_on_softmax", "0.774546", X, Y, {}),
    ("bce_logits_on_onehot", "0.942114", X, Y, {}),
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
