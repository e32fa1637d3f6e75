"""How much may be tried again."""

from dataclasses import dataclass

CALLS_PER_RETRY = 10
LARGEST_BURST = 20
"""How many retries may come at once; enough for one burst of conflicts, too little for a storm."""


@dataclass(slots=True)
class RetryBudget:
    """Lets retries be a tenth of all calls at most: a sick database gets no storm of them."""

    saved_calls: int = CALLS_PER_RETRY * LARGEST_BURST

    def earn(self) -> None:
        """Note a call."""
        self.saved_calls = min(CALLS_PER_RETRY * LARGEST_BURST, self.saved_calls + 1)

    def spend(self) -> bool:
        """Take one retry; false when none is left."""
        if self.saved_calls < CALLS_PER_RETRY:
            return False
        self.saved_calls -= CALLS_PER_RETRY
        return True
