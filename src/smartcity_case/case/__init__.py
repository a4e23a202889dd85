"""The article: its tables, its rules, and how to load them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, overload

from smartcity_case import storage, validation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from distributed import Client

    from smartcity_case.case.release import Case
    from smartcity_case.dataset import Dataset
    from smartcity_case.editions import Sources
    from smartcity_case.exported import Exported
    from smartcity_case.profile import Package
    from smartcity_case.reading import Progress
    from smartcity_case.report import Report
    from smartcity_case.validation import ExtraCheck
    from smartcity_case.viewed import Viewed

Engine = Literal["threads", "dask"]
NAME = "smartcity-case"
"""The name of the data package whose tables the row models describe."""


@overload
def load(*, sources: Sources | None = None) -> Case: ...
@overload
def load(path: str | os.PathLike[str], *, sources: Sources | None = None) -> Dataset: ...
def load(path: str | os.PathLike[str] | None = None, *, sources: Sources | None = None) -> Dataset:
    """The embedded release, or the data package at a path.

    A package whose name is `smartcity-case` comes as a `Case`, with the joins
    and row models of the article; any other as a plain `Dataset`. Loading does
    not validate: `validate(path).raise_if_failed()` does.

    `sources` are texts from outside of the package, by the name of their
    resource: files, or a folder for a table of text files (`NAME/KEY` is one of
    them). The words of a package that withholds its texts are then restored.

    Raises PackageNotFound or UnreadablePackage, and NotFound for a name in
    `sources` that is no text of the package.

    >>> load().trace("actors", "huawei").exact
    'Huawei'
    """
    from smartcity_case.case.release import Case
    from smartcity_case.dataset import Dataset, open_dataset

    content = open_dataset(open_files(path, sources))
    return (Case if content.package.name == NAME else Dataset)(content)


def validate(
    path: str | os.PathLike[str] | storage.Files | None = None,
    extra_checks: Iterable[ExtraCheck] = (),
    *,
    sources: Sources | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    engine: Engine = "threads",
    client: Client | str | None = None,
) -> Report:
    """Check the data package at a path, or the embedded release.

    A package whose name is `smartcity-case` is held to the rules of its
    codebook too. Bad data is a finding in the report; an exception
    (PackageNotFound, UnreadablePackage) says that it could not be looked at.
    `extra_checks`, `threads` and `progress` are as in `validation.validate`,
    `sources` as in `load`: with them the tables of a package that withholds its
    texts must be those that were released, and rules are held to the whole.
    Instead of a path there may be the files of a package, already open.

    The `engine` "dask" has tables read and checked on a cluster, with the same
    report: that of `client` (a `distributed.Client`, or the address of a
    scheduler), or without it `threads` worker processes on this machine. It
    needs the extra `dask`, and raises ClusterUnavailable if the cluster cannot
    be reached or does not come to an end. See docs/at-scale.md.

    >>> validate().ok
    True
    """
    if engine not in ("threads", "dask"):
        raise ValueError(f"engine: {engine!r} is neither 'threads' nor 'dask'")
    if client is not None and engine != "dask":
        raise ValueError("client: it has a part in the engine 'dask' only")
    files = path if isinstance(path, storage.Files) else open_files(path, sources)

    def checks(package: Package) -> tuple[ExtraCheck, ...]:
        rules = tuple(extra_checks)
        if path is None or package.name == NAME:
            from smartcity_case.case.rules import RULES

            rules = (*RULES, *rules)
        if not any(resource.withheld for resource in package.resources):
            return rules
        from smartcity_case.editions import WholePackage

        return WholePackage(rules).checks

    if engine == "dask":
        from smartcity_case import cluster

        return cluster.validate_files(
            files, checks, client=client, workers=threads, progress=progress
        )
    return validation.validate_files(files, checks, threads=threads, progress=progress)


def export(
    package: str | os.PathLike[str] | Dataset | None,
    format: str,  # noqa: A002
    out: str | os.PathLike[str],
    *,
    options: Mapping[str, str] | None = None,
    sources: Sources | None = None,
    accept_unverifiable: bool = False,
    force: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write a data package in another format, to a file or a folder `out`.

    `package` is a path, a loaded `Dataset`, or None for the embedded release.
    It is validated first, and only a valid one is written; `accept_unverifiable`
    lets pass that the texts are withheld. What `format` may be, and what
    `options` it has, says docs/export.md; the case brings defaults of its own,
    each of which another value replaces, and "" takes away.
    `sources` are as in `load`, `threads` and `progress` as in `validate`; with
    `force` files are written over. It is written as a whole or not at all.

    The result names the files, and in its `notes` what could not be carried.
    Raises InvalidPackage, NotFound for an unknown format or option, and
    UnwritablePackage.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export(None, "csv-safe", f"{folder}/tables").files[0]
    'claims.formulas-escaped.csv'
    """
    from smartcity_case.baseline import accept_unverifiable as without_texts
    from smartcity_case.dataset import Dataset
    from smartcity_case.exported import export_files

    files = package.files if isinstance(package, Dataset) else open_files(package, sources)
    threads = threads or os.cpu_count() or 1
    report = validate(files, threads=threads, progress=progress)
    (without_texts(report) if accept_unverifiable else report).raise_if_failed()
    chosen = dict(options or {})
    if report.package == NAME:
        from smartcity_case.case.exports import DEFAULTS

        chosen = DEFAULTS.get(format, {}) | chosen
    chosen = {name: value for name, value in chosen.items() if value}
    return export_files(files, format, out, chosen, force=force, threads=threads, progress=progress)


def view(
    package: str | os.PathLike[str] | Dataset | storage.Files | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    texts: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
    sources: Sources | None = None,
    force: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Viewed:
    """Look at a data package in a browser or a notebook: its texts, and its rows beside them.

    `package` is a path, a loaded `Dataset`, or None for the embedded release. It
    need not be valid: what `validate` finds is shown in its place. With `out` the
    page is written there, one HTML file that needs neither network nor server;
    in a notebook the result shows itself.

    `texts` chooses among many texts, by name or pattern (`notes/*`), and with them
    the rows that refer to them. `options` are those of docs/viewer.md; the case
    brings defaults of its own, which "" takes away. `sources` are as in `load`,
    `threads` and `progress` as in `validate`; with `force` a file is written over.

    Raises PackageNotFound, UnreadablePackage if the descriptor cannot be read,
    NotFound for a text or option that there is not, UnwritablePackage if `out` is
    there already or if it is more than a page holds.

    >>> view().report.ok
    True
    """
    from smartcity_case.case.pages import USUAL
    from smartcity_case.dataset import Dataset
    from smartcity_case.viewed import Viewed, view_files, write_view

    if isinstance(package, Dataset):
        files = package.files
    else:
        files = package if isinstance(package, storage.Files) else open_files(package, sources)
    threads = threads or os.cpu_count() or 1
    report = validate(files, threads=threads, progress=progress)
    page = view_files(
        files,
        report,
        texts=(texts,) if isinstance(texts, str) else tuple(texts),
        options=options,
        usual=USUAL if report.package == NAME else {},
        threads=threads,
        progress=progress,
    )
    if out is not None:
        write_view(files, page, out, force=force)
    return Viewed(page, report, "" if out is None else str(out))


def open_files(
    path: str | os.PathLike[str] | None, sources: Sources | None = None
) -> storage.Files:
    """The files of the package at a path, or of the embedded release, with texts from outside."""
    root = storage.embedded_root() if path is None else storage.package_root(path)
    files = storage.Files(root)
    if not sources:
        return files
    from smartcity_case.editions import with_sources

    return with_sources(files, sources)
