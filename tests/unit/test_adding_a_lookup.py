"""A lookup is a model and one line: everything else follows, as `docs/adding-an-entity.md` says."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
from app import create_app
from app.blueprints.lookups import lookup
from app.extensions import db
from app.models.lookups import Lookup
from app.services import tokens, users, changes


class Sector(Lookup, db.Model):
    '''The line of business of a company.'''

    __tablename__ = "sectors"
    __grows__ = True


lookup(Sector)

app = create_app()
with app.app_context():
    Sector.__table__.create(db.engine)
    changes.begin_write()
    token = tokens.create(users.id_of("alice"))
    db.session.commit()
bearer = {"Authorization": f"Bearer {token}"}
client = app.test_client()
made = client.post("/api/v1/sectors", json={"name": "Shipping", "note": "by sea"}, headers=bearer)
assert made.status_code == 201, made.text
record = made.json["id"]
changed = client.patch(f"/api/v1/sectors/{record}", json={"name": "Freight"}, headers=bearer)
assert changed.json["name"] == "Freight", changed.text
assert client.get("/api/v1/sectors?q=frei", headers=bearer).json["total"] == 1
history = client.get(f"/api/v1/change-sets?entity=sectors&record={record}", headers=bearer).json
assert [item["changes"][0]["action"] for item in history["items"]] == ["update", "create"], history
undone = client.post(f"/api/v1/change-sets/{history['items'][0]['id']}/undo", headers=bearer)
assert undone.json["undone"] == 1, undone.text
assert client.get(f"/api/v1/sectors/{record}", headers=bearer).json["name"] == "Shipping"
assert "/api/v1/sectors" in client.get("/api/v1/openapi.json", headers=bearer).text
assert client.get("/sectors").status_code == 302
with app.app_context():
    Sector.__table__.drop(db.engine)
print("all of it is there")
"""


def test_a_lookup_that_is_one_line_has_everything(settings):
    names = {"SPOOR_DATA_DIR": settings.data_dir, "SPOOR_DATABASE_URL": settings.database_url}
    names |= {"SPOOR_REDIS_URL": settings.redis_url, "PYTHONPATH": ROOT}
    env = os.environ | {name: str(value) for name, value in names.items()}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("all of it is there\n"), done.stderr
