"""The command line: reads arguments, calls studies, prints; decides nothing."""
