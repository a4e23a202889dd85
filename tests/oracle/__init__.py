"""The differential test: what we say of a package, against what frictionless says.

`fields` and `packages` generate examples, `verdicts` asks both validators and
brings their answers into one form, `explain` knows the rows of docs/stricter.md,
`compare` counts. Frictionless is asked about what the descriptor *means*: its
guesses are switched off by a pinned dialect and encoding, and what it does not
read of the standard is said in its words (see `packages.for_frictionless`).
"""
