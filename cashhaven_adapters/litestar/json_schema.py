"""JSON Schemas of the structs, from the same marks by which they are read."""

from enum import Enum
from types import NoneType
from typing import Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from cashhaven_adapters.litestar.annotations import (
    Kind,
    choices_of,
    marks_of,
    origin_of,
    unwrapped,
)
from cashhaven_adapters.litestar.fields import PLAIN, Also
from cashhaven_adapters.litestar.readers import Reads
from cashhaven_adapters.litestar.wire import Body, wire_form

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/"


class Schemas:
    """Makes schemas; structs become components under their own names."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._kinds: dict[str, type[Struct]] = {}

    def of(self, kind: Kind) -> Schema:
        """Return the schema of a kind."""
        inner, marks = unwrapped(kind)
        choices = [choice for choice in choices_of(inner) if choice is not UnsetType]
        if len(choices) > 1:
            schema: Schema = {"anyOf": [self.of(choice) for choice in choices]}
        elif choices[0] is inner:
            schema = self._single(inner, marks)
        else:
            schema = self.of(choices[0])
        _annotate(schema, marks)
        return schema

    def _single(self, kind: Kind, marks: tuple[Any, ...]) -> Schema:
        for mark in marks:
            if isinstance(mark, Reads):
                return dict(mark.schema)
        origin = origin_of(kind)
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        if origin in {list, tuple}:
            return {"type": "array", "items": self.of(get_args(kind)[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(get_args(kind)[1])}
        if kind is NoneType:
            return {"type": "null"}
        if not isinstance(kind, type):
            return {}
        if issubclass(kind, Struct):
            return {"$ref": REFERENCE + self._component(kind)}
        if issubclass(kind, Enum):
            return {"type": "string", "enum": [member.value for member in kind]}
        return dict(PLAIN[kind].schema) if kind in PLAIN else {}

    def _component(self, kind: type[Struct]) -> str:
        name = kind.__name__
        known = self._kinds.setdefault(name, kind)
        assert known is kind, f"two structs are called {name}"
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = self._object(kind)
        return name

    def _object(self, kind: type[Struct]) -> Schema:
        taken = issubclass(kind, Body)
        schema: Schema = {"type": "object", "properties": self.properties(kind)}
        required = [
            info.encode_name
            for info, hint in fields_with_hints(kind)
            if (is_required(info) if taken else info.default is not UNSET) and not other_names(hint)
        ]
        if required:
            schema["required"] = required
        named_twice = [
            _one_name(is_required(info), [info.encode_name, *other_names(hint)])
            for info, hint in fields_with_hints(kind)
            if other_names(hint)
        ]
        if named_twice:
            schema["allOf"] = named_twice
        if taken:
            schema["additionalProperties"] = False
        if issubclass(kind, Body) and kind.EXAMPLE is not None:
            schema["examples"] = [kind.EXAMPLE]
        return schema

    def properties(self, kind: type[Struct]) -> dict[str, Schema]:
        """Return the schemas of a struct's fields, by their names on the wire."""
        properties: dict[str, Schema] = {}
        for info, hint in fields_with_hints(kind):
            schema = self.of(hint)
            if issubclass(kind, Body):
                schema = _with_default(schema, hint, info.default)
            properties[info.encode_name] = schema
            for name in other_names(hint):
                properties[name] = {**schema, "description": f"O mesmo que `{info.encode_name}`"}
        return properties

    def example(self, schema: Schema) -> Any:  # noqa: ANN401  # whatever JSON can say
        """Return what a value of this schema may look like."""
        if "$ref" in schema:
            target = self.components[schema["$ref"].removeprefix(REFERENCE)]
            return self.example(target)
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0])
        if schema.get("type") == "array":
            return [self.example(schema["items"])]
        if schema.get("type") == "object":
            return {
                name: self.example(inner)
                for name, inner in schema.get("properties", {}).items()
                if not str(inner.get("description", "")).startswith("O mesmo que")
            }
        return schema.get("const", schema.get("default"))


def fields_with_hints(kind: type[Struct]) -> list[tuple[msgspec.structs.FieldInfo, Kind]]:
    """Return the fields of a struct with their full annotations."""
    hints = get_type_hints(kind, include_extras=True)
    return [(info, hints[info.name]) for info in msgspec.structs.fields(kind)]


def is_required(info: msgspec.structs.FieldInfo) -> bool:
    """Whether a field must be sent."""
    return info.default is msgspec.NODEFAULT and info.default_factory is msgspec.NODEFAULT


def other_names(hint: Kind) -> list[str]:
    """Return under which other names a field is taken."""
    return [mark.name for mark in marks_of(hint) if isinstance(mark, Also)]


def _one_name(required: bool, names: list[str]) -> Schema:
    """Say that a field goes by one of its names at a time."""
    if required:
        return {"oneOf": [{"required": [name]} for name in names]}
    return {"not": {"required": names}}


def _annotate(schema: Schema, marks: tuple[Any, ...]) -> None:
    for mark in marks:
        if not isinstance(mark, Meta):
            continue
        if mark.description is not None:
            schema["description"] = mark.description
        if mark.examples is not None:
            schema["examples"] = list(mark.examples)
        suffix = "Items" if schema.get("type") == "array" else "Length"
        if mark.min_length is not None:
            schema[f"min{suffix}"] = mark.min_length
        if mark.max_length is not None:
            schema[f"max{suffix}"] = mark.max_length
        schema.update(mark.extra_json_schema or {})


def _with_default(schema: Schema, hint: Kind, default: object) -> Schema:
    """Say the default; `null` means it too."""
    if default is None or default is UNSET or default is msgspec.NODEFAULT:
        return schema
    if NoneType not in choices_of(hint):
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "default": wire_form(default)}
