"""Pictures of series, described once and drawn anywhere. Here: descriptions, terminal, SVG; pure. Not here: wording, files."""
