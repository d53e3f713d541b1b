"""Keys in the store: what is kept of them, in which order, and for how long."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.store.api_keys import ROLES, Key, all_keys, any_key, key_of, make_key, remove_key
from whyrec.serve.store.store import Store
from whyrec.serve.store.tables import keys

# Who may do what, by hand from docs/guide/service.md. The page reads it in GET /v1/me.
EVERY = {"admin", "service", "reader", "monitor", "auditor", "person"}
WHO = {
    "me": EVERY,
    "items:read": EVERY - {"monitor"},
    "items:write": {"admin", "service"},
    "recommend": {"admin", "service", "reader", "person"},
    "events": {"admin", "service", "person"},
    "people": {"admin", "service", "person"},
    "records": EVERY - {"monitor"},
    "records:all": {"admin", "service", "auditor"},
    "metrics": {"admin", "monitor", "auditor"},
    "insight": {"admin", "monitor", "auditor"},
    "models:read": {"admin", "auditor"},
    "audit": {"admin", "auditor"},
    "measure": {"admin", "auditor"},
    "inspect": {"admin"},
    "models": {"admin"},
    "experiments": {"admin"},
    "keys": {"admin"},
    "own": {"person"},
}


@pytest.mark.parametrize("role", sorted(EVERY))
def test_a_role_may_do_what_its_page_says_and_nothing_else(role):
    user = "u" if role == "person" else None
    allowed = {scope for scope, roles in WHO.items() if role in roles}
    assert {scope for scope in WHO if Key("1", role, user, "", 0).may(scope)} == allowed
    assert ROLES[role] == allowed


@pytest.fixture
def store(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'store.db'}") as one:
        yield one


def made(store, role="reader", now=7, **about):
    return store.write(lambda connection: make_key(connection, role, now, **about))


def test_of_a_key_its_hash_is_kept_and_its_secret_is_not(store):
    key, secret = made(store, "person", user="u", note="of the till")
    assert key == Key(key.id, "person", "u", "of the till", 7)
    assert len(key.id) == 16
    assert secret.startswith("wr_") and len(secret) == 3 + 43  # 32 bytes in base 64
    with store.read() as connection:
        assert key_of(connection, hashlib.sha256(secret.encode()).hexdigest()) == key
        assert key_of(connection, secret) is None
        assert secret not in str(connection.execute(select(keys)).all())
    assert made(store)[1] != made(store)[1]


def test_a_key_without_a_note_has_an_empty_one(store):
    key, _ = made(store)
    assert (key.note, key.user) == ("", None)


def test_keys_are_listed_oldest_first(store):
    late, early, middle = (made(store, now=now)[0] for now in (30, 10, 20))
    with store.read() as connection:
        assert all_keys(connection) == [early, middle, late]


def test_keys_of_one_second_are_listed_by_their_id(store):
    ids = {made(store)[0].id for _ in range(12)}
    with store.read() as connection:
        assert [key.id for key in all_keys(connection)] == sorted(ids)


def test_a_key_is_removed_once_and_the_others_stay(store):
    with store.read() as connection:
        assert not any_key(connection)
    (gone, _), (kept, _) = made(store), made(store)
    before = store.counters()["keys"]
    assert store.write(lambda connection: remove_key(connection, gone.id)) is True
    assert store.counters()["keys"] == before + 1  # by which other processes notice
    with store.read() as connection:
        assert any_key(connection)
        assert all_keys(connection) == [kept]
    assert store.write(lambda connection: remove_key(connection, gone.id)) is False
    before = store.counters()["keys"]
    made(store)
    assert store.counters()["keys"] == before + 1


def test_only_a_person_has_a_user_and_a_role_must_exist(store):
    required = "a key of the role person has a user, and no other key has one; got role "
    with pytest.raises(ArgumentError, match=required + "reader, user 'u'"):
        made(store, user="u")
    with pytest.raises(ArgumentError, match=required + "person, user None"):
        made(store, "person")
    with pytest.raises(UnknownNameError, match=r"role.*reeder.*reader"):
        made(store, "reeder")
    with store.read() as connection:
        assert not any_key(connection)


def test_a_person_s_key_acts_for_that_person_alone():
    person, service = Key("1", "person", "u", "", 0), Key("2", "service", None, "", 0)
    assert [person.may_see(user) for user in ("u", "other", None)] == [True, False, True]
    assert [service.may_see(user) for user in ("u", "other", None)] == [True, True, True]
