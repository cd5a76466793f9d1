"""The group ``answerprint witness``: watch a facility's logs from outside, or ask somebody who does.

``init``, ``key``, ``serve``, ``cosign`` and ``check-evidence`` are for a client's own staff, on a machine of theirs;
``submit``, ``collect``, ``mail`` and ``policy`` are for the house; ``check`` is for whoever holds a policy.
"""

import click

from answerprint.core.lazy_group import Later, LazyGroup

_COMMANDS = {
    "check": Later("audit.cli.witness_asking:check", "Check a cosigned checkpoint against a policy, offline."),
    "check-evidence": Later("audit.cli.witness_serving:check_evidence", "Check a file of evidence offline."),
    "collect": Later(
        "audit.cli.witness_asking:collect_newest",
        "Send a log's newest checkpoint to all witnesses of a policy, and write the note with their cosignatures.",
    ),
    "cosign": Later(
        "audit.cli.witness_serving:cosign",
        "Cosign a checkpoint that came by mail, by the same rules and against the same store as over HTTP.",
    ),
    "init": Later(
        "audit.cli.witness_serving:init",
        "Make keys and store of a new witness, once, and print its verifier keys for the house.",
    ),
    "key": Later(
        "audit.cli.witness_serving:key",
        "Print the witness's verifier key (signature type 0x04), and that of its ML-DSA-44 key (0x06).",
    ),
    "mail": Later(
        "audit.cli.witness_asking:mail",
        "Write a log's newest checkpoint with its proof, to be sent to a witness that is not on the network.",
    ),
    "policy": Later(
        "audit.cli.witness_policies:policy_group",
        "Policies of this house: which witnesses each log has, and how many must agree.",
    ),
    "serve": Later(
        "audit.cli.witness_serving:serve",
        "Cosign over HTTP what extends the last checkpoint seen; everything else is refused.",
    ),
    "submit": Later(
        "audit.cli.witness_asking:submit_newest",
        "Send a log's newest checkpoint to a witness, and write the note with the cosignature added.",
    ),
}


@click.group(cls=LazyGroup, later=_COMMANDS)
def witness() -> None:
    """Watch a facility's logs from outside it, or ask those who do."""
