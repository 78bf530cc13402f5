"""Between Textual and the terminal: keys that come in, cells that go out."""
