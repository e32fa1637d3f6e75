"""What keeps the stream going in a serving process, and who wakes whom."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from cashhaven_app.container import Container
from cashhaven_app.stream.forgetting import Forgetting
from cashhaven_app.stream.pruning import Pruning

Work = Callable[[], Awaitable[None]]


def stream_at_work(
    container: Container, *, keeps_house: bool, tell_others: Callable[[], None] | None = None
) -> list[Work]:
    """Return what is to be run as long as the process serves.

    A commit of this process wakes the relay; places that it gave wake the follower, the other
    processes of this server (by `tell_others`), and servers on other machines where there is a
    Redis to tell them. Whoever is not woken finds everything by looking, within a second.
    """
    adapters, settings = container.adapters, container.settings()
    follower, relaying = adapters.follower(), adapters.relaying()
    books = adapters.store() if settings.storage == "memory" else adapters.database()
    books.event_listeners.append(relaying.wake)
    relaying.listeners.append(follower.wake)
    alerts = container.alerts()
    container.observer().alarm = alerts.notice
    _ = Forgetting(follower, adapters.sessions(), adapters.shop_rules())
    work: list[Work] = [relaying.run, follower.run, alerts.run]
    if tell_others is not None:
        relaying.listeners.append(tell_others)
    if settings.redis_url is not None:
        # Some megabytes that a shop on one machine does not need.
        from cashhaven_adapters.redis_hints import RedisHints
        from cashhaven_app.stream.hinting import Hinting

        hinting = Hinting(RedisHints(settings.redis_url.reveal()), follower)
        relaying.listeners.append(hinting.announce)
        work.append(hinting.run)
    if keeps_house:
        relaying.lag_listeners.append(alerts.stream_lags)
        pruning = Pruning(
            relay=adapters.relay(),
            clock=adapters.clock(),
            kept=timedelta(seconds=settings.stream_kept_seconds),
            most=settings.stream_kept_events,
        )
        work.append(pruning.run)
    return work
