"""What an import does to systems that exist: rules, locks, statuses, constants, counting."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.importing.refusal import ImportRefused
from app.models.settings import Setting
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.services import changes
from tests.importing.files import bring, counts, stored
from tests.records import change, make, remove, system

pytestmark = pytest.mark.usefixtures("app", "any_size")

NAME = {"System": {"field": "name"}}


def rule(text: str, column: dict, **more) -> dict:
    """Import a file with a name and one more column."""
    heading = text.split("\n", 1)[0].split(",")[1]
    return counts(bring(text, columns={**NAME, heading: column}, **more))


@pytest.mark.parametrize(
    ("rule_name", "cell", "result", "outcome"),
    [
        ("keep", "Berlin", "Bonn", {"same": 1, "kept": 1}),
        ("fill", "Berlin", "Bonn", {"same": 1, "kept": 1}),
        ("fill", "bonn", "Bonn", {"same": 1}),
        ("fill", "", "Bonn", {"same": 1}),
        ("overwrite", "Berlin", "Berlin", {"changed": 1}),
        ("overwrite", "", "Bonn", {"same": 1}),
        ("overwrite-empty", "Berlin", "Berlin", {"changed": 1}),
        ("overwrite-empty", "", "", {"changed": 1}),
    ],
)
def test_a_single_value_follows_its_rule(rule_name, cell, result, outcome):
    bring("System,Location\nA,Bonn\n")
    assert rule(f"System,Location\nA,{cell}\n", {"field": "location", "rule": rule_name}) == outcome
    assert stored("A")["location"] == result


@pytest.mark.parametrize(
    ("rule_name", "cell", "result", "outcome"),
    [
        ("keep", "x", "old; t_own", {"same": 1, "kept": 1}),
        ("add", "x; old", "old; t_own; x", {"changed": 1}),
        ("add", "", "old; t_own", {"same": 1}),
        ("replace", "x", "x", {"changed": 1}),
        ("replace", "", "", {"changed": 1}),
    ],
)
def test_several_values_follow_their_rule(rule_name, cell, result, outcome):
    bring("System,Tags\nA,old; t_own\n")
    assert rule(f"System,Tags\nA,{cell}\n", {"field": "tags", "rule": rule_name}) == outcome
    assert stored("A")["tags"] == result


def test_doubled_separators_and_blanks_after_them_make_no_empty_value():
    tags = {"field": "tags", "split": ",", "rule": "add"}
    bring(
        'System,Tags,IP,Place\n A ,"x,, y ,, , z,"," 10.0.0.1,,10.0.0.2 ", Bonn \n',
        columns={**NAME, "Tags": tags, "IP": {"field": "ips", "split": ","}, "Place": {"field": "location"}},
        tags={"prefix": "AUTO", "delimiter": "_"},
    )
    assert stored("A")["tags"] == "AUTO_x; AUTO_y; AUTO_z"
    assert (stored("A")["ips"], stored("A")["location"]) == ("10.0.0.1; 10.0.0.2", "Bonn")
    assert not db.session.scalars(sa.select(Tag.name).where(Tag.name == "AUTO_")).all()


def test_replace_own_removes_exactly_the_prefix_and_no_default_removes_a_tag():
    bring("System,Tags\nA,AUTOMATIC; AUTO-x; AUTO_old; auto_older; AUTO\n")
    prefix = {"prefix": "AUTO", "delimiter": "_"}
    bring("System,Tags\nA,\n", columns={**NAME, "Tags": {"field": "tags"}}, tags=prefix)
    assert len(stored("A")["tags"].split("; ")) == 5
    bring(
        "System,Tags\nA,\n", columns={**NAME, "Tags": {"field": "tags", "rule": "replace-own"}}, tags=prefix
    )
    assert sorted(stored("A")["tags"].split("; ")) == ["AUTO", "AUTO-x", "AUTOMATIC"]


def test_a_prefix_that_ends_with_a_blank_is_no_part_of_longer_words():
    bring("System,Tags\nA,AUTO old; autopsy; AUTO\n")
    own = {"field": "tags", "rule": "replace-own"}
    bring("System,Tags\nA,new\n", columns={**NAME, "Tags": own}, tags={"prefix": "AUTO", "delimiter": " "})
    assert sorted(stored("A")["tags"].split("; ")) == ["AUTO", "AUTO new", "autopsy"]


def test_a_prefix_marks_tags_and_replace_own_removes_exactly_those():
    bring("System,Tags\nA,manual; t_old\nB,t_old\n")
    outcome = rule(
        "System,Tags\nA,new\nB,\n",
        {"field": "tags", "rule": "replace-own"},
        tags={"prefix": "t", "delimiter": "_"},
    )
    assert outcome == {"changed": 2}
    assert (stored("A")["tags"], stored("B")["tags"]) == ("manual; t_new", "")


def test_a_status_that_means_unknown_counts_as_empty():
    system("A")
    assert rule("System,Status\nA,clean\n", {"field": "status"}) == {"changed": 1}
    assert rule("System,Status\nA,compromised\n", {"field": "status"}) == {"same": 1, "kept": 1}


def test_an_empty_cell_under_overwrite_even_with_empty_gives_the_default_status():
    system("A", status="Clean", priority="High")
    columns = {name: {"field": name.lower(), "rule": "overwrite-empty"} for name in ("Status", "Priority")}
    bring("System,Status,Priority\nA,,\n", columns={**NAME, **columns})
    assert (stored("A")["status"], stored("A")["priority"]) == ("Unknown", "Medium")


def test_a_lock_tag_keeps_the_field_and_is_judged_before_the_import():
    bring("System,Tags\nA,LOCK_SYSTEMSTATUS\nB,\n")
    columns = {
        "Status": {"field": "status", "rule": "overwrite"},
        "Tags": {"field": "tags", "rule": "replace"},
    }
    text = "System,Status,Tags\nA,clean,\nB,clean,lock_systemstatus\n"
    assert counts(bring(text, columns={**NAME, **columns})) == {"changed": 2, "protected": 1}
    assert (stored("A")["status"], stored("A")["tags"]) == ("Unknown", "")
    assert stored("B")["status"] == "Clean"


def test_any_field_can_get_a_lock():
    bring("System,Tags,Location\nA,FIXED,Bonn\n")
    outcome = rule(
        "System,Location\nA,Berlin\n", {"field": "location", "rule": "overwrite"}, locks={"location": "FIXED"}
    )
    assert outcome == {"same": 1, "protected": 1}


def test_a_protected_system_is_never_touched():
    change(System, system("A"), is_protected=True)
    text = "System,Status,Note,Tags\nA,clean,hello,x\n"
    assert counts(bring(text)) == {"same": 1, "protected": 1}
    assert (stored("A")["status"], stored("A")["tags"], stored("A")["memos"]) == ("Unknown", "", [])


def test_a_memo_that_the_system_had_is_not_added_again_not_even_from_the_bin():
    bring("System,Note\nA,seen\n")
    remove(Memo, db.session.scalar(sa.select(Memo.id)))
    assert counts(bring("System,Note\nA,seen\n")) == {"same": 1}
    assert counts(bring("System,Note\nA,other\n")) == {"changed": 1}


def test_two_note_columns_are_united_and_their_author_is_the_importer(people):
    bring("System,Note,Comment\nA,one,two\n")
    assert stored("A")["memos"] == ["one", "two"]
    assert set(db.session.scalars(sa.select(Memo.created_by_id))) == {people.bob}


def test_existing_can_be_skipped_and_new_only_reported():
    system("A")
    columns = {**NAME, "Status": {"field": "status"}}
    text = "System,Status\nA,clean\nB,clean\n"
    assert counts(bring(text, columns=columns, existing="skip", new="report")) == {"skipped": 2}
    assert counts(bring(text, columns=columns, existing="skip")) == {"skipped": 1, "new": 1}


def test_the_status_settings_count_where_no_cell_speaks():
    bring("System,Status\nA,clean\n")
    columns = {**NAME, "Status": {"field": "status"}}
    status = {"new": "Compromised", "existing": "Reinstalled"}
    bring("System,Status\nA,\nB,\nC,clean\n", columns=columns, status=status)
    assert [stored(name)["status"] for name in "ABC"] == ["Reinstalled", "Compromised", "Clean"]


def test_rows_without_tags_can_get_another_status():
    bring("System,Status\nA,clean\nB,clean\n")
    columns = {**NAME, "Tags": {"field": "tags"}}
    text = "System,Tags\nA,\nB,x\nC,\nD,x\n"
    bring(text, columns=columns, status={"new": "Unknown", "tagless": "Compromised"})
    assert [stored(name)["status"] for name in "ABCD"] == ["Clean", "Clean", "Compromised", "Unknown"]
    bring(text, columns=columns, status={"existing": "Unknown", "tagless": "Compromised"})
    assert [stored(name)["status"] for name in "ABCD"] == ["Compromised", "Unknown", "Compromised", "Unknown"]


def test_a_constant_fills_what_the_cell_leaves_empty():
    columns = {**NAME, "Location": {"field": "location"}}
    constants = {"location": {"value": "Berlin"}, "companies": {"value": ["ACME", "Beta"]}}
    bring("System,Location\nA,\nB,Bonn\n", columns=columns, constants=constants)
    assert [(stored(n)["location"], stored(n)["companies"]) for n in "AB"] == [
        ("Berlin", "ACME; Beta"),
        ("Bonn", "ACME; Beta"),
    ]


def test_a_domain_equal_to_the_own_name_counts_as_empty():
    bring("System,Domain\nSRV1,srv1\nSRV2,corp.example.com\n")
    assert (stored("SRV1")["domain"], stored("SRV2")["domain"]) == ("", "corp.example.com")


def test_a_host_in_several_rows_is_counted_once_and_later_rows_win():
    done = bring("System,Location,Tags,Note\nA,Bonn,x,one\na,,y,\nA,Berlin,,two\n")
    assert counts(done) == {"new": 1}
    assert [stored("A")[f] for f in ("location", "tags", "memos")] == ["Berlin", "x; y", ["one", "two"]]


def test_unknown_values_are_created_left_empty_or_reject_the_row():
    text = "System,Location,Status\nA,Rome,strange\n"
    columns = {**NAME, "Location": {"field": "location", "unknown": "empty"}, "Status": {"field": "status"}}
    assert counts(bring(text, columns=columns)) == {"faulty": 1}
    columns["Status"]["unknown"] = "empty"
    assert counts(bring(text, columns=columns)) == {"new": 1}
    assert (stored("A")["location"], stored("A")["status"]) == ("", "Unknown")


def test_values_are_mapped_by_the_profile_ignoring_case_and_prefix():
    columns = {**NAME, "Status": {"field": "status", "values": {"Bad": "Compromised", "n_a": None}}}
    bring("System,Status\nA,bad\nB,n a\nC,40_clean\n", columns=columns)
    assert [stored(name)["status"] for name in "ABC"] == ["Compromised", "Unknown", "Clean"]


def test_people_are_found_by_full_name_and_made_from_the_folded_cell():
    bring("System,Analyst\nA,alice LEAD\nB, New Person \n")
    assert (stored("A")["assigned_to"], stored("B")["assigned_to"]) == ("alice", "new person")


def test_nothing_is_created_for_a_value_that_is_not_used():
    bring("System,Location\nA,Bonn\n")
    before = changes.newest()
    assert counts(bring("System,Location\nA,Paris\n")) == {"same": 1, "kept": 1}
    assert changes.newest() == before


def test_an_analyst_may_not_create_statuses_or_people_when_the_setting_says_so():
    changes.begin_write()
    db.session.add(Setting(name="imports_may_create", value=False))
    db.session.commit()
    text = "System,Status,Tags\nA,strange,new-tag\nB,clean,other\n"
    assert counts(bring(text)) == {"new": 1, "faulty": 1}
    assert counts(bring(text, by="alice")) == {"new": 1, "same": 1}
    assert counts(bring("System,Analyst\nC,somebody\n", by="alice")) == {"faulty": 1}


def test_a_reader_and_somebody_unknown_may_not_import():
    for name in ("rita", "otto", "nobody"):
        with pytest.raises(ImportRefused):
            bring("System\nA\n", by=name)


def test_all_or_nothing_refuses_the_whole_file():
    with pytest.raises(ImportRefused, match="line 3, IP"):
        bring("System,IP\nA,1.1.1.1\nB,x\n", columns={**NAME, "IP": {"field": "ips"}}, rows="all-or-nothing")
    assert db.session.scalar(sa.select(sa.func.count(System.id))) == 0


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ({"columns": {"Status": {"field": "status"}}}, "no column is the name"),
        ({"columns": {**NAME, "Status": {"field": "name"}}}, "can't both become"),
        ({"columns": {**NAME, "Status": {"field": "nonsense"}}}, "can't become"),
        ({"columns": {**NAME, "Status": {"field": "status", "rule": "add"}}}, "no rule"),
        ({"columns": {**NAME, "Status": {"field": "status", "unknown": "maybe"}}}, "can't be treated"),
        (
            {"columns": {**NAME, "Status": {"field": "status", "rule": "overwrite"}}, "existing": "skip"},
            "contradicts",
        ),
        ({"columns": NAME, "status": {"existing": "Clean"}, "existing": "skip"}, "contradicts"),
        ({"columns": NAME, "status": {"tagless": "Clean"}}, "column of tags"),
        ({"columns": NAME, "tags": {"prefix": "A"}}, "column of tags"),
        ({"columns": NAME, "existing": "maybe"}, "must be"),
        ({"columns": NAME, "locks": {"nonsense": "X"}}, "can be locked"),
        ({"columns": NAME, "constants": {"name": {"value": "x"}}}, "same for all rows"),
        ({"columns": NAME, "status": {"new": "Nonsense"}}, ""),
        ({"columns": {**NAME, "Missing": {"field": "os"}}}, "does not have"),
        ({"columns": NAME, "nonsense": 1}, "unknown keys"),
    ],
)
def test_a_contradictory_profile_is_refused_with_its_reason(profile, reason):
    if profile.get("status", {}).get("new") == "Nonsense":
        bring("System,Status\nA,clean\n", **profile)
        assert stored("A")["status"] == "Nonsense"
        return
    with pytest.raises(ImportRefused, match=reason):
        bring("System,Status\nA,clean\n", **profile)


def test_tags_are_made_once_whatever_their_case():
    make(Tag, name="Backdoor")
    bring("System,Tags\nA,backdoor; X\nB,x\n")
    assert [stored(name)["tags"] for name in "AB"] == ["Backdoor; X", "X"]


def test_what_values_become_counts_for_texts_dates_and_yes_or_no_too():
    columns = {
        **NAME,
        "Virtual": {"field": "is_vm", "values": {"esx": "yes"}},
        "Since": {"field": "installed_at", "values": {"never": None}},
        "Also": {"field": "aliases", "split": ";", "values": {"-": None, "alt": "old"}},
    }
    bring("System,Virtual,Since,Also\nA,ESX,never,-;alt\nB,no,2026-01-01,-\n", columns=columns)
    assert [[stored(name)[field] for field in ("is_vm", "aliases")] for name in "AB"] == [
        ["yes", "old"],
        ["no", ""],
    ]
    assert (stored("A")["installed_at"], stored("B")["installed_at"][:10]) == ("", "2026-01-01")
