"""Criticality: the method of the European Commission, GeoPolRisk, loss of output at risk."""
