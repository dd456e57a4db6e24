"""The catalogue is complete, and says of each function what the function itself says."""

import inspect
import re
from types import ModuleType

import numpy as np
import pytest

from explorer.case import Setup
from explorer.dialects import keras, optax, pytorch, sklearn
from explorer.dialects.catalogue import BY_ID, FUNCTIONS, VOCABULARY, Family, Feed, Function, Library, Options, Target

MODULES: dict[Library, ModuleType] = {
    Library.PYTORCH: pytorch,
    Library.KERAS: keras,
    Library.SKLEARN: sklearn,
    Library.OPTAX: optax,
}
ACTIVATIONS = {"softmax", "log_softmax", "sigmoid", "logsigmoid"}
Z = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
Y = np.array([0, 1, 1, 2])

each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.id)


def original(function: Function) -> inspect.Signature:
    """The signature of the dialect's function that a row stands for."""
    return inspect.signature(getattr(MODULES[function.library], function.id.split(".")[1]))


def test_every_public_loss_is_listed() -> None:
    losses = {(library, name) for library, module in MODULES.items() for name in module.__all__} - {
        (Library.PYTORCH, name) for name in ACTIVATIONS
    }
    assert {(function.library, function.id.split(".")[1]) for function in FUNCTIONS} == losses
    assert len(losses) == 22


def test_ids() -> None:
    assert list(BY_ID) == [function.id for function in FUNCTIONS]
    assert len(BY_ID) == len(FUNCTIONS) == 25
    assert all(re.fullmatch(r"(pytorch|keras|sklearn|optax)\.[a-z_]+(\.from_logits)?", id_) for id_ in BY_ID)
    assert len({function.title for function in FUNCTIONS}) == 25


@pytest.mark.parametrize("name", ["categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"])
def test_a_cross_entropy_of_keras_is_two_rows(name: str) -> None:
    of_p, of_z = BY_ID[f"keras.{name}"], BY_ID[f"keras.{name}.from_logits"]
    assert (of_p.feed is Feed.LOGITS, of_z.feed is Feed.LOGITS) == (False, True)
    assert of_z.as_class == f"{of_p.as_class}(from_logits=True)"
    assert of_p.clip == keras.EPSILON
    assert of_z.clip == 0.0


# ------------------------------------------------------------------------------------------- what each row says


@each_function
def test_the_options_are_its_own(function: Function) -> None:
    named = {*function.parameters.values(), *(name for given in function.reductions.values() for name in given)}
    assert named <= original(function).parameters.keys()
    fields = set(Options.__dataclass_fields__)
    assert function.parameters.keys() <= fields
    # and the other way round: what a row does not name is no option of ours
    ours = {"weight", "sample_weight", "pos_weight", "ignore_index", "ignore_class", "label_smoothing", "labels"}
    assert set([*original(function).parameters][2:]) & ours == set(function.parameters.values())


@each_function
def test_the_default_reduction(function: Function) -> None:
    parameters = original(function).parameters
    defaults = {"reduction": None, "normalize": None} | {
        name: parameter.default for name, parameter in parameters.items() if name in {"reduction", "normalize"}
    }
    expected = defaults["reduction"] or ("mean" if defaults["normalize"] or "sample_weight" in parameters else "none")
    assert function.default_reduction == expected
    ours = {name for name, arguments in function.reductions.items() if not arguments}
    assert ours <= {{"sum_over_batch_size": "mean"}.get(expected, expected)}


@each_function
def test_the_order_of_the_arguments(function: Function) -> None:
    first, second, *_ = original(function).parameters
    target_first = function.functional.index("{target}") < function.functional.index("{input}")
    assert target_first == (function.library in {Library.KERAS, Library.SKLEARN})
    assert first.startswith("y_true") == target_first
    assert (second if not target_first else first) in {"target", "targets", "labels", "y_true"}


@each_function
def test_set_ups_targets_and_texts(function: Function) -> None:
    assert function.setups
    assert set(function.setups) <= set(Setup)
    assert function.targets
    assert all(isinstance(target, Target) for target in function.targets)
    assert re.fullmatch(r"https://[a-z.\-]+/[^\s]+", function.source)
    assert function.functional.count("{input}") == function.functional.count("{target}") == 1
    assert not re.search(r"[<>*`$]", function.note)  # plain text, wherever it is shown
    assert function.note.endswith(".")


@each_function
def test_the_formula_is_well_formed(function: Function) -> None:
    depth = 0
    for character in re.sub(r"\\[{}]", "", function.formula):
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert function.formula.count(r"\big[") + function.formula.count(r"\Big(") + function.formula.count(r"\big(") == (
        function.formula.count(r"\big]") + function.formula.count(r"\Big)") + function.formula.count(r"\big)")
    )
    assert r"\ell" in function.formula
    assert (r"\ln" in function.formula) == function.in_nats
    if function.family is not Family.FOCAL and function.library is not Library.OPTAX:
        assert "L = " in function.formula  # how it is reduced
    assert ("sigma" in function.formula) <= (function.feed is Feed.LOGITS)


