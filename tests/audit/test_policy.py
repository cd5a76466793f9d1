"""Policies: who must agree, said in one strict form, and what it makes of a checkpoint."""

import doctest

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import policy
from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.cosignature import CheckpointCosigner, Cosigner, MlDsaCosigner
from audit.errors import BadSignature, MalformedCheckpoint, MalformedNote, UnknownKey, WrongOrigin
from audit.note import Signer, sign_note
from audit.policy import MalformedPolicy, Policy, QuorumNotMet, Sighting, check, parse_policy, verify_witnessed

ORIGIN = "house.example/log"


def private(number: int) -> Ed25519PrivateKey:
    """Return a key by its number."""
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))


LOG = Signer(ORIGIN, private(1))
WITNESSES = [Cosigner(f"w{number}.example", private(number)) for number in range(10, 16)]
CHECKPOINT = Checkpoint(ORIGIN, 5, bytes(range(32)))
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
X1, X2, X3, Y1, Y2, Y3 = (one.key.vkey for one in WITNESSES)

# The shape of the example in C2SP tlog-policy, commit 5ba5ee8.
SPEC = f"""
log {LOG.vkey}

witness X1 {X1}
witness X2 {X2}
witness X3 {X3}
group X-witnesses 2 X1 X2 X3

witness Y1 {Y1}
witness Y2 {Y2}
witness Y3 {Y3}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def read(text: str) -> Policy:
    """Read a policy."""
    return parse_policy(text.encode())


def cosigned(*cosigners: CheckpointCosigner) -> bytes:
    """Return the checkpoint as these cosigned it, the n-th at n."""
    lines = [one.cosign(CHECKPOINT.text(), time).line() for time, one in enumerate(cosigners, 1)]
    return SIGNED + "".join(lines).encode()


class TestForm:
    """What a policy file may say."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(policy)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    def test_example_of_the_specification(self) -> None:
        """Logs, witnesses and groups in two levels are read as they stand."""
        seen = read(SPEC)

        assert [log.verifier.key.name for log in seen.logs] == [ORIGIN]
        assert [one.name for one in seen.witnesses] == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
        assert [(one.name, one.needed) for one in seen.groups] == [
            ("X-witnesses", 2),
            ("Y-witnesses", 1),
            ("X-and-Y", 2),
        ]
        assert seen.quorum == "X-and-Y"

    def test_spaces_tabs_comments_and_addresses(self) -> None:
        """White space and comments say nothing; addresses are kept."""
        seen = read(
            f"# ours\n \t# more\n\t log\t{LOG.vkey}  https://house.example/ \n\n witness a {X1} https://w\nquorum a\t\n"
        )

        assert (seen.logs[0].url, seen.witnesses[0].url, seen.quorum) == ("https://house.example/", "https://w", "a")

    def test_smallest_policy(self) -> None:
        """A quorum line is all that must be there."""
        assert read("quorum none\n") == Policy((), (), (), "none")

    def test_sizes_that_must_be_supported(self) -> None:
        """Thirty-two logs, witnesses and groups are read, each group one deeper than the last."""
        logs = [f"log {Signer(f'log{n}', private(n + 1)).vkey}" for n in range(32)]
        witnesses = [f"witness w{n} {Cosigner(f'w{n}', private(100 + n)).key.vkey}" for n in range(32)]
        groups = [f"group g{n} all w{n} {f'g{n - 1}' if n else ''}" for n in range(32)]
        seen = read("\n".join([*logs, *witnesses, *groups, "quorum g31", ""]))

        assert (len(seen.logs), len(seen.witnesses), len(seen.groups)) == (32, 32, 32)
        assert seen.is_met_by({f"w{n}" for n in range(32)})
        assert not seen.is_met_by({f"w{n}" for n in range(1, 32)})

    def test_names_are_octets(self) -> None:
        """Two names that look the same are two; octets that are no UTF-8 name what they name."""
        kelvin = f"witness K {X1}\nwitness \u212a {X2}\ngroup g all K \u212a\nquorum g\n".encode()
        latin = b"witness \xe9 " + X1.encode() + b"\nwitness \xe8 " + X2.encode() + b"\nquorum \xe9\n"

        assert len({one.name for one in parse_policy(kelvin).witnesses}) == 2
        assert parse_policy(latin).quorum == parse_policy(latin).witnesses[0].name

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "quorum none",
            "quorum\n",
            "quorum none none\n",
            "quorum none\nquorum none\n",
            "Quorum none\n",
            "quorums none\n",
            "quorum nobody\n",
            "quorum none\r\n",
            "quorum\x00none\n",
            "quorum\x0bnone\n",
            "quorum\u00a0none\n",
            "quorum none # no\n",
            "quorum none\x7f\n",
            "log\nquorum none\n",
            f"log {LOG.vkey} a b\nquorum none\n",
            f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n",
            f"log {LOG.vkey}\nlog {Signer('other', LOG.private_key).vkey}\nquorum none\n",
            f"log {X1}\nquorum none\n",
            f"log {LOG.vkey[:-4]}\nquorum none\n",
            f"log {LOG.vkey.replace('house', 'horse')}\nquorum none\n",
            "witness\nquorum none\n",
            "witness a\nquorum none\n",
            f"witness none {X1}\nquorum none\n",
            f"witness a {LOG.vkey}\nquorum a\n",
            f"witness a {X1}\nwitness a {X2}\nquorum a\n",
            f"witness a {X1}\nwitness b {X1}\nquorum a\n",
            f"witness a {X1}\nwitness b {Cosigner('other', private(10)).key.vkey}\nquorum a\n",
            f"quorum a\nwitness a {X1}\n",
            f"witness a {X1}\ngroup g all\nquorum g\n",
            f"witness a {X1}\ngroup g\nquorum a\n",
            f"witness a {X1}\ngroup g 0 a\nquorum g\n",
            f"witness a {X1}\ngroup g 2 a\nquorum g\n",
            f"witness a {X1}\ngroup g -1 a\nquorum g\n",
            f"witness a {X1}\ngroup g 01 a\nquorum g\n",
            f"witness a {X1}\ngroup g +1 a\nquorum g\n",
            f"witness a {X1}\ngroup g \u0661 a\nquorum g\n",
            f"witness a {X1}\ngroup g some a\nquorum g\n",
            f"witness a {X1}\ngroup g ALL a\nquorum g\n",
            f"witness a {X1}\ngroup g any a a\nquorum g\n",
            f"witness a {X1}\ngroup g any g\nquorum g\n",
            f"witness a {X1}\ngroup g any none\nquorum g\n",
            f"witness a {X1}\ngroup none any a\nquorum none\n",
            f"witness a {X1}\ngroup a any a\nquorum a\n",
            f"witness a {X1}\ngroup g any a\ngroup g any a\nquorum g\n",
            f"witness a {X1}\ngroup g any a\ngroup h any a\nquorum h\n",
            f"group g any a\nwitness a {X1}\nquorum g\n",
            "#\n" * 1001 + "quorum none\n",
        ],
    )
    def test_hostile_files(self, text: str) -> None:
        """Whatever is not in the form is refused whole."""
        with pytest.raises(MalformedPolicy):
            read(text)

    @given(st.binary(max_size=200))
    def test_any_bytes(self, raw: bytes) -> None:
        """Any bytes are a policy or a refusal."""
        try:
            parse_policy(raw)
        except MalformedPolicy:
            return

        assert b"quorum" in raw

    @given(st.data())
    def test_words_in_any_order(self, data: st.DataObject) -> None:
        """Lines put together at random are a policy or a refusal, and a policy uses only names that it defines."""
        words = ["log", "witness", "group", "quorum", "a", "b", "none", "any", "all", "1", "2", LOG.vkey, X1, X2, "#"]
        lines = data.draw(st.lists(st.lists(st.sampled_from(words), max_size=5), max_size=6))
        try:
            seen = read("".join(" ".join(line) + "\n" for line in lines))
        except MalformedPolicy:
            return
        names = {one.name for one in seen.witnesses} | {one.name for one in seen.groups}

        assert seen.quorum in names | {"none"}
        assert all(set(group.members) <= names for group in seen.groups)

    def test_line_at_fault_is_named(self) -> None:
        """The refusal says which line."""
        with pytest.raises(MalformedPolicy, match=r"line 3 of the policy: the name 'b' is not defined above"):
            read(f"# ours\nwitness a {X1}\nquorum b\n")


