"""What a verifier may answer but "yes". ``verify_*`` returns None or raises one of this family.

VerificationError
├── Malformed                 the bytes are not in the format's one canonical form
│   ├── MalformedKey          a verifier key (vkey)
│   ├── MalformedNote         a signed note
│   ├── MalformedCheckpoint   the text of a checkpoint
│   ├── MalformedProof        a ``.tlog-proof`` file, or hashes that are no SHA-256 hashes
│   ├── MalformedTile         a tile, an entry bundle or the path of one
│   ├── MalformedEntry        canonical JSON
│   ├── MalformedStatement    a key's handover, revocation or replacement
│   └── MalformedDisclosure   an SD-JWT disclosure
├── UnknownKey                no key that the verifier trusts has signed
│   └── ReplacedKey           the key that is trusted was lost, and another signs without its word
├── RevokedKey                the key signed it, and is in wrong hands
├── BrokenSuccession          the statements do not lead from one key of a log to the next
├── BadSignature              a trusted key is named, and the signature is not its own
├── WrongOrigin               signed as it should be, by or for another log
├── BadProof                  well formed, and false
└── MissingLeaves             fewer leaves than the tree is said to have

A caller who passes nonsense of his own, such as a negative tree size, gets a ``ValueError`` instead: that is a fault
in the program, and no verdict on the log.
"""


class VerificationError(Exception):
    """The claim was checked, and it does not stand."""


class Malformed(VerificationError):  # noqa: N818 - a verdict on what was sent, not a fault of ours
    """The bytes are not in the format's one canonical form."""


class MalformedKey(Malformed):
    """Not a verifier key of C2SP signed-note, or of a signature type that is not read here."""


class MalformedNote(Malformed):
    """Not a signed note of C2SP signed-note."""


class MalformedCheckpoint(Malformed):
    """Not the text of a checkpoint of C2SP tlog-checkpoint."""


class MalformedProof(Malformed):
    """Not a proof of C2SP tlog-proof, or not made of SHA-256 hashes."""


class MalformedTile(Malformed):
    """Not a tile, an entry bundle or a path of C2SP tlog-tiles."""


class MalformedEntry(Malformed):
    """Not canonical JSON of our subset."""


class MalformedDisclosure(Malformed):
    """Not a disclosure of RFC 9901 in the form that we write."""


class MalformedStatement(Malformed):
    """Not the text of a handover, a revocation or a replacement of a log's key."""


class UnknownKey(VerificationError):  # noqa: N818
    """No key that the verifier trusts has signed."""


class ReplacedKey(UnknownKey):
    """The key that the verifier trusts was lost, and another took its place without its signature."""


class RevokedKey(VerificationError):  # noqa: N818
    """The key signed it, was revoked since, and more entries are covered than still stand on its word."""


class BrokenSuccession(VerificationError):  # noqa: N818
    """The statements do not lead from one key of a log to the next."""


class BadSignature(VerificationError):  # noqa: N818
    """A trusted key is named, and the signature is not its own."""


class WrongOrigin(VerificationError):  # noqa: N818
    """The signature holds, for another log."""


class BadProof(VerificationError):  # noqa: N818
    """Well formed, and false: the hashes do not lead to the root."""


class MissingLeaves(VerificationError):  # noqa: N818
    """Fewer leaves than the tree is said to have."""
