"""The WSGI application: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc
import sys

from app import create_app
from app.config import SettingError

try:
    app = create_app()
except SettingError as error:
    print(f"spoor: {error}", file=sys.stderr)
    raise SystemExit(2) from None

# What is loaded now stays: forked processes share it, and nobody looks through it again, which
# makes stopping quick.
gc.freeze()
