"""The page of a package in a real browser: Debian's Chromium, driven by Playwright."""
