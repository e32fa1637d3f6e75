"""Folded names, to be searched by any part: one text that holds them all."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from cashhaven_domain.stock.naming import place_in_search

_BETWEEN = "\n"
"""Stands in no folded name and in no part of one."""
_HITS_AT_ONCE = 2_000
"""After so many the event loop is let in: some milliseconds."""
_SEARCHES_KEPT = 16

Name = tuple[str, int]
"""A folded name, and the product that bears it."""


class Names:
    """The names of all products at one moment, sorted; nobody changes it."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._names = names
        lines = [name + _BETWEEN for name, _ in names]
        self._text = "".join(lines)
        self._begins = list(accumulate(map(len, lines), initial=0))
        self._found: dict[str, Sequence[Name]] = {}

    def having(self, new: Sequence[Name], without: Sequence[Name]) -> "Names":
        """Return these names with some more, and without some."""
        names = list(self._names)
        for name in without:
            del names[bisect_left(names, name)]
        # Sorting is quick here: nearly all of it is sorted already.
        return Names(sorted([*names, *new]))

    async def search(self, part: str) -> Sequence[Name]:
        """Return the names that hold the part, as `place_in_search` sorts them."""
        found = self._found.get(part)
        if found is None:
            found = await self._search(part)
            if len(self._found) >= _SEARCHES_KEPT:
                del self._found[next(iter(self._found))]
            self._found[part] = found
        return found

    async def search_after(self, part: str, last: Name) -> Sequence[Name]:
        """Return those of them that come after the place of the last one seen."""

        def place(name: Name) -> tuple[int, str, int]:
            return place_in_search(*name, part)

        found = await self.search(part)
        return found[bisect_right(found, place(last), key=place) :]

    async def _search(self, part: str) -> Sequence[Name]:
        """The names are sorted, so each kind of match comes out in the right order by itself."""
        first = bisect_left(self._names, (part,))
        end = bisect_right(self._names, part, lo=first, key=lambda name: name[0][: len(part)])
        at_word: list[Name] = []
        elsewhere: list[Name] = []
        for start, stop in ((0, self._begins[first]), (self._begins[end], len(self._text))):
            at = self._text.find(part, start, stop)
            while 0 <= at < stop:
                line = bisect_right(self._begins, at) - 1
                after = self._begins[line + 1]
                kind = at_word if self._begins_word(part, at, after) else elsewhere
                kind.append(self._names[line])
                at = self._text.find(part, after, stop)
                if not (len(at_word) + len(elsewhere)) % _HITS_AT_ONCE:
                    await asyncio.sleep(0)
        return [*self._names[first:end], *at_word, *elsewhere]

    def _begins_word(self, part: str, at: int, after: int) -> bool:
        """Whether a word begins with the part at this place, or at a later one of the name."""
        while at >= 0:
            if not self._text[at - 1].isalnum():
                return True
            at = self._text.find(part, at + 1, after)
        return False
