"""Before a deletion it is said what it leaves behind; a refused one leads to what stands against it."""

import re

from app.models.artifacts import Artifact
from app.models.lookups import TaskName
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from tests.records import change, make, system
from tests.rest import Rest
from tests.web.grid import Grid


def question(page: str, address: str) -> str:
    """What is asked before the deletion."""
    return re.search(rf'hx-post="{address}/delete"[^>]*hx-confirm="([^"]*)"', page)[1]


def test_the_question_says_what_goes_along_and_what_becomes_loose(alice):
    srv, name = system("SRV01"), make(TaskName, name="Look")
    make(Memo, system=srv, text="seen")
    for _ in range(2):
        make(Task, name=name, system=srv)
    make(Task, name=name, system=srv, artifact=make(Artifact, name="a", type="File", system=system("SRV02")))
    asked = question(alice.get(f"/systems/{srv}").text, f"/systems/{srv}")
    assert "with its 1 memo" in asked
    assert "2 tasks become loose, 1 task loses the system" in asked


def test_the_question_counts_who_loses_a_tag(alice):
    tag = make(Tag, name="beacon")
    ids = [system(f"SRV{number}", tags=[tag]) for number in range(3)]
    assert "3 systems lose the tag" in question(alice.get(f"/tags/{tag}").text, f"/tags/{tag}")
    preview = Grid(alice, "/tags").post("/bulk", how="delete", ids=str(tag)).text
    assert "3 systems lose the tag" in preview
    change(System, ids[0], tags=[])
    assert "2 systems lose the tag" in question(alice.get(f"/tags/{tag}").text, f"/tags/{tag}")


def test_a_refused_deletion_leads_to_what_stands_against_it(app, alice):
    srv = system("SRV01")
    one = make(Artifact, name="memory.raw", type="File", system=srv)
    text = Grid(alice).post(f"/{srv}/delete").text
    assert "still used by 1 artifacts (system): memory.raw" in text
    assert f'href="/artifacts/{one}"' in text
    answer = Rest(app, "alice").delete(f"systems/{srv}", status=409)
    assert "memory.raw" in answer["detail"]
    done = Grid(alice).post("/bulk", how="delete", ids=str(srv), apply="1").text
    assert "memory.raw" in done
