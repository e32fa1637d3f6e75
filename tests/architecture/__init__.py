"""What imports alone cannot say about the shape of the code."""
