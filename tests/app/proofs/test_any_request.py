"""Requests made up from the API's own description: none makes a fault, all replies conform."""

import asyncio
import json
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.server_process import ServerProcess
from tests.support.till import ADMINISTRATOR, open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]

CASES_PER_OPERATION = 40
REQUESTS = 5000
# What ends the token that the run itself uses; its own tests cover it.
ENDS_THE_RUN = "logout"
OPERATOR = {"nome": "Bia Lima", "nome_usuario": "bia.caixa", "senha": "Tapioca-com-Coco-31"}


async def test_no_request_makes_a_fault_and_every_reply_conforms(tmp_path: Path) -> None:
    async with ServerProcess(tmp_path, {}) as server:
        token, _ = await open_for_business(server.url, products=3, balance=50)
        counts = [
            await _made_up(server, tmp_path, token, "administrator"),
            await _made_up(server, tmp_path, await _operator(server.url, token), "operator"),
            await _made_up(server, tmp_path, None, "nobody"),
        ]
        async with httpx.AsyncClient(base_url=server.url) as client:
            assert (await client.post("/api/auth/login", json=ADMINISTRATOR)).status_code == 200

    print(f"requests {counts}, faults 0")
    assert sum(counts) >= REQUESTS


async def _operator(url: str, token: str) -> str:
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        person = {**OPERATOR, "cargo": "Caixa", "adm": 0}
        headers = {"Authorization": f"Bearer {token}"}
        reply = await client.post("/api/auth/register", json=person, headers=headers)
        assert reply.status_code == 201, reply.text
        credentials = {"usuario": OPERATOR["nome_usuario"], "senha": OPERATOR["senha"]}
        reply = await client.post("/api/auth/login", json=credentials)
        operator: str = reply.json()["token"]
    return operator


async def _made_up(server: ServerProcess, folder: Path, token: str | None, role: str) -> int:
    """Run schemathesis as one role and return how many requests it sent."""
    report = folder / f"{role}.ndjson"
    arguments = [
        *("run", f"{server.url}/docs/openapi.json", "--checks", "all"),
        # Fields that must agree (a total and its items, an end and its beginning) cannot be told
        # in a schema, so valid ones are refused too.
        *("--exclude-checks", "positive_data_acceptance"),
        *("--exclude-path-regex", ENDS_THE_RUN),
        *("--max-examples", str(CASES_PER_OPERATION), "--workers", "2", "--no-color"),
        *("--continue-on-failure", "--generation-database", "none", "--seed", "77"),
        *("--report", "ndjson", "--report-ndjson-path", str(report)),
        *(("--header", f"Authorization: Bearer {token}") if token else ()),
    ]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, f"as {role}:\n{said.decode()[-12000:]}"
    return sum(_requests(line) for line in report.read_text().splitlines())


def _requests(line: str) -> int:
    scenario = json.loads(line).get("ScenarioFinished")
    return len(scenario["recorder"].get("interactions", ())) if scenario else 0
