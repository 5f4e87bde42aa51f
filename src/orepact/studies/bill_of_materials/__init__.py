"""A company's bill of materials: reading, product templates, matching, amounts, the report."""
