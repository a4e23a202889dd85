"""The page on which a package is looked at: its texts, and beside them its rows.

`payload` says what is on it, `page` makes HTML of that.
"""
