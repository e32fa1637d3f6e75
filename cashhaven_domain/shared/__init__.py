"""The shared kernel: values, errors, access and ports that every area speaks of."""
