"""Tools for other programs over the Model Context Protocol: offered from the registry, answered by the application."""
