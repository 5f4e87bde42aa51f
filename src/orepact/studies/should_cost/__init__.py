"""What a tonne should cost where it is not sold below cost: a build-up from cards."""
