"""One command per question: flags in, an answer on standard output, an exit status."""
