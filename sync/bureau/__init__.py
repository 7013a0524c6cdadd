"""The server side: lists, publishing, posts, hits."""
