"""One table of every loss function of the dialects: what it takes, what it computes, how it is written and where it is
documented.

``FUNCTIONS`` is the table; ``Function.compute`` and ``Function.call`` turn a row of it into a number and into code.
C is the number of classes, N the number of rows.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.dialects import keras, optax, pytorch, sklearn
from explorer.numerics import Array


class Library(StrEnum):
    """Whose function it is."""

    PYTORCH = "PyTorch"
    KERAS = "Keras"
    SKLEARN = "scikit-learn"
    OPTAX = "Optax"


class Feed(StrEnum):
    """What a function is fed: what a model gives that ends with nothing, a log-softmax, a softmax or a sigmoid.

    ``Feed("softmax")`` is ``Feed("probabilities")``: the name of the activation is understood too.
    """

    LOGITS = "logits"
    LOG_SOFTMAX = "log-probabilities"
    SOFTMAX = "probabilities"
    SIGMOID = "sigmoids"

    @classmethod
    def _missing_(cls, value: object) -> Feed | None:
        return next((feed for feed in cls if feed.name.lower() == value), None)

    @property
    def ending(self) -> str:
        """What the model ends with: nothing, log-softmax, softmax or sigmoid."""
        return "nothing" if self is Feed.LOGITS else self.name.lower().replace("_", "-")


class Target(StrEnum):
    """The form in which a function takes its targets."""

    INDICES = "class indices"
    DISTRIBUTIONS = "distributions"
    LABELS = "0/1 labels"
    SIGNS = "−1/1 labels"
    INDEX_LISTS = "index lists"


class Family(StrEnum):
    """Functions of one family compute the same thing, or nearly so."""

    SOFTMAX = "softmax cross-entropy"
    SIGMOID = "sigmoid cross-entropy"
    DIVERGENCE = "KL divergence"
    MARGIN = "margin"
    DISTANCE = "distance"
    FOCAL = "focal loss"


class Layout(StrEnum):
    """How one binary logit for each row is handed over: as (N,), as (N, 1), or beside its rival 0 as (N, 2)."""

    FLAT = "flat"
    COLUMN = "column"
    PAIR = "pair"


@dataclasses.dataclass(frozen=True, eq=False)
class Options:
    """What may be set besides inputs and targets. A function reads those that its ``parameters`` name.

    ``weight`` is as torch takes it: (C,) for class targets, otherwise any shape that broadcasts to the inputs.
    ``sample_weight`` (N,) has one weight a row; ``labels`` (C,) names the classes where a batch need not hold them all;
    ``reduction`` is "mean", "sum" or "none", whatever a library calls it.
    """

    weight: Array | None = None
    sample_weight: Array | None = None
    pos_weight: Array | None = None
    ignore_index: int = -100
    label_smoothing: float = 0.0
    labels: npt.ArrayLike | None = None
    reduction: str = "mean"


Reductions = Mapping[str, Mapping[str, Any]]


@dataclasses.dataclass(frozen=True, eq=False)
class Function:
    """One loss function of one library.

    ``functional`` has the places ``{input}`` and ``{target}``; ``as_class`` is "" where there is no class. ``binary``
    says how a single logit a row is handed over. ``parameters`` names the options that it has, as field of ``Options``
    and as the library calls them; ``reductions`` the arguments that give each of our reductions. ``clip`` is how near
    to 0 and 1 it lets a probability come (0: as near as it likes).
    """

    id: str
    library: Library
    functional: str
    as_class: str
    feed: Feed
    targets: tuple[Target, ...]
    setups: tuple[str, ...]
    default_reduction: str
    family: Family
    formula: str
    source: str
    parameters: Mapping[str, str]
    reductions: Reductions
    binary: Layout
    losses: Callable[..., Any]
    clip: float = 0.0
    remark: str = ""

    @property
    def title(self) -> str:
        """What it is called in a table: ``F.cross_entropy``, ``BinaryCrossentropy(from_logits=True)``, ``log_loss``."""
        if self.library is Library.KERAS:
            return self.as_class.removeprefix("keras.losses.")
        return self.functional.partition("(")[0]

    @property
    def in_nats(self) -> bool:
        """Whether its values are in nats; margins and distances are in the unit of the scores."""
        return self.family not in {Family.MARGIN, Family.DISTANCE}

    @property
    def missing(self) -> tuple[str, ...]:
        """The options that a loss of its family could have and this one has not, in words."""
        has = set(self.parameters)
        options = {
            "weights": not has & {"weight", "sample_weight"},
            "pos_weight": self.family is Family.SIGMOID and "pos_weight" not in has,
            "ignore_index": self.family is Family.SOFTMAX and "ignore_index" not in has,
            "label smoothing": self.family in {Family.SOFTMAX, Family.SIGMOID} and "label_smoothing" not in has,
            "reduction": self.library is Library.OPTAX,
        }
        return tuple(option for option, is_missing in options.items() if is_missing)

    @property
    def note(self) -> str:
        """What it has not, and what else is worth knowing, in plain sentences; may be empty."""
        missing = f"No {', no '.join(self.missing)}." if self.missing else ""
        return f"{missing} {self.remark}".strip()

    def expects(self, setup: str) -> Feed:
        """Return what it is meant to be fed in a set-up: the probability of one yes or no comes from a sigmoid."""
        takes_yes_or_no = setup == "binary" and setup in self.setups
        return Feed.SIGMOID if takes_yes_or_no and self.feed is Feed.SOFTMAX else self.feed

    def compute(self, inputs: npt.ArrayLike, targets: npt.ArrayLike, options: Options) -> Array | np.float64:
        """Return its loss of inputs and targets that are already in its forms, reduced as the options say.

        In nats (margins and distances: in the unit of the scores), in the shape that the library gives. Options that it
        has not are not looked at. What the library never reduces is reduced here, by its plain mean or sum; what it
        always reduces is its mean, even under "none". Raises what the function itself raises.
        Source: ``explorer.dialects``.
        """
        keywords = {name: getattr(options, field) for field, name in self.parameters.items()}
        keywords |= self.reductions.get(options.reduction, {})
        labels_first = self.library in {Library.KERAS, Library.SKLEARN}
        losses = self.losses(*((targets, inputs) if labels_first else (inputs, targets)), **keywords)
        if self.reductions or options.reduction == "none":
            return np.asarray(losses, dtype=np.float64)[()]
        total = np.float64(np.sum(losses))
        return total if options.reduction == "sum" else total / np.float64(np.size(losses))

    def call(self, inputs: str, targets: str, reduction: str = "mean", **settings: str) -> str:
        """Return its call as code. ``settings`` are fields of ``Options`` as code; those it has not are dropped."""
        named = {name: settings[field] for field, name in self.parameters.items() if field in settings}
        named |= {name: _code(value) for name, value in self.reductions.get(reduction, {}).items()}
        if self.library is Library.KERAS:
            weight = {name: named.pop(name) for name in ("sample_weight",) if name in named}
            opened = self.as_class if self.as_class.endswith(")") else self.as_class + "()"
            return f"{_with_arguments(opened, named)}{_with_arguments(f'({targets}, {inputs})', weight)}"
        called = _with_arguments(self.functional.format(input=inputs, target=targets), named)
        return called if self.reductions or reduction == "none" else f"{called}.{reduction}()"


def _code(value: object) -> str:
    """Write a setting as code, with the double quotes of the rest."""
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _with_arguments(call: str, named: Mapping[str, str]) -> str:
    """Add arguments to a call: ``f(x)`` to ``f(x, a=b)``."""
    opened = call[:-1]
    for name, code in named.items():
        opened += f"{'' if opened.endswith('(') else ', '}{name}={code}"
    return opened + ")"


# ------------------------------------------------------------------------------------------- rows of each library

_MULTICLASS, _BINARY, _MULTILABEL = "multiclass", "binary", "multilabel"
_EACH = (_BINARY, _MULTILABEL)  # a loss for each element: one label, or several


def _reductions(**ours: str) -> Reductions:
    """Which argument gives each reduction; "" is none, for it is the default."""
    return MappingProxyType({name: {"reduction": value} if value else {} for name, value in ours.items()})


_TORCH_REDUCTIONS = _reductions(mean="", sum="sum", none="none")


def _torch(name: str, as_class: str, parameters: str, **fields: Any) -> Function:
    """Make a row of PyTorch's; ``parameters`` are the options, which have the same names there."""
    torchvision = name == "sigmoid_focal_loss"
    return Function(
        **{
            "id": f"pytorch.{name}",
            "library": Library.PYTORCH,
            "functional": f"{'torchvision.ops' if torchvision else 'F'}.{name}({{input}}, {{target}})",
            "as_class": f"nn.{as_class}" if as_class else "",
            "default_reduction": "mean",
            "source": "https://docs.pytorch.org/vision/stable/generated/torchvision.ops.sigmoid_focal_loss.html"
            if torchvision
            else f"https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.{name}.html",
            "parameters": MappingProxyType({option: option for option in parameters.split()}),
            "reductions": _TORCH_REDUCTIONS,
            "binary": Layout.FLAT,
            "losses": getattr(pytorch, name),
            **fields,
        }
    )


