"""Answers worked out from activity: numbers in, dataclasses out. No SQL, no terminal."""
