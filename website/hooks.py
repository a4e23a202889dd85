"""What MkDocs calls: pages from outside of docs/, links, the page of the viewer, the API."""

from __future__ import annotations

import logging
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import smartcity_case as sc
from smartcity_case.render.markdown import Anchors
from website.diagram import fence
from website.dialect import as_python_markdown
from website.links import carried_over, paths_named
from website.notebook import read_notebook
from website.reference import reference_pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUTSIDE = {
    "README.md": "readme-page.md",
    "RIGHTS.md": "rights.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "licence.md",
    "profiles/text-spans/1.0/README.md": "profile.md",
}
"""The pages of the site that come from outside of docs/, by their paths in the repository."""

VIEWER = "viewer/case.html"
VIEWER_PAGE = "viewer-of-the-case.md"

_log = logging.getLogger("mkdocs.plugins.website")
_outputs: dict[str, dict[str, str]] = {}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Places of headings as GitHub names them, and diagrams that need no script."""
    config.mdx_configs["toc"]["slugify"] = lambda words, _: Anchors().of(words)[1:]
    mermaid = {"name": "mermaid", "class": "mermaid", "format": fence}
    config.mdx_configs["pymdownx.superfences"] = {"custom_fences": [mermaid]}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, or come from outside of docs/."""
    from mkdocs.structure.files import File

    made = {place: _outside(path) for path, place in OUTSIDE.items()}
    made |= reference_pages(sc._HOMES)
    made[VIEWER_PAGE] = _VIEWER_PAGE
    for path in sorted((ROOT / "docs").glob("*.ipynb")):
        notebook = read_notebook(path.read_text("utf-8"), path.stem)
        _outputs[f"{path.stem}.md"] = notebook.outputs
        made[f"{path.stem}.md"] = notebook.markdown
    assets = {
        f"assets/{path.name}": path.read_text("utf-8") for path in (HERE / "assets").iterdir()
    }
    for place, text in {**made, **assets, VIEWER: _viewer()}.items():
        files.append(File.generated(config, place, content=text))
    return files


def _outside(path: str) -> str:
    text = (ROOT / path).read_text("utf-8")
    return text if path.endswith(".md") else f"# Licence of the code\n\n```text\n{text}```\n"


def _viewer() -> str:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "case.html"
        sc.view(None, out)
        return out.read_text("utf-8")


_VIEWER_PAGE = f"""\
---
hide: [navigation, toc]
---

# The case in the viewer

The article on the left, its rows on the right: hover or choose a row, and its words light up;
choose words, and the rows that rest on them are listed. [How it is used](viewer.md).
<a href="{VIEWER}" target="_blank">Open it by itself, in the whole window</a>.

One article. A span shows where words stand; it does not show that they are true, or that the
article is representative of anything. The rights in the article are its publisher's:
[rights](rights.md).

<iframe class="viewer" src="{VIEWER}" title="The article and its rows side by side"></iframe>
"""


def places() -> dict[str, str]:
    """The places of what is on the site, by the paths of the repository."""
    inside = (path for path in (ROOT / "docs").rglob("*") if path.is_file())
    known = {path.relative_to(ROOT / "docs").as_posix() for path in inside}
    return {f"docs/{path}": re.sub(r"\.ipynb$", ".md", path) for path in known} | OUTSIDE


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that lead where they should on the site; lists as they are meant."""
    place = page.file.src_uri
    known = places()
    for origin in (path for path, there in known.items() if there == place):
        for path in paths_named(markdown, origin):
            if not (ROOT / path).exists():
                _log.warning("%s: a link leads to %s, which is not there", origin, path)
        if place == "index.md":  # on the site the viewer is there, not only the way to use it
            known = known | {"docs/viewer.md": VIEWER_PAGE}
        markdown = carried_over(markdown, origin, place, known)
    return as_python_markdown(markdown)


def on_page_content(text: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """What notebooks gave, where its marks stand; tables that can be scrolled by keyboard."""
    text = re.sub(
        r"<table>.*?</table>", r'<div class="scroll" tabindex="0">\g<0></div>', text, flags=re.S
    )
    if page.file.src_uri == "index.md":  # its two commands can be read without scrolling
        text = text.replace('class="language-console', 'class="wrapped language-console')
    for mark, output in _outputs.get(page.file.src_uri, {}).items():
        text = text.replace(mark, output)
    return text


_UNNAMED = 'data-md-component="search" role="dialog"'
_SCRIPT = "assets/search-from-a-folder.js"
_FETCHED = re.compile(r'src="https://unpkg\.com/iframe-worker/shim"')


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """What the theme would fetch from another host is what we have of our own; names for all."""
    from mkdocs.utils import get_relative_url

    output = output.replace(_UNNAMED, f'{_UNNAMED} aria-label="Search"')
    return _FETCHED.sub(f'src="{get_relative_url(_SCRIPT, page.url)}"', output)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """The same of the page for what is not found, whose addresses begin at the top."""
    return _FETCHED.sub(f'src="/{_SCRIPT}"', output)


def on_post_build(config: MkDocsConfig) -> None:
    """Nor does its script know where to fetch anything."""
    for script in (Path(config.site_dir) / "assets/javascripts").glob("*.js"):
        text = script.read_text("utf-8")
        script.write_text(text.replace('"https://unpkg.com/', '"data:,'), "utf-8")
