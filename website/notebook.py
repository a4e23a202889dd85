"""A notebook as a page: its text, its code, and what the code gave when it was run."""

from __future__ import annotations

import json
from html import escape
from typing import Any, NamedTuple


class Notebook(NamedTuple):
    """A page in Markdown, and the outputs in HTML by the marks that stand for them in it."""

    markdown: str
    outputs: dict[str, str]


def read_notebook(text: str, name: str) -> Notebook:
    """A notebook of nbformat 4, as it was saved; nothing is run."""
    pieces: list[str] = []
    outputs: dict[str, str] = {}
    for number, cell in enumerate(json.loads(text)["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            pieces.append(source)
        elif cell["cell_type"] == "code":
            pieces.append(f"````python\n{source}\n````")
            for at, output in enumerate(cell["outputs"]):
                mark = f"output-{name}-{number}-{at}"
                outputs[f'<div id="{mark}"></div>'] = _shown(output, f"{name} {number}")
                pieces.append(f'<div id="{mark}"></div>')
    return Notebook("\n\n".join(pieces) + "\n", outputs)


def _shown(output: dict[str, Any], where: str) -> str:
    """An output as HTML: the richest form that a page without scripts can show."""
    if output["output_type"] == "error":
        raise ValueError(f"{where}: the notebook was saved with an error: {output['ename']}")
    data = {kind: "".join(part) for kind, part in output.get("data", {}).items()}
    if "text/html" in data:
        inner = data["text/html"]
    elif "image/svg+xml" in data:
        inner = data["image/svg+xml"]
    elif "image/png" in data:
        alt = escape(data.get("text/plain", "a picture"), quote=True)
        inner = f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}">'
    else:
        plain = data.get("text/plain", "".join(output.get("text", "")))
        inner = f"<pre><code>{escape(plain)}</code></pre>"
    return f'<div class="output" tabindex="0">{inner}</div>'
