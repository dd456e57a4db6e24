"""Lines of arithmetic as the page writes them, evaluated to more digits than the smallest float needs beside 1."""

import re
from collections.abc import Callable
from decimal import Context, Decimal

from explorer.explain import INFINITY, MINUS

EXACT = Context(prec=340, Emax=10**9, Emin=-(10**9), traps=[])
SMALLEST = Decimal("5e-324")  # of a float; where it matters its digits are not to be had
TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?(?:e[−-]?\d+)?|∞|nan\b|log₂|log\b|ln\b|exp\b|min\b|[()+−·/,])")


class NotArithmetic(Exception):
    """There are words or letters in it."""


def number(text: str) -> Decimal:
    """A number as the page writes it."""
    return EXACT.create_decimal(text.replace(MINUS, "-").replace(INFINITY, "Infinity"))


def evaluate(text: str) -> Decimal:
    """What a line of arithmetic comes to: numbers, + − · /, brackets, log, log₂, ln, exp and min; log is ln."""
    tokens, at = [], 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if found is None:
            raise NotArithmetic(text)
        tokens.append(found[1])
        at = found.end()
    value = _sum(tokens)
    if tokens:
        raise NotArithmetic(text)
    return value


def _sum(tokens: list[str]) -> Decimal:
    return _chain(tokens, _product, {"+": EXACT.add, MINUS: EXACT.subtract})


def _product(tokens: list[str]) -> Decimal:
    return _chain(tokens, _signed, {"·": EXACT.multiply, "/": EXACT.divide})


def _chain(
    tokens: list[str],
    operand: Callable[[list[str]], Decimal],
    operations: dict[str, Callable[[Decimal, Decimal], Decimal]],
) -> Decimal:
    """The operands between signs of one rank, from the left."""
    value = operand(tokens)
    while tokens and tokens[0] in operations:
        value = operations[tokens.pop(0)](value, operand(tokens))
    return value


def _signed(tokens: list[str]) -> Decimal:
    if tokens and tokens[0] == MINUS:
        tokens.pop(0)
        return EXACT.minus(_signed(tokens))
    return _value(tokens)


def _value(tokens: list[str]) -> Decimal:
    if not tokens:
        raise NotArithmetic
    head = tokens.pop(0)
    if head in {"log", "ln"}:
        return EXACT.ln(_signed(tokens))
    if head == "log₂":
        return EXACT.divide(EXACT.ln(_signed(tokens)), EXACT.ln(Decimal(2)))
    if head == "exp":
        return EXACT.exp(_signed(tokens))
    if head in {"(", "min"}:
        if head == "min":
            _expect(tokens, "(")
        values = [_sum(tokens)]
        while tokens and tokens[0] == ",":
            tokens.pop(0)
            values.append(_sum(tokens))
        _expect(tokens, ")")
        return min(values)
    return number(head)


def _expect(tokens: list[str], token: str) -> None:
    if not tokens or tokens.pop(0) != token:
        raise NotArithmetic


def shown_as(value: Decimal, text: str) -> bool:
    """Whether this is the value that a text shows, to the digits that it shows."""
    shown = number(text)
    if shown.is_nan() or value.is_nan():
        return shown.is_nan() and value.is_nan()
    if shown.is_infinite() or value.is_infinite():
        return shown == value
    last_digit = Decimal((0, (1,), int(shown.as_tuple().exponent)))
    return abs(value - shown) <= last_digit * Decimal("0.500001") + SMALLEST
