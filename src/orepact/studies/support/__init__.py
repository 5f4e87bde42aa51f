"""The wind tunnel: instruments of price support in one market, under answers of its exporter."""
