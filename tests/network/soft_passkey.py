"""A passkey made of software, for tests: it signs what a browser would let it sign, under any origin."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SoftPasskey:
    """One key of a person, bound to a host."""

    def __init__(self, host: str = "localhost") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.host_hash = hashlib.sha256(host.encode()).digest()
        self.user_handle = b""

    def register(self, options: dict[str, Any], origin: str, **more: Any) -> str:
        """Return the answer to the options for adding a passkey, as a form sends it."""
        self.user_handle = websafe_decode(options["publicKey"]["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        flags = PRESENT_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self.host_hash, flags, 0, attested)
        attestation = AttestationObject.create("none", data, {})
        client_data = self._client_data("webauthn.create", options, origin, more)
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(attestation),
        }
        return self._answer(response, {"credProps": {"rk": True}})

    def sign_in(self, options: dict[str, Any], origin: str, **more: Any) -> str:
        """Return the answer to the options for signing in with this key, as a form sends it.

        The key names the account for which it was registered.
        """
        data = AuthenticatorData.create(self.host_hash, PRESENT_VERIFIED, 0)
        client_data = self._client_data("webauthn.get", options, origin, more)
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signed),
            "userHandle": websafe_encode(self.user_handle),
        }
        return self._answer(response, {})

    def _client_data(self, kind: str, options: dict[str, Any], origin: str, more: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        given = {"type": kind, "challenge": websafe_encode(websafe_decode(challenge)), "origin": origin}
        return json.dumps({**given, "crossOrigin": False, **more}).encode()

    def _answer(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        return json.dumps(
            {
                "type": "public-key",
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "response": response,
                "clientExtensionResults": extensions,
                "authenticatorAttachment": "platform",
            }
        )
