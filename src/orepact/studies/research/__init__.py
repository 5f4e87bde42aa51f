"""Research programmes as options on coefficients: what shortage they avoid per euro."""
