"""A small language for choosing items, such as `price < 20 and "in stock" in tags`.

    NAME < NUMBER or TEXT      also <=, >, >=, ==, !=; text in the order of its characters
    TEXT in NAME, not in       NAME has this value; case and accents do not matter
    NAME in (TEXT, ...)        NAME has one of these values
    has(NAME)                  NAME is known
    and, or, not, ( )

A comparison with something unknown does not hold. The text is parsed, never executed.
"""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.facts import ItemFacts, folded

__all__ = ["Expression"]

LONGEST = 1000  # characters
MOST = 200  # parts of an expression
EXAMPLE = """price < 20 and "in stock" in tags"""
Mask = NDArray[np.bool_]
COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


class Expression:
    """A checked expression.

    Args:
        text: The expression.

    Raises:
        ArgumentError: If it is none, or too long.

    >>> Expression("price < 20 and has(title)").names
    ['price', 'title']
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = _parsed(text)
        self.names: list[str] = []
        self._checked(self.tree)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    # --- checking -----------------------------------------------------------------------------

    def _checked(self, node: ast.expr) -> None:
        """Refuse everything that is not part of the language; collect the names."""
        match node:
            case ast.BoolOp(values=parts):
                for part in parts:
                    self._checked(part)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                self._checked(part)
            case ast.Compare(left=left, ops=ops, comparators=others):
                values = [left, *others]
                for first, op, second in zip(values, ops, values[1:], strict=False):
                    self._compared(first, op, second)
            case ast.Call(func=ast.Name(id="has"), args=[ast.Name(id=name)], keywords=[]):
                self._named(name)
            case ast.Constant(value=bool()):
                pass
            case _:
                raise self._wrong(node, "a comparison, has(NAME), and, or, not")

    def _compared(self, first: ast.expr, op: ast.cmpop, second: ast.expr) -> None:
        if isinstance(op, ast.In | ast.NotIn):
            if isinstance(second, ast.Name) and _constant(first) is not None:
                return self._named(second.id)
            if isinstance(first, ast.Name) and _listed(second):
                return self._named(first.id)
            raise self._wrong(second, "TEXT in NAME, or NAME in (TEXT, ...)")
        if type(op) not in COMPARED:
            raise self._wrong(second, "a comparison by <, <=, >, >=, == or !=")
        for one, other in ((first, second), (second, first)):
            if isinstance(one, ast.Name) and _constant(other) is not None:
                return self._named(one.id)
        raise self._wrong(first, "a NAME compared with a number or a quoted text")

    def _named(self, name: str) -> None:
        if name not in self.names:
            self.names.append(name)

    def _wrong(self, node: ast.AST, wanted: str) -> ArgumentError:
        return ArgumentError(
            f"an expression needs {wanted}",
            given=ast.unparse(node)[:80],
            fix=f"such as {EXAMPLE}",
        )

    def check(self, facts: ItemFacts, *, values: bool = True) -> None:
        """Raise UnknownNameError, with the nearest, for a name that no item has.

        Args:
            facts: What is known of the items.
            values: Whether a value that no item has is an error too.

        Raises:
            UnknownNameError: For a name or a value.
        """
        for name in self.names:
            if name not in facts.names:
                raise UnknownNameError(f"field in {self.text!r}", name, facts.names)
        for node in ast.walk(self.tree) if values else ():
            if isinstance(node, ast.Compare):
                for name, value in _equalities(node):
                    known = facts.values(name)
                    if name in facts.texts and folded(value) not in known:
                        near = difflib.get_close_matches(folded(value), known, 20) or [*known][:20]
                        raise UnknownNameError(f"value of {name} in {self.text!r}", value, near)

    # --- evaluating ---------------------------------------------------------------------------

    def mask(self, facts: ItemFacts) -> Mask:
        """Find the items for which the expression holds.

        Args:
            facts: What is known of the items.

        Returns:
            Mask of the items, (n_items,).
        """
        return self._mask(self.tree, facts)

    def _mask(self, node: ast.expr, facts: ItemFacts) -> Mask:
        match node:
            case ast.BoolOp(op=op, values=parts):
                masks = [self._mask(part, facts) for part in parts]
                join = np.logical_and if isinstance(op, ast.And) else np.logical_or
                return np.asarray(join.reduce(masks), bool)
            case ast.UnaryOp(operand=part):
                return ~self._mask(part, facts)
            case ast.Call(args=[ast.Name(id=name)]):
                return facts.has(name)
            case ast.Compare(left=left, ops=ops, comparators=others):
                values = [left, *others]
                pairs = zip(values, ops, values[1:], strict=False)
                return np.asarray(
                    np.logical_and.reduce([_held(facts, *pair) for pair in pairs]), bool
                )
            case ast.Constant(value=value):
                return np.full(len(facts), bool(value))
        raise AssertionError(node)  # refused by _checked


def _parsed(text: str) -> ast.expr:
    """Parse the text, within limits."""
    wrong = ArgumentError(
        f"an expression must be a condition of at most {LONGEST:,} characters and {MOST} parts",
        given=repr(text[:80]),
        fix=f"such as {EXAMPLE}",
    )
    if not text.strip() or len(text) > LONGEST:
        raise wrong
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise wrong from None
    if sum(1 for _ in ast.walk(tree)) > MOST * 3:  # a comparison is three nodes
        raise wrong
    return tree


def _constant(node: ast.expr) -> str | float | None:
    """The number or text of a constant; None for anything else."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -float(number)
    return None


