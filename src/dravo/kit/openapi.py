"""Describing a body that a route reads from its bytes, which the framework therefore does not know of."""

from typing import Any

from pydantic import BaseModel


def json_body(model: type[BaseModel], example: Any = None) -> dict[str, Any]:
    """`openapi_extra` of a route whose body is `model`. The application moves the schema to the document's components."""
    content: dict[str, Any] = {"schema": model.model_json_schema(ref_template="#/components/schemas/{model}")}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": True, "content": {"application/json": content}}}
