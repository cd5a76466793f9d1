"""Commands that are loaded when they are called."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from answerprint.core.lazy_group import Later, LazyGroup
from answerprint.web.cli import main


def groups(group: LazyGroup) -> Iterator[LazyGroup]:
    """Yield the group, and all groups in it that load their commands later."""
    yield group
    for later in group.later.values():
        command = later.load()
        if isinstance(command, LazyGroup):
            yield from groups(command)


COMMANDS = [pytest.param(name, later, id=later.place) for group in groups(main) for name, later in group.later.items()]


class TestLines:
    """The lines of a group's help."""

    @pytest.mark.parametrize(("name", "later"), COMMANDS)
    def test_line_is_the_commands_own(self, name: str, later: Later) -> None:
        """What the group says of a command, unloaded, is what the command says of itself; so is its name."""
        command = later.load()

        assert command.get_short_help_str(1000) == later.line
        assert command.name == name

    def test_help_names_commands_of_both_kinds(self) -> None:
        """The help of a group lists what is there and what is loaded later, by name."""
        group = LazyGroup(name="both", later={"late": Later("nowhere:late", "Comes late.")})
        group.add_command(click.Command("early", help="Is there."))
        said = group.get_help(click.Context(group))

        assert "  early  Is there.\n  late   Comes late." in said


class TestLoading:
    """What is loaded, and when."""

    @pytest.mark.parametrize("words", ["", "audit", "audit verify", "licensing", "witness"])
    def test_help_loads_no_database(self, words: str) -> None:
        """Help is there at once: nothing of the database or the web is loaded for it."""
        program = (
            "import sys\n"
            "from answerprint.web.cli import main\n"
            f"main([*{words.split()!r}, '--help'], standalone_mode=False)\n"
            "print(sorted({'sqlalchemy', 'flask', 'cryptography', 'alembic'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

        assert done.stdout.endswith("\n[]\n")

    def test_unknown_name_is_no_command(self) -> None:
        """A name that is nowhere is refused as click refuses it."""
        group = LazyGroup(name="none", later={})

        assert group.get_command(click.Context(group), "audit") is None

    def test_place_without_a_command_says_so(self) -> None:
        """A place that holds something else is a fault of the program, and says which."""
        with pytest.raises(TypeError, match="click:echo is no command"):
            Later("click:echo", "").load()
