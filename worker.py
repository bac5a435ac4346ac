"""The job worker: `python worker.py`, as many as needed."""

from app.jobs.worker import work
from wsgi import app

if __name__ == "__main__":
    work(app)
