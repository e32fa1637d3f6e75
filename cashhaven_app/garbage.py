"""How the interpreter looks for garbage while it serves."""

import gc

NEW_OBJECTS = 50_000
"""How many may come before the young ones are looked through; the interpreter's own 700 mean that
a group of orders is looked through many times while it is still in use."""
YOUNG_ROUNDS, MIDDLE_ROUNDS = 20, 50


def look_seldom() -> None:
    """Never again look through what is there now, and through what is new less often.

    What a request leaves behind is freed at once by its reference counts; only cycles wait.
    """
    _ = gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_ROUNDS, MIDDLE_ROUNDS)
