"""Assessment: the figures of minerals and regions, collected for the faces."""
