"""The number that was seen, and what it takes to match it."""

from __future__ import annotations

import dataclasses
import math
from decimal import Decimal

import numpy as np

from explorer.detective.readings import Mask
from explorer.errors import InvalidCase
from explorer.numerics import Array
from explorer.spelling import parse_number

# Losses are mostly computed in float32: with many digits given, the last ones are its rounding.
_FLOAT32 = 1e-6
_LITTLE = 1e-7  # ... which may also tip the last digit of a rounded number
_MOST_DECIMALS = 30


@dataclasses.dataclass(frozen=True)
class Observed:
    """A number as it was printed: its value, and how many decimals of it are known."""

    value: float
    decimals: int

    @classmethod
    def read(cls, observed: float | str, decimals: int | None = None) -> Observed:
        """Read a number, or text; decimals are those written, of a float those of its shortest form.

        Raises InvalidCase for anything that is not a number, or decimals that are not a whole number from 0 on.
        """
        text = observed if isinstance(observed, str) else _shortest(observed)
        try:
            value = parse_number(text)
        except InvalidCase as error:
            raise InvalidCase(str(error), "observed") from None
        if decimals is None:
            decimals = _decimals(text) if math.isfinite(value) else 0
        elif isinstance(decimals, bool) or decimals != int(decimals) or not 0 <= decimals <= _MOST_DECIMALS:
            raise InvalidCase(
                f"decimals is {decimals}; it must be a whole number from 0 to {_MOST_DECIMALS}.", "observed"
            )
        elif math.isfinite(value):
            value = round(value, int(decimals))
        return cls(value, int(decimals))

    @property
    def tolerance(self) -> float:
        """How far a value may lie from the observed one: half of the last decimal, and a float32's rounding."""
        if not math.isfinite(self.value):
            return 0.0
        size = abs(self.value)
        return max(0.5 * 10.0**-self.decimals * (1.0 + 1e-9) + _LITTLE * size, _FLOAT32 * size)

    def matches(self, values: Array) -> Mask:
        """Return which values are the observed one, as far as its decimals tell; nan matches nan."""
        if math.isnan(self.value):
            return np.isnan(values)
        if math.isinf(self.value):
            return values == self.value
        return np.abs(values - self.value) <= self.tolerance

    def distance(self, value: float) -> float:
        """Return how far one value lies from the observed one."""
        return float(self.distances(np.array([value]))[0])

    def distances(self, values: Array) -> Array:
        """Return how far values lie from the observed one: 0 where they are the same, inf where neither is near."""
        with np.errstate(invalid="ignore"):
            distances = np.abs(values - self.value)
        same = np.isnan(values) if math.isnan(self.value) else values == self.value
        return np.where(same, 0.0, np.where(np.isnan(distances), np.inf, distances))


def _shortest(observed: float) -> str:
    try:
        return str(observed) if isinstance(observed, np.floating) else repr(float(observed))  # float32 has its own form
    except (TypeError, ValueError, OverflowError):
        raise InvalidCase("The observed value must be one number, such as 0.5514.", "observed") from None


def _decimals(text: str) -> int:
    exponent = Decimal(text.strip().replace("\u2212", "-")).as_tuple().exponent
    return max(0, -int(exponent))
