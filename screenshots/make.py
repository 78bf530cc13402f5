"""Makes the pictures of this folder from the sample data: ``python screenshots/make.py [NAME…]``.

Every pane is taken at 80x24 and at 160x45, in the dark theme and in the light one. They are
never made by hand. Needs ``rsvg-convert`` and Pillow (Debian: librsvg2-bin and python3-pil, with
fonts-firacode, fonts-noto-cjk and fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
# Pictures do not depend on the terminal they are made in.
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
os.environ.pop("NO_COLOR", None)

from console.app import ConsoleApp  # noqa: E402
from console.config import Config  # noqa: E402
from console.notebook.views import View  # noqa: E402
from console.settings import load  # noqa: E402
from console.sync.importing import import_files  # noqa: E402
from tests.screens import press, settle  # noqa: E402

SIZES = {"80x24": (80, 24), "160x45": (160, 45)}
THEMES = {"dark": "console-dark", "light": "console-light"}
PICTURES: dict[str, tuple[str, ...]] = {
    "feed": (),
    "inbox": ("tab",),
    "customers": ("2",),
    "profile": ("2", "slash", *"hanna", "enter", "enter"),
    "checkin": ("2", "i"),
    "cohorts": ("3",),
    "wall": (),
    "help": ("question_mark",),
}
"""Every picture and the keys that lead to it."""
COLOURS = 96
"""More than any of them has, but for the edges of letters."""
# Textual's export names a font on a web server; a picture should need none.
_WEB_FONTS = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_FONT = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


async def take(name: str, config: Config, size: tuple[int, int]) -> str:
    """One picture as SVG text."""
    view = View("wall", "wall", {}, config.person, config.clock().now) if name == "wall" else None
    app = ConsoleApp(config, demo=True, view=view)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in PICTURES[name]:
            await press(pilot, key)
        # The profile beside a list waits for the cursor to rest.
        await pilot.pause(0.4)
        await settle(pilot)
        picture = app.export_screenshot(title="Customer Console")
    picture = _WEB_FONTS.sub("", picture).replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"font-family:\s*[^;]+;", f"font-family: {_FONT};", picture)


def save(path: Path, picture: str, width: int) -> None:
    """Write a picture as PNG, `width` pixels wide."""
    drawn = subprocess.run(
        ["rsvg-convert", "--width", str(width)],
        input=picture.encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    few = Image.open(BytesIO(drawn)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(path.name)


def main(names: list[str]) -> None:
    """Import the sample data into a mirror of its own and take every picture, or those named."""
    sample = FOLDER.parent / "sample_data"
    with tempfile.TemporaryDirectory() as home:
        config = load(config=str(sample / "demo.toml"), mirror=f"{home}/mirror.db")
        config = replace(config, notebook=Path(home) / "notebook.db")
        import_files([str(sample)], config)
        for name in names or PICTURES:
            for label, size in SIZES.items():
                for shade, theme in THEMES.items():
                    picture = asyncio.run(take(name, replace(config, theme=theme), size))
                    path = FOLDER / f"{name}-{label}-{shade}.png"
                    save(path, picture, 1400 if size[0] > 100 else 900)


if __name__ == "__main__":
    main(sys.argv[1:])
