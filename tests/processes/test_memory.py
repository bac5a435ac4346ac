"""What a web process needs not hold."""

import os
import subprocess
import sys

LOADED = "import sys, wsgi; print({'openpyxl', 'alembic'} & set(sys.modules))"
HEAPS = """
import ctypes, sys, threading
from app.processes import share_heaps
share_heaps(2)
libc, together = ctypes.CDLL(None), threading.Barrier(8)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
def need():
    together.wait()
    libc.malloc(1000)
    together.wait()
threads = [threading.Thread(target=need) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
told = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
print(open(sys.argv[1]).read().count("<heap nr="))
"""


def python(program, *arguments, data="."):
    environment = os.environ | {"SPOOR_DATA_DIR": str(data)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def test_what_only_workbooks_and_migrations_need_is_not_loaded_from_the_start(tmp_path):
    assert python(LOADED, data=tmp_path) == "set()"


def test_threads_share_heaps(tmp_path):
    assert int(python(HEAPS, tmp_path / "told")) <= 2
