"""BorderDesk: watchlist checks at border posts, with or without a link to the capital.

This package is the domain. It holds no Qt, no sockets and no HTTP, and works from a script.
"""

__version__ = "0.1.0"
