"""Numbers in memory."""

from collections.abc import Sequence

from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.shared.ports import NumberSequence


class MemoryNumbers(NumberSequence):
    """Counts from one, for as long as the store lives."""

    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store = store
        self._name = name

    async def take(self, count: int = 1) -> Sequence[int]:
        """See the port."""
        assert count > 0
        first = self._store.numbers[self._name] + 1
        self._store.numbers[self._name] += count
        return range(first, first + count)
