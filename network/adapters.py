"""Where allauth asks us: how secrets of second factors are kept, and what an account may do."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from network import sealed


class AccountAdapter(DefaultAccountAdapter):
    """Accounts without e-mail: nothing is ever sent."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Nobody has an address here."""


class FactorAdapter(DefaultMFAAdapter):
    """Seeds of second factors are sealed with the keys that stay out of the database."""

    def encrypt(self, text: str) -> str:
        return sealed.wrapping().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.wrapping().decrypt(encrypted_text.encode()).decode()
