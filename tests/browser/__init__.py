"""The pages in headless Chromium, against a real HTTP server with a database of its own and a clock that is set."""
