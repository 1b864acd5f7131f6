"""The JSON Schema of scenario files, by which editors complete and explain what is written."""

import json
from typing import Any

from scenarios.schema import ScenarioFile
from scenarios.steps import kinds
from scenarios.text import TEXT_SCHEMA

ADDRESS = "https://json-schema.org/draft/2020-12/schema"
TEMPLATE = "#/$defs/{model}"


def scenario_schema() -> dict[str, Any]:
    """The schema of a whole file; each kind of step is one of the shapes a step may have."""
    schema = ScenarioFile.model_json_schema(ref_template=TEMPLATE)
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    shapes = []
    for kind, model in kinds().items():
        shape = model.model_json_schema(ref_template=TEMPLATE)
        definitions.update(shape.pop("$defs", {}))
        shape["title"] = kind
        definitions[f"step_{kind}"] = shape
        shapes.append({"$ref": TEMPLATE.format(model=f"step_{kind}")})
    schema["properties"]["steps"]["additionalProperties"] = {"oneOf": shapes}
    schema = _with_text_named(schema)
    schema["$defs"]["Text"] = TEXT_SCHEMA
    return {"$schema": ADDRESS, "title": "Сценарий Звонаря"} | {
        key: value for key, value in schema.items() if key != "title"
    }


def _with_text_named(node: Any) -> Any:
    """Texts stand in a hundred places; the schema says once what they are."""
    if isinstance(node, list):
        return [_with_text_named(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("anyOf") == TEXT_SCHEMA["anyOf"]:
        described = node.get("description", TEXT_SCHEMA["description"])
        return {"$ref": TEMPLATE.format(model="Text"), "description": described}
    return {key: _with_text_named(value) for key, value in node.items()}


def schema_text() -> str:
    """The schema as a file."""
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2, sort_keys=False) + "\n"
