"""Writes the page of the plans: `python -m tests.support.plan_page`, or `nox -s plans`."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tests.support.database_server import KINDS
from tests.support.databases import make_tables, opened
from tests.support.main_queries import questions
from tests.support.many_rows import A_YEAR, MANY, fill
from tests.support.plans import Access, accesses_of, noted
from tests.support.servers import running_server

PAGE = Path(__file__).parents[2] / "docs" / "architecture" / "queries.md"
NAMES = {"sqlite": "SQLite", "mariadb": "MariaDB", "mysql": "MySQL"}
Plans: TypeAlias = dict[tuple[str, str, str], list[Access]]
"""The accesses of each question to each table: by area, name of the question, and table."""


def main() -> None:
    """Ask every engine, and write the page."""
    # Making the tables and filling them is slow, and nobody's fault.
    logging.getLogger("cashhaven.sql").setLevel(logging.ERROR)
    versions, plans = {}, {}
    with engines() as addresses:
        for engine, (url, version) in addresses.items():
            versions[engine] = version
            plans[engine] = asyncio.run(_plans_of(url))
    PAGE.write_text("\n".join(_page(versions, plans)), encoding="utf-8")


@contextmanager
def engines() -> Iterator[dict[str, tuple[str, str]]]:
    """Give the address of a new database and the version of each engine."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        found = {"sqlite": (f"sqlite:///{folder}/shop.db", sqlite3.sqlite_version)}
        for kind in KINDS:
            server = stack.enter_context(running_server(kind))
            ((version,),) = server.execute("SELECT VERSION()")
            found[kind] = (server.create_database(), str(version).partition("-")[0])
        yield found


async def _plans_of(url: str) -> Plans:
    await asyncio.to_thread(make_tables, url)
    plans: Plans = {}
    async with opened(url) as database:
        await fill(database)
        for question in questions():
            async with noted(database) as statements:
                _ = await question.ask(database)
            for statement in statements:
                for access in await accesses_of(database, statement):
                    place = (question.area, question.name, access.table)
                    plans.setdefault(place, []).append(access)
    return plans


def _page(versions: dict[str, str], plans: dict[str, Plans]) -> Iterator[str]:
    told = ", ".join(f"{NAMES[engine]} {version}" for engine, version in versions.items())
    yield "# Queries and their plans"
    yield ""
    yield (
        "How the engines come to the rows of the main questions, and by which index.\n"
        "`tests/adapters/sql/test_plans.py` asks the same in every run, and fails when one of them"
        " reads a whole table without saying why.\n\n"
        f"Written by `python3 -m nox -s plans` on {datetime.now(UTC):%Y-%m-%d}: {told}.\n"
        f"There were {A_YEAR} sales, orders, movements and fiscal documents, and {MANY} rows in"
        " the other tables that grow.\n\n"
        "“From one end” means that an index is read in its order until the page is full.\n"
        "Small tables are read whole where large ones are not, and an engine may choose otherwise"
        " when the numbers are others.\n"
    )
    for area, members in groupby(questions(), lambda question: question.area):
        yield f"## {area.capitalize()}"
        yield ""
        yield f"| question | table | {' | '.join(NAMES[engine] for engine in versions)} |"
        yield f"| --- | --- |{' --- |' * len(versions)}"
        reasons: dict[str, None] = {}
        for question in members:
            reasons |= dict.fromkeys(question.scans.values())
            tables = dict.fromkeys(
                place[2]
                for engine in versions
                for place in plans[engine]
                if place[:2] == (area, question.name)
            )
            for number, table in enumerate(tables):
                place = (area, question.name, table)
                ways = " | ".join(_ways(plans[engine].get(place, [])) for engine in versions)
                yield f"| {'' if number else question.name} | `{table}` | {ways} |"
        yield ""
        if reasons:
            yield "Where a whole table may be read:"
            yield ""
            yield from (f"- {reason}" for reason in reasons)
            yield ""


def _ways(accesses: list[Access]) -> str:
    return "; ".join(dict.fromkeys(str(access) for access in accesses)) or "—"


if __name__ == "__main__":
    main()
