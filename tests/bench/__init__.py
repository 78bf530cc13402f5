"""How fast it is, beside what else does the same: ``python -m tests.bench``."""
