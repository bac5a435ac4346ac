"""`flask bench` measures everything that it promises; the figures themselves are no test's matter."""

import json
import subprocess
import sys

from tests.running import PATIENCE, ROOT

KEYS = {
    "list_ms", "list_statements", "cell_save_ms", "poll_idle_ms", "poll_one_ms", "import_ratio",
    "reimport_ratio", "csv_ratio", "xlsx_ratio", "web_rss_mb", "search_ms", "bulk_s", "write_lock_s", "rps_8",
    "global_search_ms", "record_ms",
}  # fmt: skip


def test_the_last_line_has_every_figure():
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "bench", "--systems", "60"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["database"] == "sqlite"
    assert set(told["sizes"]["60"]) >= KEYS
    assert all(told["sizes"]["60"][key] > 0 for key in KEYS)
