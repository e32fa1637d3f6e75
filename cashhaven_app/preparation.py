"""Getting the books ready before a command or a server works on them."""

from pathlib import Path

import structlog

from cashhaven_adapters.sql.checks import examine
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.errors import StorageDefectError
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.program import program
from cashhaven_app.container import Container
from cashhaven_app.settings import Settings
from cashhaven_domain.shared.errors import Unavailable

_log = structlog.get_logger("cashhaven.server")


async def prepare(container: Container) -> None:
    """Go on only with a database that is there and up to date.

    A file of ours is brought up to date at once; somebody's server only when the settings say so.

    Raises:
        CommandError: says what to do.
    """
    settings = container.settings()
    if settings.storage == "memory":
        return
    versions = await reach(container)
    present, newest = await versions.present(), versions.newest()
    if present != newest:
        if not (settings.is_embedded or settings.migrate_on_start):
            raise CommandError(
                f"o banco de dados está na versão {present or '(nenhuma)'}, "
                f"e este programa usa a {newest}",
                f"  atualize-o com: {program()} migrate up  (ou ligue MIGRATE_ON_START=1)",
            )
        await versions.upgrade()
        _log.info("database_upgraded", before=present, now=newest)
    await _examine(container)


async def _examine(container: Container) -> None:
    """Tell what is wrong with the engine, and stop where promises would be broken."""
    findings = await examine(container.adapters.database())
    refused = [finding.sentence for finding in findings if finding.refused]
    if refused:
        raise CommandError("o banco de dados não serve:", *(f"  {line}" for line in refused))
    for finding in findings:
        _log.warning("database_finding", finding=finding.sentence)


async def reach(container: Container) -> SchemaVersions:
    """Return the versions of a database that answers.

    Raises:
        CommandError: it does not, and what that may be.
    """
    settings = container.settings()
    database: Database = container.adapters.database()
    if settings.is_embedded:
        _make_folder(settings)
    versions = SchemaVersions(database)
    try:
        _ = await versions.present()
    except (Unavailable, StorageDefectError) as error:
        raise CommandError(
            f"não foi possível abrir o banco de dados {settings.database_place}",
            "  confira o endereço, o usuário, a senha e o nome do banco, e se o servidor está no ar"
            if not settings.is_embedded
            else "  confira se a pasta existe e se o arquivo é um banco SQLite que se pode gravar",
            *([f"  ({error})"] if isinstance(error, StorageDefectError) else []),
            status=ExitStatus.UNAVAILABLE,
        ) from None
    return versions


def _make_folder(settings: Settings) -> None:
    folder = Path(settings.database_place).parent
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}") from None
