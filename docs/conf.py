"""How the documentation is built; the generated pages are checked for staleness on the way."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from generated import require_fresh

require_fresh()

project = "CashHaven"
author = "The CashHaven authors"
project_copyright = "2026, the CashHaven authors"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
nitpicky = False

html_theme = "furo"
html_title = "CashHaven"
