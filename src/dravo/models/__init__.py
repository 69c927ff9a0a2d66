"""Tables: columns, constraints and the words they may hold; no behaviour."""

from dravo.models.accounts import Account
from dravo.models.base import Base
from dravo.models.deliveries import Budget, Commit, Delivery, Hold, Step, TimelineEntry
from dravo.models.media import MediaAsset, Rendition
from dravo.models.posts import IdempotencyRecord, Post, PostAttachment, PostMedium
from dravo.models.webhooks import WebhookEvent
from dravo.models.workspaces import ApiKey, Workspace

__all__ = [
    "Account",
    "ApiKey",
    "Base",
    "Budget",
    "Commit",
    "Delivery",
    "Hold",
    "IdempotencyRecord",
    "MediaAsset",
    "Post",
    "PostAttachment",
    "PostMedium",
    "Rendition",
    "Step",
    "TimelineEntry",
    "WebhookEvent",
    "Workspace",
]
