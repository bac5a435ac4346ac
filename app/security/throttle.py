"""How often somebody may fail to sign in: per account and address together, and per address.

Never per account alone: that would let anybody lock anybody out.
"""

import ipaddress

from flask import Response, request
from flask_login import current_user

from app.extensions import limiter
from app.models.base import key_of

PER_ACCOUNT_AND_ADDRESS = "6 per minute; 30 per hour"
PER_ADDRESS = "40 per minute; 300 per hour"
FAILED = 422


def address() -> str:
    """Where the request comes from; of IPv6 the network, which one customer has to themselves."""
    text = request.remote_addr or "unknown"
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return text
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return text


def _account_and_address() -> str:
    username = current_user.username or request.form.get("username", "")
    return f"{key_of(username)[:150]} {address()}"


def _failed(response: Response) -> bool:
    return response.status_code == FAILED


def throttled(view):
    """Refuse sign-ins with 429 after too many failed ones; successful ones don't count."""
    for limits, key in ((PER_ADDRESS, address), (PER_ACCOUNT_AND_ADDRESS, _account_and_address)):
        view = limiter.limit(limits, key_func=key, deduct_when=_failed)(view)
    return view
