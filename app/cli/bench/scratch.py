"""The scratch instance that is measured: its data directory, its database, its server."""

import csv
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa

from app.config import Settings

PASSWORD = "measured-by-the-clock"  # noqa: S105 (of a scratch instance)
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
PATIENCE = 60


class Scratch:
    """An instance in an empty directory, on SQLite there or in an emptied PostgreSQL database."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self.directory, self.database_url = directory, database_url
        plain = {name: text for name, text in os.environ.items() if not name.startswith("SPOOR_")}
        self.environment = plain | {
            "SPOOR_DATA_DIR": str(directory),
            "SPOOR_ADMIN_PASSWORD": PASSWORD,
            "SPOOR_PORT": "0",
        }
        if database_url:
            self.environment["SPOOR_DATABASE_URL"] = database_url

    def begin(self) -> None:
        """Empty the database, then install."""
        self._tell_postgres("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        subprocess.run([*FLASK, "init"], env=self.environment, check=True, capture_output=True)  # noqa: S603

    def learn_statistics(self) -> None:
        """What PostgreSQL does by itself within a minute of a large import, before anything is timed."""
        self._tell_postgres("ANALYZE")

    def _tell_postgres(self, *statements: str) -> None:
        if self.database_url:
            engine = sa.create_engine(self.settings.database_url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
            engine.dispose()

    @property
    def settings(self) -> Settings:
        """The settings of the instance, for an application in this process."""
        return Settings.from_environment(self.environment)

    def sheet(self, size: int) -> bytes:
        """A list of systems with status, domain, operating system, two addresses and two tags each."""
        path = self.directory / "systems.csv"
        with path.open("w", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["Name", "Status", "Priority", "Domain", "OS", "IPs", "Tags"])
            rows.writerows(_row(number) for number in range(size))
        return path.read_bytes()

    @contextmanager
    def server(self) -> Iterator[tuple[int, int]]:
        """A real gunicorn as it is configured; gives its port and its pid."""
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(  # noqa: S603
            [*command, "-b", f"127.0.0.1:{port}"], env=self.environment, stderr=quiet, stdout=quiet
        )
        try:
            yield port, server.pid
        finally:
            server.terminate()
            server.wait()

    def seconds_up(self) -> float:
        """How long a second start takes until everything is ready."""
        self._up()
        return self._up()

    def _up(self) -> float:
        began = time.perf_counter()
        command = subprocess.Popen(  # noqa: S603
            [*FLASK, "up"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert command.stdout  # noqa: S101
        told = b""
        while not re.search(rb"ready: http", told):
            waiting, _, _ = select.select([command.stdout], [], [], PATIENCE)
            chunk = os.read(command.stdout.fileno(), 65536) if waiting else b""
            if not chunk:
                raise click.ClickException("the scratch instance did not start")
            told += chunk
        took = time.perf_counter() - began
        command.send_signal(signal.SIGTERM)
        command.communicate()
        return round(took, 2)


def _row(number: int) -> list[str]:
    status = ("Clean", "Compromised", "Unknown")[number % 3]
    ips = f"10.{number // 65025}.{number // 255 % 255}.{number % 255};172.16.{number // 255 % 255}.1"
    tags = f"site-{number % 7};wave-{number % 11}"
    return [f"SV-{number:06}", status, "High", "corp.example", "Windows 11", ips, tags]
