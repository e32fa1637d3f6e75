"""A disk on which it takes a while until something is durable, as on most that shops have.

Disks with a cache that survives a power cut, as in a data centre, say so within a tenth of a
millisecond; those of an ordinary machine take some milliseconds. A library in front of the
database server's own makes it wait before each `fsync`.
"""

import os

from tests.benchmarks import compiling

WAIT_MS = 2
_SOURCE = "slow_disk.c"


def environment() -> dict[str, str]:
    """Return what a database server is started with, so that its disk is slow.

    Raises:
        BenchmarkError: there is no C compiler here.
    """
    library = compiling.built("slow_disk.so", [_SOURCE], ("-shared", "-fPIC"), ("-ldl",))
    return {**os.environ, "LD_PRELOAD": str(library), "SLOW_DISK_US": str(WAIT_MS * 1_000)}
