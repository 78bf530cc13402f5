"""One pane, one file: its keys, its state, its one worker."""
