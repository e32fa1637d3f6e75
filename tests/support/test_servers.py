"""The real servers that the other tests stand on."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.database_server import DatabaseServer, server_at
from tests.support.network import ReachedOut
from tests.support.own_server import OwnServer

ROOT = Path(__file__).resolve().parents[2]


def test_a_server_is_the_one_that_was_asked_for(database_server: DatabaseServer) -> None:
    ((version,),) = database_server.execute("SELECT VERSION()")
    assert ("mariadb" in str(version).lower()) == (database_server.kind == "mariadb")


def test_a_server_is_durable(database_server: DatabaseServer) -> None:
    ((flush,),) = database_server.execute("SELECT @@innodb_flush_log_at_trx_commit")
    assert flush == 1


def test_a_database_is_created_and_dropped(database_server: DatabaseServer) -> None:
    address = database_server.create_database()
    name = address.rpartition("/")[2].partition("?")[0]
    assert (name,) in database_server.execute("SHOW DATABASES")
    database_server.drop_database(address)
    assert (name,) not in database_server.execute("SHOW DATABASES")


def test_an_address_is_read_whatever_its_driver() -> None:
    server = server_at("mysql", "mysql+aiomysql://ana:s%40l@127.0.0.1:3307/")
    assert (server.user, server.password, server.port) == ("ana", "s@l", 3307)


@pytest.mark.heavy
@pytest.mark.mariadb
def test_mariadb_comes_back_after_a_kill(own_mariadb_server: OwnServer) -> None:
    _kill_and_restart(own_mariadb_server)


@pytest.mark.heavy
@pytest.mark.mysql
def test_mysql_comes_back_after_a_kill(own_mysql_server: OwnServer) -> None:
    _kill_and_restart(own_mysql_server)


def _kill_and_restart(own: OwnServer) -> None:
    own.server.create_database("kept")
    before = own.pid
    own.kill()
    own.restart()
    assert own.pid != before
    assert ("kept",) in own.server.execute("SHOW DATABASES")


@pytest.mark.heavy
@pytest.mark.mariadb
def test_a_server_does_not_outlive_a_killed_run(mariadb_server: DatabaseServer) -> None:
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from tests.support.servers import own_server\n"
            "with own_server('mariadb') as own:\n"
            "    print(own.server.port, flush=True)\n"
            "    input()\n",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        port = int(run.stdout.readline())
        assert _answers(port)
        run.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while _answers(port) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _answers(port)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_nothing_beyond_this_machine_is_reached() -> None:
    with pytest.raises(ReachedOut), socket.socket() as probe:
        probe.connect(("192.0.2.1", 80))
    with pytest.raises(ReachedOut):
        socket.getaddrinfo("example.org", 80)
