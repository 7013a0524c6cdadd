"""The life of a hit: taken up by an officer, reported, answered, closed."""
