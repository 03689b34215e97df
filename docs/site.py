"""What mkdocs makes the site of: pages where they stand in the tree, so that their links hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

_PAGES = ("*.md", "deploy/README.md", "docs/**/*.md")
_BESIDE = ("docs/openapi/*.json", "docs/pictures/*", "deploy/**/*", "LICENSE")
"""What pages link to, and show."""


def on_files(files: Files, config: Any) -> Files:
    """The files of the site: the theme's, and ours by their paths in the tree."""
    root = Path(config.config_file_path).parent
    docs = Path(config.docs_dir)
    ours = [one for one in files if Path(one.src_dir or root) != docs]
    paths = sorted({path for kind in (*_PAGES, *_BESIDE) for path in root.glob(kind)})
    ours += [
        File(path.relative_to(root).as_posix(), str(root), config.site_dir, use_directory_urls=True)
        for path in paths
        if path.is_file()
    ]
    return Files(ours)
