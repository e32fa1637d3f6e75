"""Those who listen: the JavaScript client, `cashhaven watch`, the description of it all."""
