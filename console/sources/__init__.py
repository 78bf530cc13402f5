"""The outside world, turned into batches of words. No SQL, no terminal."""
