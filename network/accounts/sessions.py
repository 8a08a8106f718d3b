"""A session backend that stores sessions encrypted in the database and limits how long they last.

A session holds a half-finished sign-in, the secret of a second factor during its setup, or a form that waits for the
password. None of it can be read in a stolen database. Nobody can use a stolen row to sign in either, since it is
stored under a hash of the key that the browser has.

A sign-in lasts a day at most and ends with the browser. It lasts 30 days where the person asked for that. Staff stay
signed in for a day at most, and for half an hour without activity.

A session records the rights with which it began. A session that did not begin as staff ends when the account becomes
staff. The admin accepts no session whose account got more rights since.
"""

import datetime
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from network.models import Account, Session, current_day
from network.vault import encryption

SIGN_IN_AGE = datetime.timedelta(days=1)
LONG_SIGN_IN_AGE = datetime.timedelta(days=30)
STAFF_IDLE_AGE = datetime.timedelta(minutes=30)
# How old the recorded time of the last activity of staff may get before it is recorded again.
ACTIVITY_INTERVAL_SECONDS = 60
# The keys of a session: whether it outlasts the browser; its first day; its end; whether it began as staff; the rights
# with which it began; the time of the last activity in seconds since 1970.
STAY_SIGNED_IN, SIGNED_IN_ON, EXPIRES_AT, IS_STAFF, ADMIN_RIGHTS, LAST_ACTIVE_AT = (
    "stay_signed_in",
    "signed_in_on",
    "expires_at",
    "is_staff",
    "admin_rights",
    "last_active_at",
)


class SessionStore(db.SessionStore):
    """Read and write sessions with encrypted data under hashed keys."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model in whose table sessions are stored."""
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Serialize and encrypt the data of a session."""
        return encryption.key_wrapper().encrypt(self.serializer().dumps(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Decrypt the data of a session. Return no data when no key decrypts it."""
        try:
            return self.serializer().loads(encryption.key_wrapper().decrypt(session_data))
        except (InvalidToken, ValueError):
            return {}

    def load(self) -> dict[str, Any]:
        """Return the data of the session, or start an empty one when it has ended or did not begin as staff."""
        rows = Session.objects.select_related("account")
        row = rows.filter(pk=hash_session_key(self.session_key), expire_date__gt=timezone.now()).first()
        data = self.decode(row.session_data) if row else {}
        if row is None or (row.account and row.account.is_staff and not data.get(IS_STAFF)):
            self._session_key = None
            return {}
        return data

    def save(self, must_create: bool = False) -> None:
        """Store the session encrypted, under the hash of its key.

        Raises UpdateError when the session ended meanwhile, and DatabaseError when the database refuses the write.
        Django raises UpdateError for both, which would sign the person out.
        """
        try:
            super().save(must_create)
        except UpdateError as problem:
            cause = problem.__context__
            # Django raises a plain DatabaseError when the row is gone. A subclass means that the database failed.
            if isinstance(cause, DatabaseError) and type(cause) is not DatabaseError:
                raise cause from None
            raise

    def exists(self, session_key: str) -> bool:
        """Return whether a session with this key is stored."""
        return Session.objects.filter(pk=hash_session_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for the data of a session."""
        return Session(
            session_key=hash_session_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=data.get(SESSION_KEY),
            signed_in_on=data.get(SIGNED_IN_ON) or current_day(),
        )

    def delete(self, session_key: str | None = None) -> None:
        """Delete a session, by default this one."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=hash_session_key(key)).delete()

    def get_expiry_date(self, **kwargs: Any) -> datetime.datetime:
        """Return when the session ends. For staff this is at most half an hour from now."""
        if EXPIRES_AT not in self:
            return super().get_expiry_date(**kwargs)
        until = datetime.datetime.fromisoformat(self[EXPIRES_AT])
        return min(until, timezone.now() + STAFF_IDLE_AGE) if self.get(IS_STAFF) else until

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Return the seconds until the session ends."""
        if EXPIRES_AT not in self:
            return super().get_expiry_age(**kwargs)
        return max(0, int((self.get_expiry_date() - timezone.now()).total_seconds()))

    def get_expire_at_browser_close(self) -> bool:
        """Return whether the session ends with the browser."""
        return not self.get(STAY_SIGNED_IN)


def hash_session_key(session_key: str | None) -> str:
    """Return the hash under which a session is stored. The key in the browser cannot be derived from it."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]


@receiver(user_logged_in)
def record_rights(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Record in a new session what its account may do."""
    request.session[IS_STAFF] = user.is_staff
    if user.is_staff:
        request.session[ADMIN_RIGHTS] = admin_rights(user)


def admin_rights(account: Account) -> list[str]:
    """Return everything that lets an account do more in the admin: its flag, groups and own permissions."""
    groups = account.groups.values_list("pk", flat=True)
    permissions = account.user_permissions.values_list("pk", flat=True)
    own = [*(f"group {pk}" for pk in groups), *(f"permission {pk}" for pk in permissions)]
    return sorted([*own, *(["superuser"] if account.is_superuser else [])])


def has_current_rights(session: SessionBase, account: Account) -> bool:
    """Return whether the session began as staff, with every right that the account has today."""
    return bool(session.get(IS_STAFF)) and set(admin_rights(account)) <= set(session.get(ADMIN_RIGHTS, ()))


def set_session_lifetime(session: SessionBase, account: Account) -> None:
    """Set how long this sign-in lasts, from now on."""
    session[STAY_SIGNED_IN] = bool(session.get(STAY_SIGNED_IN)) and not account.is_staff
    session[SIGNED_IN_ON] = f"{current_day():%Y-%m-%d}"
    # Rounded to the hour, so that the row does not reveal when the person signed in.
    until = (timezone.now() + (LONG_SIGN_IN_AGE if session[STAY_SIGNED_IN] else SIGN_IN_AGE)).replace(
        minute=0, second=0, microsecond=0
    )
    session[EXPIRES_AT] = until.isoformat()


def extend_staff_session(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Record activity of staff at most once a minute, so that their session does not end meanwhile.

    Where the record cannot be written, as on a read-only database, the response is sent all the same.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session, now = request.session, int(time.time())
        if (
            session.accessed
            and session.get(IS_STAFF)
            and now - session.get(LAST_ACTIVE_AT, 0) > ACTIVITY_INTERVAL_SECONDS
        ):
            changed = session.modified
            session[LAST_ACTIVE_AT] = now
            if not changed:
                with suppress(UpdateError, DatabaseError):
                    session.save()
                session.modified = False
        return response

    return middleware


def active_sessions(account: Account) -> list[Session]:
    """Return the sessions of the account that have not ended, newest first."""
    return list(
        Session.objects.filter(account=account, expire_date__gt=timezone.now()).order_by(
            "-signed_in_on", "pk"
        )
    )


def end_other_sessions(account: Account, keep: str | None = None) -> int:
    """End all sessions of the account except the one with the key `keep`. Return how many there were."""
    return Session.objects.filter(account=account).exclude(pk=hash_session_key(keep)).delete()[0]
