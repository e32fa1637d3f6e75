"""Several server processes behind one address: the parent, its children and the link between."""
