"""Wrap everything that `PRIVATE_DATA_KEYS` encrypts with the first of these keys.

Items are not encrypted again: each person's own key encrypts them, and only that key gets a new wrapping. The site
stays up, since the older keys still unwrap rows that are not done yet. A row that changes during the rotation is left
alone, since the site wraps what it writes with the first key.
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
    """Wrap each row with the first key. Yield True for a row that is done, False for one that no key decrypts."""
    for account in _iterate_rows(Account, "wrapped_key"):
        yield _rewrap_column(Account, account.pk, "wrapped_key", bytes(account.wrapped_key))
    for session in _iterate_rows(Session, "session_data"):
        yield _rewrap_column(Session, session.pk, "session_data", session.session_data)
    for factor in _iterate_rows(Authenticator, "data"):
        if factor.type != Authenticator.Type.WEBAUTHN:
            yield _rewrap_factor(factor)


def count_rows() -> int:
    """Return the number of rows whose keys `rewrap_all` encrypts again."""
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    return Account.objects.count() + Session.objects.count() + factors.count()


def _iterate_rows(model: type[models.Model], field: str) -> Iterator[Any]:
    """Yield the rows of a model by primary key, in batches, so that no query stays open for long."""
    last: Any = None
    while True:
        rows = model._default_manager.order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last is not None else rows)[:BATCH_ROWS])
        yield from batch
        if len(batch) < BATCH_ROWS:
            return
        last = batch[-1].pk


def _rewrap_column(model: type[models.Model], pk: Any, field: str, token: bytes | str) -> bool:
    """Wrap one value anew, unless it changed since it was read. Return False when no key decrypts it."""
    try:
        rewrapped = encryption.key_wrapper().rotate(token)
    except InvalidToken:
        return False
    value = rewrapped.decode() if isinstance(token, str) else rewrapped
    model._default_manager.filter(pk=pk, **{field: token}).update(**{field: value})
    return True


def _rewrap_factor(factor: Authenticator) -> bool:
    """Wrap the secret of an authenticator app or the seed of recovery codes anew.

    allauth stored them through `FactorAdapter.encrypt`. Return False when no key decrypts them.
    """
    data = dict(factor.data)
    try:
        for name in ("secret", "seed"):
            if name in data:
                data[name] = encryption.key_wrapper().rotate(data[name]).decode()
    except InvalidToken:
        return False
    # The row also records used codes, which may change at any time. Only an unchanged row is replaced.
    Authenticator.objects.filter(pk=factor.pk, data=factor.data).update(data=data)
    return True
