"""Commands: one file each, found by walking this folder. A file sets `COMMAND`, and `show` says it to people."""
