"""A case as a short script for each library, and the line that running the script prints.

    snippet(case, "PyTorch").code  # import torch ... print(f"{loss.item():.6g}")  # 0.41703

Each script is what the library's users would write, in float64. What a library has no option for is spelled out with
its arrays. The printed number is the library's own: where it is not the exact loss, the note says why. Class names are
left out, so that nothing but numbers gets from a case into code.
"""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from explorer.breakdown import evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.dialects import keras, optax, pytorch, sklearn
from explorer.numerics import Array, Indices, log_softmax, sigmoid, softmax
from explorer.spelling import number_text

_WIDTH = 88  # of a line of code; a comment behind it may go on to 100
_EPS, _EPS32 = float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps)
_LARGEST32 = float(np.finfo(np.float32).max)
_SOFTPLUS = 1e-9  # the relative error of PyTorch's softplus, which is the identity from 20 on
# From here on a difference of logits or losses, which libraries form here and there, rounds what is left of it away.
_LARGE_LOGIT = 1e5
# How numbers are printed: six significant digits; more or fewer where rounding makes the sixth one uncertain; and of
# what is all rounding, no more than so many decimals.
_FORMATS = (
    *((spec, None) for spec in (".6g", ".7g", ".8g", ".5g", ".4g", ".3g")),
    *((".6g", decimals) for decimals in (14, 12, 9, 6, 3, 0)),
)


@dataclasses.dataclass(frozen=True)
class Snippet:
    """A complete script: its library, its code, a name for its file, what it prints, and what to know about it.

    ``output`` is also the comment behind the last line of ``code``. ``note`` is one sentence where the library lacks
    what the case asks for, or gives another number; else empty.
    """

    library: str
    code: str
    filename: str
    output: str
    note: str


def snippet(case: Case, library: str) -> Snippet:
    """Return the script that computes the loss of a case with one of ``LIBRARIES``, in the case's unit.

    With reduction "none" it prints the losses of all examples. Raises ValueError for any other library.
    Source: the expected number is that of the library's function in ``explorer.dialects``, or that of ``evaluate``
    where the script spells the loss out.
    """
    if library not in _STYLES:
        raise ValueError(f"library is {library!r}; it must be one of {', '.join(LIBRARIES)}.")
    style = _STYLES[library]
    with np.errstate(all="ignore"):  # what overflows or has no value is printed as it is
        draft = style.draft(case)
        values = np.atleast_1d(draft.value) * case.unit.per_nat
        slack = _slack(case, draft, values)
        spec, decimals = _certain_format(values, slack)
        output = _printed(values, spec, decimals)
        note = _difference(case, library, draft, values, output) or _shortcomings(library, draft)
    name = _result(case)
    number = "loss" if draft.is_numpy else style.item if name == "losses" else style.scalar
    if decimals is not None and number == "loss":
        number = "float(loss)"
    if (np.isfinite(values) & (slack > 0.0) & (values <= slack)).any():
        number = f"abs({number})"  # what is rounded to 0 may come out as -0
    if decimals is not None:
        number = f"round({number}, {decimals})"
    shown = f'f"{{{number}:{spec}}}"'
    if name == "losses":
        shown = f'", ".join({shown} for loss in {style.items})'
    code = [
        *draft.header,
        "",
        *_data(case, style, draft),
        "",
        *draft.steps,
        *([f"{name} = {name} / {style.log_2}  # nats to bits"] if case.unit is Unit.BITS else []),
        f"print({shown})  # {output}",
        "",
    ]
    return Snippet(library, "\n".join(code), style.filename, output, note)


# ------------------------------------------------------------------------------------------- what a script is made of


@dataclasses.dataclass(frozen=True)
class _Style:
    """How the users of a library write arrays, infinity, and the numbers in ``loss`` and ``losses``."""

    draft: Callable[[Case], _Draft]
    filename: str
    module: str  # that holds inf and nan
    array: str  # the function that makes one
    scalar: str
    items: str
    item: str = "loss"
    dtype: str = ""  # of floats, where it has to be said
    log_2: str = "np.log(2)"


@dataclasses.dataclass(frozen=True)
class _Draft:
    """A script without its arrays and its print, and the loss that it computes, in nats."""

    header: Sequence[str]
    steps: Sequence[str]
    value: float | Array
    error: float = 0.0  # how far the library's rounding may take the value
    relative_error: float = 1e-12
    lacks: Sequence[str] = ()  # what the code spells out
    differs: str = ""  # why the value may be another than the exact one
    has_columns: bool = False  # binary logits and targets are (N, 1)
    is_numpy: bool = False  # the loss is a number of NumPy's, whatever the library


