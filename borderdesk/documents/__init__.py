"""Reading travel documents and identifiers, and saying what is wrong with them."""
