"""Lists of products as bytes: written once for all who may see the same."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cashhaven_adapters.litestar.caching import WrittenReply
from cashhaven_adapters.litestar.schemas.stock import shown
from cashhaven_adapters.litestar.wire import encode, listed
from cashhaven_domain.shared.paging import Page
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.queries import ProductView, ShownProducts, StoredProduct

_BLOCK = 64
"""So many products are joined at a time: one that changed costs its block, not the whole list."""
_BLOCKS_AT_ONCE = 8
"""After so many the event loop is let in."""
_MOST_BLOCKS = 1_024
_MOST_PIECES = 32_768
_MOST_BYTES = 8_000_000
_MOST_LISTS = 64


class _Block(NamedTuple):
    products: Sequence[StoredProduct]
    text: bytes
    digest: bytes


class _Writer:
    """Writes products as one level of access sees them, while the shop's minimum stays the same."""

    def __init__(self, shop_minimum: Quantity) -> None:
        self.shop_minimum = shop_minimum
        self._pieces: dict[int, tuple[StoredProduct, bytes]] = {}
        self._blocks: dict[tuple[int, int], _Block] = {}

    async def blocks_of(self, seen: ShownProducts) -> list[_Block]:
        """Return the blocks of the list; those that did not change are there already."""
        blocks: list[_Block] = []
        new = 0
        for products in _parts_of(seen.found.items):
            ends = products[0].id, products[-1].id
            block = self._blocks.get(ends)
            # Comparing is quick: what did not change is the same object.
            if block is None or block.products != products:
                text = b",".join([self._piece(seen, product) for product in products])
                block = _Block(products, text, hashlib.sha256(text).digest())
                if len(self._blocks) >= _MOST_BLOCKS:
                    self._blocks.clear()
                self._blocks[ends] = block
                new += 1
                if not new % _BLOCKS_AT_ONCE:
                    await asyncio.sleep(0)
            blocks.append(block)
        return blocks

    def _piece(self, seen: ShownProducts, product: StoredProduct) -> bytes:
        kept = self._pieces.get(product.id)
        if kept is not None and kept[0] is product:
            return kept[1]
        if len(self._pieces) >= _MOST_PIECES:
            self._pieces.clear()
        text = encode(shown(seen.view(product)))
        self._pieces[product.id] = product, text
        return text


class ProductLists:
    """Remembers replies by the list that was found, and what they were put together from."""

    def __init__(self) -> None:
        self._writers: dict[bool, _Writer] = {}
        self._kept: OrderedDict[tuple[int, bool], tuple[ShownProducts, WrittenReply]] = (
            OrderedDict()
        )
        self._bytes = 0

    async def reply(self, seen: ShownProducts) -> WrittenReply:
        """Return the reply that shows the list.

        The tag follows from what is in the reply and from who may see it: other processes, and
        this one after a restart, give the same reply the same tag.
        """
        key = id(seen.found), seen.priced
        kept, written = self._kept.get(key, (None, None))
        if written is not None and kept is not None and kept.same_as(seen):
            self._kept.move_to_end(key)
            return written
        written = await self._write(seen)
        self._keep(key, seen, written)
        return written

    async def _write(self, seen: ShownProducts) -> WrittenReply:
        writer = self._writers.get(seen.priced)
        if writer is None or writer.shop_minimum != seen.shop_minimum:
            writer = self._writers[seen.priced] = _Writer(seen.shop_minimum)
        blocks = await writer.blocks_of(seen)
        nothing: Page[ProductView] = Page((), seen.next)
        head, brackets, tail = encode(listed(nothing, shown)).partition(b"[]")
        level = b"administrator" if seen.priced else b"operator"
        digests = (block.digest for block in blocks)
        tag = hashlib.sha256(b"\n".join((level, head, tail, *digests))).hexdigest()[:32]
        texts = b",".join([block.text for block in blocks])
        return WrittenReply(b"".join((head, brackets[:1], texts, brackets[1:], tail)), tag)

    def _keep(self, key: tuple[int, bool], seen: ShownProducts, written: WrittenReply) -> None:
        # The list is kept with its reply: else another one could come to bear its id.
        replaced = self._kept.pop(key, None)
        self._kept[key] = seen, written
        self._bytes += len(written.body) - (0 if replaced is None else len(replaced[1].body))
        while len(self._kept) > _MOST_LISTS or (self._bytes > _MOST_BYTES and len(self._kept) > 1):
            _, (_, oldest) = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body)


def _parts_of(products: Sequence[StoredProduct]) -> Iterator[Sequence[StoredProduct]]:
    return (products[start : start + _BLOCK] for start in range(0, len(products), _BLOCK))
