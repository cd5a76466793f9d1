"""One set of bundles for all tests of the folder, and the programs that check them."""

from tests.audit.bundle.conftest import _aged, _made
from tests.audit.kit.programs import go_program_fixture, page_fixture

__all__ = ["_aged", "_made", "go_program_fixture", "page_fixture"]
