"""The command line: what it does, what it says when it cannot, and how it ends."""

import argparse
import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from cashhaven_adapters.sql.checks import Finding
from cashhaven_app.asgi import create
from cashhaven_app.cli import build_parser, run
from cashhaven_app.commands.errors import ExitStatus

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "jabuticaba na varanda"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work in a folder of our own, with nothing set but where the data are."""
    for name in list(os.environ):
        if name.startswith(("DB_", "DATABASE_", "CASHHAVEN_", "JWT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CASHHAVEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def type_in(monkeypatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    waiting: list[tuple[str, argparse.ArgumentParser]] = [("cashhaven", build_parser())]
    while waiting:
        name, parser = waiting.pop()
        yield name, parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += [(f"{name} {word}", each) for word, each in action.choices.items()]


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["serve", "-h"],
        ["migrate", "-h"],
        ["create-user", "-h"],
        ["set-password", "-h"],
        ["export-openapi", "-h"],
        ["export-asyncapi", "-h"],
        ["watch", "-h"],
        ["demo", "-h"],
    ],
    ids=" ".join,
)
def test_help_has_examples_and_is_in_portuguese(words, capsys):
    with pytest.raises(SystemExit) as ended:
        run(words)

    said = capsys.readouterr().out
    assert ended.value.code == ExitStatus.DONE
    assert said.startswith("uso: ")
    assert "exemplos:" in said
    assert "usage" not in said
    assert "optional" not in said


def test_every_argument_is_explained():
    for name, parser in parsers():
        for action in parser._actions:
            if not isinstance(action, argparse._SubParsersAction):
                assert action.help, f"{name} {action.dest}"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "cashhaven: falta: comando"),
        (["shout"], "'shout' não existe"),
        (["serve", "--port", "http"], "--port: deve ser de 0 a 65535"),
        (["serve", "--port"], "--port: falta o valor"),
        (["serve", "--loud"], "não conheço: --loud"),
        (["create-user"], "falta: usuario"),
        (["create-user", "ana", "--password", "x"], "não conheço: --password x"),
        (["migrate", "down", "--to"], "--to: falta o valor"),
    ],
)
def test_a_wrong_line_is_answered_by_one_sentence(words, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        run(words)

    said = capsys.readouterr().err
    assert ended.value.code == ExitStatus.USAGE
    assert sentence in said
    assert said.count("\n") == 1


def test_all_wrong_settings_are_named_and_nothing_is_begun(folder, monkeypatch, capsys):
    monkeypatch.setenv("PORT", "http")
    (folder / ".env").write_text("LOG_LEVEL=loud\nJWT_SECRET=hush\n")

    assert run(["migrate", "up"]) == ExitStatus.SETTINGS

    said = capsys.readouterr().err
    assert said.startswith("cashhaven: a configuração está errada:\n")
    assert {line.split(":")[0].strip() for line in said.splitlines()[1:]} == {
        "PORT",
        "LOG_LEVEL",
        "JWT_SECRET",
    }
    assert "hush" not in said
    assert not (folder / "data").exists()


def test_tables_are_made_looked_at_and_taken_away(capsys):
    assert run(["migrate", "status"]) == ExitStatus.DONE
    assert "vazio" in capsys.readouterr().out
    assert run(["migrate", "up"]) == ExitStatus.DONE
    assert run(["migrate", "up"]) == ExitStatus.DONE
    assert "já está na versão" in capsys.readouterr().out
    assert run(["migrate", "status"]) == ExitStatus.DONE
    assert capsys.readouterr().out.endswith("em dia\n")
    assert run(["migrate", "down", "--yes"]) == ExitStatus.DONE
    assert run(["migrate", "status"]) == ExitStatus.DONE
    assert "atualize com" in capsys.readouterr().out
    assert run(["migrate", "down", "--to", "base", "--yes"]) == ExitStatus.DONE
    assert run(["migrate", "status"]) == ExitStatus.DONE
    assert "vazio" in capsys.readouterr().out
    assert run(["migrate", "down", "--yes"]) == ExitStatus.REFUSED


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "confirme com --yes"),
        (["--to", "base"], "confirme com --yes"),
        (["--to", "9999", "--yes"], "não há versão 9999"),
    ],
)
def test_tables_are_not_taken_away_by_accident(words, sentence, capsys):
    run(["migrate", "up"])

    assert run(["migrate", "down", *words]) == ExitStatus.REFUSED

    assert sentence in capsys.readouterr().err


def test_a_user_is_created_and_may_get_another_password(monkeypatch, capsys):
    type_in(monkeypatch, f"{PASSWORD}\n")
    assert run(["create-user", "--admin", "ana", "--password-stdin"]) == ExitStatus.DONE
    assert capsys.readouterr().out == "usuário ana criado (id 1)\n"

    type_in(monkeypatch, f"{PASSWORD} nova")
    assert run(["set-password", "ana", "--password-stdin", "--one-time"]) == ExitStatus.DONE
    assert "senha de ana trocada" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (["create-user", "ana", "--password-stdin"], "123456", "senha: deve ter pelo menos 8"),
        (["create-user", "ana"], "", "use --password-stdin"),
        (["set-password", "rui", "--password-stdin"], PASSWORD, "usuário"),
    ],
)
def test_what_the_shop_refuses_is_said_without_a_traceback(
    words, typed, sentence, monkeypatch, capsys
):
    type_in(monkeypatch, typed)

    assert run(words) == ExitStatus.REFUSED

    said = capsys.readouterr().err
    assert said.startswith("cashhaven: ")
    assert sentence.casefold() in said.casefold()
    assert "Traceback" not in said


def test_a_password_is_asked_for_twice_at_a_terminal(monkeypatch, capsys):
    typed = iter([PASSWORD, f"{PASSWORD}!", PASSWORD, PASSWORD])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))

    assert run(["create-user", "ana"]) == ExitStatus.REFUSED
    assert "não são iguais" in capsys.readouterr().err
    assert run(["create-user", "ana"]) == ExitStatus.DONE


@pytest.mark.parametrize(
    "words",
    [["demo"], ["migrate", "status"], ["create-user", "ana", "--password-stdin"]],
    ids=lambda words: words[0],
)
def test_memory_is_nothing_to_work_on_from_outside(words, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "memory:")
    type_in(monkeypatch, PASSWORD)

    assert run(words) == ExitStatus.REFUSED

    assert capsys.readouterr().err.startswith("cashhaven: memory:")


def test_a_database_that_is_not_there_is_named_without_its_password(monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("DATABASE_URL", f"mysql://u:hidden-word@127.0.0.1:{port}/loja")

    assert run(["migrate", "status"]) == ExitStatus.UNAVAILABLE

    said = capsys.readouterr().err
    assert f"127.0.0.1:{port}/loja" in said
    assert "hidden-word" not in said


def test_a_file_that_is_no_database_is_refused(folder, monkeypatch, capsys):
    (folder / "shop.db").write_text("this is a letter, not a database at all\n" * 100)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder / 'shop.db'}")

    assert run(["migrate", "status"]) == ExitStatus.UNAVAILABLE

    assert "shop.db" in capsys.readouterr().err


def test_a_port_that_is_taken_is_a_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run(["serve", "--port", port]) == ExitStatus.UNAVAILABLE

    said = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said


def test_the_description_is_written(folder, capsysbinary):
    assert run(["export-openapi"]) == ExitStatus.DONE
    printed = capsysbinary.readouterr().out
    assert run(["export-openapi", "--output", "api.json"]) == ExitStatus.DONE

    document = json.loads((folder / "api.json").read_bytes())
    assert (folder / "api.json").read_bytes() == printed
    assert document["openapi"].startswith("3.")
    assert "/api/stock/all" in document["paths"]


def test_a_description_that_cannot_be_written_is_a_sentence(capsys):
    assert run(["export-openapi", "--output", "nowhere/api.json"]) == ExitStatus.REFUSED

    assert "nowhere" in capsys.readouterr().err


@pytest.mark.slow
def test_the_example_shop_fills_an_empty_database_and_no_other(folder, capsys):
    assert run(["demo"]) == ExitStatus.DONE

    with closing(sqlite3.connect(folder / "data" / "cashhaven.db")) as books:
        (sales,) = books.execute("SELECT count(*) FROM sale").fetchone()
        (orders,) = books.execute('SELECT count(*) FROM "order"').fetchone()
    assert sales > 500
    assert orders > 100
    capsys.readouterr()
    assert run(["demo"]) == ExitStatus.REFUSED
    assert "não está vazia" in capsys.readouterr().err


def test_examples_stay_out_of_production(monkeypatch, capsys):
    monkeypatch.setenv("CASHHAVEN_ENV", "production")
    monkeypatch.setenv("JWT_SECRET", "a secret that is good enough for tests")

    assert run(["demo"]) == ExitStatus.REFUSED

    assert "produção" in capsys.readouterr().err


@contextmanager
def serving(folder: Path, *words: str, **settings: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run the server as a program; it is stopped at the end if it still runs."""
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "cashhaven_app", "serve", "--port", "0", *words],
            cwd=folder,
            env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=err,
        )
    try:
        yield _address(folder, process), process
    finally:
        process.kill()
        process.wait()


