"""The lively sample behind `tanpan demo`: participants who trade through the API on a simulated clock."""
