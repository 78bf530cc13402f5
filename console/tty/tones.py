"""How many colours there are for what; known without any of them."""

from __future__ import annotations

TILE_HUES = (212, 262, 322, 8, 32, 96, 158, 188)
"""Hues of avatar tiles, in degrees."""
TILES = len(TILE_HUES)
"""Colours an avatar tile may have."""
HEATS = 6
"""Steps of heat, the first for nothing."""
