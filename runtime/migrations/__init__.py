"""The runtime's own tables, one module for each change; a revision is called like its file."""
