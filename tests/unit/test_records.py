"""Writing records: rules, conflicts, merging, the bin."""

import pytest

from app.models.lookups import Contact, Ip, Location
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services.drafts import Conflict, Delta, Missing, Refused
from app.services.reading import read_one
from tests.records import change, make, remove, state, system

pytestmark = pytest.mark.usefixtures("app")


def test_a_system_without_status_and_priority_gets_the_defaults():
    row = read_one(System, system("SRV01"))
    assert (row["status"].name, row["priority"].name, row["analysis_status"]) == ("Unknown", "Medium", None)


def test_an_emptied_status_becomes_the_default_again():
    srv = system("SRV01", status="Clean")
    change(System, srv, status=None)
    assert read_one(System, srv)["status"].name == "Unknown"


def test_names_are_trimmed_and_unique_whatever_their_case():
    system("  SRV   01 ")
    with pytest.raises(Refused, match="taken by SRV 01"):
        system("srv 01")


def test_two_rows_of_one_batch_cannot_have_the_same_name():
    from app.services import changes, records
    from app.services.drafts import Draft

    with changes.recording(None, "ui") as change_set:
        drafts = records.write(change_set, System, [Draft(values={"name": "A"}), Draft(values={"name": "a"})])
    assert [draft.is_good for draft in drafts] == [True, False]


def test_an_alias_is_as_unique_as_a_name():
    system("SRV01", aliases=["old-name"])
    with pytest.raises(Refused):
        system("OLD-NAME")
    with pytest.raises(Refused):
        system("SRV02", aliases=["srv01"])


def test_deprecating_a_system_frees_its_name():
    import datetime as dt

    old = system("SRV01")
    change(System, old, deprecated_at=dt.datetime.now(dt.UTC))
    system("SRV01")
    with pytest.raises(Refused):
        change(System, old, deprecated_at=None)


def test_the_second_save_of_a_field_is_a_conflict_that_shows_both_values():
    srv = system("SRV01", location=make(Location, name="Berlin"))
    seen = state(System, srv)["location"]
    hamburg, rome = make(Location, name="Hamburg"), make(Location, name="Rome")
    change(System, srv, location=hamburg, base={"location": seen})
    with pytest.raises(Conflict) as conflict:
        change(System, srv, location=rome, base={"location": seen})
    clash = conflict.value.draft.clashes["location"]
    assert (clash.mine, clash.theirs.name) == (rome, "Hamburg")
    assert state(System, srv)["location"] == hamburg


def test_different_fields_of_one_row_never_conflict():
    srv = system("SRV01")
    seen = state(System, srv)
    change(System, srv, is_vm=True, base={"is_vm": seen["is_vm"]})
    change(System, srv, in_reports=False, base={"in_reports": seen["in_reports"]})
    assert (state(System, srv)["is_vm"], state(System, srv)["in_reports"]) == (True, False)


def test_many_valued_fields_are_merged_as_added_and_removed():
    a, b, c = (make(Tag, name=name) for name in "abc")
    srv = system("SRV01", tags=[a, b])
    change(System, srv, tags=[a, b, c], base={"tags": [a, b]})
    change(System, srv, tags=[b], base={"tags": [a, b]})
    assert state(System, srv)["tags"] == [b, c]


def test_a_delta_adds_and_takes_away_without_knowing_the_rest():
    a, b = make(Tag, name="a"), make(Tag, name="b")
    srv = system("SRV01", tags=[a])
    change(System, srv, tags=Delta(frozenset([b]), frozenset([a])))
    assert state(System, srv)["tags"] == [b]


def test_a_host_can_be_neither_itself_nor_its_own_guest():
    host = system("ESX")
    guest = system("VM", host_system=host)
    with pytest.raises(Refused, match="own host"):
        change(System, host, host_system=host)
    with pytest.raises(Refused, match="ring"):
        change(System, host, host_system=guest)


@pytest.mark.parametrize("text", ["x" * 256, "a\0b", ""])
def test_a_name_that_no_column_takes_is_refused_at_the_field(text):
    with pytest.raises(Refused) as refused:
        system(text)
    assert list(refused.value.errors) == ["name"]


def test_addresses_are_stored_in_their_shortest_form():
    assert read_one(Ip, make(Ip, name="2001:DB8:0::1"))["name"] == "2001:db8::1"
    with pytest.raises(Refused, match="not an IP address"):
        make(Ip, name="not-an-ip")


def test_contacts_share_names_but_not_addresses():
    make(Contact, name="J. Krause", email="a@example.com")
    make(Contact, name="J. Krause", email="b@example.com")
    with pytest.raises(Refused, match="exists already"):
        make(Contact, name="Other", email="A@example.com")


def test_a_lookup_in_use_stays_and_says_how_often_it_is_used():
    berlin = make(Location, name="Berlin")
    system("SRV01", location=berlin)
    assert "1 systems" in remove(Location, berlin)[berlin]


def test_a_system_goes_to_the_bin_with_its_memos_and_comes_back_with_them():
    from app.extensions import db
    from app.services import changes, restoring

    srv = system("SRV01")
    memo = make(Memo, system=srv, text="seen")
    earlier = make(Memo, system=srv, text="thrown away before")
    remove(Memo, earlier)
    assert remove(System, srv) == {}
    assert read_one(Memo, memo, ["deleted_at"])["deleted_at"]
    with pytest.raises(Missing):
        change(System, srv, is_vm=True)
    with changes.recording(None, "ui") as change_set:
        assert restoring.restore(change_set, System, [srv]) == {}
    db.session.commit()
    assert read_one(Memo, memo, ["deleted_at"])["deleted_at"] is None
    assert read_one(Memo, earlier, ["deleted_at"])["deleted_at"]


def test_a_host_with_guests_cannot_be_deleted():
    host = system("ESX")
    system("VM", host_system=host)
    assert "1 systems (host system)" in remove(System, host)[host]


def test_restoring_onto_a_taken_name_is_refused():
    from app.services import changes, restoring

    old = system("SRV01")
    remove(System, old)
    system("SRV01")
    with changes.recording(None, "ui") as change_set:
        errors = restoring.restore(change_set, System, [old])
    assert "taken" in errors[old]["name"]
