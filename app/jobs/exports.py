"""The job that writes an export."""

from app.entities.query import BadQuery, understand_text
from app.entities.registry import entity
from app.exporting import files
from app.services.reading import snapshot
from app.services.running import Failed, Run


def export(run: Run, plural: str, query: str, columns: list[str], file_format: str, name: str, revision: int):
    """Write the records that a query finds into the result file; `revision` is the list's, to tell jobs apart."""
    try:
        understood = understand_text(entity(plural), query)
        chosen = files.fields_of(understood.entity, columns)
        snapshot()
        with run.result_file(name).open("wb") as stream:
            rows = files.write(understood, chosen, file_format, stream, run.step)
    except (BadQuery, files.TooLong) as error:
        raise Failed(str(error)) from None
    run.step(rows, rows, f"{rows:,} rows")
    return {"rows": rows, "revision": revision}
