"""Studies of trade defence on sheets of sales and on the bilateral trade of the dataset."""
