"""What the recorders of golden values share with the test that reads them: cases, and how they look in JSON.

A file holds the library's version, and one case a line with the function, its arguments, and either the expected value
or the name of the exception. Infinities and nan are the strings "inf", "-inf" and "nan". An array without elements is
``{"dtype": name, "empty": shape}``, one of a dtype that its numbers do not tell is ``{"dtype": name, "values": list}``,
and everything else is float64, int64, true and false, or text.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

Arguments = dict[str, Any]
Case = tuple[str, str, Arguments]  # function, what the case is about, arguments
Group = Callable[[], Iterator[Case]]
Call = Callable[[str, Arguments], Any]


def encode(value: Any) -> Any:
    """Turn an argument or a result into what JSON can hold."""
    if isinstance(value, np.ndarray):
        if value.size == 0:
            return {"dtype": value.dtype.name, "empty": list(value.shape)}
        if value.dtype.kind in "fiu" and value.dtype.name not in ("float64", "int64"):
            return {"dtype": value.dtype.name, "values": encode(value.tolist())}
        return encode(value.tolist())
    if isinstance(value, list):
        return [encode(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def decode(value: Any) -> Any:
    """Undo ``encode``; every list becomes an array."""
    if isinstance(value, dict):
        if "values" in value:
            return np.asarray(decode(value["values"]), dtype=value["dtype"])
        return np.zeros(value["empty"], dtype=value["dtype"])
    if isinstance(value, list):
        return np.array([decode(part) for part in value])
    return float(value) if value in ("inf", "-inf", "nan") else value


def tolerance(args: Arguments) -> float:
    """Twelve digits, unless the library itself computed in fewer: its float32 holds seven, its float16 three."""
    dtypes = {value.get("dtype") for value in args.values() if isinstance(value, dict)}
    return 1e-3 if "float16" in dtypes else 1e-6 if "float32" in dtypes else 1e-12


def record(
    target: Path, library: str, version: str, call: Call, answers: Iterable[Group], errors: Iterable[Group]
) -> None:
    """Call the library with every case and write the file: sorted, and the same bytes on every run.

    The cases of ``answers`` must give a value (anything that ``np.asarray`` takes), those of ``errors`` must raise.
    """
    cases = [_recorded(case, call, fails=False) for group in answers for case in group()]
    cases += [_recorded(case, call, fails=True) for group in errors for case in group()]
    cases.sort(key=lambda case: (case["function"], "error" in case, case["about"]))
    names = [(case["function"], case["about"]) for case in cases]
    if len(set(names)) != len(names):
        raise AssertionError(
            f"these names are given twice: {sorted({name for name in names if names.count(name) > 1})}"
        )
    lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
    target.write_text(f'{{"{library}": "{version}", "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{len(cases)} cases written to {target.name}")


def _recorded(case: Case, call: Call, *, fails: bool) -> dict[str, Any]:
    function, about, arguments = case
    entry = {"function": function, "about": about, "args": {name: encode(value) for name, value in arguments.items()}}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the libraries warn about, ours do in silence
            result = np.asarray(call(function, arguments))
    except Exception as error:
        if not fails:
            raise
        # The exception that Python knows: a library's own class stands for the one that it is derived from.
        name = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
        return entry | {"error": name}
    if fails:
        raise AssertionError(f"{function}, {about}: an error was expected, and {result} was given")
    return entry | {"expected": encode(result)}
