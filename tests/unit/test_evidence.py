"""The place of an artifact on disk: said from the start, made when it is acquired, never moved."""

import re

import pytest

from app.extensions import db, evidence_dir
from app.models.artifacts import Artifact
from app.models.lookups import ArtifactStatus, ArtifactType
from app.services import changes, evidence, records
from app.services.lookups import find
from tests.records import change, make, state, system
from tests.rest import Rest

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def one(app) -> int:
    return make(Artifact, name="memory", type="Memory image", system=system("SRV01"))


def path_of(record_id: int) -> str:
    return state(Artifact, record_id)["storage_path"]


def test_the_path_is_system_type_and_artifact_and_stays(one):
    before = path_of(one)
    assert re.fullmatch(r"[0-9a-f-]{36}/memory-image/[0-9a-f-]{36}", before)
    change(ArtifactType, find(ArtifactType, ["Memory image"])["Memory image"], name="RAM")
    change(Artifact, one, system=system("SRV02"), type="Triage", name="another")
    assert path_of(one) == before


def test_the_directory_is_made_when_the_artifact_is_acquired(one):
    change(Artifact, one, status="Requested")
    assert not evidence_dir().exists()
    change(Artifact, one, status="Ready for analysis")
    assert evidence.place(path_of(one)).is_dir()


def test_what_is_rolled_back_leaves_no_directory(one):
    with changes.recording(None, "ui") as change_set:
        status = find(ArtifactStatus, ["Processing ongoing"])["Processing ongoing"]
        records.update(change_set, Artifact, one, {"status": status})
    db.session.rollback()
    db.session.commit()
    assert not evidence_dir().exists()


def test_a_disk_that_refuses_is_a_warning_and_nothing_is_lost(app, one):
    evidence_dir().write_text("in the way")
    answer = Rest(app, "bob").patch(f"artifacts/{one}", {"status": "Ready for analysis"})
    assert answer["status"]["name"] == "Ready for analysis"
    (warning,) = answer["warnings"]
    assert warning["field"] == "storage_path"
    assert "could not be made" in warning["message"]
    evidence_dir().unlink()
    change(Artifact, one, status="Analysis ongoing")
    assert evidence.place(path_of(one)).is_dir()


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "", ".", "a/../../x"])
def test_no_path_leads_out_of_the_evidence_directory(path):
    with pytest.raises(OSError, match="not below"):
        evidence.place(path)


def test_nobody_gives_an_artifact_another_path(app, one):
    Rest(app, "ada").patch(f"artifacts/{one}", {"storage_path": "../../etc"}, status=422)


def test_a_new_artifact_that_is_acquired_already_is_warned_of_too(app, one):
    evidence_dir().write_text("in the way")
    body = {"name": "disk", "type": "Disk image", "system": "SRV01", "status": "Ready for analysis"}
    (warning,) = Rest(app, "bob").post("artifacts", body, status=201)["warnings"]
    assert "could not be made" in warning["message"]
