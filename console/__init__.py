"""Customer Console: everything a company knows of its customers, in one terminal."""

__version__ = "0.1.0"
