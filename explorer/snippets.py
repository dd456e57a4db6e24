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
from explorer.share import number_text

_WIDTH = 88  # of a line of code; a comment behind it may go on to 100
_EPS, _EPS32 = float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps)
_MAX32 = float(np.finfo(np.float32).max)
# How numbers are printed: six significant digits; more or fewer where rounding makes the sixth one uncertain; and of
# what is all rounding, no more than so many decimals.
_FORMATS = (
    *((spec, None) for spec in (".6g", ".7g", ".8g", ".5g", ".4g", ".3g")),
    *((".6g", decimals) for decimals in (14, 12, 9, 6, 3, 0)),
)
# Beyond it a difference of logits and losses, as libraries form it here and there, rounds the loss away.
_LARGE_LOGIT = 1e5
_SOFTPLUS = 1e-9  # the relative error of PyTorch's softplus, which is the identity from 20 on


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

    Raises ValueError for any other library. Source: the expected number is that of the library's function in
    ``explorer.dialects``, or that of ``evaluate`` where the script spells the loss out.
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
    number = "loss" if draft.plain else style.item if case.reduction is Reduction.NONE else style.scalar
    if (np.isfinite(values) & (slack > 0.0) & (values <= slack)).any():
        number = f"abs({number})"  # a 0 that was rounded to may come out as -0
    if decimals is not None:
        number = f"round(float({number}), {decimals})"
    shown = f'f"{{{number}:{spec}}}"'
    if case.reduction is Reduction.NONE:
        shown = f'", ".join({shown} for loss in {style.items})'
    code = [*draft.header, "", *_data(case, style, draft.column), "", *draft.steps, *_bits(case, style)]
    code += [f"print({shown})  # {output}", ""]
    note = _difference(case, library, draft, values, output) or _lacking(library, draft)
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
    column: bool = False  # binary logits and targets have the shape (N, 1)
    plain: bool = False  # the loss is a number of NumPy's, whatever the library


