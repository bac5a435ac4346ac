"""`flask bench`: how quick Spoor is, measured on a scratch instance of every size.

Times are server times on loopback, from the request line to the last byte; ratios compare with the
least that any program would have to do, timed in the same run (`bare`).
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from app.cli.bench.scratch import Scratch

REACHED = Path(__file__).parent / "reached.json"
"""What was reached last, by database and size: `--check` compares with it."""
STEADY = ("list_statements", "import_ratio", "reimport_ratio", "csv_ratio", "xlsx_ratio")
"""What does not depend on the machine."""
TOLERANCE = 1.25


@click.command("bench")
@click.option(
    "--systems", "sizes", multiple=True, type=int, default=(1000, 20_000, 200_000), show_default=True
)
@click.option("--database-url", default="", help="An empty PostgreSQL database; left out: SQLite.")
@click.option("--check", is_flag=True, help="Compare the ratios with those that were reached before.")
@click.option("--keep", is_flag=True, help="Remember the figures as those to compare with.")
def bench(sizes: tuple[int, ...], database_url: str, check: bool, keep: bool) -> None:
    """Measure scratch instances; the last line is one JSON object."""
    if database_url:
        _require_empty(database_url)
    figures = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="spoor-bench-") as directory:
            figures[str(size)] = _measure(Scratch(Path(directory), database_url), size)
    database = "postgresql" if database_url else "sqlite"
    if keep:
        _remember(database, figures)
    worse = _worse(database, figures) if check else []
    for line in worse:
        click.echo(f"worse than before: {line}", err=True)
    click.echo(json.dumps({"database": database, "sizes": figures}))
    if worse:
        sys.exit(1)


def _measure(scratch: Scratch, size: int) -> dict[str, Any]:
    # They bring a lot along: only when something is measured.
    from app.cli.bench import incident, inside, requests

    click.echo(f"{size:,} systems", err=True)
    scratch.begin()
    figures = inside.measure(scratch, size)
    busiest = incident.write(scratch, size)
    scratch.learn_statistics()
    figures |= requests.measure(scratch, size, busiest)
    if size == 20_000:
        figures["up_s"] = scratch.seconds_up()
    for name, value in figures.items():
        click.echo(f"  {name:<18} {value}", err=True)
    return figures


def _require_empty(database_url: str) -> None:
    """A database with tables in it is somebody's: it would be cleared."""
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    if sa.inspect(engine).get_table_names():
        raise click.UsageError("the database is not empty; give one that may be cleared")


def _known() -> dict[str, Any]:
    return json.loads(REACHED.read_text()) if REACHED.is_file() else {}


def _remember(database: str, figures: dict[str, Any]) -> None:
    known = _known()
    known[database] = known.get(database, {}) | figures
    REACHED.write_text(json.dumps(known, indent=2) + "\n")


def _worse(database: str, figures: dict[str, Any]) -> list[str]:
    """The ratios that are more than a quarter above those that were reached."""
    known = _known().get(database, {})
    return [
        f"{name} at {size} is {found[name]}, was {known[size][name]}"
        for size, found in figures.items()
        for name in STEADY
        if size in known and found[name] > TOLERANCE * known[size][name]
    ]
