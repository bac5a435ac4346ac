"""A retry with the same key gets the first answer again; inside an open write, the caller commits."""

import datetime as dt
import hashlib
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.base import now
from app.models.requests import AnsweredRequest
from app.services.drafts import Refused

KEPT = dt.timedelta(days=2)


def digest(*parts: bytes) -> str:
    """What tells one request from another."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def recall(user_id: int, key: str, request_digest: str) -> AnsweredRequest | None:
    """The answer that this request got before; `Refused` if the key belonged to another request."""
    found = db.session.get(AnsweredRequest, (user_id, key))
    if found is not None and found.digest != request_digest:
        raise Refused({"Idempotency-Key": "was used for another request"})
    return found


def remember(user_id: int, key: str, request_digest: str, status: int, answer: Any) -> None:
    """Keep an answer for two days; older ones go."""
    at = now()
    db.session.execute(sa.delete(AnsweredRequest).where(AnsweredRequest.at < at - KEPT))
    values = {"user_id": user_id, "key": key, "digest": request_digest, "at": at, "status": status}
    db.session.execute(sa.insert(AnsweredRequest).values(**values, answer=answer))
