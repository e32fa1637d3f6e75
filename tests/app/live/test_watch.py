"""`cashhaven watch` in a terminal of its own, at a real server."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cashhaven_app.cli import run
from cashhaven_app.commands.errors import ExitStatus
from tests.support.cutting_proxy import cutting_proxy
from tests.support.server_process import ROOT, ServerProcess, free_port
from tests.support.small_shop import PASSWORD, USERNAME, SmallShop, small_shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
WITHIN_S = 40.0


@pytest.fixture
async def server(tmp_path) -> AsyncIterator[ServerProcess]:
    async with ServerProcess(tmp_path, {}) as process:
        yield process


@pytest.fixture
async def shop(server) -> AsyncIterator[SmallShop]:
    async with small_shop(server.url) as opened:
        yield opened


class Terminal:
    """What the command says, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def until(self, pattern: str) -> str:
        """Return the next line that contains the pattern."""
        output = self.process.stdout
        assert output is not None
        try:
            async with asyncio.timeout(WITHIN_S):
                while line := (await output.readline()).decode():
                    self.lines.append(line.rstrip())
                    if re.search(pattern, line):
                        return line.rstrip()
        except TimeoutError:
            pass
        raise AssertionError(f"never said {pattern!r}: {self.lines}")

    async def interrupted(self) -> int:
        """Press Ctrl-C, read the rest and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        output = self.process.stdout
        assert output is not None
        self.lines += (await output.read()).decode().splitlines()
        return await self.process.wait()


@asynccontextmanager
async def watching(folder: Path, *words: str, password: str = PASSWORD) -> AsyncIterator[Terminal]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cashhaven_app", "watch", USERNAME, *words),
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CASHHAVEN_DATA_DIR": str(folder),
            "CASHHAVEN_PASSWORD": password,
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_sale_is_seen_and_the_end_is_quiet(server, shop, tmp_path):
    async with watching(tmp_path, "--url", server.url) as terminal:
        await terminal.until("ouvindo .* como ana: estoque, vendas, pedidos, .*sistema, recados")
        sale = await shop.sell()

        line = await terminal.until("venda")
        assert line.endswith(f"vendas      venda {sale}: 1 × Açaí 500ml, R$ 12,00, pix")
        assert (await terminal.until("saldo")).endswith("saldo: Açaí 500ml 99 un")
        assert await terminal.interrupted() == ExitStatus.DONE
        assert terminal.lines[-1] == "# fim"


async def test_what_happens_during_a_cut_comes_once_and_in_order(server, shop, tmp_path):
    async with (
        cutting_proxy(server.port) as network,
        watching(
            tmp_path, "--url", f"http://127.0.0.1:{network.port}", "--topics", "sales"
        ) as terminal,
    ):
        await terminal.until("como ana: vendas$")
        sales = [await shop.sell()]
        await terminal.until(f"venda {sales[0]}:")

        network.cut()
        await terminal.until("sem conexão: a rede falhou; nova tentativa em")
        sales += [await shop.sell() for _ in range(3)]
        network.mend()
        await terminal.until("de volta, sem perder nada: 3 eventos recuperados")
        sales.append(await shop.sell())
        await terminal.until(f"venda {sales[-1]}:")

        assert network.cuts
        seen = re.findall(r"venda (\d+):", "\n".join(terminal.lines))
        assert [int(number) for number in seen] == sales


@pytest.mark.heavy
async def test_it_comes_back_to_a_server_that_was_restarted(server, shop, tmp_path):
    async with watching(tmp_path, "--url", server.url, "--topics", "sales") as terminal:
        await terminal.until("como ana: vendas$")
        assert await server.stop() == 0
        await terminal.until("sem conexão: O servidor está reiniciando; nova tentativa")
        await server.start()
        sale = await shop.sell()

        await terminal.until(f"venda {sale}:")
        await terminal.until("de volta, sem perder nada: 1 evento recuperado")


@pytest.mark.heavy
async def test_it_says_when_it_lost_the_thread(server, shop, tmp_path):
    async with watching(tmp_path, "--url", server.url, "--topics", "sales") as terminal:
        await terminal.until("como ana: vendas$")
        await terminal.until(f"venda {await shop.sell()}:")
        server.kill()
        await terminal.until("sem conexão")
        server.run_command("new-epoch")
        await server.start()

        await terminal.until("recomeçou: peça os dados de novo .o servidor começou outra contagem")
        sale = await shop.sell()
        await terminal.until(f"venda {sale}:")


async def test_frames_can_be_had_as_they_come(server, shop, tmp_path):
    words = ("--url", server.url, "--topics", "sales", "--client", "painel", "--json")
    async with watching(tmp_path, *words) as terminal:
        welcome = json.loads(await terminal.until('"welcome"'))
        await terminal.until('"subscribed"')
        sale = await shop.sell()

        event = json.loads(await terminal.until('"event"'))
        assert event["data"]["id"] == sale
        assert event["offset"] > event["prev"] >= welcome["offset"]
        assert PASSWORD not in "".join(terminal.lines)
        assert await terminal.interrupted() == ExitStatus.DONE


async def test_whoever_cannot_come_in_is_told_so(server, shop, tmp_path):
    async with watching(tmp_path, "--url", server.url, password="errada") as terminal:
        await terminal.until("cashhaven: .*senha")
        assert await terminal.process.wait() == ExitStatus.REFUSED


def test_a_shop_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setenv("CASHHAVEN_PASSWORD", PASSWORD)
    monkeypatch.setenv("PORT", str(port := free_port()))

    assert run(["watch", USERNAME]) == ExitStatus.UNAVAILABLE

    assert f"http://127.0.0.1:{port} não responde" in capsys.readouterr().err


def test_without_a_terminal_the_password_comes_from_elsewhere(monkeypatch, capsys):
    monkeypatch.delenv("CASHHAVEN_PASSWORD", raising=False)

    assert run(["watch", USERNAME, "--url", "http://127.0.0.1:1"]) == ExitStatus.REFUSED

    assert "use --password-stdin ou CASHHAVEN_PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--topics", "fofoca"], "--topics: fofoca não existe; há stock, sales"),
        (["--client", "geladeira"], "--client: 'geladeira' não existe"),
        (["--password", "x"], "não conheço: --password x"),
    ],
)
def test_a_wrong_line_is_answered_by_one_sentence(words, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        run(["watch", USERNAME, *words])

    assert ended.value.code == ExitStatus.USAGE
    assert sentence in capsys.readouterr().err
