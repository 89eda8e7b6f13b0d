"""The tables of the plugin; a revision is called like its file."""
