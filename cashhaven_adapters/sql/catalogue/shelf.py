"""All products on the shelf, as they were at one reading."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice

from cashhaven_adapters.sql.catalogue.names import Name, Names
from cashhaven_adapters.sql.catalogue.rows import KeptProduct
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest
from cashhaven_domain.stock.queries import StoredProduct

_PAGES_KEPT = 64


class Shelf:
    """The active products by id, their names, and the pages that were asked for since a change."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._products: list[StoredProduct] = []
        self._by_id: dict[int, StoredProduct] = {}
        self._folded: dict[int, str] = {}
        self._names = Names([])
        self._new_names: list[Name] = []
        self._old_names: list[Name] = []
        self._pages: dict[Hashable, Page[StoredProduct]] = {}

    @property
    def names(self) -> Names:
        """The names of all products."""
        if self._new_names or self._old_names:
            self._names = self._names.having(self._new_names, without=self._old_names)
            self._new_names, self._old_names = [], []
        return self._names

    def append(self, rows: Sequence[KeptProduct]) -> list[Name]:
        """Put the next products on a new shelf, by rising id; return their names, sorted."""
        new: list[Name] = []
        for row in rows:
            if row.product is not None:
                self._ids.append(row.id)
                self._products.append(row.product)
                self._by_id[row.id] = row.product
                self._folded[row.id] = row.folded_name
                new.append((row.folded_name, row.id))
        return sorted(new)

    def name(self, names: Names) -> None:
        """Take the names of all products of a new shelf."""
        self._names = names

    def put(self, rows: Iterable[KeptProduct]) -> None:
        """Take in what was read. What did not change stays the same object, and so do pages."""
        for row in rows:
            before = self._by_id.get(row.id)
            if row.product != before:
                self._pages.clear()
                self._replace(before, row)

    def find(self, product_id: int) -> StoredProduct | None:
        """Return the product, if it is there."""
        return self._by_id.get(product_id)

    def name_of(self, product_id: int) -> Name | None:
        """Return the folded name of the product, if it is there."""
        folded = self._folded.get(product_id)
        return None if folded is None else (folded, product_id)

    def those(self, ids: Iterable[int]) -> Iterator[StoredProduct]:
        """Return those of the products that are there."""
        return filter(None, map(self._by_id.get, ids))

    def by_id(
        self, page: PageRequest, chosen: Callable[[StoredProduct], bool] | None = None
    ) -> Page[StoredProduct]:
        """Return the products, or the chosen ones, sorted by id."""
        start = 0 if page.after is None else bisect_left(self._ids, page.after.id + 1)
        products = islice(self._products, start, None)
        return cut(products if chosen is None else filter(chosen, products), page)

    def page(self, key: Hashable, make: Callable[[], Page[StoredProduct]]) -> Page[StoredProduct]:
        """Return what was made under this key, the same object until something changes."""
        page = self._pages.get(key)
        if page is None:
            page = make()
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.clear()
            self._pages[key] = page
        return page

    def _replace(self, before: StoredProduct | None, row: KeptProduct) -> None:
        at = bisect_left(self._ids, row.id)
        old_name = self._folded.get(row.id)
        if row.product is None:
            del self._ids[at], self._products[at], self._by_id[row.id], self._folded[row.id]
        else:
            if before is None:
                self._ids.insert(at, row.id)
                self._products.insert(at, row.product)
            self._products[at] = self._by_id[row.id] = row.product
            self._folded[row.id] = row.folded_name
        new_name = None if row.product is None else row.folded_name
        if new_name != old_name:
            self._rename(row.id, old_name, new_name)

    def _rename(self, product_id: int, old: str | None, new: str | None) -> None:
        """Have names put right before the next search; a name may come and go before that."""
        if old is not None and (old, product_id) in self._new_names:
            self._new_names.remove((old, product_id))
        elif old is not None:
            self._old_names.append((old, product_id))
        if new is not None:
            self._new_names.append((new, product_id))


def cut(products: Iterator[StoredProduct], page: PageRequest) -> Page[StoredProduct]:
    """Return the first of the products, as many as the page holds."""
    rows = list(islice(products, page.size + 1))
    return Page.cut(rows, page.size, lambda product: Cursor(product.id))
