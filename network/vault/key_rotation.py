"""Changing the keys that keep what is private: everything that they wrap is wrapped anew by the first of them.

What people keep is not touched: it is sealed with each person's own key, and that key only gets a new wrapping. The
site goes on meanwhile, since the older keys still open what has not had its turn. A row that changed in between is left
as it is and had its turn already.
"""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import models

from network.models import Account, Session
from network.vault import encryption

BATCH_ROWS = 500  # rows read at once


def rewrap_all() -> Iterator[bool]:
    """For each row, whether it is wrapped by the first key now; False is a row that no key opens."""
    for account in _iterate_rows(Account, "wrapped_key"):
        yield _rewrap_column(Account, account.pk, "wrapped_key", bytes(account.wrapped_key))
    for session in _iterate_rows(Session, "session_data"):
        yield _rewrap_column(Session, session.pk, "session_data", session.session_data)
    for factor in _iterate_rows(Authenticator, "data"):
        if factor.type != Authenticator.Type.WEBAUTHN:
            yield _rewrap_factor(factor)


def count_rows() -> int:
    """How many rows there are to go through."""
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    return Account.objects.count() + Session.objects.count() + factors.count()


def _iterate_rows(model: type[models.Model], field: str) -> Iterator[Any]:
    """The rows of a model by their keys, a batch at a time, so that none is held for long."""
    last: Any = None
    while True:
        rows = model._default_manager.order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last is not None else rows)[:BATCH_ROWS])
        yield from batch
        if len(batch) < BATCH_ROWS:
            return
        last = batch[-1].pk


def _rewrap_column(model: type[models.Model], pk: Any, field: str, token: bytes | str) -> bool:
    try:
        fresh = encryption.key_wrapper().rotate(token)
    except InvalidToken:
        return False
    value = fresh.decode() if isinstance(token, str) else fresh
    model._default_manager.filter(pk=pk, **{field: token}).update(**{field: value})
    return True


def _rewrap_factor(factor: Authenticator) -> bool:
    """The seed of an app or of spare codes: what allauth had sealed by the adapter."""
    data = dict(factor.data)
    try:
        for name in ("secret", "seed"):
            if name in data:
                data[name] = encryption.key_wrapper().rotate(data[name]).decode()
    except InvalidToken:
        return False
    # Its mask of used spare codes may change at any time; only what was read is replaced.
    Authenticator.objects.filter(pk=factor.pk, data=factor.data).update(data=data)
    return True