@pytest.mark.parametrize(
    ("name", "as_class"),
    [
        ("cross_entropy", "nn.CrossEntropyLoss"),
        ("nll_loss", "nn.NLLLoss"),
        ("binary_cross_entropy", "nn.BCELoss"),
        ("binary_cross_entropy_with_logits", "nn.BCEWithLogitsLoss"),
        ("multilabel_soft_margin_loss", "nn.MultiLabelSoftMarginLoss"),
        ("multi_margin_loss", "nn.MultiMarginLoss"),
        ("multilabel_margin_loss", "nn.MultiLabelMarginLoss"),
        ("soft_margin_loss", "nn.SoftMarginLoss"),
        ("hinge_embedding_loss", "nn.HingeEmbeddingLoss"),
        ("kl_div", "nn.KLDivLoss"),
        ("sigmoid_focal_loss", ""),
    ],
)
def test_the_classes_of_pytorch(name: str, as_class: str) -> None:
    assert BY_ID[f"pytorch.{name}"].as_class == as_class


@pytest.mark.parametrize(
    ("id_", "missing"),
    [
        ("pytorch.cross_entropy", ()),
        ("pytorch.nll_loss", ("label smoothing",)),
        ("pytorch.binary_cross_entropy", ("pos_weight", "label smoothing")),
        ("pytorch.kl_div", ("weights",)),
        ("keras.categorical_crossentropy", ("ignore_index",)),
        ("sklearn.log_loss", ("ignore_index", "label smoothing")),
        ("optax.softmax_cross_entropy", ("weights", "ignore_index", "label smoothing", "reduction")),
        ("optax.sigmoid_binary_cross_entropy", ("weights", "pos_weight", "label smoothing", "reduction")),
    ],
)
def test_what_a_function_has_not(id_: str, missing: tuple[str, ...]) -> None:
    function = BY_ID[id_]
    assert function.missing == missing
    assert function.note.startswith(f"No {', no '.join(missing)}." if missing else function.remark)


@pytest.mark.parametrize(
    ("id_", "setup", "feed"),
    [
        ("pytorch.cross_entropy", "multiclass", Feed.LOGITS),
        ("pytorch.nll_loss", "multiclass", Feed.LOG_SOFTMAX),
        ("keras.categorical_crossentropy", "binary", Feed.SOFTMAX),  # two columns
        ("sklearn.log_loss", "multiclass", Feed.SOFTMAX),
        ("sklearn.log_loss", "binary", Feed.SIGMOID),
        ("pytorch.binary_cross_entropy", "multilabel", Feed.SIGMOID),
    ],
)
def test_what_a_function_expects(id_: str, setup: str, feed: Feed) -> None:
    assert BY_ID[id_].expects(setup) is feed


def test_a_feed_has_its_activation_s_name_too() -> None:
    assert [Feed(name) for name in ("logits", "log_softmax", "softmax", "sigmoid")] == list(Feed)
    assert [feed.ending for feed in Feed] == ["nothing", "log-softmax", "softmax", "sigmoid"]
    with pytest.raises(ValueError, match="relu"):
        Feed("relu")


def test_every_library_has_its_words() -> None:
    assert list(VOCABULARY) == list(Library)


# -------------------------------------------------------------------------------------------- what each row does

EXPECTED = {  # the demo batch, from the inputs and targets that each function takes
    "pytorch.cross_entropy": 1.4529380351,
    "pytorch.nll_loss": 1.4529380351,
    "pytorch.multi_margin_loss": 0.8333333333,
    "pytorch.kl_div": 1.4529380351,
    "keras.categorical_crossentropy": 1.4529380351,
    "keras.categorical_crossentropy.from_logits": 1.4529380351,
    "keras.sparse_categorical_crossentropy": 1.4529380351,
    "keras.sparse_categorical_crossentropy.from_logits": 1.4529380351,
    "sklearn.log_loss": 1.4529380351,
    "sklearn.hinge_loss": 1.5,
    "optax.softmax_cross_entropy": 1.4529380351,
    "optax.safe_softmax_cross_entropy": 1.4529380351,
    "optax.softmax_cross_entropy_with_integer_labels": 1.4529380351,
}


def inputs_of(function: Function) -> np.ndarray:
    return {
        Feed.LOGITS: lambda z: z,
        Feed.LOG_SOFTMAX: lambda z: pytorch.log_softmax(z, dim=1),
        Feed.SOFTMAX: lambda z: pytorch.softmax(z, dim=1),
        Feed.SIGMOID: pytorch.sigmoid,
    }[function.feed](Z)