def _address(folder: Path, process: subprocess.Popen) -> str:
    for _ in range(600):
        said = (folder / "err").read_text(encoding="utf-8")
        for line in said.splitlines():
            if line.startswith("CashHaven atende em ") and said.count("\n") >= 3:
                return line.rpartition(" ")[2]
        assert process.poll() is None, said
        time.sleep(0.05)
    raise AssertionError("the server did not begin")


@pytest.mark.slow
def test_a_server_stops_in_order_and_says_so(folder):
    with serving(folder) as (address, process):
        assert httpx.get(f"{address}/health/ready").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    events = [json.loads(line)["event"] for line in (folder / "out").read_text().splitlines()]
    told = ["database_upgraded", "started", "listening", "stopped"]
    assert [event for event in events if event in told] == told


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_server_behind_a_balancer_serves_on_while_it_drains(folder):
    with serving(folder, DRAIN_SECONDS="2") as (address, process):
        process.send_signal(signal.SIGTERM)
        time.sleep(1.2)  # what readiness found is kept for a second
        assert httpx.get(f"{address}/health/ready").status_code == 503
        assert httpx.get(f"{address}/health/live").status_code == 200
        assert process.wait(10) == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_second_signal_is_obeyed_at_once(folder):
    with serving(folder, DRAIN_SECONDS="60") as (_, process):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 1


