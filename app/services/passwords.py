"""Passwords: argon2, and what is too weak. Slow on purpose: never call it inside a write."""

import secrets
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 8, 512
_COMMON = frozenset(
    [
        "password",
        "passwort",
        "password1",
        "password12",
        "password123",
        "password1234",
        "passw0rd",
        "p@ssw0rd",
        "p@ssword",
        "pa55word",
        "12345678",
        "123456789",
        "1234567890",
        "12341234",
        "11111111",
        "00000000",
        "87654321",
        "88888888",
        "1q2w3e4r",
        "1qaz2wsx",
        "1q2w3e4r5t",
        "qwertyui",
        "qwertyuiop",
        "qwerty123",
        "qwertz123",
        "qwertzui",
        "qwertzuiop",
        "asdfghjk",
        "asdfghjkl",
        "zxcvbnm1",
        "abcd1234",
        "abc12345",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "letmein1",
        "letmein123",
        "welcome1",
        "welcome123",
        "whatever",
        "starwars",
        "computer",
        "internet",
        "michelle",
        "jennifer",
        "liverpool",
        "changeme",
        "changeit",
        "changeme123",
        "default1",
        "admin123",
        "admin1234",
        "administrator",
        "adminadmin",
        "root1234",
        "rootroot",
        "toor1234",
        "test1234",
        "testtest",
        "guest123",
        "secret123",
        "secretsecret",
        "geheim123",
        "hallo123",
        "hallohallo",
        "sommer2024",
        "winter2024",
        "summer2025",
        "winter2025",
        "summer2026",
        "winter2026",
        "sommer2025",
        "sommer2026",
        "incident",
        "incident1",
        "dfir1234",
        "forensic",
        "forensics",
        "infected",
        "spoorspoor",
        "spoor123",
        "spoor1234",
        "aaaaaaaa",
        "abcdefgh",
        "abcdefghi",
        "dragon123",
        "monkey123",
        "master123",
        "shadow123",
    ]
)


class _Hashing:
    """The cost in force; tests make it cheap."""

    hasher = PasswordHash((Argon2Hasher(),))


def use_costs(**costs: Any) -> None:
    """Set the argon2 parameters of this process (time_cost, memory_cost in KiB, parallelism)."""
    _Hashing.hasher = PasswordHash((Argon2Hasher(**costs),))
    _nobodys_hash.cache_clear()


def hashed(password: str) -> str:
    """The argon2 hash of a password."""
    return _Hashing.hasher.hash(password)


def verify(password: str, password_hash: str) -> tuple[bool, str | None]:
    """Whether it is right, and the hash to store instead when the stored one is outdated.

    Without a hash it takes as long as with one, so that time does not tell who has an account.
    """
    right, newer = _Hashing.hasher.verify_and_update(password, password_hash or _nobodys_hash())
    return right and bool(password_hash), newer


@cache
def _nobodys_hash() -> str:
    return hashed(secrets.token_hex(16))


def weakness(password: str, username: str = "") -> str | None:
    """Why a password is refused, or None. Length counts, composition does not."""
    if len(password) < SHORTEST:
        return f"needs at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"has more than {LONGEST} characters"
    if password.casefold() in _COMMON or password.casefold() == username.casefold():
        return "is too easy to guess"
    return None


def generated() -> str:
    """A random password that can be typed."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
