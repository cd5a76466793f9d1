"""The pictures in ``docs/pictures``: kept where ANSWERPRINT_PICTURES names a folder, and else not made at all."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

HEIGHT_MAX = 800


@dataclass(frozen=True, slots=True)
class Album:
    """A folder of pictures, or none."""

    folder: Path | None

    def keep(self, page: Page, name: str, *schemes: str) -> None:
        """Keep what the window shows as ``name.png``; with ``dark`` among the schemes also as ``name-dark.png``."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        size = page.viewport_size
        assert size is not None
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], HEIGHT_MAX)}
        for scheme in schemes or ("light",):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            path = self.folder / (f"{name}-dark.png" if scheme == "dark" else f"{name}.png")
            page.screenshot(path=path, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
