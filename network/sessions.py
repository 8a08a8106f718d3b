"""Sessions in the database, sealed: half a sign-in, the seed of a second factor that is being set up and a form
that waits for the password all pass through here, and none of it can be read in a stolen copy."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends import db

from network import sealed


class SessionStore(db.SessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        return sealed.wrapping().encrypt(self.serializer().dumps(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What does not open, after a change of keys or from elsewhere, is an empty session."""
        try:
            return self.serializer().loads(sealed.wrapping().decrypt(session_data))
        except (InvalidToken, ValueError):
            return {}
