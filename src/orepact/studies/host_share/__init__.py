"""A host country's share of value: sold as ore, or processed at home step by step."""
