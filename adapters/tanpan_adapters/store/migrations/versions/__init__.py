"""One file for each version of the journal's database; what a file does never changes once it was released."""
