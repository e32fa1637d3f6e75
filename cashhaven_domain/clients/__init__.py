"""The persons whom the shop knows: how to reach them, what they bought, how they are forgotten.

A client with sales or orders is never removed but made anonymous: the history stays, the person
goes.
"""
