"""Code tables as data (states, document types, actions), each with its source and date."""
