"""The whole outside of the hexagon in memory: complete, without a server, gone with the process."""
