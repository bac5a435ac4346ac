"""What the image holds, run by its entrypoint as the container would; a container engine is not needed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.running import PATIENCE, ROOT, Spoor

DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()
PASSWORD = "correct horse battery staple"
PROGRAMS = f"{Path(sys.executable).parent}:/usr/bin:/bin"
LET_IN = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """The directory `/app` of the image, copied as the Dockerfile says, of what `.dockerignore` lets in."""
    app = tmp_path_factory.mktemp("image") / "app"
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            assert any(fnmatch(source, pattern) for pattern in LET_IN), f"{source} is not sent to the builder"
            place = (
                app / target / Path(source).name if target.endswith("/") or target == "." else app / target
            )
            copy(ROOT / source, place)
    return app


def copy(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, place)


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """What the container sets, and nothing of the machine's but where programs are."""
    said = dict(re.findall(r"\b(\w+)=(\S+)", DOCKERFILE.partition("ENV ")[2].partition("\nUSER")[0]))
    return said | {"PATH": PROGRAMS, "SPOOR_DATA_DIR": str(data_dir), "SPOOR_HOST": "127.0.0.1", **settings}


def entrypoint(image: Path, *words: str, **options) -> subprocess.CompletedProcess:
    command = [image / "docker/entrypoint", *words]
    return subprocess.run(
        command, check=False, cwd="/", capture_output=True, text=True, timeout=PATIENCE, **options
    )


def test_by_itself_it_is_a_whole_spoor_that_tells_its_health_and_stops(image, tmp_path):
    spoor = Spoor(tmp_path, [str(image / "docker/entrypoint"), "all"], PATH=PROGRAMS)
    try:
        spoor.ready()
        assert set(spoor.children()) == {"scheduler", "web", "worker", "valkey"}
        inside = environment(tmp_path, SPOOR_PORT=str(spoor.port))
        assert entrypoint(image, "healthy", env=inside).returncode == 0
        made = entrypoint(
            image, "user", "create", "alice", "--role", "lead", "--password", PASSWORD, env=inside
        )
        assert made.returncode == 0, made.stderr
        assert spoor.stop() == (0, pytest.approx(0, abs=10))
        assert entrypoint(image, "healthy", env=inside).returncode != 0
    finally:
        spoor.clear_away()


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def test_its_parts_make_a_spoor_too(image, tmp_path, valkey_url):
    port = free_port()
    inside = environment(tmp_path, SPOOR_PORT=port, SPOOR_REDIS_URL=valkey_url, SPOOR_WEB_WORKERS="1")
    made = entrypoint(image, "init", env=inside)
    assert "password:" in made.stdout, made.stderr
    parts = [
        subprocess.Popen([image / "docker/entrypoint", part], cwd="/", env=inside)
        for part in ("web", "worker", "scheduler")
    ]
    try:
        wait_until_healthy(image, inside)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        for part in parts:
            part.send_signal(signal.SIGTERM)
        # one that is still loading when it is told to stop has no handler yet
        assert {part.wait(PATIENCE) for part in parts} <= {0, -signal.SIGTERM}
    finally:
        for part in parts:
            part.kill()


def wait_until_healthy(image: Path, inside: dict[str, str]) -> None:
    for _ in range(PATIENCE):
        if entrypoint(image, "healthy", env=inside).returncode == 0:
            return
    raise AssertionError("its parts did not become a Spoor that can work")


def test_a_setting_that_does_not_fit_ends_it_with_one_line(image, tmp_path):
    refused = entrypoint(image, env=environment(tmp_path, SPOOR_SECRET_KEY="short"))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
    assert "SPOOR_SECRET_KEY" in refused.stderr


def test_the_entrypoint_can_be_run_by_everybody():
    assert os.access(ROOT / "docker/entrypoint", os.X_OK)
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