@pytest.mark.slow
def test_the_first_registration_in_production_needs_the_code_that_was_printed(folder):
    settings = {
        "CASHHAVEN_ENV": "production",
        "JWT_SECRET": "a secret that is good enough for tests",
    }
    body = {"nome": "Ana", "nome_usuario": "ana", "senha": PASSWORD, "cargo": "Gerente"}
    with serving(folder, **settings) as (address, _):
        register = f"{address}/api/auth/register"
        assert httpx.post(register, json=body).status_code == 403
        time.sleep(0.2)
        said = (folder / "err").read_text(encoding="utf-8")
        code = said.partition("X-Setup-Code: ")[2].split()[0]
        assert httpx.post(register, json=body, headers={"X-Setup-Code": code}).status_code == 201
    assert code not in (folder / "out").read_text()


def serve_nothing(monkeypatch) -> None:
    """Let `serve` do everything but serve."""

    async def serve(server, sockets) -> None:
        server._when_started()
        for each in sockets:
            each.close()

    monkeypatch.setattr("cashhaven_app.server.Server.serve", serve)


def test_serving_an_example_tells_how_to_get_in(monkeypatch, capsys):
    serve_nothing(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", "memory:")

    assert run(["serve", "--demo", "--port", "0"]) == ExitStatus.DONE

    said = capsys.readouterr().err
    assert "entre como iracema, bia, caio" in said
    assert "só na memória" in said
    assert "Ainda não há usuários" not in said


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_the_address_of_the_newer_internet_is_shown_in_brackets(monkeypatch, capsys):
    serve_nothing(monkeypatch)

    assert run(["serve", "--host", "::1", "--port", "0"]) == ExitStatus.DONE

    assert "http://[::1]:" in capsys.readouterr().err


def test_reloading_hands_host_and_port_to_those_that_come(monkeypatch, capsys):
    begun: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda application, **how: begun.update(how))
    monkeypatch.setenv("PORT", "1")

    assert run(["serve", "--reload", "--port", "0"]) == ExitStatus.DONE

    assert (begun["factory"], begun["port"], os.environ["PORT"]) == (True, 0, "0")
    assert "create-user --admin" in capsys.readouterr().err
    assert all("cashhaven_" in folder for folder in begun["reload_dirs"])


