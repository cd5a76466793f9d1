"""What a log's private key must be able to do, wherever it lies."""

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class SigningKey(Protocol):
    """A private Ed25519 key. ``Ed25519PrivateKey`` is one; a key that never leaves its device can be another.

    An implementation over PKCS#11 opens a session and finds the private key by its label when it is made. ``sign``
    calls C_SignInit with CKM_EDDSA and no parameters (that is Ed25519 itself, neither Ed25519ph nor with a context) and
    C_Sign over the whole text, never over a hash of it, and returns the 64 bytes as they come. ``public_key`` reads
    CKA_EC_POINT, takes the DER OCTET STRING off where the device wraps one, and returns the 32 bytes as a key. Both
    are called by several threads at once, so calls on one session must wait in turn. A device that is away raises
    ``audit.keys.UnusableKeyError``: nothing is signed then, and what waits is signed at the next turn.
    """

    def sign(self, text: bytes, /) -> bytes:
        """Return the signature of RFC 8032 over ``text``, 64 bytes."""
        ...

    def public_key(self) -> Ed25519PublicKey:
        """Return the public half."""
        ...
