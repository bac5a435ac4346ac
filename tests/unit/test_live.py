"""What a list has to catch up with: its own records, and how what it shows of others looks."""

from app.entities import live
from app.entities.registry import entity
from app.models.artifacts import Artifact
from app.models.lookups import ArtifactType, SystemStatus
from app.models.systems import System
from app.services import changes
from tests.records import change, make, system


def test_what_changes_on_a_system_does_not_refetch_the_lists_that_show_its_name(app, people):
    srv, kind = system("SRV-1"), make(ArtifactType, name="Image 2")
    make(Artifact, name="disk", system=srv, type=kind)
    seen = changes.newest()
    change(System, srv, status="Clean", assigned_to=people.bob)
    found = live.news(entity("artifacts"), seen)
    assert (found.refetch, found.changed) == (False, {})
    assert found.revision == changes.newest()
    change(System, srv, name="SRV-2")
    assert live.news(entity("artifacts"), seen).refetch


def test_a_status_that_looks_different_refetches_what_shows_it(app):
    system("SRV-1")
    seen = changes.newest()
    clean = make(SystemStatus, name="Cleaner")
    assert not live.news(entity("systems"), seen).refetch
    change(SystemStatus, clean, position=7)
    assert not live.news(entity("systems"), seen).refetch
    change(SystemStatus, clean, colour="green")
    assert live.news(entity("systems"), seen).refetch
