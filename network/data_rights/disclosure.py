"""Collect the data about a person that this site can read without the keys of its vault.

The command `disclose` prints it, and the page "What is kept" shows it to the person.
"""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from network.accounts import sessions
from network.models import Account, EncryptedItem


@dataclass(frozen=True, slots=True)
class ReadableData:
    """What can be read about a person. Dates are ISO texts; `sizes` are bytes of ciphertext, largest first."""

    login_name: str
    created_on: str
    last_seen_on: str
    factors: list[str]
    sign_ins: list[str]
    sizes: list[int]


def readable_data(account: Account) -> ReadableData:
    """Return the facts about the owner of the account that can be read without keys."""
    factors = Authenticator.objects.filter(user=account).order_by("type", "pk")
    rows = EncryptedItem.objects.filter(account=account).values_list("ciphertext", flat=True)
    return ReadableData(
        login_name=account.login_name,
        created_on=f"{account.created_on:%Y-%m-%d}",
        last_seen_on=f"{account.last_seen_on:%Y-%m-%d}",
        factors=[f"{factor.type} since {factor.created_at:%Y-%m-%d}" for factor in factors],
        sign_ins=[f"{session.signed_in_on:%Y-%m-%d}" for session in sessions.active_sessions(account)],
        sizes=sorted(map(len, rows), reverse=True),
    )
