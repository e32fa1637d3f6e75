"""What happened, in one order for everybody: the stream that screens follow.

Whatever a transaction records gets its place in the stream when it is committed, once and for all.
"""
