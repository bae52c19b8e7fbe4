"""What tanpan costs, measured beside its peers and beside the limits of the machine."""
