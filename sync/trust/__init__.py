"""Keys, roots, revocation and trusted time: what may be believed."""
