"""The running system: one writer per exchange, its clock, its projections and its feed, hosted in one process."""
