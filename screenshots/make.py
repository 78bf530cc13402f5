"""Makes the pictures of this folder from the sample data: ``python screenshots/make.py``.

Each is taken at 80x24 and at 160x45, as SVG and, where ``rsvg-convert`` is installed (Debian:
librsvg2-bin, with fonts-firacode, fonts-noto-cjk and fonts-noto-color-emoji), as PNG. They are
never made by hand.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))
# Pictures do not depend on the terminal they are made in.
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
os.environ.pop("NO_COLOR", None)

SIZES = {"80x24": (80, 24), "160x45": (160, 45)}
PICTURES = {
    "feed": (),
    "customers": ("2",),
    "profile": ("2", "slash", *"hanna", "enter", "enter"),
    "checkin": ("2", "i"),
    "cohorts": ("3",),
    "help": ("question_mark",),
}
"""Every picture and the keys that lead to it."""
# Textual's export names a font on a web server; a picture should need none.
_WEB_FONTS = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_FONT = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


async def take(config: object, keys: tuple[str, ...], size: tuple[int, int]) -> str:
    """One picture as SVG text."""
    from console.app import ConsoleApp
    from tests.screens import press, settle

    app = ConsoleApp(config, demo=True)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in keys:
            await press(pilot, key)
        picture = app.export_screenshot(title="Customer Console")
    picture = _WEB_FONTS.sub("", picture).replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"font-family:\s*[^;]+;", f"font-family: {_FONT};", picture)


def main() -> None:
    """Import the sample data into a mirror of its own and take every picture."""
    from console.config import load
    from console.sync import import_files

    sample = FOLDER.parent / "sample_data"
    with tempfile.TemporaryDirectory() as home:
        config = load(config=str(sample / "demo.toml"), mirror=f"{home}/mirror.db")
        import_files([str(sample)], config)
        for name, keys in PICTURES.items():
            for label, size in SIZES.items():
                save(FOLDER / f"{name}-{label}.svg", asyncio.run(take(config, keys, size)))


def save(path: Path, picture: str) -> None:
    """Write a picture as SVG, and as PNG where that can be made."""
    path.write_text(picture, encoding="utf-8")
    convert = shutil.which("rsvg-convert")
    if convert is None:
        print(f"{path.name}: no PNG, rsvg-convert is not installed")
        return
    png = path.with_suffix(".png")
    subprocess.run([convert, "--width", "1440", str(path), "--output", str(png)], check=True)
    print(path.name)


if __name__ == "__main__":
    main()
