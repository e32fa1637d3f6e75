"""Sales over the counter: one product, one moment, one operator; and how a sale is taken back."""
