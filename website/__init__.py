"""The documentation site: docs/ and the pages beside it, by MkDocs, without any network."""
