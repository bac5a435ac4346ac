"""How gunicorn serves Spoor; it reads this file by itself: `gunicorn wsgi:app`."""

import sys

from app.config import SettingError, Settings
from app.processes import share_heaps

try:
    settings = Settings.from_environment()
except SettingError as error:
    print(f"spoor: {error}", file=sys.stderr)
    raise SystemExit(2) from None

bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
worker_class = "app.serving.Threads"
workers = settings.web_workers
threads = settings.web_threads
preload_app = True
"""A mistake in the settings ends the server instead of restarting its workers for ever."""
timeout = 60
graceful_timeout = 8
control_socket_disable = True
share_heaps(2)