def _keras(name: str, as_class: str, page: str, parameters: Mapping[str, str], **fields: Any) -> Function:
    """Make a row of Keras's, whose losses give one value for each row and whose classes reduce them."""
    from_logits = bool(fields.pop("from_logits", False))
    losses = getattr(keras, name)
    return Function(
        **{
            "id": f"keras.{name}{'.from_logits' if from_logits else ''}",
            "library": Library.KERAS,
            "functional": f"keras.losses.{name}({{target}}, {{input}}{', from_logits=True' if from_logits else ''})",
            "as_class": f"keras.losses.{as_class}{'(from_logits=True)' if from_logits else ''}",
            "default_reduction": "sum_over_batch_size",
            "source": f"https://keras.io/api/losses/{page}_losses/#{as_class.lower()}-class",
            "parameters": MappingProxyType({"sample_weight": "sample_weight", **parameters}),
            "reductions": _reductions(mean="", sum="sum", none="none"),
            "losses": functools.partial(losses, from_logits=True) if from_logits else losses,
            **fields,
        }
    )


def _keras_pair(name: str, as_class: str, parameters: Mapping[str, str], **fields: Any) -> tuple[Function, Function]:
    """Make the two rows of a cross-entropy of Keras's: from probabilities, which it clips, and from logits."""
    of_p, of_z = fields.pop("formula")
    remark = fields.pop("remark")
    probabilities, clips = Feed.SOFTMAX, "It divides each row by its sum, then clips it to [1e−7, 1 − 1e−7]."
    if fields["family"] is Family.SIGMOID:
        probabilities, clips = Feed.SIGMOID, "It clips each p to [1e−7, 1 − 1e−7]."
    row = functools.partial(_keras, name, as_class, "probabilistic", parameters, **fields)
    return (
        row(feed=probabilities, formula=of_p, clip=keras.EPSILON, remark=f"{clips} {remark}"),
        row(feed=Feed.LOGITS, formula=of_z, from_logits=True, remark=remark),
    )


