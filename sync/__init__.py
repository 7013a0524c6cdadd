"""How bytes travel, and who may be believed. No Qt."""
