"""`cashhaven watch`: somebody who listens to a shop from outside, as any other client would."""
