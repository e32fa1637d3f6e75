"""A balance is changed by a difference, never written as a value somebody computed."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.code import ROOT, sources

# In text, whatever is set must be set to itself and something.
_SET = re.compile(r"\bSET\b", re.IGNORECASE)
_BALANCE_IS_SET = re.compile(r"(?:\bSET\b|,)\s*`?(?:\w+`?\.`?)?balance`?\s*=(.*)", re.I | re.S)
_DIFFERENCE = re.compile(r"\s*`?(?:\w+`?\.`?)?balance`?\s*[-+]", re.IGNORECASE)


def computed_balances(source: str) -> Iterator[int]:
    """Give the lines that write a balance as a value, but for new rows."""
    tree = ast.parse(source)
    new_rows = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and _calls(function, "insert")
        and not _calls(function, "update")
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if id(node) not in new_rows:
            for value in _written(node):
                if not _is_difference(value):
                    yield value.lineno
        if _is_text_that_computes(node):
            assert isinstance(node, ast.expr)
            yield node.lineno


def _written(node: ast.AST) -> Iterator[ast.expr]:
    """Give what the node puts under the name of the balance in a statement."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if _names_balance(key):
                yield value
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {
        "values",
        "ordered_values",
    }:
        yield from (word.value for word in node.keywords if word.arg == "balance")
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and _names_balance(target.slice):
                yield node.value


def _names_balance(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Constant):
        return node.value == "balance"
    return isinstance(node, ast.Attribute) and ast.unparse(node).endswith(".c.balance")


def _is_difference(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Add | ast.Sub)
        and _names_balance(value.left)
    )


def _is_text_that_computes(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        text = "".join(str(part) for part in parts)
    else:
        return False
    if _SET.search(text) is None:
        return False
    found = _BALANCE_IS_SET.search(text)
    return found is not None and _DIFFERENCE.match(found[1]) is None


def _calls(function: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(function)
    )


@pytest.mark.parametrize("path", sources("cashhaven_adapters/sql"), ids=lambda path: path.stem)
def test_no_statement_writes_a_balance_that_was_computed(path):
    lines = list(computed_balances(path.read_text()))
    assert lines == [], f"{path.relative_to(ROOT)}: a balance is changed by a difference only"


@pytest.mark.parametrize(
    "line",
    [
        "update(t).values(balance=left)",
        "update(t).values({'balance': before - quantity})",
        "update(t).values({t.c.balance: left})",
        "values['balance'] = left",
        "text('UPDATE product SET balance = :left')",
        "text('UPDATE product SET changes = changes + 1, `balance` = 3')",
        "text(f'update product set p.balance = {left} where id = 1')",
        "run('UPDATE product SET balance = CASE id WHEN 1 THEN 3 END')",
    ],
)
def test_the_scan_finds_what_it_looks_for(line):
    source = f"def save():\n    {line}\n"
    assert 2 in set(computed_balances(source))


@pytest.mark.parametrize(
    "line",
    [
        "update(t).values(balance=t.c.balance - quantity)",
        "update(t).values({'balance': t.c.balance + difference})",
        "text('UPDATE product SET balance = balance - CASE id WHEN 1 THEN 3 END')",
        "text(f'UPDATE product SET p.balance = p.balance + {difference}')",
        "run(insert(t), {'balance': opening})",
        "select(t.c.balance).where(t.c.balance == left)",
    ],
)
def test_the_scan_lets_differences_and_new_rows_pass(line):
    source = f"def save():\n    {line}\n"
    assert list(computed_balances(source)) == []
