"""What one connection hears: asked for by its client, bounded by what its user may see."""

from collections.abc import Iterable

from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.errors import TooManyTopics, UnknownTopic
from cashhaven_adapters.litestar.websocket.fan_out import FanOut, Listener
from cashhaven_adapters.litestar.websocket.frames import Heartbeat, Since
from cashhaven_adapters.litestar.websocket.line import Line
from cashhaven_adapters.litestar.websocket.resuming import Resumption, subscribe
from cashhaven_adapters.litestar.websocket.topics import Topic, topics_of
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import AccessDenied

QUIET_HEARTBEATS = 12
"""After so many without an event the client is told a later place to resume from."""

_NAMES = {topic.value: topic for topic in Topic}


class Subscriptions:
    """The topics of one connection."""

    __slots__ = ("_fan_out", "_heard", "_line", "_quiet", "_settings", "is_resuming", "listener")

    def __init__(
        self, fan_out: FanOut, line: Line, listener: Listener, settings: SocketSettings
    ) -> None:
        self._fan_out = fan_out
        self._line = line
        self._settings = settings
        self.listener = listener
        self.is_resuming = False
        """Whether what was missed is on its way to the client."""
        self._heard = listener.last = fan_out.position.offset
        self._quiet = 0

    async def add(self, names: Iterable[str], since: Since | None, actor: Actor) -> None:
        """Hear these topics too, from now on or since a place; refuse those that cannot be.

        Raises:
            Unavailable: what was missed cannot be read; nothing is heard any more.
        """
        asked = self._permitted(names, actor)
        if since is None or not asked:
            self._set(self.listener.topics | asked)
            return
        self.is_resuming = True
        try:
            most = self._settings.most_resumed
            await Resumption(self._fan_out, self.listener, asked, since, most).run(self._line.tell)
        finally:
            self.is_resuming = False

    def remove(self, names: Iterable[str]) -> None:
        """Hear these topics no more."""
        given_up = {_NAMES[name] for name in names if name in _NAMES}
        self._set(self.listener.topics - given_up)

    def narrow(self, actor: Actor) -> None:
        """Hear only what the user may still see."""
        allowed = frozenset(topics_of(actor))
        if self.is_resuming:
            if not actor.administrator:
                # It is on its way to a topic that may be closed to it by now: it may come back.
                self._line.outlet.close(CloseCode.OVERLOADED)
        elif not self.listener.topics <= allowed:
            self._line.refuse(AccessDenied())
            self._set(self.listener.topics & allowed)

    def beat(self) -> None:
        """Say where the connection is; after a long silence, where it can resume from by now."""
        if self.is_resuming:
            return
        listener = self.listener
        self._quiet = self._quiet + 1 if listener.last == self._heard else 0
        if self._quiet >= QUIET_HEARTBEATS and listener.topics:
            self._quiet = 0
            if self._fan_out.position.offset > listener.last:
                self._set(listener.topics)
        self._heard = listener.last
        self._line.tell(Heartbeat(offset=listener.last))

    def end(self) -> None:
        """Hear nothing any more."""
        self._fan_out.leave(self.listener)

    def _set(self, topics: frozenset[Topic]) -> None:
        subscribe(self._fan_out, self.listener, topics, self._line.tell)

    def _permitted(self, names: Iterable[str], actor: Actor) -> frozenset[Topic]:
        allowed = topics_of(actor)
        most = self._settings.most_topics
        permitted = self.listener.topics
        for name in dict.fromkeys(names):
            topic = _NAMES.get(name)
            if topic is None:
                self._line.refuse(UnknownTopic(name))
            elif topic not in allowed:
                self._line.refuse(AccessDenied(f"{name}: você não tem permissão para este assunto"))
            elif len(permitted | {topic}) > most:
                self._line.refuse(TooManyTopics(most))
            else:
                permitted |= {topic}
        return permitted & {_NAMES[name] for name in names if name in _NAMES}
