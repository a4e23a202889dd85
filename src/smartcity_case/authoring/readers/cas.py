"""UIMA CAS, as XMI with its type system or as JSON, read through dkpro-cassis.

Offsets count UTF-16 code units, as Java does. dkpro-cassis converts them, and
gives on what it cannot convert unchanged, so that one cannot be told from the
other; they are therefore read here from the file itself.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from smartcity_case.authoring.readers.foreign import Foreign, Gathering, Row, at, stem
from smartcity_case.authoring.readers.strict import attributes, cell, load
from smartcity_case.errors import SmartcityCaseError
from smartcity_case.report import Location, counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cassis import Cas, TypeSystem, View

_XMI = "{http://www.omg.org/XMI}"
_ANNOTATION = "uima.tcas.Annotation"
_DOCUMENT = "uima.tcas.DocumentAnnotation"
_PLACE = {"sofa", "begin", "end"}
_DIGITS = re.compile(r"[0-9]{1,18}")
_Ends = dict[int, tuple[Any, Any]]


def read(files: Mapping[str, bytes]) -> Foreign:
    """The annotations of the views of CAS files; `layer` is an annotation's type.

    The files are `.xmi` with the type system beside them as `.xml`, or `.json`.
    `label` is the feature `value`; the other features are in `attributes`, and
    one that refers to another annotation has its `id` there, as `#12`. Of a CAS
    that is there in both forms, under one name, the JSON is read.

    Raises SmartcityCaseError if dkpro-cassis is not installed.
    """
    try:
        import cassis  # noqa: F401
    except ImportError as error:
        message = "to read UIMA CAS install dkpro-cassis: pip install 'smartcity-case[cas]'"
        raise SmartcityCaseError(message) from error
    found = Gathering("utf16")
    with warnings.catch_warnings():  # on offsets, which are not taken from it
        warnings.simplefilter("ignore")
        types = _type_system(found, files)
        in_json: set[str] = set()
        for path in sorted(files, key=lambda path: not path.endswith(".json")):
            if path.endswith(".xmi") and stem(path) in in_json:
                found.left_out(Location(path=path), f"{stem(path)}.json is read instead of it")
            elif not path.endswith(".xml") and _read_cas(found, path, files[path], types):
                in_json.add(stem(path))
    return found.finish()


def _type_system(found: Gathering, files: Mapping[str, bytes]) -> TypeSystem | None:
    from cassis import load_typesystem, merge_typesystems

    loaded = []
    for path, data in files.items():
        if path.endswith(".xml"):
            where = Location(path=path)
            if _ends_of_xml(found, where, data) is None:
                continue
            try:
                loaded.append(load_typesystem(BytesIO(data)))
            except Exception as error:  # whatever a file makes of the foreign library
                found.wrong(where, f"it is no type system: {_said(error)}")
    return merge_typesystems(*loaded) if loaded else None


def _read_cas(found: Gathering, path: str, data: bytes, types: TypeSystem | None) -> bool:
    """Read a CAS; False, and told, if it cannot be read."""
    from cassis import load_cas_from_json, load_cas_from_xmi

    where = Location(path=path)
    is_json = path.endswith(".json") or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    ends = _ends_of_json(found, where, data) if is_json else _ends_of_xml(found, where, data)
    if ends is None:
        return False
    if not is_json and types is None:
        found.wrong(where, "an XMI file needs its type system: give the .xml file beside it")
        return False
    try:
        if is_json:
            cas = load_cas_from_json(BytesIO(data), typesystem=types)
        else:
            cas = load_cas_from_xmi(BytesIO(data), typesystem=types)
        _Views(found, where, ends).read(cas)
    except Exception as error:  # whatever a file makes of the foreign library
        found.wrong(where, f"dkpro-cassis cannot read it: {_said(error)}")
        return False
    return True


def _said(error: Exception) -> str:
    return shorten(f"{type(error).__name__}: {error}", 300)


def _ends_of_xml(found: Gathering, where: Location, data: bytes) -> _Ends | None:
    """Begin and end of each annotation by its number; None and told if it is no plain XML.

    A document type could name other files to be read, and is refused.
    """
    from lxml import etree

    ends: _Ends = {}
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        found.wrong(where, f"it is no XML: {error}")
        return None
    if root.getroottree().docinfo.doctype:
        found.wrong(where, "it has a document type, which is not read")
        return None
    paths = (".//{*}typeDescription/{*}name", ".//{*}featureDescription/{*}name")
    names = (element.text or "" for path in paths for element in root.iterfind(path))
    if odd := _odd_name(names):
        found.wrong(where, f"{shorten(odd)} is no name of a type or feature")
        return None
    for element in root.iterchildren("*"):
        if isinstance(number := _number(element.get(f"{_XMI}id")), int):
            ends[number] = _number(element.get("begin")), _number(element.get("end"))
    return ends


def _odd_name(names: Iterable[str]) -> str:
    """A name of a type or feature that is none, or "".

    dkpro-cassis makes classes of them by compiling text, so that code in a name would run.
    """
    pieces = ((name, piece) for name in names for piece in name.removesuffix("[]").split("."))
    return next((name for name, piece in pieces if not piece.strip().isidentifier()), "")


def _number(digits: str | None) -> Any:
    return int(digits) if digits and _DIGITS.fullmatch(digits) else digits


def _ends_of_json(found: Gathering, where: Location, data: bytes) -> _Ends | None:
    text = found.decoded(where.path, data)
    if text is None:
        return None
    try:
        value = load(text)
    except ValueError as error:
        found.wrong(where, f"it is no strict JSON: {error}")
        return None
    listed = value.get("%FEATURE_STRUCTURES") if isinstance(value, dict) else None
    if isinstance(listed, dict):
        listed = [{"%ID": cell(n), **fs} for n, fs in listed.items() if isinstance(fs, dict)]
    if not isinstance(listed, list):
        found.wrong(where, "it has no %FEATURE_STRUCTURES")
        return None
    types = value.get("%TYPES")
    held = types if isinstance(types, dict) else {}
    names = [*held, *(name for members in held.values() for name in members)]
    if odd := _odd_name(name.lstrip("%") for name in names):
        found.wrong(where, f"{shorten(odd)} is no name of a type or feature")
        return None
    return {
        int(cell(fs["%ID"])): (fs.get("begin"), fs.get("end"))
        for fs in listed
        if isinstance(fs, dict) and _DIGITS.fullmatch(cell(fs.get("%ID")))
    }


@dataclass
class _Views:
    """The views of a CAS, each a text with its annotations."""

    found: Gathering
    where: Location
    ends: _Ends
    read_ids: set[int] = field(default_factory=set)

    def read(self, cas: Cas) -> None:
        views = [view for view in cas.views if view.sofa.sofaString is not None]
        if without := len(cas.views) - len(views):
            self.found.left_out(self.where, f"{counted(without, 'view')} without a text")
        for view in views:
            key = stem(self.where.path)
            key += "" if len(views) == 1 else f"-{view.sofa.sofaID}"
            if self.found.text(key, view.sofa.sofaString, self.where):
                self._read_view(view, key)
        placed = {number for number, (begin, _) in self.ends.items() if begin is not None}
        if unlisted := len(placed - self.read_ids):
            self.found.left_out(self.where, f"{counted(unlisted, 'annotation')} that no view lists")

    def _read_view(self, view: View, key: str) -> None:
        skipped: Counter[str] = Counter()
        structures = [fs for listed in view.type_index.values() for fs in listed]
        for structure in sorted(structures, key=attrgetter("xmiID")):
            self.read_ids.add(structure.xmiID)
            types = _types(structure)
            if _DOCUMENT in types:
                skipped[f"{structure.type.name}, about the whole text"] += 1
            elif _ANNOTATION not in types:
                skipped[f"{structure.type.name}, without a place in the text"] += 1
            else:
                self._read_annotation(structure, key)
        for what, number in skipped.items():
            self.found.left_out(self.where, f"{number} {what}")

    def _read_annotation(self, structure: Any, key: str) -> None:
        begin, end = self.ends.get(structure.xmiID, (None, None))
        where = self.where._replace(key=str(structure.xmiID))
        features = _features(structure)
        label = features.pop("value", None)
        row: Row = {
            "id": str(structure.xmiID),
            "source": key,
            "start": self.found.offset(at(where, "begin"), begin),
            "end": self.found.offset(at(where, "end"), end),
            "label": cell(label),
            "layer": structure.type.name,
        }
        if said := attributes(features):
            row["attributes"] = said
        self.found.row(where, row)


def _types(structure: Any) -> list[str]:
    """The names of a structure's type and of those above it."""
    names, kind = [], structure.type
    while kind is not None:
        names.append(kind.name)
        kind = kind.supertype
    return names


_LEVELS = 10


def _features(structure: Any, level: int = 0) -> dict[str, Any]:
    names = [feature.name for feature in structure.type.all_features if feature.name not in _PLACE]
    return {name: _plain(structure[name], level) for name in names}


def _plain(value: Any, level: int) -> Any:
    """A feature's value as JSON has it; another annotation as `#` and its number."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, list):
        return [_plain(each, level + 1) for each in value]
    if _ANNOTATION in _types(value) or level == _LEVELS:
        return f"#{value.xmiID}"
    features = _features(value, level + 1)
    return features["elements"] if list(features) == ["elements"] else features
