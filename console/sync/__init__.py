"""Carrying what is new from files and APIs into the mirror."""
