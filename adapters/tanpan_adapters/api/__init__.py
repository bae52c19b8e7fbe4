"""HTTP: every command and query from its declaration, problems in two languages, limits at the edge."""
