"""How much to hold: legal and customary levels, closed forms, what may be published of stocks."""