class TestVerdicts:
    """What a policy makes of a checkpoint."""

    @pytest.mark.parametrize(
        ("numbers", "is_met"),
        [((), False), ((0, 1), False), ((3,), False), ((0, 3), False), ((0, 1, 3), True), ((1, 2, 5), True)],
    )
    def test_quorum(self, numbers: tuple[int, ...], is_met: bool) -> None:  # noqa: FBT001 - a case
        """Two of three here and one of three there: no more, no less."""
        raw = cosigned(*(WITNESSES[number] for number in numbers))
        seen = check(read(SPEC), raw)

        assert seen.is_quorum_met == is_met
        assert len(seen.witnesses) == len(numbers)
        if not is_met:
            with pytest.raises(QuorumNotMet):
                verify_witnessed(read(SPEC), raw)
        else:
            assert verify_witnessed(read(SPEC), raw) == CHECKPOINT

    def test_who_saw_it_and_when(self) -> None:
        """Witnesses are told by the policy's names, with the latest time that each states."""
        raw = cosigned(WITNESSES[3], WITNESSES[0], WITNESSES[3])

        assert check(read(SPEC), raw).witnesses == (Sighting("X1", 2), Sighting("Y1", 3))

    def test_one_witness_twice_counts_once(self) -> None:
        """Two lines of one witness are one witness."""
        raw = cosigned(WITNESSES[0], WITNESSES[0], WITNESSES[3])

        assert not check(read(SPEC), raw).is_quorum_met

    def test_stranger_counts_nothing(self) -> None:
        """A cosignature by a key that the policy does not name is ignored."""
        stranger = Cosigner("w11.example", private(99))

        assert check(read(SPEC), cosigned(stranger)).witnesses == ()

    def test_quorum_of_none(self) -> None:
        """Where no witness is asked for, the log's signature is enough."""
        assert verify_witnessed(read(f"log {LOG.vkey}\nquorum none\n"), SIGNED) == CHECKPOINT

    def test_ml_dsa_witness(self) -> None:
        """A witness may sign with ML-DSA-44."""
        witness = MlDsaCosigner("pq.example", MLDSA44PrivateKey.from_seed_bytes(bytes(32)))
        seen = read(f"log {LOG.vkey}\nwitness pq {witness.key.vkey}\nquorum pq\n")

        assert verify_witnessed(seen, cosigned(witness)) == CHECKPOINT

    def test_witnesses_alone_do_not_speak_for_a_log(self) -> None:
        """A checkpoint that no log of the policy signed is refused, whoever cosigned it."""
        others = sign_checkpoint(CHECKPOINT, Signer(ORIGIN, private(2)))
        lines = cosigned(*WITNESSES)[len(SIGNED) :]

        with pytest.raises(UnknownKey):
            check(read(SPEC), others + lines)
        with pytest.raises(UnknownKey):
            check(read(f"witness a {X1}\nquorum none\n"), SIGNED)

    def test_log_signs_under_its_own_name_only(self) -> None:
        """A key's name is the origin that it may sign for."""
        other = Signer("house.example/other", private(1))

        with pytest.raises(WrongOrigin):
            check(read(f"log {other.vkey}\nquorum none\n"), sign_checkpoint(CHECKPOINT, other))

    def test_spoiled_cosignature_of_a_known_witness(self) -> None:
        """A known witness whose line fails spoils the note."""
        other = WITNESSES[0].cosign(CHECKPOINT.text().replace("5", "6"), 1).line().encode()

        with pytest.raises(BadSignature):
            check(read(SPEC), SIGNED + other)

    def test_what_is_no_checkpoint(self) -> None:
        """A note that is none, or whose text is no checkpoint, is refused."""
        with pytest.raises(MalformedNote):
            check(read(SPEC), b"hello\n")
        with pytest.raises(MalformedCheckpoint):
            check(read(SPEC), sign_note("hello\n", LOG))
