"""What moves bytes and is never trusted: HTTPS, stick, another desk."""
