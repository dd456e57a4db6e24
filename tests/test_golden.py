"""Every dialect against values and errors recorded from its library by ``tests/golden/record_*.py``."""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden.encoding import decode, tolerance

GOLDEN = Path(__file__).parent / "golden"
# Dialect: the library as its file names it, the version, and the least number of cases.
LIBRARIES = {
    "pytorch": ("torch", "2.13.0", 80),
    "sklearn": ("scikit-learn", "1.9.1", 40),
    "keras": ("keras", "3.15.1", 40),
    "optax": ("optax", "0.2.8", 40),
}
RECORDS = {dialect: json.loads((GOLDEN / f"{dialect}.json").read_text(encoding="utf-8")) for dialect in LIBRARIES}
CASES = [(dialect, case) for dialect, record in RECORDS.items() for case in record["cases"]]
ERRORS = {error.__name__: error for error in (IndexError, RuntimeError, TypeError, ValueError, ZeroDivisionError)}


def named(key: str) -> list[Any]:
    """The cases that have a value, or those that have an error, each under its name."""
    return [
        pytest.param(dialect, case, id=f"{dialect}.{case['function']}: {case['about']}")
        for dialect, case in CASES
        if key in case
    ]


def call(dialect: str, case: dict[str, Any]) -> Any:
    function = getattr(importlib.import_module(f"explorer.dialects.{dialect}"), case["function"])
    return function(**{name: decode(value) for name, value in case["args"].items()})


@pytest.mark.parametrize(("dialect", "case"), named("expected"))
def test_value(dialect: str, case: dict[str, Any]) -> None:
    result = call(dialect, case)
    expected = np.asarray(decode(case["expected"]))
    assert result.dtype == np.float64
    assert result.shape == expected.shape
    # atol 0: where the library gives exactly 0, so do we.
    np.testing.assert_allclose(result, expected, rtol=tolerance(case["args"]), atol=0, equal_nan=True)


@pytest.mark.parametrize(("dialect", "case"), named("error"))
def test_error(dialect: str, case: dict[str, Any]) -> None:
    with pytest.raises(ERRORS[case["error"]]) as caught:
        call(dialect, case)
    assert caught.type.__name__ == case["error"]
    assert len(str(caught.value)) > 10  # it says something


@pytest.mark.parametrize("dialect", LIBRARIES)
def test_every_function_is_recorded_often_enough(dialect: str) -> None:
    library, version, least = LIBRARIES[dialect]
    record = RECORDS[dialect]
    assert record[library] == version
    assert len(record["cases"]) >= least
    functions = set(importlib.import_module(f"explorer.dialects.{dialect}").__all__)
    assert {case["function"] for case in record["cases"]} == functions