def _sklearn(name: str, **fields: Any) -> Function:
    """Make a row of scikit-learn's."""
    return Function(
        **{
            "id": f"sklearn.{name}",
            "library": Library.SKLEARN,
            "functional": f"{name}({{target}}, {{input}})",
            "as_class": "",
            "setups": (_MULTICLASS, _BINARY),
            "default_reduction": "mean",
            "source": f"https://scikit-learn.org/stable/modules/generated/sklearn.metrics.{name}.html",
            "parameters": MappingProxyType({"sample_weight": "sample_weight", "labels": "labels"}),
            "binary": Layout.FLAT,
            "losses": getattr(sklearn, name),
            **fields,
        }
    )


def _optax(name: str, **fields: Any) -> Function:
    """Make a row of Optax's, which has no options and never reduces."""
    return Function(
        **{
            "id": f"optax.{name}",
            "library": Library.OPTAX,
            "functional": f"optax.{name}({{input}}, {{target}})",
            "as_class": "",
            "feed": Feed.LOGITS,
            "default_reduction": "none",
            "source": f"https://optax.readthedocs.io/en/latest/api/generated/optax.losses.{name}.html",
            "parameters": MappingProxyType({}),
            "reductions": MappingProxyType({}),
            "losses": getattr(optax, name),
            **fields,
        }
    )