def _data(case: Case, style: _Style, draft: _Draft) -> list[str]:
    targets = case.targets
    if case.setup is not Setup.MULTICLASS and _is_hard(case) and not style.dtype:
        targets = targets.astype(np.int64)  # shorter, and as good where the dtype is free
    shape = (-1, 1) if draft.has_columns and case.setup is Setup.BINARY else case.logits.shape
    arrays = {
        "logits": case.logits.reshape(shape),
        "targets": targets if case.has_index_targets else targets.reshape(shape),
        "weight": case.weight,
        "pos_weight": case.pos_weight,
    }
    return [line for name, array in arrays.items() if array is not None for line in _assign(name, style, array)]


def _assign(name: str, style: _Style, values: npt.NDArray[np.generic]) -> list[str]:
    """Write an array: on one line where it fits, else each row on its own."""
    floats = values.dtype.kind == "f"
    rows = [
        ", ".join(_literal(value, style.module) if floats else str(value) for value in row)
        for row in np.atleast_2d(values).tolist()
    ]
    if values.ndim == 2:
        rows = [f"[{row}]" for row in rows]
    opening, closing = f"{name} = {style.array}([", f"], {style.dtype})" if floats and style.dtype else "])"
    line = opening + ", ".join(rows) + closing
    if len(line) <= _WIDTH:
        return [line]
    wrapper = textwrap.TextWrapper(
        _WIDTH,
        initial_indent="    ",
        subsequent_indent=" " * (3 + values.ndim),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [opening, *(line for row in rows for line in wrapper.wrap(f"{row},")), closing]


def _literal(value: float, module: str = "") -> str:
    """Write a float in the shortest way that Python reads back exactly; inf and nan as the module's."""
    if not math.isfinite(value):
        return f"{module}.nan" if math.isnan(value) else f"{'-' if value < 0 else ''}{module}.inf"
    text = number_text(value)
    return text if "." in text or "e" in text else f"{text}.0"


def _call(function: str, *arguments: str) -> list[str]:
    """Write a call: on one line where it fits, else each argument on its own."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return [line]
    return [f"{function}(", *(f"    {argument}," for argument in arguments), ")"]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2)]


def _options(case: Case, *names: str) -> list[str]:
    """Write those of the named options that are set as keyword arguments."""
    values = {
        "weight": "" if case.weight is None else "weight",
        "pos_weight": "" if case.pos_weight is None else "pos_weight",
        "ignore_index": "" if case.ignore_index == IGNORE_INDEX else str(case.ignore_index),
        "label_smoothing": _literal(case.label_smoothing) if case.label_smoothing else "",
        "reduction": "" if case.reduction is Reduction.MEAN else f'"{case.reduction}"',
    }
    return [f"{name}={values[name]}" for name in names if values[name]]


def _temperature(case: Case) -> list[str]:
    return [] if case.temperature == 1.0 else [f"logits = logits / {_literal(case.temperature)}  # temperature"]


def _scaled(case: Case) -> Case:
    """The case whose logits ``_temperature`` has divided, in nats."""
    return dataclasses.replace(case, logits=case.logits / case.temperature, temperature=1.0, unit=Unit.NATS)


def _binary_smoothing(case: Case) -> list[str]:
    """Smooth binary targets in advance: of the libraries, only Keras can do it."""
    e = _literal(case.label_smoothing)
    return [f"targets = (1 - {e}) * targets + {e} / 2  # label smoothing"] if case.label_smoothing else []


def _smoothed(case: Case) -> Array:
    """The targets that ``_binary_smoothing`` leaves."""
    e, targets = case.label_smoothing, np.asarray(case.targets, dtype=np.float64)
    return (1.0 - e) * targets + e / 2.0 if e else targets


def _result(case: Case) -> str:
    return "losses" if case.reduction is Reduction.NONE else "loss"


def _is_hard(case: Case) -> bool:
    """Whether each target is one class, or a yes or no."""
    if case.setup is Setup.MULTICLASS:
        return case.has_index_targets
    return bool(np.isin(case.targets, (0.0, 1.0)).all())


def _is_plain(case: Case) -> bool:
    """Whether each target is one class, or a yes or no, and stays so without smoothing."""
    return _is_hard(case) and not case.label_smoothing


def _ignores(case: Case) -> bool:
    return case.ignore_index != IGNORE_INDEX or not case.kept.all()


def _labels(case: Case) -> Indices:
    """The class of each row, and any class where it is ignored."""
    return np.where(case.kept, case.targets, 0).astype(np.int64)


# ------------------------------------------------------------------------------------------------ what it prints


def _slack(case: Case, draft: _Draft, values: Array) -> Array:
    """Bound how far what the library computes may lie from the values, in the case's unit."""
    counts = case.kept if case.reduction is Reduction.NONE else case.kept.any()
    # 1e-320: a number so small has few digits itself.
    own = np.where(values > 0.0, draft.relative_error * values + 1e-320, 0.0)
    return np.where(counts, draft.error * case.unit.per_nat + own, 0.0)


def _certain_format(values: Array, slack: Array) -> tuple[str, int | None]:
    """Return the first format in which no rounding within the slack changes what is printed."""
    finite = np.isfinite(values)
    low, high = np.maximum(values - slack, 0.0)[finite], (values + slack)[finite]
    return next((way for way in _FORMATS if _printed(low, *way) == _printed(high, *way)), _FORMATS[-1])


def _printed(values: Array, spec: str, decimals: int | None) -> str:
    return ", ".join(f"{value if decimals is None else round(value, decimals):{spec}}" for value in values.tolist())


def _rounding(case: Case, size: float = 1.0) -> float:
    """Bound what float64 rounds away from a loss, when terms of this size are added up for it."""
    terms = case.classes + 2 if case.setup is Setup.MULTICLASS else 1
    if case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN:
        terms *= case.classes
    if case.reduction is Reduction.SUM:
        terms *= case.examples
    return _EPS / 2.0 * size * terms * _largest_weight(case)


def _largest_weight(case: Case) -> float:
    weights = [weight.max() for weight in (case.weight, case.pos_weight) if weight is not None]
    return math.prod(max(1.0, float(weight)) for weight in weights)


def _largest(logits: Array) -> float:
    return float(np.abs(logits[np.isfinite(logits)]).max(initial=1.0))


def _adds_little(case: Case) -> bool:
    """Whether a soft target or a small pos_weight may add little to a binary loss that large terms cancel in."""
    return not _is_plain(case) or (case.pos_weight is not None and bool((case.pos_weight < 1e-3).any()))


def _binary_size(case: Case) -> float:
    """The size of what cancels in a binary loss: beyond 40 nothing does against a plain yes or no."""
    return max(40.0, _largest(case.logits)) if _adds_little(case) else 40.0


def _cancels(case: Case) -> bool:
    """Whether PyTorch's binary loss, (1 - y) z + (1 + (pos_weight - 1) y) softplus(-z), may lose a small addend."""
    return _adds_little(case) and _largest(case.logits) > _LARGE_LOGIT


def _difference(case: Case, library: str, draft: _Draft, values: Array, output: str) -> str:
    """Say why the script prints another number than the exact loss; nothing where it does not."""
    exact = np.atleast_1d(evaluate(case).loss)
    shown = np.array([float(text) for text in output.split(", ")])
    same = np.isclose(values, exact, rtol=1e-5, atol=0.0, equal_nan=True)
    close = same & np.isclose(shown, exact, rtol=1e-2, atol=0.0, equal_nan=True)
    if close.all():
        return ""
    first = int(close.argmin())
    what_is_right = f"the exact loss is {exact[first]:.6g}."
    if (np.isinf(case.logits / case.temperature) & np.isfinite(case.logits)).any():
        return f"Dividing the logits by so small a temperature overflows before {library} sees them; {what_is_right}"
    if values[first] == np.inf and evaluate(case).divisor == 0.0:
        return f"No label has any weight, and what smoothing adds, divided by 0, is infinite; {what_is_right}"
    if draft.differs and not same[first]:
        return f"{draft.differs}; {what_is_right}"
    if math.isnan(values[first]):
        return f"In {library} infinities meet as 0 * inf or inf - inf, which is nan; {what_is_right}"
    return f"In float64 {library} loses the digits of this loss; {what_is_right}"


def _shortcomings(library: str, draft: _Draft) -> str:
    return f"{library} {_listed(draft.lacks)}, so the code spells that out." if draft.lacks else ""


def _listed(lacks: Sequence[str]) -> str:
    text = " and ".join(lacks)
    return text.replace(" and has no ", " and no ") if text.startswith("has no ") else text


# ------------------------------------------------------------------------------------------------------- PyTorch


def _pytorch(case: Case) -> _Draft:
    header = ["import torch", "import torch.nn.functional as F"]
    if case.unit is Unit.BITS:
        header = ["import math", "", *header]
    draft = _pytorch_classes if case.setup is Setup.MULTICLASS else _pytorch_binary
    return dataclasses.replace(draft(case), header=header)


def _pytorch_classes(case: Case) -> _Draft:
    options = _options(case, "weight", "ignore_index", "label_smoothing", "reduction")
    scaled = _scaled(case)
    value = pytorch.cross_entropy(
        scaled.logits, case.targets, case.weight, case.ignore_index, case.reduction.value, case.label_smoothing
    )
    return _Draft(
        [],
        [*_temperature(case), *_call(f"{_result(case)} = F.cross_entropy", "logits", "targets", *options)],
        value,
        error=_rounding(case),
    )


def _pytorch_binary(case: Case) -> _Draft:
    scaled = _scaled(case)
    lacks = ["has no label smoothing for binary targets"] if case.label_smoothing else []
    if _cancels(scaled):
        lacks.append("rounds a small target or weight away at so large a logit")
        steps = [*_comment(f"PyTorch {_listed(lacks)}."), *_spelled_out(case, _TORCH)]
        return _Draft([], steps, _exact(scaled), relative_error=_SOFTPLUS, lacks=lacks)
    options = _options(case, "weight", "pos_weight", "reduction")
    call = _call(f"{_result(case)} = F.binary_cross_entropy_with_logits", "logits", "targets", *options)
    value = pytorch.binary_cross_entropy_with_logits(
        scaled.logits, _smoothed(case), case.weight, case.reduction.value, case.pos_weight
    )
    per_label = case.setup is Setup.MULTILABEL and case.reduction is Reduction.NONE
    return _Draft(
        [],
        [*_temperature(case), *_binary_smoothing(case), *call, *(_reduced(case, "dim") if per_label else [])],
        np.sum(value, axis=1) if per_label else value,
        error=_rounding(case, _binary_size(scaled)),
        lacks=lacks,
    )


# ------------------------------------------------------------------------------- the loss spelled out with arrays


@dataclasses.dataclass(frozen=True)
class _Arrays:
    """Arrays of NumPy's kind: their module, and how minus the logarithms of all probabilities are written."""

    module: str
    nll: str  # multi-class
    nll_yes: str  # binary and multi-label: -log p
    nll_no: str  # -log(1 - p)


_NUMPY = _Arrays(
    "np",
    "nll = np.logaddexp.reduce(shifted, axis=1, keepdims=True) - shifted  # -log softmax",
    "nll_yes = np.logaddexp(0, -logits)  # -log sigmoid",
    "nll_no = np.logaddexp(0, logits)  # -log(1 - sigmoid)",
)
_SCIPY = _Arrays(
    "np", "nll = -log_softmax(logits, axis=1)", "nll_yes = -log_expit(logits)", "nll_no = -log_expit(-logits)"
)
_KERAS_OPS = _Arrays(
    "np",
    "nll = -keras.ops.convert_to_numpy(keras.ops.log_softmax(logits, axis=1))",
    "nll_yes = keras.ops.convert_to_numpy(keras.ops.softplus(-logits))  # -log sigmoid",
    "nll_no = keras.ops.convert_to_numpy(keras.ops.softplus(logits))  # -log(1 - sigmoid)",
)
_TORCH = _Arrays(
    "torch",
    "nll = -F.log_softmax(logits, dim=1)",
    "nll_yes = F.softplus(-logits)  # -log sigmoid",
    "nll_no = F.softplus(logits)  # -log(1 - sigmoid)",
)
_JAX = _Arrays(
    "jnp",
    "nll = -jax.nn.log_softmax(logits)",
    "nll_yes = jax.nn.softplus(-logits)  # -log sigmoid",
    "nll_no = jax.nn.softplus(logits)  # -log(1 - sigmoid)",
)


def _spelled_out(case: Case, arrays: _Arrays) -> list[str]:
    """Write the loss of a case as sums of -log p."""
    if case.setup is not Setup.MULTICLASS:
        reduced = _reduced(case, "dim" if arrays is _TORCH else "axis")
        return [*_temperature(case), *_binary_terms(case, arrays), *reduced]
    steps = _temperature(case)
    if arrays is _NUMPY:
        shifted = "logits - logits.max(axis=1, keepdims=True)"
        # Shifted first, so that no temperature is too small, as in ``evaluate``.
        divided = f"({shifted}) / {_literal(case.temperature)}  # temperature"
        steps = [f"shifted = {divided if steps else shifted}"]
    return [*steps, arrays.nll, *_class_terms(case, arrays.module), *_reduced(case)]


def _class_terms(case: Case, module: str) -> list[str]:
    weight = "" if case.weight is None else "weight * "
    infinite = any(np.isinf(evaluate(same).nll).any() for same in (case, _scaled(case)))
    steps = _kept(case, module)
    if _is_plain(case):
        if infinite and case.weight is not None and not case.weight.all():
            steps += _costs_nothing({"nll": "weight"}, module)
        weight = weight.replace("weight", "weight[targets]")
        steps.append(f"losses = {weight}nll[{module}.arange(len(targets)), targets]")
    else:
        q = "q" if case.label_smoothing else "targets"
        steps += [f"q = {module}.eye({case.classes})[targets]"] if case.has_index_targets else []
        if case.label_smoothing:
            e, old = _literal(case.label_smoothing), "q" if case.has_index_targets else "targets"
            steps.append(f"q = (1 - {e}) * {old} + {e} / {case.classes}  # label smoothing")
        steps += _costs_nothing({"nll": f"{weight}{q}"}, module) if infinite else []
        steps.append(f"losses = ({weight}{q} * nll).sum(axis=1)")
    return [*steps, *_dropped(case, module)]


def _binary_terms(case: Case, arrays: _Arrays) -> list[str]:
    weight = "" if case.weight is None else "weight * "
    positive = weight if case.pos_weight is None else f"{weight}pos_weight * "
    yes, no = f"{positive}targets", f"{weight}(1 - targets)"
    steps = [arrays.nll_yes, arrays.nll_no]
    if case.label_smoothing:
        e = _literal(case.label_smoothing)
        steps.append(f"q_yes = (1 - {e}) * targets + {e} / 2  # label smoothing")
        steps.append(f"q_no = (1 - {e}) * (1 - targets) + {e} / 2")
        yes, no = f"{positive}q_yes", f"{weight}q_no"
    if np.isinf(case.logits / case.temperature).any():
        steps += _costs_nothing({"nll_yes": yes, "nll_no": no}, arrays.module)
    return [*steps, f"losses = {yes} * nll_yes + {no} * nll_no"]


def _costs_nothing(factors: dict[str, str], module: str) -> list[str]:
    """Write that an infinite -log p counts for nothing where the factor before it is 0."""
    steps = [
        f"{name} = {module}.where({module}.isinf({name}) & ({factor} == 0), 0.0, {name})"
        for name, factor in factors.items()
    ]
    return ["# What never happens costs nothing: 0 * inf is 0.", *steps]


def _kept(case: Case, module: str, comment: str = "") -> list[str]:
    if not _ignores(case):
        return []
    return [
        f"kept = targets != {case.ignore_index}{comment}",
        f"targets = {module}.where(kept, targets, 0)  # any class: these rows are dropped below",
    ]


def _dropped(case: Case, module: str) -> list[str]:
    return [f"losses = {module}.where(kept, losses, 0.0)"] if _ignores(case) else []


def _reduced(case: Case, axis: str = "axis") -> list[str]:
    """Write the reduction of ``losses``, divided as PyTorch divides."""
    if case.reduction is Reduction.NONE:
        return [f"losses = losses.sum({axis}=1)  # of each example"] if case.setup is Setup.MULTILABEL else []
    if case.reduction is Reduction.SUM:
        return ["loss = losses.sum()"]
    if case.has_index_targets and case.weight is not None:
        return [f"loss = losses.sum() / weight[targets{'[kept]' if _ignores(case) else ''}].sum()"]
    return ["loss = losses.sum() / kept.sum()" if _ignores(case) else "loss = losses.mean()"]


def _exact(case: Case) -> float | Array:
    """The loss as NumPy divides: x / 0 is inf, which torch and ``evaluate`` call nan."""
    b = evaluate(dataclasses.replace(case, unit=Unit.NATS))
    return b.loss if case.reduction is Reduction.NONE else float(np.float64(b.numerator) / b.divisor)


def _quiet(case: Case) -> list[str]:
    """Switch NumPy's warnings off where infinities or nan are the point of the case."""
    b, z = evaluate(case), case.logits / case.temperature
    loud = (
        (case.setup is Setup.MULTICLASS and not np.isfinite(z.max(axis=1)).all())
        or (np.isinf(z) & np.isfinite(case.logits)).any()
        or math.isinf(4.0 * (_largest(z) + 1.0) * z.size * _largest_weight(case))  # of all that is added up, in bits
        or np.isnan(b.loss).any()
        or b.divisor == 0.0
    )
    return ["", 'np.seterr(all="ignore")  # infinities and nan are meant'] if loud else []


def _numpy(case: Case) -> _Draft:
    return _Draft(["import numpy as np", *_quiet(case)], _spelled_out(case, _NUMPY), _exact(case))


# --------------------------------------------------------------------------------------------------------- Optax


_Losses = tuple[list[str], Array, float, list[str]]
"""The lines that make ``losses``, the losses, how far rounding may take the reduced loss, and what they spell out."""


def _optax(case: Case) -> _Draft:
    steps, losses, error, lacks = (_optax_classes if case.setup is Setup.MULTICLASS else _optax_binary)(case)
    if _ignores(case):
        losses = np.where(case.kept, losses, 0.0)
        lacks.append("has no ignore_index")
    per_example = losses.sum(axis=1) if losses.ndim == 2 else losses
    is_reduced = case.reduction is not Reduction.NONE
    takes_differences = case.has_index_targets and np.isposinf(case.logits).any()
    return _Draft(
        ["import jax", "import jax.numpy as jnp", "import optax", "", 'jax.config.update("jax_enable_x64", True)'],
        [*_temperature(case), *steps, *_reduced(case)],
        np.float64(losses.sum()) / evaluate(case).divisor if is_reduced else per_example,
        error=error,
        lacks=lacks,
        differs="With a logit of inf there is no softmax, but Optax takes its distance to the others"
        if takes_differences
        else "",
    )


def _optax_classes(case: Case) -> _Losses:
    scaled = _scaled(case)
    size = _largest(scaled.logits[case.kept])
    lacks = [] if case.weight is None else ["has no class weights"]
    steps = _kept(case, "jnp", "  # Optax has no ignore_index")
    if _is_plain(case) and size <= _LARGE_LOGIT:
        steps.append("losses = optax.softmax_cross_entropy_with_integer_labels(logits, targets)")
        losses = np.asarray(optax.softmax_cross_entropy_with_integer_labels(scaled.logits, _labels(case)))
    else:
        size = 1.0
        q, weight, comment = "targets", "", ""
        if case.has_index_targets:
            q = "q"
            steps.append(f"q = jax.nn.one_hot(targets, {case.classes})")
        if case.label_smoothing:
            steps.append(f"q = optax.smooth_labels({q}, {_literal(case.label_smoothing)})")
            q = "q"
        labels = evaluate(case).target_distribution
        if case.weight is not None and not _is_plain(case):
            weight, comment = "weight * ", "  # Optax has no class weights"
            labels = case.weight * labels
        safe = "safe_" if np.isneginf(scaled.logits).any() else ""  # the plain one gives 0 * inf
        steps.append(f"losses = optax.{safe}softmax_cross_entropy(logits, {weight}{q}){comment}")
        loss = optax.safe_softmax_cross_entropy if safe else optax.softmax_cross_entropy
        losses = np.asarray(loss(scaled.logits, labels))
    if case.weight is not None and _is_plain(case):
        steps.append("losses = weight[targets] * losses  # Optax has no class weights")
        losses = case.weight[_labels(case)] * losses
    return [*steps, *_dropped(case, "jnp")], losses, _rounding(scaled, size), lacks


def _optax_binary(case: Case) -> _Losses:
    scaled = _scaled(case)
    lacks = ["has no label smoothing for binary targets"] if case.label_smoothing else []
    if case.pos_weight is not None:
        losses = np.asarray(_exact(dataclasses.replace(scaled, reduction=Reduction.NONE)))
        return _binary_terms(case, _JAX), losses, 0.0, [*lacks, "has no pos_weight"]
    steps = [*_binary_smoothing(case), "losses = optax.sigmoid_binary_cross_entropy(logits, targets)"]
    losses = np.asarray(optax.sigmoid_binary_cross_entropy(scaled.logits, _smoothed(case)))
    if case.weight is not None:
        steps.append("losses = weight * losses  # Optax has no weights")
        losses, lacks = case.weight * losses, [*lacks, "has no weights"]
    return steps, losses, 0.0, lacks


# -------------------------------------------------------------------------------------------------- scikit-learn


def _sklearn(case: Case) -> _Draft:
    """Write log_loss over probabilities, or, where it refuses the case, the loss from SciPy's log-probabilities."""
    scaled, kept = _scaled(case), case.kept
    binary = case.setup is not Setup.MULTICLASS
    p = sigmoid(scaled.logits) if binary else softmax(scaled.logits)
    weight = _sample_weight(case)
    refusals = {
        "takes no distributions": not _is_hard(case),
        "has no label smoothing": bool(case.label_smoothing),
        "always reduces to one number": case.reduction is Reduction.NONE,
        "needs two classes": case.classes == 1 and not binary,
        "needs at least one example": not kept.any(),
        "refuses nan": bool(np.isnan(p[kept]).any()),
        "refuses weights that are all 0": weight is not None and not weight[kept].any(),
        "refuses infinite weights": weight is not None and not np.isfinite(weight).all(),
    }
    lacks = [reason for reason, refused in refusals.items() if refused][:2]
    if lacks:
        # Where a row has no finite maximum, SciPy's log_softmax gives other values than nan.
        arrays = _SCIPY if binary or np.isfinite(scaled.logits.max(axis=1)).all() else _NUMPY
        scipy = [f"from scipy.special import {'log_expit' if binary else 'log_softmax'}"] if arrays is _SCIPY else []
        return _Draft(
            ["import numpy as np", *scipy, *_quiet(case)],
            [*_comment(f"scikit-learn's log_loss {_listed(lacks)}."), *_spelled_out(case, arrays)],
            _exact(scaled if arrays is _SCIPY else case),
            error=0.0 if binary else _rounding(scaled),
            lacks=lacks,
        )
    header = [
        "import numpy as np",
        f"from scipy.special import {'expit' if binary else 'softmax'}",
        "from sklearn.metrics import log_loss",
        *_quiet(case),
    ]
    draft = (_log_loss_of_labels if binary else _log_loss_of_classes)(case, p, weight)
    return dataclasses.replace(
        draft,
        header=header,
        steps=[*_temperature(case), *draft.steps],
        differs="scikit-learn clips each probability to [2.2e-16, 1 - 2.2e-16]",
    )


def _sample_weight(case: Case) -> Array | None:
    """What each term of a loss of hard labels is multiplied by, in the shape of the targets; None for no weights."""
    if not _is_plain(case) or (case.weight is None and case.pos_weight is None):
        return None
    weight = np.ones(1) if case.weight is None else case.weight
    if case.setup is Setup.MULTICLASS:
        return weight[_labels(case)]
    return weight * np.where(case.targets == 1, 1.0 if case.pos_weight is None else case.pos_weight, 1.0)


def _log_loss_of_classes(case: Case, p: Array, weight: Array | None) -> _Draft:
    kept, is_mean = case.kept, case.reduction is Reduction.MEAN
    steps = []
    if _ignores(case):
        steps.append(f"kept = targets != {case.ignore_index}  # scikit-learn has no ignore_index")
        steps.append("logits, targets = logits[kept], targets[kept]")
    options = [f"labels=np.arange({case.classes})"]
    options += [] if is_mean else ["normalize=False"]
    options += [] if weight is None else ["sample_weight=weight[targets]"]
    sample_weight = None if weight is None else weight[kept]
    return _Draft(
        [],
        [*steps, *_call("loss = log_loss", "targets", "softmax(logits, axis=1)", *options)],
        sklearn.log_loss(case.targets[kept], p[kept], is_mean, sample_weight, np.arange(case.classes)),
        error=_rounding(case),
        lacks=["has no ignore_index"] if _ignores(case) else [],
    )


def _log_loss_of_labels(case: Case, p: Array, weight: Array | None) -> _Draft:
    """Take every label of every example for an example of a binary loss."""
    flat = ".ravel()" if case.setup is Setup.MULTILABEL else ""
    is_mean = case.reduction is Reduction.MEAN
    normalize = is_mean and weight is None  # log_loss would divide by the weights
    options = ["labels=[0, 1]", *([] if normalize else ["normalize=False"])]
    if case.pos_weight is not None:
        positive = "np.where(targets == 1, pos_weight, 1.0)"
        product = positive if case.weight is None else f"(weight * {positive})"
        options.append(f"sample_weight={product}{flat}")
    elif case.weight is not None:
        options.append(f"sample_weight={'np.tile(weight, len(targets))' if flat else 'weight'}")
    steps = _call("loss = log_loss", f"targets{flat}", f"expit(logits){flat}", *options)
    sample_weight = None if weight is None else weight.ravel()
    value = sklearn.log_loss(case.targets.ravel(), p.ravel(), normalize, sample_weight, [0, 1])
    lacks = [] if case.pos_weight is None else ["has no pos_weight"]
    if is_mean and not normalize:
        steps.append("loss = loss / targets.size  # log_loss would divide by the weights")
        value /= case.targets.size
        lacks.append("divides by the sum of the weights")
    # Of an unlikely no only 1 - p is left, with the rounding of p; where p is 1 it is clipped.
    unlikely = float((1.0 / (1.0 - p[(case.targets == 0) & (p < 1.0)])).max(initial=1.0))
    return _Draft([], steps, value, error=_rounding(case, unlikely), lacks=lacks)


# --------------------------------------------------------------------------------------------------------- Keras


_KERAS_HEADER = (
    "import os",
    "",
    'os.environ["JAX_ENABLE_X64"] = "1"  # for the JAX back end, before it is imported',
    "",
    "import keras",
    "import numpy as np",
    "",
    'keras.config.set_floatx("float64")',
)


def _keras(case: Case) -> _Draft:
    """Write the loss's class, or, where that will not do, the loss from the log-probabilities of keras.ops."""
    scaled = _scaled(case)
    b = evaluate(scaled)
    binary = case.setup is not Setup.MULTICLASS
    finite = np.isfinite(scaled.logits if binary else log_softmax(scaled.logits)).all()
    shortcomings = {
        "has no weights for the classes of a distribution": case.weight is not None
        and not binary
        and not _is_plain(case),
        "has no weights for labels": case.weight is not None and case.setup is Setup.MULTILABEL,
        "has no pos_weight": case.pos_weight is not None,
        "takes no single class": case.classes == 1 and not binary,
        "gives nan on some of its back ends where a logit is infinite": not finite,
        "rounds a small target or weight away at so large a logit": binary and _cancels(scaled),
        "takes means in float32 on some of its back ends": finite
        and max(b.numerator, float(b.cross_entropy.max())) > _LARGEST32 / 1e6,
    }
    lacks = [reason for reason, lacking in shortcomings.items() if lacking][:2]
    if lacks:
        return _Draft(
            [*_KERAS_HEADER, *_quiet(case)],
            [*_comment(f"Keras {_listed(lacks)}."), *_spelled_out(case, _KERAS_OPS)],
            _exact(scaled),
            error=0.0 if binary else _rounding(scaled),
            relative_error=_SOFTPLUS,
            lacks=lacks,
            is_numpy=True,
        )
    steps, value = (_keras_binary if binary else _keras_classes)(case, scaled.logits)
    return _Draft(
        _KERAS_HEADER,
        [*_temperature(case), *steps],
        value,
        error=_rounding(scaled, _binary_size(scaled) if binary else 1.0),
        relative_error=_EPS32 * (1.5 + (case.classes / 2 if binary else 0.0)),  # a mean may be taken in float32
        differs="Where nothing counts, Keras makes 0 / 0 a 0",
        has_columns=True,
    )


def _keras_call(case: Case, name: str, reduction: str, options: list[str], arguments: list[str]) -> list[str]:
    if reduction != "sum_over_batch_size":
        options = [*options, f'reduction="{reduction}"']
    return [
        *_call(f"loss_fn = keras.losses.{name}", "from_logits=True", *options),
        *_call(f"{_result(case)} = loss_fn", "targets", "logits", *arguments),
    ]


def _keras_reduction(case: Case, by_weight: bool = False) -> str:
    if case.reduction is not Reduction.MEAN:
        return case.reduction.value
    return "mean_with_sample_weight" if by_weight else "sum_over_batch_size"


def _keras_classes(case: Case, z: Array) -> tuple[list[str], float | Array]:
    if not _is_plain(case):
        return _keras_distributions(case, z)
    reduction = _keras_reduction(case, by_weight=case.weight is not None)
    ignored = case.ignore_index if _ignores(case) else None
    steps, arguments = [], []
    if case.weight is not None:
        labels = "targets" if ignored is None else f"np.where(targets == {ignored}, 0, targets)"
        steps.append(f"sample_weight = weight[{labels}]")
        arguments.append("sample_weight=sample_weight")
    options = [] if ignored is None else [f"ignore_class={ignored}"]
    weight = None if case.weight is None else case.weight[_labels(case)]
    value = keras.sparse_categorical_crossentropy(case.targets, z, True, ignored, reduction, weight)
    return steps + _keras_call(case, "SparseCategoricalCrossentropy", reduction, options, arguments), value


def _keras_distributions(case: Case, z: Array) -> tuple[list[str], float | Array]:
    reduction = _keras_reduction(case, by_weight=_ignores(case))
    q, steps = np.asarray(case.targets, dtype=np.float64), []
    if case.has_index_targets:
        q = np.eye(case.classes)[_labels(case)]
        steps = [*_kept(case, "np"), f"targets = np.eye({case.classes})[targets]  # only one-hot targets are smoothed"]
    arguments = ["sample_weight=kept"] if _ignores(case) else []
    weight = case.kept.astype(np.float64) if _ignores(case) else None
    value = keras.categorical_crossentropy(q, z, True, case.label_smoothing, reduction, weight)
    options = _options(case, "label_smoothing")
    return steps + _keras_call(case, "CategoricalCrossentropy", reduction, options, arguments), value


def _keras_binary(case: Case, z: Array) -> tuple[list[str], float | Array]:
    shape = (-1, 1) if case.setup is Setup.BINARY else z.shape
    reduction = _keras_reduction(case)
    value = keras.binary_crossentropy(
        case.targets.reshape(shape), z.reshape(shape), True, case.label_smoothing, reduction, case.weight
    )
    arguments = [] if case.weight is None else ["sample_weight=weight"]
    steps = _keras_call(case, "BinaryCrossentropy", reduction, _options(case, "label_smoothing"), arguments)
    if case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN:
        name = _result(case)
        steps.append(f"{name} = {case.classes} * {name}  # Keras takes the mean over the labels of an example")
        value = case.classes * value
    return steps, value


# ----------------------------------------------------------------------------------------------------- all of them


_STYLES = {
    "PyTorch": _Style(
        _pytorch,
        "cross_entropy_pytorch.py",
        "torch",
        "torch.tensor",
        "loss.item()",
        "losses.tolist()",
        dtype="dtype=torch.float64",
        log_2="math.log(2)",
    ),
    "Keras": _Style(_keras, "cross_entropy_keras.py", "np", "np.array", "float(loss)", "losses", "float(loss)"),
    "scikit-learn": _Style(_sklearn, "cross_entropy_sklearn.py", "np", "np.array", "loss", "losses"),
    "Optax": _Style(
        _optax, "cross_entropy_optax.py", "jnp", "jnp.array", "loss", "losses.tolist()", log_2="jnp.log(2)"
    ),
    "NumPy": _Style(_numpy, "cross_entropy_numpy.py", "np", "np.array", "loss", "losses"),
}

LIBRARIES = tuple(_STYLES)
"""The libraries that a script can be had for, in the order in which they are shown."""