def _data(case: Case, style: _Style, column: bool) -> list[str]:
    targets = case.targets
    if case.setup is not Setup.MULTICLASS and _is_hard(case) and not style.dtype:
        targets = targets.astype(np.int64)  # shorter, and as good where the dtype is free
    shape = (-1, 1) if column and case.setup is Setup.BINARY else case.logits.shape
    lines = _assign("logits", style, case.logits.reshape(shape))
    lines += _assign("targets", style, targets if case.has_index_targets else targets.reshape(shape))
    for name, values in (("weight", case.weight), ("pos_weight", case.pos_weight)):
        lines += [] if values is None else _assign(name, style, values)
    return lines


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
    broken = [
        textwrap.wrap(
            f"{row},",
            _WIDTH,
            initial_indent="    ",
            subsequent_indent=" " * (3 + values.ndim),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for row in rows
    ]
    return [opening, *(line for lines in broken for line in lines), closing]


def _literal(value: float, module: str) -> str:
    """Write a float in the shortest way that Python reads back exactly."""
    if not np.isfinite(value):
        return f"{module}.nan" if np.isnan(value) else f"{'-' if value < 0 else ''}{module}.inf"
    text = number_text(value)
    return text if "." in text or "e" in text else f"{text}.0"


def _call(function: str, *arguments: str) -> list[str]:
    """Write a call: on one line where it fits, else each argument on its own."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return [line]
    return [f"{function}(", *(f"    {argument}," for argument in arguments), ")"]


def _keywords(case: Case, *names: str) -> list[str]:
    """Write the options of a case that are set as keyword arguments of these names."""
    options = {
        "weight": "" if case.weight is None else "weight",
        "pos_weight": "" if case.pos_weight is None else "pos_weight",
        "ignore_index": "" if case.ignore_index == IGNORE_INDEX else str(case.ignore_index),
        "ignore_class": str(case.ignore_index) if _ignores(case) else "",
        "label_smoothing": _literal(case.label_smoothing, "") if case.label_smoothing else "",
        "reduction": "" if case.reduction is Reduction.MEAN else f'"{case.reduction}"',
    }
    return [f"{name}={options[name]}" for name in names if options[name]]


def _temperature(case: Case) -> list[str]:
    return [] if case.temperature == 1.0 else [f"logits = logits / {_literal(case.temperature, '')}  # temperature"]


def _smoothing(case: Case) -> list[str]:
    """Smooth the targets of binary losses, for which only Keras has an option."""
    e = _literal(case.label_smoothing, "")
    return [f"targets = (1 - {e}) * targets + {e} / 2  # label smoothing"] if case.label_smoothing else []


def _bits(case: Case, style: _Style) -> list[str]:
    name = _result(case)
    return [] if case.unit is Unit.NATS else [f"{name} = {name} / {style.log_2}  # nats to bits"]


def _result(case: Case) -> str:
    return "losses" if case.reduction is Reduction.NONE else "loss"


def _is_hard(case: Case) -> bool:
    """Whether each target is one class, or a plain yes or no."""
    if case.setup is Setup.MULTICLASS:
        return case.has_index_targets
    return bool(np.isin(case.targets, (0.0, 1.0)).all())


def _ignores(case: Case) -> bool:
    return case.ignore_index != IGNORE_INDEX or not case.kept.all()


def _labels(case: Case) -> Indices:
    """The class of each row, and any class where it is ignored."""
    return np.where(case.kept, case.targets, 0).astype(np.int64)


def _scaled(case: Case) -> Case:
    """Divide the logits by the temperature, as libraries' users do, before anything else."""
    return dataclasses.replace(case, logits=case.logits / case.temperature, temperature=1.0, unit=Unit.NATS)


# ------------------------------------------------------------------------------------------------ what it prints


def _slack(case: Case, draft: _Draft, values: Array) -> Array:
    """Bound how far what the library computes may lie from the values, in the case's unit."""
    counts = case.kept if case.reduction is Reduction.NONE else case.kept.any()
    # 1e-320: a number so small has few digits itself.
    own = np.where(values > 0.0, draft.relative_error * values + 1e-320, 0.0)
    return np.where(counts, draft.error * case.unit.per_nat + own, 0.0)


def _certain_format(values: Array, slack: Array) -> tuple[str, int | None]:
    """Return the first format in which rounding within the slack does not change what is printed."""
    finite = np.isfinite(values)
    values, slack = values[finite], slack[finite]
    low, high = np.maximum(values - slack, 0.0), values + slack
    return next((way for way in _FORMATS if _printed(low, *way) == _printed(high, *way)), _FORMATS[-1])


def _printed(values: Array, spec: str, decimals: int | None) -> str:
    return ", ".join(f"{value if decimals is None else round(value, decimals):{spec}}" for value in values.tolist())


def _rounding(case: Case, size: float = 1.0) -> float:
    """Bound what float64 rounds away from a loss, when terms of this size are added up."""
    per_row = case.classes + 2 if case.setup is Setup.MULTICLASS else 1
    summed = case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN
    rows = case.examples if case.reduction is Reduction.SUM else 1
    weights = [1.0 if weight is None else max(1.0, float(weight.max())) for weight in (case.weight, case.pos_weight)]
    return _EPS / 2.0 * size * per_row * (case.classes if summed else 1) * rows * weights[0] * weights[1]


def _largest_logit(z: Array) -> float:
    return float(np.abs(z[np.isfinite(z)]).max(initial=1.0))


def _binary_size(case: Case) -> float:
    """The size of what cancels in a binary loss: beyond 40 nothing does against a plain yes or no."""
    return 40.0 if _is_hard(case) and not case.label_smoothing else max(40.0, _largest_logit(case.logits))


def _cancels(case: Case) -> bool:
    """Whether (1 - y) z + softplus(-z), PyTorch's binary loss, may lose what a soft target adds to it."""
    return not (_is_hard(case) and not case.label_smoothing) and _largest_logit(case.logits) > _LARGE_LOGIT


def _difference(case: Case, library: str, draft: _Draft, values: Array, output: str) -> str:
    """Say why the script prints another number than the exact loss; nothing where it does not."""
    exact = np.atleast_1d(evaluate(case).loss)
    shown = np.array([float(text) for text in output.split(", ")])
    same = np.isclose(values, exact, rtol=1e-5, atol=0.0, equal_nan=True)
    close = same & np.isclose(shown, exact, rtol=1e-2, atol=0.0, equal_nan=True)
    if close.all():
        return ""
    first = int(close.argmin())
    is_now = f"the exact loss is {exact[first]:.6g}."
    with np.errstate(over="ignore"):
        if (np.isinf(case.logits / case.temperature) & np.isfinite(case.logits)).any():
            return f"Dividing the logits by so small a temperature overflows before {library} sees them; {is_now}"
    if draft.differs and not same[first]:
        return f"{draft.differs}; {is_now}"
    if np.isnan(values[first]):
        return f"{library} multiplies 0 by infinity, which is nan; what never happens costs nothing, so {is_now}"
    return f"In float64 {library} rounds so small a loss away; {is_now}"


def _lacking(library: str, draft: _Draft) -> str:
    lacks = " and ".join(draft.lacks)
    if lacks.startswith("has no "):
        lacks = lacks.replace(" and has no ", " and no ")
    return f"{library} {lacks}, so the code spells it out." if lacks else ""


# ------------------------------------------------------------------------------------------------------- PyTorch


def _pytorch(case: Case) -> _Draft:
    header = ["import torch", "import torch.nn.functional as F"]
    if case.unit is Unit.BITS:
        header = ["import math", "", *header]
    scaled, name, reduction = _scaled(case), _result(case), case.reduction.value
    z, targets = scaled.logits, case.targets
    steps = _temperature(case)
    if case.setup is Setup.MULTICLASS:
        options = _keywords(case, "weight", "ignore_index", "label_smoothing", "reduction")
        # Of a smoothed loss torch divides each of the two parts by itself, so that 0 / 0 shows in the sum.
        value = pytorch.cross_entropy(z, targets, case.weight, case.ignore_index, reduction, case.label_smoothing)
        undefined = bool(case.label_smoothing) and evaluate(case).divisor == 0.0
        return _Draft(
            header,
            [*steps, *_call(f"{name} = F.cross_entropy", "logits", "targets", *options)],
            math.nan if undefined else value,
            error=_rounding(case),
            differs="PyTorch divides the two parts of a smoothed loss one by one, and 0 / 0 is nan"
            if undefined
            else "",
        )
    lacks = ["has no label smoothing for binary targets"] if case.label_smoothing else []
    if _cancels(scaled):
        return _Draft(
            header,
            [*steps, *_binary_terms(case, _TORCH), *_reduced(case)],
            _exact(scaled),
            relative_error=_SOFTPLUS,
            lacks=[*lacks, "rounds a small target away at so large a logit"],
        )
    options = _keywords(case, "weight", "pos_weight", "reduction")
    steps += _smoothing(case)
    steps += _call(f"{name} = F.binary_cross_entropy_with_logits", "logits", "targets", *options)
    value = pytorch.binary_cross_entropy_with_logits(z, _smoothed(case), case.weight, reduction, case.pos_weight)
    if case.setup is Setup.MULTILABEL and case.reduction is Reduction.NONE:
        steps.append("losses = losses.sum(dim=1)  # of each example")
        value = np.sum(value, axis=1)
    return _Draft(
        header,
        steps,
        value,
        error=_rounding(case, _binary_size(scaled)),
        lacks=lacks,
    )


def _smoothed(case: Case) -> Array:
    """The targets of a binary loss as ``_smoothing`` writes them."""
    e = case.label_smoothing
    targets = np.asarray(case.targets, dtype=np.float64)
    return (1.0 - e) * targets + e / 2.0 if e else targets


# ------------------------------------------------------------------------------- the loss spelled out with arrays


@dataclasses.dataclass(frozen=True)
class _Arrays:
    """Arrays of NumPy's kind: their module, and how minus the logarithms of all probabilities are written."""

    module: str
    nll: str  # multiclass
    nll_yes: str  # binary and multilabel: -log p
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
    "",
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
        return [*_temperature(case), *_binary_terms(case, arrays), *_reduced(case)]
    if arrays is _NUMPY:
        shifted = "logits - logits.max(axis=1, keepdims=True)"
        if case.temperature == 1.0:
            steps = [f"shifted = {shifted}"]
        else:
            steps = [f"shifted = ({shifted}) / {_literal(case.temperature, '')}  # temperature"]
    else:
        steps = _temperature(case)
    return [*steps, arrays.nll, *_class_terms(case, arrays.module), *_reduced(case)]


def _class_terms(case: Case, module: str) -> list[str]:
    steps = _kept(case, module)
    infinite = any(np.isinf(evaluate(same).nll).any() for same in (case, _scaled(case)))
    if case.has_index_targets and not case.label_smoothing:
        factor = "" if case.weight is None else "weight[targets] * "
        if infinite and case.weight is not None and not case.weight.all():
            steps.append(_costs_nothing("nll", "weight", module))
        steps.append(f"losses = {factor}nll[{module}.arange(len(targets)), targets]")
    else:
        q, lines = _distribution(case, f"{module}.eye({case.classes})[targets]")
        factor = q if case.weight is None else f"weight * {q}"
        steps += lines
        if infinite:
            steps.append(_costs_nothing("nll", factor, module))
        steps.append(f"losses = ({factor} * nll).sum(axis=1)")
    return [*steps, *_dropped(case, module)]


def _binary_terms(case: Case, arrays: _Arrays) -> list[str]:
    weight = "" if case.weight is None else "weight * "
    yes = f"{weight}targets" if case.pos_weight is None else f"{weight}pos_weight * targets"
    no = f"{weight}(1 - targets)"
    steps = [*_smoothing(case), arrays.nll_yes, arrays.nll_no]
    if np.isinf(case.logits / case.temperature).any():
        steps += [_costs_nothing("nll_yes", yes, arrays.module), _costs_nothing("nll_no", no, arrays.module)]
    return [*steps, f"losses = {yes} * nll_yes + {no} * nll_no"]


def _costs_nothing(name: str, factor: str, module: str) -> str:
    zero = f"{module}.isinf({name}) & ({factor} == 0)"
    return f"{name} = {module}.where({zero}, 0.0, {name})  # 0 * inf is 0"


def _kept(case: Case, module: str, comment: str = "") -> list[str]:
    if not _ignores(case):
        return []
    return [
        f"kept = targets != {case.ignore_index}{comment}",
        f"targets = {module}.where(kept, targets, 0)  # any class: these rows are dropped below",
    ]


def _dropped(case: Case, module: str) -> list[str]:
    return [f"losses = {module}.where(kept, losses, 0.0)"] if _ignores(case) else []


def _distribution(case: Case, one_hot: str) -> tuple[str, list[str]]:
    """Write the target distribution of each row: its name, and the lines that make it."""
    if not case.has_index_targets and not case.label_smoothing:
        return "targets", []
    e = _literal(case.label_smoothing, "")
    lines = [f"q = {one_hot}"] if case.has_index_targets else []
    old = "q" if lines else "targets"
    return "q", [*lines, f"q = (1 - {e}) * {old} + {e} / {case.classes}  # label smoothing"]


def _reduced(case: Case) -> list[str]:
    """Write the reduction of ``losses``, divided as PyTorch divides."""
    if case.reduction is Reduction.NONE:
        return ["losses = losses.sum(axis=1)  # of each example"] if case.setup is Setup.MULTILABEL else []
    if case.reduction is Reduction.SUM:
        return ["loss = losses.sum()"]
    rows = "[kept]" if _ignores(case) else ""
    if case.has_index_targets and case.weight is not None:
        return [f"loss = losses.sum() / weight[targets{rows}].sum()"]
    return ["loss = losses.sum() / kept.sum()" if rows else "loss = losses.mean()"]


def _exact(case: Case) -> float | Array:
    """The loss that the code spells out, in nats: binary targets are smoothed before the rest, and rounded there."""
    if case.setup is not Setup.MULTICLASS:
        case = dataclasses.replace(case, targets=_smoothed(case), label_smoothing=0.0)
    return evaluate(dataclasses.replace(case, unit=Unit.NATS)).loss


def _quiet(case: Case) -> list[str]:
    """Switch NumPy's warnings off where infinities or nan are the point of the case."""
    b, z = evaluate(case), case.logits / case.temperature
    weights = [1.0 if weight is None else float(weight.max()) for weight in (case.weight, case.pos_weight)]
    largest = (_largest_logit(z) + 1.0) * max(1.0, weights[0]) * max(1.0, weights[1])
    loud = (
        (case.setup is Setup.MULTICLASS and not np.isfinite(z.max(axis=-1)).all())
        or (np.isinf(z) & np.isfinite(case.logits)).any()
        or np.isinf(4.0 * largest * z.size)  # of what is added up, in bits
        or np.isnan(b.loss).any()
        or b.divisor == 0.0
    )
    return ["", 'np.seterr(all="ignore")  # infinities and nan are meant'] if loud else []


def _numpy(case: Case) -> _Draft:
    return _Draft(["import numpy as np", *_quiet(case)], _spelled_out(case, _NUMPY), _exact(case))


# --------------------------------------------------------------------------------------------------------- Optax


def _optax(case: Case) -> _Draft:
    steps, losses, error, lacks = (_optax_classes if case.setup is Setup.MULTICLASS else _optax_binary)(case)
    if _ignores(case):
        losses = np.where(case.kept, losses, 0.0)
        lacks = [*lacks, "has no ignore_index"]
    per_example = losses.sum(axis=1) if losses.ndim == 2 else losses
    whole = case.reduction is not Reduction.NONE
    return _Draft(
        ["import jax", "import jax.numpy as jnp", "import optax", "", 'jax.config.update("jax_enable_x64", True)'],
        [*_temperature(case), *steps, *_reduced(case)],
        np.float64(losses.sum()) / evaluate(case).divisor if whole else per_example,
        error=error,
        lacks=lacks,
        differs="With a logit of inf there is no softmax, but Optax takes its distance to the others"
        if case.has_index_targets and np.isposinf(case.logits).any()
        else "",
    )


_Losses = tuple[list[str], Array, float, list[str]]
"""The lines that make ``losses``, the losses, how far rounding may take the reduced loss, and what they spell out."""


def _optax_classes(case: Case) -> _Losses:
    scaled = _scaled(case)
    safe = "safe_" if np.isneginf(case.logits).any() else ""  # the plain one gives 0 * inf
    soft_loss = optax.safe_softmax_cross_entropy if safe else optax.softmax_cross_entropy
    steps, lacks = (
        _kept(case, "jnp", "  # Optax has no ignore_index"),
        [] if case.weight is None else ["has no class weights"],
    )
    if not case.has_index_targets or case.label_smoothing:
        q = "targets" if not case.has_index_targets else f"jax.nn.one_hot(targets, {case.classes})"
        if case.label_smoothing:
            steps.append(f"q = optax.smooth_labels({q}, {_literal(case.label_smoothing, '')})")
            q = "q"
        weight: float | Array = 1.0 if case.weight is None else case.weight
        factor = q if case.weight is None else f"weight * {q}"
        steps.append(f"losses = optax.{safe}softmax_cross_entropy(logits, {factor})")
        losses = np.asarray(soft_loss(scaled.logits, weight * evaluate(case).target_distribution))
        return [*steps, *_dropped(case, "jnp")], losses, _rounding(scaled), lacks
    labels = _labels(case)
    size = _largest_logit(scaled.logits[case.kept])
    if size <= _LARGE_LOGIT:
        steps.append("losses = optax.softmax_cross_entropy_with_integer_labels(logits, targets)")
        losses = np.asarray(optax.softmax_cross_entropy_with_integer_labels(scaled.logits, labels))
    else:
        one_hot = f"jax.nn.one_hot(targets, {case.classes})"
        steps.append(f"losses = optax.{safe}softmax_cross_entropy(logits, {one_hot})")
        losses, size = np.asarray(soft_loss(scaled.logits, np.eye(case.classes)[labels])), 1.0
    if case.weight is not None:
        steps.append("losses = weight[targets] * losses  # Optax has no class weights")
        losses = case.weight[labels] * losses
    return [*steps, *_dropped(case, "jnp")], losses, _rounding(scaled, size), lacks


def _optax_binary(case: Case) -> _Losses:
    scaled, y = _scaled(case), _smoothed(case)
    error = _rounding(scaled, _binary_size(scaled))
    lacks = ["has no label smoothing for binary targets"] if case.label_smoothing else []
    if case.pos_weight is not None:
        per_example = _exact(dataclasses.replace(scaled, reduction=Reduction.NONE))
        return _binary_terms(case, _JAX), np.asarray(per_example), error, [*lacks, "has no pos_weight"]
    steps = [*_smoothing(case), "losses = optax.sigmoid_binary_cross_entropy(logits, targets)"]
    losses = np.asarray(optax.sigmoid_binary_cross_entropy(scaled.logits, y))
    if case.weight is not None:
        steps.append("losses = weight * losses  # Optax has no weights")
        losses, lacks = case.weight * losses, [*lacks, "has no weights"]
    return steps, losses, error, lacks


# -------------------------------------------------------------------------------------------------- scikit-learn


def _sklearn(case: Case) -> _Draft:
    """Write log_loss over probabilities, or, where it refuses the case, the loss from SciPy's log-probabilities."""
    scaled = _scaled(case)
    kept = case.kept
    binary = case.setup is not Setup.MULTICLASS
    p = sigmoid(scaled.logits) if binary else softmax(scaled.logits)
    weight = _label_weights(case)
    refusals = {
        "takes labels, not distributions": not _is_hard(case),
        "has no label smoothing": bool(case.label_smoothing),
        "always reduces to one number": case.reduction is Reduction.NONE,
        "needs two classes": case.classes == 1 and not binary,
        "needs at least one example": not kept.any(),
        "refuses nan": bool(np.isnan(p[kept]).any()),
        "refuses weights that are all 0": weight is not None and not weight[kept].any(),
    }
    lacks = [reason for reason, refused in refusals.items() if refused][:2]
    if lacks:
        # SciPy's log_softmax has a way of its own with inf; NumPy's code has none.
        arrays = _SCIPY if binary or np.isfinite(scaled.logits.max(axis=1)).all() else _NUMPY
        names = "log_expit" if binary else "log_softmax"
        header = ["import numpy as np", *([f"from scipy.special import {names}"] if arrays is _SCIPY else [])]
        size = _binary_size(scaled) if binary else 1.0
        return _Draft(
            [*header, *_quiet(case)],
            _spelled_out(case, arrays),
            _exact(scaled if arrays is _SCIPY else case),
            error=_rounding(scaled, size),
            lacks=lacks,
        )
    header = [
        "import numpy as np",
        f"from scipy.special import {'expit' if binary else 'softmax'}",
        "from sklearn.metrics import log_loss",
        *_quiet(case),
    ]
    steps, value, lacks = (_log_loss_of_labels if binary else _log_loss_of_classes)(case, p, weight)
    # Of an unlikely no only 1 - p is left, with the rounding of p.
    unlikely = float((1.0 / np.clip(1.0 - p[case.targets == 0], _EPS, 1.0)).max(initial=1.0)) if binary else 1.0
    return _Draft(
        header,
        [*_temperature(case), *steps],
        value,
        error=_rounding(case, unlikely),
        lacks=lacks,
        differs="scikit-learn clips each probability to [2.2e-16, 1 - 2.2e-16]",
    )


def _label_weights(case: Case) -> Array | None:
    """What each term of a loss of hard labels is multiplied by, in the shape of the targets; None for no weights."""
    if case.weight is None and case.pos_weight is None:
        return None
    weight = np.ones(1) if case.weight is None else case.weight
    if case.setup is Setup.MULTICLASS:
        return weight[_labels(case)] if case.has_index_targets else None
    return weight * np.where(case.targets == 1, 1.0 if case.pos_weight is None else case.pos_weight, 1.0)


def _log_loss_of_classes(case: Case, p: Array, weight: Array | None) -> tuple[list[str], np.float64, list[str]]:
    steps = []
    if _ignores(case):
        steps.append(f"kept = targets != {case.ignore_index}  # scikit-learn has no ignore_index")
        steps.append("logits, targets = logits[kept], targets[kept]")
    options = [f"labels=np.arange({case.classes})"]
    options += ["normalize=False"] if case.reduction is Reduction.SUM else []
    options += [] if weight is None else ["sample_weight=weight[targets]"]
    kept = case.kept
    value = sklearn.log_loss(
        case.targets[kept],
        p[kept],
        normalize=case.reduction is Reduction.MEAN,
        sample_weight=None if weight is None else weight[kept],
        labels=np.arange(case.classes),
    )
    steps += _call("loss = log_loss", "targets", "softmax(logits, axis=1)", *options)
    return steps, value, ["has no ignore_index"] if _ignores(case) else []


def _log_loss_of_labels(case: Case, p: Array, weight: Array | None) -> tuple[list[str], np.float64, list[str]]:
    """Take every label of every example for an example of a binary loss."""
    flat = ".ravel()" if case.setup is Setup.MULTILABEL else ""
    mean = case.reduction is Reduction.MEAN
    normalize = mean and weight is None  # log_loss would divide by the weights
    steps, lacks = [], []
    options = ["labels=[0, 1]", *([] if normalize else ["normalize=False"])]
    if weight is not None:
        factors = [] if case.weight is None else ["weight" if case.pos_weight is not None or not flat else ""]
        if case.pos_weight is not None:
            factors.append("np.where(targets == 1, pos_weight, 1.0)")
            lacks.append("has no pos_weight")
        if case.weight is not None and not flat and case.pos_weight is None:
            options.append("sample_weight=weight")
        else:
            product = " * ".join(factors) if all(factors) else "np.broadcast_to(weight, targets.shape)"
            steps.append(f"sample_weight = {product}")
            options.append(f"sample_weight=sample_weight{flat}")
    steps += _call("loss = log_loss", f"targets{flat}", f"expit(logits){flat}", *options)
    if mean and not normalize:
        steps.append("loss = loss / targets.size  # log_loss would divide by the weights")
        lacks.append("divides by the sum of the weights")
    value = sklearn.log_loss(
        case.targets.ravel(),
        p.ravel(),
        normalize=normalize,
        sample_weight=None if weight is None else weight.ravel(),
        labels=[0, 1],
    )
    return steps, value / (case.targets.size if mean and not normalize else 1), lacks


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
    binary = case.setup is not Setup.MULTICLASS
    exact = _exact(scaled)
    soft = bool(not case.has_index_targets or case.label_smoothing)
    size = max(evaluate(scaled).numerator, float(evaluate(scaled).cross_entropy.max()))
    finite = np.isfinite(scaled.logits if binary else log_softmax(scaled.logits)).all()
    lacks = {
        "has no weights for the classes of a distribution": not binary and soft and case.weight is not None,
        "has no weights for labels": case.setup is Setup.MULTILABEL and case.weight is not None,
        "has no pos_weight": case.pos_weight is not None,
        "takes no single class": case.classes == 1 and not binary,
        "gives nan on some of its back ends where a logit is infinite": not finite,
        "rounds a small target away at so large a logit": binary and _cancels(scaled),
        "takes means in float32 on some of its back ends": finite and size > _MAX32 / 1e6,
    }
    missing = [reason for reason, lacking in lacks.items() if lacking][:2]
    if missing:
        return _Draft(
            [*_KERAS_HEADER, *_quiet(case)],
            _spelled_out(case, _KERAS_OPS),
            exact,
            error=_rounding(scaled, _binary_size(scaled) if binary else 1.0),
            relative_error=_SOFTPLUS,
            lacks=missing,
            plain=True,
        )
    steps, value = (_keras_binary if binary else _keras_soft if soft else _keras_classes)(case, scaled.logits)
    return _Draft(
        _KERAS_HEADER,
        [*_temperature(case), *steps],
        value,
        error=_rounding(scaled, _binary_size(scaled) if binary else 1.0),
        relative_error=_EPS32 * (1.5 + (case.classes / 2 if binary else 0.0)),  # a mean may be taken in float32
        differs="Where nothing counts Keras makes 0 / 0 a 0",
        column=True,
    )


_KERAS_REDUCTION = {Reduction.MEAN: "sum_over_batch_size", Reduction.SUM: "sum", Reduction.NONE: "none"}


def _keras_call(case: Case, name: str, options: list[str], arguments: list[str], factor: str = "") -> list[str]:
    result = _result(case)
    return [
        *_call(f"loss_fn = keras.losses.{name}", "from_logits=True", *options),
        *_call(f"{result} = {factor}loss_fn", "targets", "logits", *arguments),
    ]


def _keras_classes(case: Case, z: Array) -> tuple[list[str], float | Array]:
    steps, arguments, weight = [], [], None
    options = _keywords(case, "ignore_class", "reduction")
    reduction = _KERAS_REDUCTION[case.reduction]
    if case.weight is not None:
        weight = case.weight[_labels(case)]
        labels = "targets"
        if _ignores(case):
            steps.append(f"labels = np.where(targets == {case.ignore_index}, 0, targets)  # any class")
            labels = "labels"
        arguments.append(f"sample_weight=weight[{labels}]")
        if case.reduction is Reduction.MEAN:
            reduction = "mean_with_sample_weight"
            options.append(f'reduction="{reduction}"')
    ignored = case.ignore_index if _ignores(case) else None
    value = keras.sparse_categorical_crossentropy(case.targets, z, True, ignored, reduction, weight)
    return steps + _keras_call(case, "SparseCategoricalCrossentropy", options, arguments), value


def _keras_soft(case: Case, z: Array) -> tuple[list[str], float | Array]:
    options, reduction = _keywords(case, "label_smoothing", "reduction"), _KERAS_REDUCTION[case.reduction]
    q = np.asarray(case.targets, dtype=np.float64)
    steps, arguments, weight = [], [], None
    if case.has_index_targets:
        q = np.eye(case.classes)[_labels(case)]
        steps = [*_kept(case, "np"), f"targets = np.eye({case.classes})[targets]  # only one-hot targets are smoothed"]
        if _ignores(case):
            weight = case.kept.astype(np.float64)
            arguments.append("sample_weight=kept")
            if case.reduction is Reduction.MEAN:
                reduction = "mean_with_sample_weight"
                options.append(f'reduction="{reduction}"')
    value = keras.categorical_crossentropy(q, z, True, case.label_smoothing, reduction, weight)
    return steps + _keras_call(case, "CategoricalCrossentropy", options, arguments), value


def _keras_binary(case: Case, z: Array) -> tuple[list[str], float | Array]:
    options = _keywords(case, "label_smoothing", "reduction")
    arguments = [] if case.weight is None else ["sample_weight=weight"]
    averaged = case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN and case.classes > 1
    labels = case.classes if averaged else 1
    shape = (-1, 1) if case.setup is Setup.BINARY else z.shape
    value = keras.binary_crossentropy(
        case.targets.reshape(shape),
        z.reshape(shape),
        True,
        case.label_smoothing,
        _KERAS_REDUCTION[case.reduction],
        case.weight,
    )
    comment = ["# Keras averages over the labels of an example first."] if averaged else []
    call = _keras_call(case, "BinaryCrossentropy", options, arguments, f"{labels} * " if averaged else "")
    return comment + call, labels * value


# ------------------------------------------------------------------------------------------------------ all of them


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