# ------------------------------------------------------------------------------------------------------ the table

_SOFTMAX_Y = r"-\ln\frac{e^{z_{y}}}{\sum_c e^{z_c}}"
_SOFTMAX_Q = r"-\sum_c q_c \ln\frac{e^{z_c}}{\sum_j e^{z_j}}"
_BCE_Z = r"-\big[y\ln\sigma(z) + (1-y)\ln\sigma(-z)\big]"
_MEAN = r"L = \frac{1}{N}\sum_i \ell_i"
_WEIGHTED_MEAN = r"L = \frac{\sum_i \ell_i}{\sum_i w_{y_i}}"

_SOFTMAX_TARGETS = {"family": Family.SOFTMAX, "setups": (_MULTICLASS,), "binary": Layout.PAIR}
_EACH_TARGETS = {"family": Family.SIGMOID, "setups": _EACH, "targets": (Target.LABELS,)}
_NEVER_REDUCES = "It never reduces: take the mean or the sum of what it gives."

FUNCTIONS: tuple[Function, ...] = (
    _torch(
        "cross_entropy",
        "CrossEntropyLoss",
        "weight ignore_index label_smoothing",
        feed=Feed.LOGITS,
        targets=(Target.INDICES, Target.DISTRIBUTIONS),
        **_SOFTMAX_TARGETS,
        formula=rf"\ell = w_y\Big({_SOFTMAX_Y}\Big), \quad {_WEIGHTED_MEAN}",
        remark="With distributions as targets the mean divides by N, whatever the weights.",
    ),
    _torch(
        "nll_loss",
        "NLLLoss",
        "weight ignore_index",
        feed=Feed.LOG_SOFTMAX,
        targets=(Target.INDICES,),
        **_SOFTMAX_TARGETS,
        formula=rf"\ell = -w_y\,(\ln p)_y, \quad {_WEIGHTED_MEAN}",
        remark="It takes no logarithm: what it is fed must be one.",
    ),
    _torch(
        "binary_cross_entropy",
        "BCELoss",
        "weight",
        feed=Feed.SIGMOID,
        **_EACH_TARGETS,
        formula=rf"\ell = -w\big[y\max(\ln p, -100) + (1-y)\max(\ln(1-p), -100)\big], \quad {_MEAN}",
        clip=float(np.exp(pytorch.LOG_FLOOR)),
        remark="Each logarithm is held at −100 or above, and the mean is over all elements.",
    ),
    _torch(
        "binary_cross_entropy_with_logits",
        "BCEWithLogitsLoss",
        "weight pos_weight",
        feed=Feed.LOGITS,
        **_EACH_TARGETS,
        formula=rf"\ell = -w\big[w^+ y\ln\sigma(z) + (1-y)\ln\sigma(-z)\big], \quad {_MEAN}",
        remark="The mean is over all elements. Targets are not checked: −1 can make the loss negative.",
    ),
    _torch(
        "multilabel_soft_margin_loss",
        "MultiLabelSoftMarginLoss",
        "weight",
        feed=Feed.LOGITS,
        targets=(Target.LABELS,),
        family=Family.SIGMOID,
        setups=(_MULTILABEL,),
        binary=Layout.COLUMN,
        formula=r"\ell = -\frac{1}{C}\sum_c w_c\big[y_c\ln\sigma(z_c) + (1-y_c)\ln\sigma(-z_c)\big], \quad " + _MEAN,
        remark="It averages over the labels first, so its sum is C times smaller than that of the element-wise loss.",
    ),
    _torch(
        "multi_margin_loss",
        "MultiMarginLoss",
        "weight",
        feed=Feed.LOGITS,
        targets=(Target.INDICES,),
        family=Family.MARGIN,
        setups=(_MULTICLASS,),
        binary=Layout.PAIR,
        formula=r"\ell = \frac{w_y}{C}\sum_{j\ne y}\max(0, 1 - z_y + z_j), \quad " + _MEAN,
        remark="It adds up all wrong classes and divides by C; the weighted mean divides by N.",
    ),
    _torch(
        "multilabel_margin_loss",
        "MultiLabelMarginLoss",
        "",
        feed=Feed.LOGITS,
        targets=(Target.INDEX_LISTS,),
        family=Family.MARGIN,
        setups=(_MULTILABEL,),
        binary=Layout.COLUMN,
        formula=r"\ell = \frac{1}{C}\sum_{y}\sum_{j\notin Y}\max(0, 1 - z_y + z_j), \quad " + _MEAN,
        remark="Its targets are the right classes of each row, filled up with −1.",
    ),
    _torch(
        "soft_margin_loss",
        "SoftMarginLoss",
        "",
        feed=Feed.LOGITS,
        targets=(Target.SIGNS,),
        family=Family.SIGMOID,
        setups=_EACH,
        formula=rf"\ell = \ln\big(1 + e^{{-yz}}\big), \quad {_MEAN}",
        remark="It is not stabilised: the loss is infinite from about yz = −710 (in float32, −89).",
    ),
    _torch(
        "hinge_embedding_loss",
        "HingeEmbeddingLoss",
        "",
        feed=Feed.LOGITS,
        targets=(Target.SIGNS,),
        family=Family.DISTANCE,
        setups=(_BINARY,),
        formula=r"\ell = \begin{cases} z & y = 1 \\ \max(0, 1 - z) & y = -1 \end{cases}, \quad " + _MEAN,
        remark="It is made for a distance, which is small for a label of 1: a score works the other way round.",
    ),
    _torch(
        "kl_div",
        "KLDivLoss",
        "",
        feed=Feed.LOG_SOFTMAX,
        targets=(Target.DISTRIBUTIONS,),
        family=Family.DIVERGENCE,
        setups=(_MULTICLASS,),
        binary=Layout.PAIR,
        reductions=_reductions(mean="batchmean", sum="sum", none="none"),
        formula=r"\ell = \sum_c q_c\,\big(\ln q_c - (\ln p)_c\big), \quad " + _MEAN,
        remark='Its own "mean" divides by N · C; "batchmean" divides by N, as the divergence asks for.',
    ),
    _torch(
        "sigmoid_focal_loss",
        "",
        "",
        feed=Feed.LOGITS,
        targets=(Target.LABELS,),
        family=Family.FOCAL,
        setups=_EACH,
        default_reduction="none",
        reductions=_reductions(mean="mean", sum="sum", none=""),
        formula=r"\ell = -\alpha_t\,(1 - p_t)^\gamma \ln p_t, \quad \alpha = 0.25,\ \gamma = 2",
        remark="alpha weights the positives, 1 − alpha the negatives; alpha=−1 and gamma=0 leave cross-entropy.",
    ),
    *_keras_pair(
        "categorical_crossentropy",
        "CategoricalCrossentropy",
        {"label_smoothing": "label_smoothing"},
        targets=(Target.DISTRIBUTIONS,),
        **_SOFTMAX_TARGETS,
        formula=(
            r"\ell = -\sum_c q_c \ln \operatorname{clip}\Big(\frac{p_c}{\sum_j p_j}\Big), \quad " + _MEAN,
            rf"\ell = {_SOFTMAX_Q}, \quad {_MEAN}",
        ),
        remark='It weighs rows, not classes, and divides by N ("mean_with_sample_weight": the weights).',
    ),
    *_keras_pair(
        "sparse_categorical_crossentropy",
        "SparseCategoricalCrossentropy",
        {"ignore_index": "ignore_class"},
        targets=(Target.INDICES,),
        **_SOFTMAX_TARGETS,
        formula=(
            r"\ell = -\ln \operatorname{clip}\Big(\frac{p_y}{\sum_j p_j}\Big), \quad " + _MEAN,
            rf"\ell = {_SOFTMAX_Y}, \quad {_MEAN}",
        ),
        remark='It weighs rows, not classes, and divides by the rows kept ("mean_with_sample_weight": the weights).',
    ),
    *_keras_pair(
        "binary_crossentropy",
        "BinaryCrossentropy",
        {"label_smoothing": "label_smoothing"},
        **_EACH_TARGETS,
        binary=Layout.COLUMN,
        formula=(
            r"\ell = -\frac{1}{C}\sum_c\big[y_c\ln p_c + (1-y_c)\ln(1-p_c)\big], \quad " + _MEAN,
            r"\ell = -\frac{1}{C}\sum_c\big[y_c\ln\sigma(z_c) + (1-y_c)\ln\sigma(-z_c)\big], \quad " + _MEAN,
        ),
        remark="It averages over the labels of a row first, and weighs whole rows.",
    ),
    _keras(
        "hinge",
        "Hinge",
        "hinge",
        {},
        feed=Feed.LOGITS,
        targets=(Target.SIGNS, Target.LABELS),
        family=Family.MARGIN,
        setups=_EACH,
        binary=Layout.COLUMN,
        formula=r"\ell = \frac{1}{C}\sum_c\max(0, 1 - y_c z_c), \quad " + _MEAN,
        remark="It turns 0/1 labels into −1/1 itself.",
    ),
    _keras(
        "squared_hinge",
        "SquaredHinge",
        "hinge",
        {},
        feed=Feed.LOGITS,
        targets=(Target.SIGNS, Target.LABELS),
        family=Family.MARGIN,
        setups=_EACH,
        binary=Layout.COLUMN,
        formula=r"\ell = \frac{1}{C}\sum_c\max(0, 1 - y_c z_c)^2, \quad " + _MEAN,
        remark="It turns 0/1 labels into −1/1 itself.",
    ),
    _sklearn(
        "log_loss",
        feed=Feed.SOFTMAX,
        targets=(Target.INDICES, Target.LABELS),
        family=Family.SOFTMAX,
        reductions=MappingProxyType({"mean": {}, "sum": {"normalize": False}}),
        formula=r"\ell = -w\ln \operatorname{clip}(p_y), \quad L = \frac{\sum_i \ell_i}{\sum_i w_i}",
        clip=float(np.finfo(np.float64).eps),
        remark="It clips each p at 2.2e−16 from 0 and 1, reads the columns in sorted label order, and always reduces.",
    ),
    _sklearn(
        "hinge_loss",
        feed=Feed.LOGITS,
        targets=(Target.INDICES, Target.SIGNS),
        family=Family.MARGIN,
        reductions=MappingProxyType({"mean": {}}),
        formula=r"\ell = \max\big(0, 1 - z_y + \max_{j\ne y} z_j\big), \quad " + _MEAN,
        remark="With several classes only the best wrong one counts. It always takes the mean.",
    ),
    _optax(
        "softmax_cross_entropy",
        targets=(Target.DISTRIBUTIONS,),
        **_SOFTMAX_TARGETS,
        formula=rf"\ell = {_SOFTMAX_Q}",
        remark=_NEVER_REDUCES,
    ),
    _optax(
        "safe_softmax_cross_entropy",
        targets=(Target.DISTRIBUTIONS,),
        **_SOFTMAX_TARGETS,
        formula=rf"\ell = {_SOFTMAX_Q}, \quad 0 \cdot \infty = 0",
        remark=_NEVER_REDUCES,
    ),
    _optax(
        "softmax_cross_entropy_with_integer_labels",
        targets=(Target.INDICES,),
        **_SOFTMAX_TARGETS,
        formula=rf"\ell = {_SOFTMAX_Y}",
        remark=f"{_NEVER_REDUCES} An index of −1 is the last class.",
    ),
    _optax(
        "sigmoid_binary_cross_entropy",
        **_EACH_TARGETS,
        binary=Layout.FLAT,
        formula=rf"\ell = {_BCE_Z}",
        remark=_NEVER_REDUCES,
    ),
)

