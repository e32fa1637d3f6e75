"""The settings of the WebSocket."""

from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_app.environment import Environment


def read_socket_settings(env: Environment, *, limited: bool) -> SocketSettings:
    """Return what the environment says; `limited` is whether rates and numbers have limits."""
    return SocketSettings(
        limited=limited,
        most_connections=env.integer("SOCKET_CONNECTIONS", 5_000, 1, 100_000),
        most_per_user=env.integer("SOCKET_CONNECTIONS_PER_USER", 10, 1, 100_000),
        most_per_address=env.integer("SOCKET_CONNECTIONS_PER_ADDRESS", 50, 1, 100_000),
        most_unknown=env.integer("SOCKET_UNKNOWN", 200, 1, 100_000),
        most_unknown_per_address=env.integer("SOCKET_UNKNOWN_PER_ADDRESS", 10, 1, 100_000),
        openings_per_second=env.integer("SOCKET_OPENINGS", 100, 1, 100_000),
        sign_in_time=env.number("SOCKET_SIGN_IN_SECONDS", 5.0, 0.1, 60.0),
        largest_first_frame=env.integer("SOCKET_FIRST_FRAME_LIMIT", 4_096, 512, 65_536),
        largest_frame=env.integer("SOCKET_FRAME_LIMIT", 65_536, 1_024, 1_000_000),
        deepest=env.integer("SOCKET_JSON_DEPTH", 16, 4, 32),
        frames_per_second=env.integer("SOCKET_FRAMES", 10, 1, 10_000),
        burst_of_frames=env.integer("SOCKET_FRAMES_BURST", 40, 1, 10_000),
        most_topics=env.integer("SOCKET_TOPICS", 16, 1, 100),
        most_requests=env.integer("SOCKET_REQUESTS", 32, 1, 1_000),
        most_waiting=env.integer("SOCKET_WAITING_FRAMES", 256, 64, 100_000),
        most_waiting_bytes=env.integer("SOCKET_WAITING_BYTES", 1_048_576, 65_536, 67_108_864),
        most_resumed=env.integer("SOCKET_RESUMED_EVENTS", 1_000, 0, 100_000),
        heartbeat=env.number("SOCKET_HEARTBEAT_SECONDS", 25.0, 0.1, 600.0),
        recheck=env.number("SOCKET_RECHECK_SECONDS", 4.0, 0.1, 60.0),
    )
