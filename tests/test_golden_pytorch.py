"""The PyTorch dialect against values and errors recorded from torch itself by ``tests/golden/record_pytorch.py``."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.dialects import pytorch

RECORD = json.loads((Path(__file__).parent / "golden" / "pytorch.json").read_text(encoding="utf-8"))
CASES = RECORD["cases"]
ERRORS = {error.__name__: error for error in (IndexError, RuntimeError, TypeError, ValueError)}


def decode(value: Any) -> Any:
    """Undo the recorder's encoding: "inf", "-inf" and "nan" are numbers, and an array without elements has a shape."""
    if isinstance(value, dict):
        return np.zeros(value["empty"], dtype=value["dtype"])
    if isinstance(value, list):
        return np.array([decode(part) for part in value])
    return float(value) if value in ("inf", "-inf", "nan") else value


def arguments(case: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name == "reduction" else decode(value) for name, value in case["args"].items()}


def name(case: dict[str, Any]) -> str:
    return f"{case['function']}: {case['about']}"


@pytest.mark.parametrize("case", [case for case in CASES if "expected" in case], ids=name)
def test_value(case: dict[str, Any]) -> None:
    result = getattr(pytorch, case["function"])(**arguments(case))
    expected = np.asarray(decode(case["expected"]))
    assert result.dtype == np.float64
    assert result.shape == expected.shape
    # atol 0: where torch gives exactly 0, so do we.
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=0, equal_nan=True)


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=name)
def test_error(case: dict[str, Any]) -> None:
    with pytest.raises(ERRORS[case["error"]]) as caught:
        getattr(pytorch, case["function"])(**arguments(case))
    assert caught.type.__name__ == case["error"]
    assert len(str(caught.value)) > 10  # it says something


def test_every_function_is_recorded_often_enough() -> None:
    assert RECORD["torch"] == "2.13.0"
    assert len(CASES) >= 80
    assert {case["function"] for case in CASES} == set(pytorch.__all__)