BY_ID: Mapping[str, Function] = MappingProxyType({function.id: function for function in FUNCTIONS})
"""The functions by their ids."""


# ------------------------------------------------------------------------------------- how each library writes things


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """How the code of one library writes what stands around a loss: templates, with {} for each argument."""

    log_softmax: str
    softmax: str
    sigmoid: str
    log: str
    exp: str
    logit: str
    one_hot: str  # of indices, for so many classes, in the dtype and on the device of a third
    stack: str  # two columns from two vectors
    zeros_like: str
    integer: str
    floating: str  # the same
    argmax: str
    row_sums: str


VOCABULARY: Mapping[Library, Vocabulary] = MappingProxyType(
    {
        Library.PYTORCH: Vocabulary(
            log_softmax="{}.log_softmax(dim=1)",
            softmax="{}.softmax(dim=1)",
            sigmoid="{}.sigmoid()",
            log="torch.log({})",
            exp="torch.exp({})",
            logit="torch.logit({})",
            one_hot="F.one_hot({}, {}).to({})",
            stack="torch.stack([{}, {}], dim=1)",
            zeros_like="torch.zeros_like({})",
            integer="{}.long()",
            floating="{}.to({})",
            argmax="{}.argmax(dim=1)",
            row_sums="{}.sum(dim=1)",
        ),
        Library.KERAS: Vocabulary(
            log_softmax="keras.ops.log_softmax({})",
            softmax="keras.ops.softmax({})",
            sigmoid="keras.ops.sigmoid({})",
            log="keras.ops.log({})",
            exp="keras.ops.exp({})",
            logit="keras.ops.log({0} / (1 - {0}))",
            one_hot="keras.ops.one_hot({}, {})",
            stack="keras.ops.stack([{}, {}], axis=1)",
            zeros_like="keras.ops.zeros_like({})",
            integer='keras.ops.cast({}, "int32")',
            floating="{}",
            argmax="keras.ops.argmax({}, axis=1)",
            row_sums="keras.ops.sum({}, axis=1)",
        ),
        Library.SKLEARN: Vocabulary(  # scipy.special beside it
            log_softmax="log_softmax({}, axis=1)",
            softmax="softmax({}, axis=1)",
            sigmoid="expit({})",
            log="np.log({})",
            exp="np.exp({})",
            logit="logit({})",
            one_hot="np.eye({1})[{0}]",
            stack="np.stack([{}, {}], axis=1)",
            zeros_like="np.zeros_like({})",
            integer="{}.astype(int)",
            floating="{}",
            argmax="{}.argmax(axis=1)",
            row_sums="{}.sum(axis=1)",
        ),
        Library.OPTAX: Vocabulary(
            log_softmax="jax.nn.log_softmax({})",
            softmax="jax.nn.softmax({})",
            sigmoid="jax.nn.sigmoid({})",
            log="jnp.log({})",
            exp="jnp.exp({})",
            logit="jax.scipy.special.logit({})",
            one_hot="jax.nn.one_hot({}, {})",
            stack="jnp.stack([{}, {}], axis=1)",
            zeros_like="jnp.zeros_like({})",
            integer="{}.astype(int)",
            floating="{}",
            argmax="{}.argmax(axis=1)",
            row_sums="{}.sum(axis=1)",
        ),
    }
)
"""The code around a call, for each library."""
