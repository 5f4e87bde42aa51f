"""The stress-test file of a raw material: vulnerability, factors, scenarios, mitigation."""
