"""A page in a real browser with the JavaScript client in it."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.support.chromium import ARGUMENTS

CLIENT = Path(__file__).resolve().parents[2] / "docs" / "clients" / "cashhaven-live.js"

_PAGE = """<!doctype html>
<script type="module">
  import { CashHavenLive, CashHavenRefusal, afterClose } from "./cashhaven-live.js";
  Object.assign(window, { CashHavenLive, CashHavenRefusal, afterClose });
  window.events = [];
  window.states = [];
  window.closes = [];
  window.errors = [];
  window.follow = (options) => {
    window.live = new CashHavenLive({
      random: () => 0,
      topics: ["stock"],
      token: () => "t1",
      onEvent: (event) => window.events.push(event),
      onState: (state, close) => { states.push(state); if (close) closes.push(close); },
      onError: (code) => window.errors.push(code),
      ...options,
    });
    live.open();
  };
  window.ready = true;
</script>"""


@asynccontextmanager
async def running_browser(program: Path) -> AsyncIterator[Browser]:
    """Give a browser while the block lasts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def client_page(browser: Browser, origin: str) -> AsyncIterator[Page]:
    """Give a page in which `follow(options)` starts the client and `events` collects."""
    context = await browser.new_context()
    faults: list[str] = []
    try:
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(origin)
        await page.wait_for_function("window.ready")
        yield page
        assert faults == []
    finally:
        await context.close()


@contextmanager
def served_page() -> Iterator[str]:
    """Serve the page and the client while the block lasts; give the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_client = self.path.endswith("/cashhaven-live.js")
        content = CLIENT.read_bytes() if is_client else _PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_client else "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
