"""Questions that people really asked about a loss, as cases for the detective.

The numbers are those of the threads, which are linked; the words are our own. Where a thread has no logits, or none
that can be pasted, numbers were chosen that give what it reports, and ``chosen`` says so.
"""

from __future__ import annotations

import dataclasses

from explorer.detective import Finding, investigate

Numbers = tuple[float, ...] | tuple[tuple[float, ...], ...]


@dataclasses.dataclass(frozen=True)
class Thread:
    """One question: what was called on what, what came out, what was expected, and which mistakes explain it.

    ``observed`` is the value as text, with its decimals. ``expected`` is what the person had expected, or empty.
    ``mistakes`` are the ids that the detective must find, the first of them first. ``source`` is a link, or empty
    where there is none. ``weight`` and ``label_smoothing`` are options of ``detective.investigate``.
    """

    title: str
    question: str
    source: str
    call: str
    inputs: Numbers
    targets: Numbers
    observed: str
    mistakes: tuple[str, ...]
    expected: str = ""
    weight: Numbers | None = None
    label_smoothing: float | None = None
    chosen: str = ""

    def findings(self) -> list[Finding]:
        """Return what the detective says."""
        return investigate(
            self.observed, self.inputs, self.targets, weight=self.weight, label_smoothing=self.label_smoothing
        )


_SOFTMAX_OF_TWO = ((0.7310585786300049, 0.2689414213699951), (0.2689414213699951, 0.7310585786300049))
_FOURTH = (0.0, 0.25, 0.25, 0.5)

THREADS: tuple[Thread, ...] = (
    Thread(
        "A loss that never reaches 0",
        "The prediction is perfect, all probability on the right class. Why is the loss 0.5514 and not 0?",
        "https://imathworks.com/cv/solved-pytorch-cross-entropy-loss-implementation-counterintuitive/",
        "CrossEntropyLoss()(p, y)",
        ((0.0, 1.0, 0.0),),
        (1.0,),
        "0.5514",
        ("softmax_before_ce",),
        expected="0",
    ),
    Thread(
        "Keras and from_logits",
        "The model ends in a softmax, and the loss has from_logits=True. What is computed?",
        "https://github.com/keras-team/keras/issues/6143",
        "categorical_crossentropy(y, p, from_logits=True)",
        _SOFTMAX_OF_TWO,
        ((1.0, 0.0), (0.0, 1.0)),
        "0.488548",
        ("softmax_before_ce",),
    ),
    Thread(
        "A weighted loss that is not sum / N",
        "Weights of 2, 4 and 6 on probabilities: by hand it is 5.29915. Why does PyTorch say 1.0598?",
        "https://github.com/pytorch/pytorch/issues/25571",
        "CrossEntropyLoss(weight=w)(p, y)",
        ((0.2, 0.3, 0.5), (0.5, 0.2, 0.3)),
        (2.0, 1.0),
        "1.0598",
        ("softmax_before_ce", "weighted_mean_divisor"),
        expected="5.29915",
        weight=(2.0, 4.0, 6.0),
    ),
    Thread(
        "Class weights, by hand",
        "With weights 0.4 and 0.36 the mean of the weighted losses is 0.6662. Why is the loss 1.7529?",
        "https://discuss.pytorch.org/t/weight-in-cross-entropy-loss/78256",
        "CrossEntropyLoss(weight=w)(z, y)",
        ((3.0, 4.0), (6.0, 9.0)),
        (1.0, 0.0),
        "1.7529",
        ("none", "weighted_mean_divisor"),
        expected="0.6662",
        weight=(0.4, 0.36),
    ),
    Thread(
        "A negative log-likelihood",
        "The network gives probabilities. Why does NLLLoss come out below 0?",
        "",
        "NLLLoss()(p, y)",
        ((0.88, 0.12), (0.51, 0.49)),
        (1.0, 0.0),
        "-0.315",
        ("probabilities_to_nll",),
        expected="0.4005",
    ),
    Thread(
        "A negative divergence of equal distributions",
        "Both distributions are one half, one half. Why is their divergence not 0?",
        "https://github.com/pytorch/pytorch/issues/43348",
        'kl_div(p, q, reduction="sum")',
        (0.5, 0.5),
        (0.5, 0.5),
        "-1.1931",
        ("kl_input_probabilities",),
        expected="0",
    ),
    Thread(
        "A negative divergence",
        "The input is a logarithm as it should be. Why is KLDivLoss negative?",
        "https://github.com/pytorch/pytorch/issues/60928",
        "KLDivLoss()(p.log(), q)",
        ((0.1132, 0.5477, 0.339),),
        ((0.1541, 0.0511, 0.0947),),
        "-0.0648",
        ("target_not_normalised", "kl_mean"),
    ),
    Thread(
        "Exactly 100",
        "A logit of -1000 under the label 1. Why is BCELoss 100?",
        "https://github.com/pytorch/pytorch/issues/49844",
        "BCELoss()(sigmoid(z), y)",
        (-1000.0,),
        (1.0,),
        "100.0",
        ("bce_clamp",),
        expected="1000",
    ),
    Thread(
        "... and exactly 1000",
        "The same logit in BCEWithLogitsLoss. Is 1000 right?",
        "https://github.com/pytorch/pytorch/issues/49844",
        "BCEWithLogitsLoss()(z, y)",
        (-1000.0,),
        (1.0,),
        "1000.0",
        ("none",),
        expected="100",
    ),
    Thread(
        "A batch without a label",
        "Every target of the batch is -100. Why is the loss nan?",
        "https://github.com/pytorch/pytorch/issues/70348",
        "CrossEntropyLoss()(z, y)",
        ((2.0, 1.0, 0.1), (0.5, 2.5, -1.0)),
        (-100.0, -100.0),
        "nan",
        ("all_ignored",),
        expected="0",
        chosen="The thread only says that all targets are ignored; these logits are ours.",
    ),
    Thread(
        "log_loss before and after",
        "The row sums to 0.5. Why did log_loss once say 0.51, and now 1.20?",
        "https://github.com/scikit-learn/scikit-learn/issues/24515",
        "log_loss(y, p)  # scikit-learn 1.1",
        ((0.2, 0.3),),
        ((0.0, 1.0),),
        "0.5108256237659907",
        ("rows_renormalised",),
        expected="1.2039728",
    ),
    Thread(
        "Two perplexities of one model",
        "The perplexity is 19.1218 with base 2 and 70.6083 with base e. Which is right?",
        "https://github.com/huggingface/evaluate/issues/241",
        "2 ** loss",
        ((0.0, 4.242883739),),
        (0.0,),
        "19.1218",
        ("perplexity_base",),
        expected="70.6083",
        chosen="The thread has no logits; these give its perplexity of 70.6083.",
    ),
    Thread(
        "A minimum that is not 0",
        "The prediction is the soft label itself. Why is the cross-entropy 1.0397?",
        "https://torontoai.org/2019/07/22/d-minimum-cost-is-not-zero-when-calculating-cross-entropy-on-soft-labels/",
        "-(y * log(p)).sum()",
        _FOURTH,
        _FOURTH,
        "1.0397",
        ("soft_label_floor",),
        expected="0",
    ),
)
