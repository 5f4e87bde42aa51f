"""Render Vega and Vega-Lite specifications to self-contained SVG, without a browser.

The one place that knows the renderer.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from typing import Any

import vl_convert

__all__ = ["to_svg"]

_OPENING = re.compile(r"<svg\b([^>]*)>")
_ROLE = re.compile(r'\s(?:role|aria-[a-z]+)="[^"]*"')
_CLIP = re.compile(r"\b(?:clip|gradient_)\d+\b")


def to_svg(spec: Mapping[str, Any]) -> str:
    """Return a Vega or Vega-Lite specification as SVG with a title and a description.

    ``usermeta.title`` becomes the drawing's title and ``description`` its description; ids are
    made distinct, so that several drawings fit one page. Nothing outside is referenced.
    """
    plain = dict(spec)
    lite = "vega-lite" in str(plain.get("$schema", ""))
    drawn = vl_convert.vegalite_to_svg(plain) if lite else vl_convert.vega_to_svg(plain)
    description = str(plain.get("description") or "")
    named: dict[str, Any] = plain.get("usermeta") or {}
    return _accessible(drawn, str(named.get("title") or description), description)


def _accessible(drawn: str, title: str, description: str) -> str:
    """Give a drawing a role, a name and a description, and hide its inner marks from readers."""
    mark = "v" + hashlib.sha256(drawn.encode("utf-8")).hexdigest()[:8]
    inner = _ROLE.sub("", _CLIP.sub(lambda found: f"{mark}-{found.group(0)}", drawn))
    head = (
        f' role="img" aria-labelledby="{mark}-t {mark}-d"><title id="{mark}-t">'
        f'{html.escape(title)}</title><desc id="{mark}-d">{html.escape(description)}</desc>'
    )
    return _OPENING.sub(lambda found: f"<svg{found.group(1)}{head}", inner, count=1)
