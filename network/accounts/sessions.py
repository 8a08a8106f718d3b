"""Sessions in the database, sealed: half a sign-in, the seed of a second factor that is being set up and a form
that waits for the password all pass through here, and none of it can be read in a stolen copy. Nor can anybody sign in
with one: a row is found by a hash of what the browser holds.

How long a sign-in lasts: a day, and no longer than the browser is open; 30 days where the person asked for that on
their own device. Staff stay for a day at most, and for half an hour without doing anything.

A session knows with which rights it began. One that did not begin as staff ends as soon as the account is staff,
however it became so; the admin takes no session of an account that got more rights since.
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

DAY = datetime.timedelta(days=1)
STAYING = datetime.timedelta(days=30)
IDLE = datetime.timedelta(minutes=30)
# How old the note of the last thing that staff did may get before it is renewed.
NOTE_SECONDS = 60
# In the session: whether it outlives the browser; since which day and until when it lasts; whether it is of staff,
# with which rights it began, and when they last did something (seconds).
STAYS, SINCE, UNTIL, STAFF, RIGHTS, AWAKE = "stays", "since", "until", "staff", "rights", "awake"


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encryption.wrapping().encrypt(self.serializer().dumps(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What does not open, after a change of keys or from elsewhere, is an empty session."""
        try:
            return self.serializer().loads(encryption.wrapping().decrypt(session_data))
        except (InvalidToken, ValueError):
            return {}

    def load(self) -> dict[str, Any]:
        rows = Session.objects.select_related("account")
        row = rows.filter(pk=row_key(self.session_key), expire_date__gt=timezone.now()).first()
        data = self.decode(row.session_data) if row else {}
        if row is None or (row.account and row.account.is_staff and not data.get(STAFF)):
            self._session_key = None
            return {}
        return data

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError for a session that ended meanwhile, and DatabaseError where the database refuses: Django
        would answer both as if the person had signed out."""
        try:
            super().save(must_create)
        except UpdateError as problem:
            cause = problem.__context__
            # That no row was there to be updated is a DatabaseError and nothing finer.
            if isinstance(cause, DatabaseError) and type(cause) is not DatabaseError:
                raise cause from None
            raise

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=row_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return Session(
            session_key=row_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=data.get(SESSION_KEY),
            since=data.get(SINCE) or current_day(),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=row_key(key)).delete()

    def get_expiry_date(self, **kwargs: Any) -> datetime.datetime:
        if UNTIL not in self:
            return super().get_expiry_date(**kwargs)
        until = datetime.datetime.fromisoformat(self[UNTIL])
        return min(until, timezone.now() + IDLE) if self.get(STAFF) else until

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Seconds."""
        if UNTIL not in self:
            return super().get_expiry_age(**kwargs)
        return max(0, int((self.get_expiry_date() - timezone.now()).total_seconds()))

    def get_expire_at_browser_close(self) -> bool:
        return not self.get(STAYS)


def row_key(session_key: str | None) -> str:
    """Under which name a session is kept: what the browser holds cannot be told from it."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]


@receiver(user_logged_in)
def note_rights(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note in a session that begins what its account may do, whichever way one signed in."""
    request.session[STAFF] = user.is_staff
    if user.is_staff:
        request.session[RIGHTS] = rights_of(user)


def rights_of(account: Account) -> list[str]:
    """Return all that lets an account do more at the admin than staff without it: a flag, groups, own permissions."""
    groups = account.groups.values_list("pk", flat=True)
    permissions = account.user_permissions.values_list("pk", flat=True)
    own = [*(f"group {pk}" for pk in groups), *(f"permission {pk}" for pk in permissions)]
    return sorted([*own, *(["superuser"] if account.is_superuser else [])])


def began_with_rights(session: SessionBase, account: Account) -> bool:
    """Return whether the session began as staff, with every right that the account has today."""
    return bool(session.get(STAFF)) and set(rights_of(account)) <= set(session.get(RIGHTS, ()))


def begin_session(session: SessionBase, account: Account) -> None:
    """Sets for how long this sign-in lasts, from now on."""
    session[STAYS] = bool(session.get(STAYS)) and not account.is_staff
    session[SINCE] = f"{current_day():%Y-%m-%d}"
    # The full hour is enough to know: when exactly somebody signed in is nobody's business.
    until = (timezone.now() + (STAYING if session[STAYS] else DAY)).replace(minute=0, second=0, microsecond=0)
    session[UNTIL] = until.isoformat()


def keep_staff_session(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Notes that staff did something, once a minute at most, so that their session does not end meanwhile.

    Where the note cannot be written, as on a read-only database, what they looked at is shown all the same.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session, now = request.session, int(time.time())
        if session.accessed and session.get(STAFF) and now - session.get(AWAKE, 0) > NOTE_SECONDS:
            changed = session.modified
            session[AWAKE] = now
            if not changed:
                with suppress(UpdateError, DatabaseError):
                    session.save()
                session.modified = False
        return response

    return middleware


def sign_ins(account: Account) -> list[Session]:
    """The sign-ins that are still good, the newest first."""
    return list(
        Session.objects.filter(account=account, expire_date__gt=timezone.now()).order_by("-since", "pk")
    )


def end_others(account: Account, keep: str | None = None) -> int:
    """Ends all sign-ins of the account but the one whose key is `keep`; how many there were."""
    return Session.objects.filter(account=account).exclude(pk=row_key(keep)).delete()[0]
