"""Paper forms made from applications: what stands on them, how they look, and where they are produced."""
