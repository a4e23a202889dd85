"""What is seen of a package in a notebook or a terminal: HTML, or plain lines, from values.

Everything that comes from a package is escaped here, and nowhere else.
"""
