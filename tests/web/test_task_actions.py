"""Start, finish, renew, and close all tasks of a name: by the flags of the statuses, never by a name."""

import pytest

from app.models.lookups import TaskName, TaskStatus
from app.models.tasks import Task
from app.services.lookups import find
from app.services.reading import read_one
from tests.pages import problems
from tests.records import change, make, remove, state, system, undo_last
from tests.rest import Rest
from tests.web.grid import Grid


@pytest.fixture
def name(app) -> int:
    return make(TaskName, name="Collect memory")


def shown(task_id: int):
    return read_one(Task, task_id)


STEPS = [
    ("start", "Working", (True, False)),
    ("finish", "Done", (True, True)),
    ("renew", "Pending", (False, False)),
]


@pytest.mark.parametrize("surface", ["page", "fragment", "rest"])
@pytest.mark.parametrize(("step", "status", "times"), STEPS)
def test_each_step_leads_to_the_status_that_means_it(app, bob, people, name, surface, step, status, times):
    one = make(Task, name=name, status="Done" if step == "renew" else None, assigned_to=people.bob)
    if surface == "rest":
        assert Rest(app, "bob").post(f"tasks/{one}/{step}")["status"]["name"] == status
    elif surface == "fragment":
        assert "Undo" in Grid(bob, "/tasks").post(f"/{one}/{step}").text
    else:
        token = Grid(bob, "/tasks").headers["X-CSRFToken"]
        answer = bob.post(f"/tasks/{one}/{step}", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, f"/tasks/{one}")
    row = shown(one)
    assert row["status"].name == status
    assert (row["started_at"] is not None, row["finished_at"] is not None) == times
    assert (row["assigned_to"] is None) == (step == "renew")


def test_a_step_is_one_change_set_that_can_be_undone(bob, name):
    one = make(Task, name=name)
    before = state(Task, one)
    Grid(bob, "/tasks").post(f"/{one}/finish")
    assert undo_last().skipped == []
    assert state(Task, one) == before


def test_renamed_reordered_and_new_statuses_do_not_mislead_the_steps(app, name):
    rest = Rest(app, "bob")
    one = make(Task, name=name)
    for old, new in (("Working", "In Arbeit"), ("Done", "Erledigt"), ("Pending", "Offen")):
        change(TaskStatus, find(TaskStatus, [old])[old], name=new)
    change(TaskStatus, find(TaskStatus, ["Blocked"])["Blocked"], position=1)
    names = [rest.post(f"tasks/{one}/{step}")["status"]["name"] for step, _, _ in STEPS]
    assert names == ["In Arbeit", "Erledigt", "Offen"]


@pytest.mark.parametrize(
    ("step", "status", "flags"),
    [
        ("start", "Working", {"sets_started": False}),
        ("finish", "Done", {"is_open": True}),
        ("finish", "Done", {"is_retired": True}),
    ],
)
def test_a_step_that_no_status_means_is_409_and_says_so(app, bob, name, step, status, flags):
    one = make(Task, name=name)
    change(TaskStatus, find(TaskStatus, [status])[status], **flags)
    answer = Rest(app, "bob").post(f"tasks/{one}/{step}", status=409)
    assert "no task status means" in answer["detail"]
    answer = Grid(bob, "/tasks").post(f"/{one}/{step}")
    assert answer.status_code == 409
    assert "no task status means" in answer.text
    assert shown(one)["status"].name == "Pending"


def test_a_status_of_ones_own_that_means_it_already_is_kept(app, name):
    own = make(TaskStatus, name="Working at night", sets_started=True, position=99)
    one = make(Task, name=name, status=own)
    assert Rest(app, "bob").post(f"tasks/{one}/start")["status"]["name"] == "Working at night"


def test_a_task_that_is_gone_is_404_and_readers_are_refused(app, rita, bob, name):
    one = make(Task, name=name)
    assert Grid(rita, "/tasks").post(f"/{one}/start").status_code == 403
    remove(Task, one)
    assert Grid(bob, "/tasks").post(f"/{one}/start").status_code == 404
    Rest(app, "bob").post(f"tasks/{one}/start", status=404)


def test_only_steps_that_make_sense_are_offered(bob, rita, name):
    offers = {"Pending": {"start", "finish"}, "Working": {"finish", "renew"}, "Done": {"renew"}}
    for status, steps in offers.items():
        host, whole = system(f"SRV-{status}"), make(Task, name=name)
        one = make(Task, name=name, status=status, system=host, parent=whole)
        Grid(bob).post("/sections", section="tasks-system-closed", open="1")
        for page in (f"/tasks/{one}", f"/tasks?status={status}", f"/systems/{host}", f"/tasks/{whole}"):
            text = bob.get(page).text
            assert problems(text) == []
            assert {step for step, _, _ in STEPS if f'action="/tasks/{one}/{step}"' in text} == steps, page
            assert f'action="/tasks/{one}/{min(steps)}"' not in rita.get(page).text


def test_all_open_tasks_of_a_name_are_closed_but_for_those_that_something_blocks(bob, name):
    ids = {
        status: make(Task, name=name, status=status)
        for status in ("Pending", "Working", "Blocked", "Skipped")
    }
    other = make(Task, name=make(TaskName, name="Something else"))
    page = bob.get(f"/task-names/{name}")
    assert f'href="/task-names/{name}/close-all"' in page.text
    asked = bob.get(f"/task-names/{name}/close-all").text
    assert problems(asked) == []
    assert asked.count(" checked") == 2
    assert "Skipped" not in asked
    statuses = [find(TaskStatus, [one])[one] for one in ("Pending", "Working")]
    answer = Grid(bob, "/task-names").post(f"/{name}/close-all", status=statuses, asked="1")
    assert "2 tasks closed" in answer.text
    now = {status: shown(one)["status"].name for status, one in ids.items()}
    assert now == {"Pending": "Done", "Working": "Done", "Blocked": "Blocked", "Skipped": "Skipped"}
    assert shown(other)["status"].name == "Pending"
    undo_last()
    assert shown(ids["Pending"])["status"].name == "Pending"


def test_closing_nothing_says_so(bob, name):
    make(Task, name=name, status="Done")
    assert "No task to close" in Grid(bob, "/task-names").post(f"/{name}/close-all").text
    assert "is open" in bob.get(f"/task-names/{name}/close-all").text


def test_loose_tasks_are_marked_and_found(bob, name):
    loose, held = make(Task, name=name), make(Task, name=name, system=system("SRV01"))
    assert ">loose<" in bob.get(f"/tasks/{loose}").text
    assert ">loose<" not in bob.get(f"/tasks/{held}").text
    listed = bob.get("/tasks").text
    assert listed.count(">loose<") == 1
    address = "/tasks?system.empty=1&artifact.empty=1&case.empty=1"
    assert f'href="{address.replace("&", "&amp;")}"' in listed
    found = bob.get(address).text
    assert f'id="task-{loose}"' in found
    assert f'id="task-{held}"' not in found
    assert ">Loose</a>" in bob.get("/notes").text
