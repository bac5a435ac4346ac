"""The scheduler: `python scheduler.py`; a second one waits and takes over."""

from app.jobs.scheduler import Scheduler
from wsgi import app

if __name__ == "__main__":
    Scheduler(app).run()