def _listed(node: ast.expr) -> list[str]:
    """The texts of a list of constants; empty for anything else."""
    if not isinstance(node, ast.Tuple | ast.List):
        return []
    values = [_constant(one) for one in node.elts]
    return [] if None in values else [_text(value) for value in values]


def _text(value: Any) -> str:
    """A constant as fields hold it: 1999.0 as "1999"."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _equalities(node: ast.Compare) -> list[tuple[str, str]]:
    """(name, text) of each comparison that asks whether a field has a value."""
    found, values = [], [node.left, *node.comparators]
    for first, op, second in zip(values, node.ops, values[1:], strict=False):
        if isinstance(op, ast.In | ast.NotIn) and isinstance(second, ast.Name):
            found.append((second.id, _text(_constant(first))))
        elif isinstance(op, ast.In | ast.NotIn) and isinstance(first, ast.Name):
            found += [(first.id, value) for value in _listed(second)]
        elif isinstance(op, ast.Eq | ast.NotEq):
            name, value = (first, second) if isinstance(first, ast.Name) else (second, first)
            if isinstance(name, ast.Name) and isinstance(_constant(value), str):
                found.append((name.id, _text(_constant(value))))
    return found


def _held(facts: ItemFacts, first: ast.expr, op: ast.cmpop, second: ast.expr) -> Mask:
    """Whether one comparison holds for each item."""
    if isinstance(op, ast.In | ast.NotIn):
        if isinstance(second, ast.Name):
            name, values = second.id, [_text(_constant(first))]
        else:
            assert isinstance(first, ast.Name)
            name, values = first.id, _listed(second)
        found = facts.with_any(name, values)
        return ~found if isinstance(op, ast.NotIn) else found
    kind = type(op)
    if not isinstance(first, ast.Name):
        first, second, kind = second, first, MIRRORED[kind]
    assert isinstance(first, ast.Name)
    value = _constant(second)
    compare = COMPARED[kind]
    if isinstance(value, float):
        numbers = facts.numbers(first.id)
        return np.asarray(np.isfinite(numbers) & compare(numbers, value), bool)
    assert value is not None
    if kind is ast.Eq:
        return facts.with_any(first.id, [value])
    if kind is ast.NotEq:
        return facts.has(first.id) & ~facts.with_any(first.id, [value])
    made = np.zeros(len(facts), bool)
    for own, rows in facts.values(first.id).items():
        if compare(own, folded(value)):
            made[rows] = True
    return made
