"""How Sphinx builds the site: `make docs`."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

import pydezero  # noqa: E402  # after the path

project = "pydezero"
author = "The pydezero authors"
project_copyright = author
version = release = pydezero.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "reference",
    "figures",
]
exclude_patterns = ["_build", "**/README.rst", "gallery/*.py", "gallery/*.ipynb"]
templates_path: list[str] = []
nitpicky = False

# Pages are Markdown, docstrings are reStructuredText in which `x` is code.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# Sphinx would call them Variables, which are something else here.
napoleon_custom_sections = [("Attributes", "params_style")]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 88

# A build needs no network. PYDEZERO_DOCS_LINKS=1 links names of NumPy and SciPy to their documentation.
intersphinx_mapping = (
    {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "scipy": ("https://docs.scipy.org/doc/scipy", None),
    }
    if environ.get("PYDEZERO_DOCS_LINKS") == "1"
    else {}
)

sphinx_gallery_conf = {
    "examples_dirs": "../examples/gallery",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "within_subsection_order": "FileNameSortKey",
    "doc_module": (),
}

html_theme = "pydata_sphinx_theme"
html_title = "pydezero"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "show_prev_next": True,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_show_sourcelink = False
# These pages have none below them, and an empty column would be left.
html_sidebars: dict[str, list[str]] = {"start": [], "coming_from": []}
# The pages below this folder are in Korean.
html_context = {"default_mode": "auto", "korean": "book/ko/"}


def _language(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Tell the browser which pages are in Korean."""
    if page.startswith(context["korean"]):
        context["language"] = "ko"


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("html-page-context", _language)
