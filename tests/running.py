"""`flask up` as people start it: in a process of its own, with a data directory of its own."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 90
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


class Spoor:
    """A running `flask up`, or another command that starts it, in a data directory of its own, on a free port."""

    def __init__(self, data_dir: Path, command: Sequence[str] = (*FLASK, "up"), **settings: str) -> None:
        plain = {name: text for name, text in os.environ.items() if not name.startswith("SPOOR_")}
        self.environment = plain | {
            "SPOOR_DATA_DIR": str(data_dir),
            "SPOOR_PORT": "0",
            "SPOOR_WEB_WORKERS": "1",
            **settings,
        }
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `clear_away`)
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def text(self) -> str:
        """All that it has printed."""
        return os.pread(self.output.fileno(), 2**20, 0).decode()

    @property
    def processor_seconds(self) -> float:
        """What the supervisor itself has computed so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def until(self, pattern: str, seconds: float = PATIENCE) -> re.Match:
        """Wait until the pattern shows up in its output."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            alive = self.process.poll() is None and time.monotonic() < deadline
            assert alive, f"“{pattern}” did not show up in:\n{self.text}"
            time.sleep(0.02)
        return found

    def ready(self) -> "Spoor":
        """Wait until it says where it is."""
        self.port = int(self.until(r"ready: http://127\.0\.0\.1:(\d+)")[1])
        return self

    def get(self, path: str) -> tuple[int, dict]:
        """A JSON answer of the web process."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def children(self) -> dict[str, int]:
        """The pids of its direct children, by what they run."""
        names = {
            "gunicorn": "web",
            "worker.py": "worker",
            "scheduler.py": "scheduler",
            "valkey-server": "valkey",
            "redis-server": "valkey",
        }
        found = {}
        for pid in children_of(self.process.pid):
            command = Path(f"/proc/{pid}/cmdline").read_text()
            found |= {name: pid for part, name in names.items() if part in command}
        return found

    def command(self, *words: str) -> str:
        """Run another command on the same installation; gives what it prints."""
        options = {"cwd": ROOT, "env": self.environment, "capture_output": True, "text": True}
        return subprocess.run([*FLASK, *words], check=True, timeout=PATIENCE, **options).stdout

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code, and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        took = time.monotonic() - began
        return code, took

    def end(self) -> int:
        """Its exit code, when it ends by itself."""
        return self.process.wait(PATIENCE)

    def clear_away(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        self.output.close()


def children_of(pid: int) -> list[int]:
    """The pids of the direct children of a process."""
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