def targets_of(function: Function) -> np.ndarray:
    return {
        Target.INDICES: Y,
        Target.DISTRIBUTIONS: np.eye(3)[Y],
        Target.LABELS: np.eye(3)[Y],
        Target.SIGNS: 2.0 * np.eye(3)[Y] - 1.0,
        Target.INDEX_LISTS: np.stack([Y, -np.ones(4, int), -np.ones(4, int)], axis=1),
    }[function.targets[0]]


def test_the_table_of_values_is_whole() -> None:
    assert EXPECTED.keys() == {function.id for function in FUNCTIONS if "multiclass" in function.setups}


@pytest.mark.parametrize("id_", EXPECTED)
def test_the_mean(id_: str) -> None:
    value = BY_ID[id_].compute(inputs_of(BY_ID[id_]), targets_of(BY_ID[id_]), Options())
    assert value == pytest.approx(EXPECTED[id_], rel=1e-9)


@each_function
def test_mean_sum_and_none_belong_together(function: Function) -> None:
    inputs, targets = inputs_of(function), targets_of(function)
    mean, total, each = (function.compute(inputs, targets, Options(reduction=name)) for name in ("mean", "sum", "none"))
    assert np.ndim(mean) == np.ndim(total) == 0
    if function.library is Library.SKLEARN:
        assert np.ndim(each) == 0  # always one number
        return
    divisor = len(Z) if function.id == "pytorch.kl_div" else np.size(each)
    assert total == pytest.approx(np.sum(each), rel=1e-12)
    assert mean == pytest.approx(total / divisor, rel=1e-12)


@pytest.mark.parametrize(
    ("id_", "options", "value"),
    [
        ("pytorch.cross_entropy", Options(weight=np.array([1, 2, 0.5])), 1.7379192422),
        ("pytorch.cross_entropy", Options(label_smoothing=0.1), 1.4729380351),
        ("pytorch.cross_entropy", Options(ignore_index=0), 1.7982407081),
        ("pytorch.nll_loss", Options(weight=np.array([1, 2, 0.5])), 1.7379192422),
        ("pytorch.nll_loss", Options(label_smoothing=0.1), 1.4529380351),  # it has none
        ("keras.sparse_categorical_crossentropy.from_logits", Options(ignore_index=0), 1.7982407081),
        (
            "keras.sparse_categorical_crossentropy.from_logits",
            Options(sample_weight=np.array([1, 2, 2, 0.5])),
            2.3896389580,
        ),
        ("sklearn.log_loss", Options(sample_weight=np.array([1, 2, 2, 0.5])), 1.7379192422),
        ("optax.softmax_cross_entropy", Options(reduction="sum"), 5.8117521406),
    ],
)
def test_options(id_: str, options: Options, value: float) -> None:
    function = BY_ID[id_]
    assert function.compute(inputs_of(function), targets_of(function), options) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("id_", "reduction", "settings", "code"),
    [
        ("pytorch.cross_entropy", "mean", {}, "F.cross_entropy(z, y)"),
        (
            "pytorch.cross_entropy",
            "sum",
            {"weight": "w", "pos_weight": "pw", "ignore_index": "0"},
            'F.cross_entropy(z, y, weight=w, ignore_index=0, reduction="sum")',
        ),
        ("pytorch.kl_div", "mean", {}, 'F.kl_div(z, y, reduction="batchmean")'),
        ("pytorch.sigmoid_focal_loss", "none", {}, "torchvision.ops.sigmoid_focal_loss(z, y)"),
        ("keras.hinge", "mean", {}, "keras.losses.Hinge()(y, z)"),
        (
            "keras.categorical_crossentropy.from_logits",
            "none",
            {"label_smoothing": "0.1", "sample_weight": "w[y]"},
            'keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, reduction="none")'
            "(y, z, sample_weight=w[y])",
        ),
        (
            "keras.sparse_categorical_crossentropy",
            "mean",
            {"ignore_index": "-100"},
            "keras.losses.SparseCategoricalCrossentropy(ignore_class=-100)(y, z)",
        ),
        ("sklearn.log_loss", "sum", {"sample_weight": "w"}, "log_loss(y, z, sample_weight=w, normalize=False)"),
        ("sklearn.hinge_loss", "sum", {}, "hinge_loss(y, z)"),
        ("optax.softmax_cross_entropy", "mean", {"weight": "w"}, "optax.softmax_cross_entropy(z, y).mean()"),
        ("optax.softmax_cross_entropy", "none", {}, "optax.softmax_cross_entropy(z, y)"),
    ],
)
def test_the_call_as_code(id_: str, reduction: str, settings: dict[str, str], code: str) -> None:
    assert BY_ID[id_].call("z", "y", reduction, **settings) == code
