"""What a reserve under a release rulebook changes in a scenario."""
