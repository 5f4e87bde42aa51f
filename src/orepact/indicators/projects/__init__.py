"""Projects: stages of a chain against the need of a zone, and what is delivered by a date."""
