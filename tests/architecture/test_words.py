"""One word per thing (docs/glossary.md): synonyms do not get in by the back door."""

from architecture.sources import DRAVO, identifiers, modules, name_of, words

FORBIDDEN = {
    "provider": "platform",
    "channel": "account",
    "integration": "platform or account",
    "connector": "adapter",
    "publication": "delivery or post",
    "job": "delivery",
    "task": "delivery",
    "target": "account",
}

MEANT = {
    # what an adapter is handed: post, media and options for one account, without the delivery's rows
    "PublishJob": "the adapter's side of a delivery",
    "Job": "a network's own PublishJob",
    "job": "a PublishJob, or a message of arq's",
    # arq's and asyncio's own words
    "_job_id": "arq",
    "enqueue_job": "arq",
    "job_serializer": "arq",
    "job_deserializer": "arq",
    "job_timeout": "arq",
    "max_jobs": "arq",
    "jobs_per_queue": "the setting behind it",
    "Task": "asyncio",
    "create_task": "asyncio",
    "current_task": "asyncio",
    "task": "an asyncio task",
    "tasks": "asyncio tasks, or a room's module of them",
    "_tasks": "asyncio tasks",
    # other things that are called so
    "target": "where a transition leads to; what a Facebook attachment shows",
    "Target": "what a Facebook attachment shows, in Facebook's word",
    "target_ids": "what a Facebook attachment shows, in Facebook's word",
}


def test_forbidden_synonyms_are_no_identifiers() -> None:
    found = {
        name: name_of(module)
        for module in modules(DRAVO)
        for name in identifiers(module)
        if words(name) & _with_plurals(FORBIDDEN)
    }
    unlisted = {name: module for name, module in found.items() if "." not in name and name not in MEANT}
    assert unlisted == {}
    assert set(MEANT) - set(found) == set(), "what is gone leaves the list"


def _with_plurals(singular: dict[str, str]) -> set[str]:
    return set(singular) | {word + "s" for word in singular}
