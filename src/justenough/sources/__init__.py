"""Sources: exports of any kind as canonical tables. `read.read` and `read.import_from` are the doors."""
