"""Back-test: what the behavioural model says of past control episodes, beside what was observed."""
