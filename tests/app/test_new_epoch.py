"""After a restore the stream begins anew, for everybody."""

import pytest

from cashhaven_app.cli import run
from cashhaven_app.commands.errors import ExitStatus
from cashhaven_domain.stream.position import StreamPosition


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CASHHAVEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'shop.db').as_posix()}")


def test_each_epoch_is_another_one(capsys):
    epochs = set()
    for _ in range(2):
        assert run(["new-epoch"]) == ExitStatus.DONE
        said = capsys.readouterr().out.strip().splitlines()[-1]
        epochs.add(StreamPosition.from_text(said.removeprefix("o fluxo recomeçou: ")).epoch)
    assert len(epochs) == 2


def test_a_shop_in_memory_has_nothing_to_restore(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "memory:")
    assert run(["new-epoch"]) == ExitStatus.REFUSED
    assert "não se restaura" in capsys.readouterr().err
