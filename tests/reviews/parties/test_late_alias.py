"""What was named before an alias came into force is not said outside afterwards."""

from answerprint.core.db import Database
from reviews.players.tokens import shown_version
from reviews.queries.note_exports import export_notes
from reviews.service.faces import FaceEntry, set_face
from reviews.service.materials import VersionEntry, register_version
from tests.reviews.factories import NOW, make_house

REEL = VersionEntry("Quiet_Sea_reel2", "picture", "Quiet_Sea_reel2_v001.mov", "1" * 64, 5, number=1, frame_rate="24/1")


def test_name_of_before_is_not_said_outside(database: Database) -> None:
    """Neither the gate nor an export says a title that stands in a name from before the alias."""
    with database.transaction() as session:
        house = make_house(session)
    with database.transaction() as session:
        made = register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)
    with database.transaction() as session:
        entry = FaceEntry("BLUE HERON", is_alias_in_force=True, titles=("The Quiet Sea", "Quiet Sea"))
        set_face(session, house.producer, project_id=house.project_id, entry=entry, version=0)
    with database.reading() as session:
        shown = shown_version(session, made.version.id)
        exports = [export_notes(session, house.producer, made.version.id, form=form) for form in ("csv", "edl", "otio")]

    assert shown.name == "What you were sent"
    assert "quiet" not in "".join(one.text + one.file_name for one in exports).lower()
