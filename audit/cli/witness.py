"""The group ``answerprint witness``: watch a facility's logs from outside, or ask somebody who does.

``init``, ``key``, ``serve``, ``cosign`` and ``check-evidence`` are for a client's own staff, on a machine of theirs;
``submit``, ``collect``, ``mail`` and ``policy`` are for the house; ``check`` is for whoever holds a policy.
"""

import click

from audit.cli.witness_asking import check, collect_newest, mail, submit_newest
from audit.cli.witness_policies import policy_group
from audit.cli.witness_serving import check_evidence, cosign, init, key, serve


@click.group()
def witness() -> None:
    """Watch a facility's logs from outside it, or ask those who do."""


for _command in (init, key, serve, cosign, check_evidence, submit_newest, collect_newest, mail, check, policy_group):
    witness.add_command(_command)
