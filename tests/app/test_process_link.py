"""What several server processes are asked for and tell one another, without starting any."""

import os

import pytest

from cashhaven_app.cli import run
from cashhaven_app.commands.errors import ExitStatus
from cashhaven_app.processes.link import Job, Link, Word
from cashhaven_app.processes.parent import LONGEST_PAUSE, _longer
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CASHHAVEN_DATA_DIR", str(tmp_path))


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["--processes", "2"], {"DATABASE_URL": "memory:"}, "cada um teria uma loja só sua"),
        (["--reload"], {"PROCESSES": "2"}, "--reload trabalha com um processo só"),
    ],
)
def test_what_several_processes_cannot_share_is_refused(
    words, environment, said, monkeypatch, capsys
):
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert run(["serve", "--port", "0", *words]) == ExitStatus.REFUSED

    assert said in capsys.readouterr().err


def test_several_processes_are_refused_where_they_cannot_share_an_address(monkeypatch, capsys):
    monkeypatch.setattr("sys.platform", "win32")

    assert run(["serve", "--port", "0", "--processes", "2"]) == ExitStatus.REFUSED

    assert "só no Linux" in capsys.readouterr().err


def test_a_count_of_processes_has_bounds(capsys):
    for count in ("0", "65", "-1", "x"):
        with pytest.raises(SystemExit):
            _ = run(["serve", "--processes", count])
        assert "deve ser de 1 a 64" in capsys.readouterr().err


async def test_a_link_carries_the_job_then_words_then_its_end():
    here, there = Link.pair()
    job = Job(
        settings=Settings(jwt_secret=Secret("x"), database_url=Secret("memory:")),
        port=1,
        setup_code="ABCD",
        keeps_house=True,
    )
    here.hand_over(job)
    assert there.take_over() == job
    assert "ABCD" not in repr(job)
    here.say(Word.STOP)
    here.say(Word.STOP_NOW)
    here.close()
    assert [word async for word in there.words()] == [Word.STOP, Word.STOP_NOW]
    there.say(Word.READY)
    same = Link.inherited(os.dup(there.fileno()))
    with pytest.raises(EOFError):
        _ = same.take_over()
    same.close()
    there.close()


async def test_of_hints_that_nobody_has_read_yet_one_is_said():
    here, there = Link.pair()
    for _ in range(10_000):
        here.hint(Word.EVENTS)
    here.say(Word.STOP)
    words = there.words()
    assert [await anext(words), await anext(words)] == [Word.EVENTS, Word.STOP]
    here.hint(Word.EVENTS)
    assert await anext(words) is Word.EVENTS
    for word in (Word.EVENTS, Word.EVENTS, Word.STOP):
        here.say(word)
    assert [await anext(words), await anext(words)] == [Word.EVENTS, Word.STOP]
    there.close()
    here.hint(Word.EVENTS)
    here.close()


def test_who_dies_again_and_again_is_started_ever_later():
    pauses = [0.0]
    while pauses[-1] < LONGEST_PAUSE:
        pauses.append(_longer(pauses[-1]))
    assert pauses == [0.0, 0.5, 1, 2, 4, 8, 16, 30]
