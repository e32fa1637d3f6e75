"""What other processes changed: found by comparing sums that only rise, whoever wrote them.

A stream of events will tell the same without asking; until then this asks once per bound. No row
is kept for it that every sale would have to lock.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, or_, select

from cashhaven_adapters.sql.catalogue.rows import STAMP
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.stock import products

_BUCKET_BITS = 6
_RANGES_AT_ONCE = 100

_TOTAL = select(func.count(), func.coalesce(func.sum(STAMP), 0)).select_from(products)
_BUCKET = products.c.id.bitwise_rshift(_BUCKET_BITS)
_SUMS = select(_BUCKET, func.count(), func.sum(STAMP)).group_by(_BUCKET)


class Known:
    """The stamps of all products, removed ones too, by id; and their numbers and sums by bucket."""

    def __init__(self) -> None:
        self._stamps: dict[int, int] = {}
        self._counts: Counter[int] = Counter()
        self._sums: Counter[int] = Counter()

    def note(self, product_id: int, stamp: int) -> None:
        """Take down that the product was read with this stamp."""
        before = self._stamps.get(product_id)
        bucket = product_id >> _BUCKET_BITS
        if before is None:
            self._counts[bucket] += 1
        self._sums[bucket] += stamp - (before or 0)
        self._stamps[product_id] = stamp

    async def changed(self, session: SqlSession) -> set[int]:
        """Return the products that have other stamps by now, new ones included."""
        total = await session.first(_TOTAL)
        assert total is not None
        if (int(total[0]), int(total[1])) == (len(self._stamps), self._sums.total()):
            return set()
        differing = [
            bucket
            for bucket, count, stamps in await session.rows(_SUMS)
            if (count, stamps) != (self._counts[bucket], self._sums[bucket])
        ]
        changed: set[int] = set()
        for ranges in _ranges(sorted(differing)):
            rows = await session.rows(select(products.c.id, STAMP).where(or_(*ranges)))
            changed.update(number for number, stamp in rows if self._stamps.get(number) != stamp)
        return changed


def _ranges(buckets: Sequence[int]) -> Iterator[list[ColumnElement[bool]]]:
    """Return conditions for the ids of these buckets, in groups that a statement can hold."""
    spans: list[tuple[int, int]] = []
    for bucket in buckets:
        if spans and spans[-1][1] == bucket:
            spans[-1] = (spans[-1][0], bucket + 1)
        else:
            spans.append((bucket, bucket + 1))
    for start in range(0, len(spans), _RANGES_AT_ONCE):
        yield [
            products.c.id.between(first << _BUCKET_BITS, (end << _BUCKET_BITS) - 1)
            for first, end in spans[start : start + _RANGES_AT_ONCE]
        ]