def test_an_example_in_memory_does_not_survive_reloading(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "memory:")

    assert run(["serve", "--reload", "--demo", "--port", "0"]) == ExitStatus.REFUSED


def test_an_engine_that_breaks_our_promises_is_not_worked_with(monkeypatch, capsys):
    async def find(_database) -> list[Finding]:
        return [Finding("o servidor é antigo demais", True), Finding("cuidado")]

    monkeypatch.setattr("cashhaven_app.preparation.examine", find)
    type_in(monkeypatch, PASSWORD)

    assert run(["create-user", "ana", "--password-stdin"]) == ExitStatus.REFUSED

    assert "o servidor é antigo demais" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("broken", "status"),
    [(KeyboardInterrupt, ExitStatus.INTERRUPTED), (BrokenPipeError, ExitStatus.DONE)],
)
def test_being_stopped_is_no_error_of_the_program(broken, status, monkeypatch, capfd):
    def interrupt(*_: object) -> None:
        raise broken

    monkeypatch.setattr("cashhaven_app.cli.Settings.from_environment", interrupt)
    monkeypatch.setattr("os.dup2", lambda *_: None)

    assert run(["migrate", "status"]) == status


def test_a_bug_has_a_traceback_and_a_status_of_its_own(monkeypatch, capsys):
    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cashhaven_app.cli.Settings.from_environment", stumble)

    assert run(["migrate", "status"]) == ExitStatus.BUG

    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("started", "python", "told"),
    [
        ("/usr/bin/cashhaven", "/usr/bin/python3", "cashhaven"),
        ("cashhaven_app/__main__.py", "/usr/bin/python3", "/usr/bin/python3 -m cashhaven_app"),
        ("cashhaven_app/__main__.py", "C:/My Py/python", '"C:/My Py/python" -m cashhaven_app'),
    ],
)
def test_people_are_told_what_they_can_type(started, python, told, monkeypatch, capsys):
    serve_nothing(monkeypatch)
    monkeypatch.setattr("sys.argv", [started])
    monkeypatch.setattr("sys.executable", python)

    assert run(["serve", "--port", "0"]) == ExitStatus.DONE

    assert f"  {told} create-user --admin" in capsys.readouterr().err


def test_any_server_can_make_the_application(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "memory:")
    assert create().description().startswith(b"{")
    assert "X-Setup-Code" not in capsys.readouterr().err

    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("CASHHAVEN_ENV", "production")
    monkeypatch.setenv("JWT_SECRET", "a secret that is good enough for tests")
    create()
    assert "X-Setup-Code: " in capsys.readouterr().err


@pytest.mark.slow
def test_somebodys_server_is_brought_up_to_date_only_when_told(
    database_server, monkeypatch, capsys
):
    url = database_server.create_database()
    monkeypatch.setenv("DATABASE_URL", url)
    serve_nothing(monkeypatch)
    try:
        assert run(["serve", "--port", "0"]) == ExitStatus.REFUSED
        assert "cashhaven migrate up" in capsys.readouterr().err
        assert run(["migrate", "up"]) == ExitStatus.DONE
        assert run(["serve", "--port", "0"]) == ExitStatus.DONE
        assert run(["migrate", "down", "--to", "base", "--yes"]) == ExitStatus.DONE
        monkeypatch.setenv("MIGRATE_ON_START", "1")
        assert run(["serve", "--port", "0"]) == ExitStatus.DONE
        monkeypatch.setenv("DATABASE_URL", url.replace("root@", "root:wrong@"))
        capsys.readouterr()
        assert run(["migrate", "status"]) == ExitStatus.UNAVAILABLE
        assert "wrong" not in capsys.readouterr().err
    finally:
        database_server.drop_database(url)


@pytest.mark.slow
def test_a_server_in_memory_keeps_nothing(folder):
    with serving(folder, DATABASE_URL="memory:") as (address, _):
        assert httpx.get(f"{address}/health/ready").status_code == 200
    assert not list(folder.rglob("*.db"))
