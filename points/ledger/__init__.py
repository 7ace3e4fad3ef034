"""The books: accounts, transfers, lots and their uses. They know points and people, never hours or goods."""
